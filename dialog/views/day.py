"""The day of an event: the screen in the hall, and “where do I have to go now?”."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Response, current_app, make_response, redirect, render_template, request, url_for

from core.charts import qr_code
from core.clock import now as current_moment
from core.config import Config
from core.forms import Form
from core.i18n import gettext, ngettext
from core.web import Answer, current_actor, page, submit
from dialog.actions import events as event_actions
from dialog.agenda import Here, Phase, wait_until
from dialog.boards_of_groups import boards_of, where_the_day_is
from dialog.forms import EventCodeForm
from dialog.models import AgendaItem, Dialogue, DialogueEvent, Registration, Sitting, WorkingGroup
from dialog.permissions import RIGHTS, Permission
from dialog.queries import checkin as door_queries
from dialog.queries import day as queries
from dialog.queries import dialogues as dialogue_queries
from dialog.queries import polls as poll_queries
from dialog.registration_forms import OneGroupForm
from dialog.views.blueprint import blueprint
from dialog.vocabulary import PollStatus

AGAIN_PERSON = timedelta(minutes=5)
"""How long a page about one's own day stays as it is when nothing begins or ends."""

AGAIN_DAY = timedelta(minutes=1, seconds=30)
"""The same where groups have clocks, which may begin and end a round at any time."""

AGAIN_SCREEN = timedelta(minutes=1)
"""The same for the screen in the hall, which says how many minutes are left."""

FEW_PLACES = 5
"""From this number on free places are not counted out to people."""


def in_words(then: datetime, moment: datetime) -> str:
    """How long until something begins or ends, as the end of a sentence: “in 12 minutes”."""
    wait = wait_until(then, moment)
    if wait.days == 1:
        return gettext("tomorrow")
    if wait.days:
        return ngettext("in %(num)s day", "in %(num)s days", wait.days)
    if wait.hours:
        return gettext("in %(hours)s h %(minutes)s min", hours=wait.hours, minutes=wait.minutes)
    return ngettext("in %(num)s minute", "in %(num)s minutes", wait.minutes)


def places_in_words(sitting: Sitting) -> str:
    """How many places are free, as people need to know it."""
    free = None if sitting.places is None else sitting.places - sitting.taken
    if free is None or free > FEW_PLACES:
        return gettext("There are free places.")
    if free <= 0:
        return gettext("All places are taken.")
    return ngettext("%(num)s place is free.", "%(num)s places are free.", free)


@dataclass(frozen=True, slots=True)
class FreeGroup:
    """A group of the round that is on now, with its free places in words."""

    group: WorkingGroup
    places: str
    is_free: bool


def groups_of_round(event: DialogueEvent, round_id: int) -> list[FreeGroup]:
    """The groups that meet in a round, by number."""
    return [
        FreeGroup(group, places_in_words(sitting), sitting.places is None or sitting.taken < sitting.places)
        for group in event.groups
        for sitting in group.sittings
        if sitting.round_id == round_id
    ]


@dataclass(frozen=True, slots=True)
class Stop:
    """One entry of somebody's day: `place` is a room or address in words, `link` only where they may go."""

    item: AgendaItem
    group: WorkingGroup | None
    place: str
    link: str


def stops_of(event: DialogueEvent, registration: Registration | None, *, staff: bool) -> list[Stop]:
    """Somebody's whole day in order. Links are given to those who have a place there, and to staff."""
    seats = queries.seats_of(registration, event) if registration else {}
    found = []
    for item in sorted(event.agenda, key=lambda one: (one.starts_at, one.id)):
        if item.format == "groups":
            group = seats.get(item.id)
            found.append(Stop(item, group, group.room if group else "", group.link if group else ""))
        elif item.format == "plenary":
            found.append(Stop(item, None, event.place, event.link if registration or staff else ""))
        else:
            found.append(Stop(item, None, "", ""))
    return found


