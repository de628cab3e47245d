"""The programme of an event, entry by entry."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Response, render_template, request, url_for
from flask_babel import format_date

from core.errors import Invalid
from core.i18n import lazy_gettext as _l
from core.web import Answer, page, submit
from dialog.actions import agenda as actions
from dialog.event_forms import ArrangeForm, ItemForm
from dialog.models import DialogueEvent
from dialog.queries import dialogues as queries
from dialog.queries import events as event_queries
from dialog.views.blueprint import blueprint
from dialog.views.planning.events import draw_plan
from dialog.views.planning.parts import is_stale, languages, sent, to_plan


def _offered(event: DialogueEvent) -> Callable[[ItemForm], None]:
    def say(day: datetime) -> str:
        return str(format_date(day, "full"))

    return lambda form: form.offer(event, say)


@blueprint.route("/events/<event_slug>/prepare/items/new", methods=["GET", "POST"])
def add_item(slug: str, event_slug: str) -> Response:
    """Add an entry to the programme."""
    actor, dialogue, event = to_plan(slug, event_slug)
    form = sent(ItemForm.speaking(languages()), _offered(event))

    def show(form: ItemForm) -> str:
        return render_template(
            "dialog/edit_item.html",
            dialogue=dialogue,
            event=event,
            item=None,
            form=form,
            saved=[],
            stale=False,
        )

    if request.method != "POST":
        form.format.data = "plenary"
        form.day.data = form.days[0]
        return page(show(form))

    def act() -> Answer:
        actions.add_item(actor, queries.access_event(actor, dialogue, event_slug), form.planned)
        return Answer(_to_programme(slug, event_slug))

    return submit(form, act, show)


@blueprint.route("/events/<event_slug>/prepare/items/<int:item_id>", methods=["GET", "POST"])
def edit_item(slug: str, event_slug: str, item_id: int) -> Response:
    """Write an entry of the programme anew."""
    actor, dialogue, event = to_plan(slug, event_slug)
    item = event_queries.access_item(actor, event, item_id)
    kind = ItemForm.speaking(languages())
    form = sent(kind, _offered(event))

    def show(form: ItemForm) -> str:
        present = queries.access_event(actor, dialogue, event_slug)
        saved_item = event_queries.access_item(actor, present, item_id)
        saved = kind()
        _offered(present)(saved)
        saved.show(saved_item)
        stale = is_stale(form, saved_item.revision)
        return render_template(
            "dialog/edit_item.html",
            dialogue=dialogue,
            event=present,
            item=saved_item,
            form=form,
            saved=form.differs_from(saved) if stale else [],
            stale=stale,
        )

    if request.method != "POST":
        form.show(item)
        return page(show(form))
    based_on = form.revision_seen

    def act() -> Answer:
        present = queries.access_event(actor, dialogue, event_slug)
        actions.change_item(actor, present, item_id, form.planned, based_on=based_on)
        return Answer(_to_programme(slug, event_slug))

    return submit(form, act, show)


@blueprint.post("/events/<event_slug>/prepare/items")
def arrange_items(slug: str, event_slug: str) -> Response:
    """Move an entry of the programme up or down, or delete it."""
    actor, dialogue, _ = to_plan(slug, event_slug)
    form = ArrangeForm(request.form)
    based_on = form.revision_seen

    def act() -> Answer:
        event = queries.access_event(actor, dialogue, event_slug)
        how, item_id = form.pressed
        if how == "remove":
            actions.remove_item(actor, event, item_id, based_on=based_on)
        elif how:
            actions.move_item(actor, event, item_id, up=how == "up")
        else:
            raise Invalid(_l("Please choose what should happen with this entry."))
        return Answer(_to_programme(slug, event_slug))

    def show(form: ArrangeForm) -> str:
        return draw_plan(dialogue, queries.access_event(actor, dialogue, event_slug), form)

    return submit(form, act, show)


def _to_programme(slug: str, event_slug: str) -> str:
    return url_for("dialog.prepare_event", slug=slug, event_slug=event_slug, _anchor="programme")
