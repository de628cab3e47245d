"""Planning an event: what concerns its whole day, and the page from which everything of it is reached."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, render_template, request, url_for

from core.actor import Actor
from core.clock import now
from core.errors import Conflict, Invalid
from core.i18n import gettext, in_all_languages, name_in
from core.i18n import lazy_gettext as _l
from core.web import Answer, current_actor, page, submit
from dialog import programme
from dialog.actions import events as actions
from dialog.actions.copies import copy_event as copy_plan
from dialog.actions.deletions import delete_event
from dialog.actions.events import PlannedGroup, PlannedItem
from dialog.addresses import address_from
from dialog.checklist import open_points
from dialog.event_forms import ArrangeForm, CopyForm, EventForm, MoveForm, NewEventForm, SwitchForm
from dialog.local_time import on_the_wall
from dialog.models import Dialogue, DialogueEvent
from dialog.permissions import RIGHTS, Permission
from dialog.queries import dialogues as queries
from dialog.queries import events as event_queries
from dialog.signup_words import signup_state
from dialog.views.blueprint import blueprint
from dialog.views.planning.parts import is_stale, languages, sent, to_plan, to_prepare
from dialog.vocabulary import EVENT_FORMATS, ITEM_FORMATS
from region.models import ActionField


@blueprint.route("/events/new", methods=["GET", "POST"])
def plan_event(slug: str) -> Response:
    """Plan another event, with a programme and groups to begin with."""
    actor, dialogue = to_prepare(slug)
    fields = queries.fields_of(dialogue)
    form = sent(NewEventForm.speaking(languages()))

    def show(form: NewEventForm) -> str:
        return render_template("dialog/plan_event.html", dialogue=dialogue, form=form, fields=fields)

    if request.method != "POST":
        form.format.data = "on_site"
        return page(show(form))

    def act() -> Answer:
        values = form.values
        year = on_the_wall(values["starts_at"]).year
        items = programme.proposal(values["starts_at"], values["ends_at"])
        try:
            event = actions.plan_event(
                actor,
                queries.access_dialogue(actor, slug),
                slug=form.address.data or _address(f"{values['titles']['de']} {year}"),
                **values,
                agenda=[_taken_over(item) for item in items] if form.proposes_programme.data else [],
                groups=_group_per_field(fields, form.places.data) if form.proposes_groups.data else [],
                published=False,
            )
        except Conflict as error:
            raise Invalid(error.sentence, {"address": [error.sentence]}) from error
        return Answer(_overview(dialogue, event, done="planned"))

    return submit(form, act, show)


def _address(title: str) -> str:
    return address_from(title, is_taken=event_queries.event_slug_exists, otherwise="veranstaltung")


def _taken_over(item: programme.Proposed) -> PlannedItem:
    names = in_all_languages(lambda code: gettext(item.name))
    return PlannedItem(item.starts_at, item.ends_at, names, item.format)


def _group_per_field(fields: Sequence[ActionField], places: int | None) -> list[PlannedGroup]:
    return [PlannedGroup(field.names, [field], places=places) for field in fields]


def _overview(dialogue: Dialogue, event: DialogueEvent, *, done: str = "", part: str | None = None) -> str:
    return url_for(
        "dialog.prepare_event",
        slug=dialogue.slug,
        event_slug=event.slug,
        done=done or None,
        _anchor=part,
    )


@blueprint.get("/events/<event_slug>/prepare")
def prepare_event(slug: str, event_slug: str) -> str:
    """The plan of an event in its parts, with what is still missing."""
    _, dialogue, event = to_plan(slug, event_slug)
    return draw_plan(dialogue, event, ArrangeForm())


def draw_plan(dialogue: Dialogue, event: DialogueEvent, form: ArrangeForm | SwitchForm) -> str:
    """The page with the plan of an event; `form` is whichever was pressed on it."""
    return render_template(
        "dialog/prepare_event.html",
        dialogue=dialogue,
        event=event,
        form=form,
        rounds=programme.rounds_of(event.agenda),
        agenda=sorted(event.agenda, key=lambda item: item.starts_at),
        days=programme.days(event.starts_at, event.ends_at),
        missing=open_points(event, now()),
        item_formats=ITEM_FORMATS,
        event_formats=EVENT_FORMATS,
        done=request.args.get("done", ""),
        unmatched=request.args.get("unmatched", ""),
        is_over=event.ends_at <= now(),
        signup=signup_state(event, now()),
    )


@blueprint.route("/events/<event_slug>/prepare/day", methods=["GET", "POST"])
def edit_event(slug: str, event_slug: str) -> Response:
    """Write anew what an event is called, when and where it is, and how people come in."""
    actor, dialogue, event = to_plan(slug, event_slug)
    kind = EventForm.speaking(languages())
    form = sent(kind)

    def show(form: EventForm) -> str:
        present = queries.access_event(actor, dialogue, event_slug)
        saved = kind()
        saved.show(present)
        stale = is_stale(form, present.revision)
        return render_template(
            "dialog/edit_event.html",
            dialogue=dialogue,
            event=present,
            form=form,
            saved=form.differs_from(saved) if stale else [],
            stale=stale,
        )

    if request.method != "POST":
        form.show(event)
        return page(show(form))
    based_on = form.revision_seen

    def act() -> Answer:
        present = queries.access_event(actor, dialogue, event_slug)
        actions.change_event(actor, present, based_on=based_on, **form.values)
        return Answer(_overview(dialogue, present, done="saved"))

    return submit(form, act, show)


@blueprint.route("/events/<event_slug>/prepare/move", methods=["GET", "POST"])
def move_event(slug: str, event_slug: str) -> Response:
    """Let the whole event begin at another time, with its programme."""
    actor, dialogue, event = to_plan(slug, event_slug)
    form = sent(MoveForm)

    def show(form: MoveForm) -> str:
        present = queries.access_event(actor, dialogue, event_slug)
        stale = is_stale(form, present.revision)
        return render_template(
            "dialog/move_event.html", dialogue=dialogue, event=present, form=form, stale=stale
        )

    if request.method != "POST":
        form.show(event)
        return page(show(form))
    based_on = form.revision_seen

    def act() -> Answer:
        present = queries.access_event(actor, dialogue, event_slug)
        actions.move_event(actor, present, based_on=based_on, starts_at=form.begin_of(present))
        return Answer(_overview(dialogue, present, done="moved"))

    return submit(form, act, show)


@blueprint.route("/events/<event_slug>/prepare/copy", methods=["GET", "POST"])
def copy_event(slug: str, event_slug: str) -> Response:
    """Make another event with the same plan, here or in another dialogue."""
    actor, dialogue, event = to_plan(slug, event_slug)
    others = _may_prepare(actor)

    def offer(form: CopyForm) -> None:
        form.offer(others, dialogue)

    form = sent(CopyForm, offer)

    def show(form: CopyForm) -> str:
        return render_template(
            "dialog/copy_event.html", dialogue=dialogue, event=event, form=form, dialogues=others
        )

    if request.method != "POST":
        form.begins.data = on_the_wall(event.starts_at).time()
        return page(show(form))

    def act() -> Answer:
        into = queries.access_dialogue(actor, form.dialogue.data)
        title = f"{name_in(event.titles, 'de')} {on_the_wall(form.starts_at).year}"
        try:
            copied = copy_plan(
                actor,
                queries.access_event(actor, dialogue, event_slug),
                into,
                slug=form.address.data or _address(title),
                starts_at=form.starts_at,
                with_links=bool(form.with_links.data),
            )
        except Conflict as error:
            raise Invalid(error.sentence, {"address": [error.sentence]}) from error
        unmatched = ", ".join(name_in(field.names) for field in copied.unmatched)
        return Answer(
            url_for(
                "dialog.prepare_event",
                slug=into.slug,
                event_slug=copied.event.slug,
                done="copied",
                unmatched=unmatched or None,
            )
        )

    return submit(form, act, show)


def _may_prepare(actor: Actor) -> list[Dialogue]:
    return [
        one
        for one in queries.visible_dialogues(actor)
        if RIGHTS.allows(actor, Permission.PREPARE_DIALOGUE, one)
    ]


@blueprint.post("/events/<event_slug>/prepare/switch")
def switch_event(slug: str, event_slug: str) -> Response:
    """Publish an event or make it a draft again, delete the draft; open or close its code or signing up."""
    actor = current_actor()
    dialogue = queries.access_dialogue(actor, slug)
    if not RIGHTS.allows(actor, Permission.PREPARE_DIALOGUE, dialogue):
        to_plan(slug, event_slug)
    # A press that arrives twice finds its event deleted, and is answered like the first.
    form = SwitchForm(request.form)

    def act() -> Answer:
        event = queries.access_event(actor, dialogue, event_slug)
        if form.step.data == "delete":
            delete_event(actor, event)
            return Answer(url_for("dialog.prepare", slug=slug, done="deleted"))
        steps = {
            "publish": actions.publish_event,
            "draft": actions.take_event_back,
            "code": actions.make_event_code,
            "close": actions.close_event_code,
            "open_signup": actions.open_signup,
            "close_signup": actions.close_signup,
        }
        if form.step.data not in steps:
            raise Invalid(_l("Please choose what should happen with this event."))
        steps[form.step.data](actor, event)
        part = "code" if form.step.data in {"code", "close"} else None
        return Answer(_overview(dialogue, event, done=form.step.data, part=part))

    def show(form: SwitchForm) -> str:
        return draw_plan(dialogue, queries.access_event(current_actor(), dialogue, event_slug), form)

    return submit(form, act, show)