@blueprint.get("/events/<event_slug>/now")
def now(slug: str, event_slug: str) -> Response:
    """Where do I have to go now? One answer on top, then the rest of one's day."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    event = dialogue_queries.access_event(actor, dialogue, event_slug)
    if actor.is_visitor:
        return make_response(redirect(url_for("accounts.code", next=request.path), 303))
    registration = queries.registration_that_holds(actor, event)
    staff = RIGHTS.allows(actor, Permission.RUN_DAY, event)
    stops = stops_of(event, registration, staff=staff)
    boards = boards_of(event) if registration or staff else {}
    moment = current_moment()
    here = where_the_day_is(event, moment, registration)
    return page(
        render_template(
            "dialog/day_now.html",
            dialogue=dialogue,
            event=event,
            registration=registration,
            staff=staff,
            here=here,
            stop=_stop_at(stops, here.now),
            boards=boards,
            next_stop=_stop_at(stops, here.next),
            rest=[stop for stop in stops if stop.item.starts_at > moment and stop.item is not here.now],
            left_board=_board_left(stops, boards, here, moment),
            groups=groups_of_round(event, here.now.id) if here.now and here.phase == Phase.ROUND else [],
            begins=in_words(event.starts_at, moment),
            may_sign_up=RIGHTS.allows(actor, Permission.SIGN_UP, event),
            join_form=OneGroupForm(),
            state=_state(here, registration, event),
            again=_seconds_until_again(here, moment, AGAIN_PERSON if not boards else AGAIN_DAY),
            moment=moment,
            may_contribute=RIGHTS.allows(actor, Permission.CONTRIBUTE, dialogue),
            may_read_own=RIGHTS.allows(actor, Permission.READ_OWN, dialogue),
            polls=[
                poll
                for poll in poll_queries.visible_polls(actor, dialogue)
                if poll.status == PollStatus.OPEN and (poll.closes_at is None or poll.closes_at > moment)
            ],
        )
    )


@blueprint.get("/events/<event_slug>/my-groups")
def my_groups(slug: str, event_slug: str) -> str:
    """The groups somebody runs today: when, where, for how many. Nothing else."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    event = dialogue_queries.access_event(actor, dialogue, event_slug)
    return render_template(
        "dialog/day_my_groups.html",
        dialogue=dialogue,
        event=event,
        mine=door_queries.own_groups(actor, event),
        rounds={item.id: item for item in event.agenda},
        boards=boards_of(event),
    )


@blueprint.get("/events/<event_slug>/screen")
def screen(slug: str, event_slug: str) -> Response:
    """The screen in the hall: what is on, what comes, how to take part."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    event = door_queries.access_day(actor, dialogue, event_slug)
    return page(_draw_screen(dialogue, event, EventCodeForm()))


@blueprint.post("/events/<event_slug>/event-code")
def event_code(slug: str, event_slug: str) -> Response:
    """Open registration with a new code, or close it."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    event = door_queries.access_day(actor, dialogue, event_slug)
    form = EventCodeForm.from_request()

    def act() -> Answer:
        present = door_queries.access_day(actor, dialogue, event_slug)
        if form.step.data == "close":
            event_actions.close_event_code(actor, present)
        else:
            event_actions.make_event_code(actor, present)
        return Answer(url_for("dialog.screen", slug=slug, event_slug=event_slug))

    return submit(form, act, lambda refused: _draw_screen(dialogue, event, refused))


def _draw_screen(dialogue: Dialogue, event: DialogueEvent, form: Form) -> str:
    settings: Config = current_app.config["SETTINGS"]
    moment = current_moment()
    here = where_the_day_is(event, moment)
    # Who comes late or has no group yet reads where there is room: now, or in the round that comes next.
    round = next((item for item in (here.now, here.next) if item and item.format == "groups"), None)
    address = f"{settings.public_url}{url_for('dialog.join', slug=dialogue.slug)}"
    return render_template(
        "dialog/day_screen.html",
        dialogue=dialogue,
        event=event,
        here=here,
        moment=moment,
        left=in_words(here.now.ends_at, moment) if here.now and here.now.ends_at > moment else "",
        begins=in_words(event.starts_at, moment),
        groups=groups_of_round(event, round.id) if round else [],
        round=round,
        code=event.code,
        picture=qr_code(f"{address}#{event.code}") if event.code else "",
        host=settings.public_url.partition("://")[2],
        code_page=settings.public_url.partition("://")[2] + url_for("accounts.code"),
        again=_seconds_until_again(here, moment, AGAIN_SCREEN),
        form=form,
    )


def _stop_at(stops: Sequence[Stop], item: AgendaItem | None) -> Stop | None:
    return next((stop for stop in stops if item is not None and stop.item.id == item.id), None)


def _board_left(
    stops: Sequence[Stop], boards: Mapping[tuple[int, int], str], here: Here[AgendaItem], moment: datetime
) -> str:
    """The board of one's own group whose round ended before its time: what stands there can still be read."""
    if here.phase != Phase.BREAK or here.now is not None:
        return ""
    running = [stop for stop in stops if stop.item.starts_at <= moment < stop.item.ends_at and stop.group]
    return next((boards.get((stop.group.id, stop.item.id), "") for stop in running if stop.group), "")


def _state(here: Here[AgendaItem], registration: Registration | None, event: DialogueEvent) -> str:
    """What the answer depends on; as long as it is the same, the page is left in peace."""
    seats = queries.seats_of(registration, event) if registration else {}
    return "-".join(
        [
            here.phase,
            *(str(item.id) if item else "0" for item in (here.now, here.next)),
            *(f"{round_id}.{group.id}" for round_id, group in sorted(seats.items())),
        ]
    )


def _seconds_until_again(here: Here[AgendaItem], moment: datetime, most: timedelta) -> int:
    """When the page reads itself again: when something begins or ends, else after a while."""
    if most == AGAIN_SCREEN:
        most = timedelta(seconds=60 - moment.second)
    wait = most if here.changes_at is None else min(most, here.changes_at - moment)
    return max(1, -(-wait // timedelta(seconds=1)))
