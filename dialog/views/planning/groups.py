"""The working groups of an event, one by one."""

from __future__ import annotations

from flask import Response, render_template, request, url_for

from core.errors import Invalid
from core.i18n import lazy_gettext as _l
from core.web import Answer, page, submit
from dialog import programme
from dialog.actions import groups as actions
from dialog.event_forms import ArrangeForm, GroupForm
from dialog.models import DialogueEvent
from dialog.queries import dialogues as queries
from dialog.queries import events as event_queries
from dialog.views.blueprint import blueprint
from dialog.views.planning.events import draw_plan
from dialog.views.planning.parts import is_stale, languages, sent, to_plan


def _form_of(event: DialogueEvent) -> type[GroupForm]:
    return GroupForm.speaking(languages()).meeting_in(programme.rounds_of(event.agenda))


@blueprint.route("/events/<event_slug>/prepare/groups/new", methods=["GET", "POST"])
def add_group(slug: str, event_slug: str) -> Response:
    """Add a working group."""
    actor, dialogue, event = to_plan(slug, event_slug)
    fields = queries.fields_of(dialogue)
    form = sent(_form_of(event), lambda form: form.offer(fields))

    def show(form: GroupForm) -> str:
        return render_template(
            "dialog/edit_group.html",
            dialogue=dialogue,
            event=event,
            group=None,
            fields=fields,
            form=form,
            saved=[],
            stale=False,
        )

    if request.method != "POST":
        return page(show(form))

    def act() -> Answer:
        present = queries.access_event(actor, dialogue, event_slug)
        actions.add_group(actor, present, form.planned(fields))
        return Answer(_to_groups(slug, event_slug))

    return submit(form, act, show)


@blueprint.route("/events/<event_slug>/prepare/groups/<int:group_id>", methods=["GET", "POST"])
def edit_group(slug: str, event_slug: str, group_id: int) -> Response:
    """Write a working group anew."""
    actor, dialogue, event = to_plan(slug, event_slug)
    group = event_queries.access_group(actor, event, group_id)
    fields = queries.fields_of(dialogue)
    kind = _form_of(event)
    form = sent(kind, lambda form: form.offer(fields))

    def show(form: GroupForm) -> str:
        present = queries.access_event(actor, dialogue, event_slug)
        saved_group = event_queries.access_group(actor, present, group_id)
        saved = kind()
        saved.offer(fields)
        saved.show(saved_group)
        stale = is_stale(form, saved_group.revision)
        return render_template(
            "dialog/edit_group.html",
            dialogue=dialogue,
            event=present,
            group=saved_group,
            fields=fields,
            form=form,
            saved=form.differs_from(saved) if stale else [],
            stale=stale,
        )

    if request.method != "POST":
        form.show(group)
        return page(show(form))
    based_on = form.revision_seen

    def act() -> Answer:
        present = queries.access_event(actor, dialogue, event_slug)
        actions.change_group(actor, present, group_id, form.planned(fields), based_on=based_on)
        return Answer(_to_groups(slug, event_slug))

    return submit(form, act, show)


@blueprint.post("/events/<event_slug>/prepare/groups")
def arrange_groups(slug: str, event_slug: str) -> Response:
    """Move a working group up or down, or delete it."""
    actor, dialogue, _ = to_plan(slug, event_slug)
    form = ArrangeForm(request.form)
    based_on = form.revision_seen

    def act() -> Answer:
        event = queries.access_event(actor, dialogue, event_slug)
        how, group_id = form.pressed
        if how == "remove":
            actions.remove_group(actor, event, group_id, based_on=based_on)
        elif how:
            actions.move_group(actor, event, group_id, up=how == "up")
        else:
            raise Invalid(_l("Please choose what should happen with this group."))
        return Answer(_to_groups(slug, event_slug))

    def show(form: ArrangeForm) -> str:
        return draw_plan(dialogue, queries.access_event(actor, dialogue, event_slug), form)

    return submit(form, act, show)


def _to_groups(slug: str, event_slug: str) -> str:
    return url_for("dialog.prepare_event", slug=slug, event_slug=event_slug, _anchor="groups")
