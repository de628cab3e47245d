"""Entering an event and what concerns its whole day; `agenda` and `groups` have the parts of its plan."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from accounts import codes
from core.actor import Actor
from core.clock import now
from core.db import Names, db
from core.errors import Conflict, Invalid
from core.i18n import lazy_gettext as _l
from core.i18n import ngettext
from core.journal import record
from core.revisions import write_over
from dialog import programme
from dialog.actions._parts import open_plan
from dialog.facts import (
    EventChanged,
    EventCodeChanged,
    EventMoved,
    EventPlanned,
    EventPublished,
    EventTakenBack,
    SittingChanged,
)
from dialog.links import web_address
from dialog.local_time import later_on_the_wall, on_the_wall
from dialog.models import AgendaItem, Dialogue, DialogueEvent, Sitting, WorkingGroup
from dialog.permissions import RIGHTS, Permission
from dialog.programme import GROUPS
from dialog.queries import events as queries
from region.models import ActionField

EVENT_CODE_LENGTH = 6


@dataclass(frozen=True, slots=True)
class PlannedItem:
    """One entry of a programme; `format` is plenary, groups (a round in which the groups meet) or break."""

    starts_at: datetime
    ends_at: datetime
    names: Names
    format: str


@dataclass(frozen=True, slots=True)
class PlannedGroup:
    """One working group and the fields it is about (several, one or none).

    `rounds` are the numbers (from 1) of the rounds it meets in, None for all; `places` counts for each of
    them, None for as many as come, and `places_in` for single ones that differ. `moderator` and `note_taker`
    are titles of roles.
    """

    names: Names
    fields: Sequence[ActionField]
    rounds: Sequence[int] | None = None
    places: int | None = None
    places_in: Mapping[int, int | None] = field(default_factory=dict)
    descriptions: Mapping[str, str] = field(default_factory=dict)
    languages: Sequence[str] = ()
    room: str = ""
    link: str = ""
    moderator: str = ""
    note_taker: str = ""


def plan_event(
    actor: Actor,
    dialogue: Dialogue,
    *,
    slug: str,
    titles: Names,
    aims: Names,
    format: str,
    starts_at: datetime,
    ends_at: datetime,
    groups_per_person: int,
    agenda: Sequence[PlannedItem],
    groups: Sequence[PlannedGroup],
    code: str | None = None,
    place: str = "",
    link: str = "",
    signup_from: datetime | None = None,
    signup_until: datetime | None = None,
    published: bool = True,
) -> DialogueEvent:
    """Enter an event with programme and groups. `code` is the event code that opens registration, if any.

    Raises Invalid if the times do not fit together, the link is none, or a group meets in a round that the
    programme does not have, and Conflict if another event has this address.
    """
    RIGHTS.require(actor, Permission.PREPARE_DIALOGUE, dialogue)
    _check_times(starts_at, ends_at, signup_from, signup_until)
    programme.check(starts_at, ends_at, agenda)
    taken = _l("There is an event with this address already. Please choose another one.")
    if queries.event_slug_exists(slug):
        raise Conflict(taken, code="taken")
    items = [
        AgendaItem(starts_at=i.starts_at, ends_at=i.ends_at, names=dict(i.names), format=i.format)
        for i in sorted(agenda, key=lambda item: item.starts_at)
    ]
    rounds = [item for item in items if item.format == GROUPS]
    event = DialogueEvent(
        dialogue_id=dialogue.id,
        slug=slug,
        titles=dict(titles),
        aims=dict(aims),
        format=format,
        starts_at=starts_at,
        ends_at=ends_at,
        groups_per_person=groups_per_person,
        code=codes.normalise(code) if code else None,
        place=place,
        link=web_address(link),
        signup_from=signup_from,
        signup_until=signup_until,
        published=published,
        agenda=items,
        groups=[
            WorkingGroup(
                number=number,
                names=dict(group.names),
                fields=list(group.fields),
                descriptions=dict(group.descriptions),
                languages=list(group.languages),
                room=group.room,
                link=web_address(group.link),
                moderator=group.moderator,
                note_taker=group.note_taker,
                sittings=_sittings(group, rounds),
            )
            for number, group in enumerate(groups, start=1)
        ],
    )
    db.session.add(event)
    try:
        db.session.flush()  # The fact needs the id.
    except IntegrityError:
        # Two people have chosen the same address at the same instant.
        raise Conflict(taken, code="taken") from None
    record(actor, EventPlanned(event.id))
    return event


def _sittings(group: PlannedGroup, rounds: Sequence[AgendaItem]) -> list[Sitting]:
    wanted = range(1, len(rounds) + 1) if group.rounds is None else sorted(set(group.rounds))
    if any(not 1 <= number <= len(rounds) for number in wanted):
        raise Invalid(_l("A group meets in a round that the programme does not have."))
    return [
        Sitting(round=rounds[number - 1], places=group.places_in.get(number, group.places))
        for number in wanted
    ]


def change_event(
    actor: Actor,
    event: DialogueEvent,
    *,
    based_on: int,
    titles: Names,
    aims: Names,
    format: str,
    place: str,
    link: str,
    starts_at: datetime,
    ends_at: datetime,
    groups_per_person: int,
    signup_from: datetime | None,
    signup_until: datetime | None,
) -> None:
    """Write anew what an event is called, when and where it is, and how people come in.

    Raises Conflict if there is a later revision than `based_on`, and Invalid if the programme does not fit
    into the day any more or somebody has a place in more groups than one person may have then.
    """
    RIGHTS.require(actor, Permission.PREPARE_DIALOGUE, event)
    plan = open_plan(event)
    write_over(plan, based_on)
    _check_times(starts_at, ends_at, signup_from, signup_until)
    _check_day(plan, starts_at, ends_at)
    fewer = groups_per_person < plan.groups_per_person
    if fewer and (most := queries.most_places_of_one_person(plan.id)) > groups_per_person:
        sentence = ngettext(
            "Somebody has a place in %(num)s group already. Please do not choose fewer groups per person.",
            "Somebody has places in %(num)s groups already. Please do not choose fewer groups per person.",
            most,
        )
        raise Invalid(sentence, {"groups_per_person": [sentence]})
    other_number = groups_per_person != plan.groups_per_person
    plan.titles, plan.aims = dict(titles), dict(aims)
    plan.format, plan.place, plan.link = format, place, web_address(link)
    plan.starts_at, plan.ends_at = starts_at, ends_at
    plan.groups_per_person = groups_per_person
    plan.signup_from, plan.signup_until = signup_from, signup_until
    db.session.flush()
    record(actor, EventChanged(plan.id, plan.revision))
    if other_number:
        record(actor, SittingChanged(plan.id))


def _check_times(
    starts_at: datetime, ends_at: datetime, signup_from: datetime | None, signup_until: datetime | None
) -> None:
    for wrong, name, sentence in (
        (ends_at <= starts_at, "ends", _l("The event must end after it begins.")),
        (
            signup_from and signup_until and signup_until <= signup_from,
            "signup_until",
            _l("Signing up must end after it begins."),
        ),
        (
            signup_from and signup_from >= ends_at,
            "signup_from",
            _l("Signing up must begin before the event is over."),
        ),
        (
            signup_until and signup_until > ends_at,
            "signup_until",
            _l("Signing up must end before the event is over."),
        ),
    ):
        if wrong:
            raise Invalid(sentence, {name: [sentence]})


def _check_day(plan: DialogueEvent, starts_at: datetime, ends_at: datetime) -> None:
    if not plan.agenda:
        return
    first = min(item.starts_at for item in plan.agenda)
    last = max(item.ends_at for item in plan.agenda)
    if first < starts_at or last > ends_at:
        sentence = _l(
            "The programme goes from %(first)s to %(last)s and would not fit any more. Move the whole event, "
            "or change the programme first.",
            first=programme.clock(first),
            last=programme.clock(last),
        )
        raise Invalid(sentence, {"begins": [sentence]})


def move_event(actor: Actor, event: DialogueEvent, *, based_on: int, starts_at: datetime) -> None:
    """Let the whole event begin at another moment: programme and times for signing up go along.

    What was at ten o'clock stays at ten o'clock on another day, also where the clocks change in between.
    When people could sign up already, they still can. Raises Invalid if an hour that the clocks leave out
    would be needed, and Conflict if there is a later revision than `based_on`.
    """
    RIGHTS.require(actor, Permission.PREPARE_DIALOGUE, event)
    plan = open_plan(event)
    write_over(plan, based_on)
    by = on_the_wall(starts_at) - on_the_wall(plan.starts_at)

    def later(moment: datetime) -> datetime:
        moved = later_on_the_wall(moment, by)
        if moved is None:
            raise Invalid(_l("This time does not exist: in that night the clocks go forward by an hour."))
        return moved

    plan.starts_at, plan.ends_at = starts_at, later(plan.ends_at)
    for item in plan.agenda:
        item.starts_at, item.ends_at = later(item.starts_at), later(item.ends_at)
        item.revision += 1
    if plan.signup_from is not None and plan.signup_from > now():
        plan.signup_from = later(plan.signup_from)
    if plan.signup_until is not None:
        plan.signup_until = later(plan.signup_until)
    # Two times of one night can change their order where an hour comes twice.
    _check_times(plan.starts_at, plan.ends_at, None, None)
    programme.check(plan.starts_at, plan.ends_at, plan.agenda)
    record(actor, EventMoved(plan.id, plan.revision))


def publish_event(actor: Actor, event: DialogueEvent) -> None:
    """Show the event to everybody; a second time it changes nothing."""
    RIGHTS.require(actor, Permission.PREPARE_DIALOGUE, event)
    plan = open_plan(event)
    if not plan.published:
        plan.published = True
        record(actor, EventPublished(plan.id))


def take_event_back(actor: Actor, event: DialogueEvent) -> None:
    """Make the event a draft again. Raises Conflict once somebody is registered, who must find it."""
    RIGHTS.require(actor, Permission.PREPARE_DIALOGUE, event)
    plan = open_plan(event)
    if queries.somebody_is_registered(plan.id):
        raise Conflict(_l("People have signed up already and must find this event. It stays published."))
    if plan.published:
        plan.published = False
        record(actor, EventTakenBack(plan.id))


def make_event_code(actor: Actor, event: DialogueEvent) -> str:
    """Give the event another code, which opens registration from now on; the former one is dead."""
    RIGHTS.require(actor, Permission.PREPARE_DIALOGUE, event)
    plan = open_plan(event)
    code = _new_event_code()
    while queries.event_code_exists(code):
        code = _new_event_code()
    plan.code = code
    record(actor, EventCodeChanged(plan.id, "made"))
    return code


def close_event_code(actor: Actor, event: DialogueEvent) -> None:
    """Let no code open registration any more. Who is registered keeps everything."""
    RIGHTS.require(actor, Permission.PREPARE_DIALOGUE, event)
    plan = open_plan(event)
    if plan.code is not None:
        plan.code = None
        record(actor, EventCodeChanged(plan.id, "closed"))


def open_signup(actor: Actor, event: DialogueEvent) -> None:
    """Let people sign up from now on until the event begins. Raises Conflict for one that has begun."""
    RIGHTS.require(actor, Permission.PREPARE_DIALOGUE, event)
    plan, at = open_plan(event), now()
    if at >= plan.starts_at:
        raise Conflict(_l("The event has begun. People register with the event code now."))
    if plan.signup_from is None or plan.signup_from > at:
        plan.signup_from = at
    plan.signup_until = None
    _say_changed(actor, plan)


def close_signup(actor: Actor, event: DialogueEvent) -> None:
    """Let nobody sign up by themselves any more; who is registered keeps everything.

    Raises Conflict where signing up is not open.
    """
    RIGHTS.require(actor, Permission.PREPARE_DIALOGUE, event)
    plan, at = open_plan(event), now()
    if plan.signup_from is None or not plan.signup_from < at < (plan.signup_until or plan.starts_at):
        raise Conflict(_l("Nobody can sign up at the moment. There is nothing to close."))
    plan.signup_until = at
    _say_changed(actor, plan)


def _say_changed(actor: Actor, plan: DialogueEvent) -> None:
    # Whoever has the form with the dates open is told when they save.
    plan.revision += 1
    db.session.flush()
    record(actor, EventChanged(plan.id, plan.revision))


def _new_event_code() -> str:
    return "".join(secrets.choice(codes.ALPHABET) for _ in range(EVENT_CODE_LENGTH))
