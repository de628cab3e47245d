"""Who comes to an event and where they sit: for themselves, for the seating, and as numbers for staff."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, bindparam, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from accounts import codes
from core.actor import Actor
from core.clock import now
from core.db import db
from core.errors import Invalid, NotFound
from core.i18n import lazy_gettext as _l
from core.statements import Statement
from dialog.models import (
    AgendaItem,
    Dialogue,
    DialogueEvent,
    GroupChoice,
    Participant,
    Registration,
    Sitting,
    WorkingGroup,
)
from dialog.permissions import RIGHTS, Permission
from dialog.queries import dialogues
from dialog.queries.counts import kept_counts


class Place(NamedTuple):
    """The places of a group in one round."""

    sitting_id: int
    group_id: int
    round_id: int
    places: int | None
    taken: int
    ends_at: datetime

    @property
    def free(self) -> int | None:
        """How many are left; None is as many as come."""
        return None if self.places is None else max(0, self.places - self.taken)


_PLACES = Statement(
    lambda: (
        select(
            Sitting.id, Sitting.group_id, Sitting.round_id, Sitting.places, Sitting.taken, AgendaItem.ends_at
        )
        .join(AgendaItem, AgendaItem.id == Sitting.round_id)
        .where(AgendaItem.event_id == bindparam("event_id"))
        .order_by(AgendaItem.starts_at, Sitting.id)
    )
)


def places_of(event_id: int) -> list[Place]:
    """The places in all groups and rounds of an event, by time. What is free is public."""
    return [Place(*row) for row in _PLACES.rows(event_id=event_id)]


def free_of(places: Iterable[Place]) -> dict[int, int | None]:
    """Free places of each group in all its rounds together, None for as many as come."""
    free: dict[int, int | None] = {}
    for place in places:
        so_far = free.get(place.group_id, 0)
        free[place.group_id] = None if place.free is None or so_far is None else so_far + place.free
    return free


def still_to_come(places: Iterable[Place]) -> list[Place]:
    """Those of the rounds that are not over."""
    at = now()
    return [place for place in places if place.ends_at > at]


def participant_of(actor: Actor, dialogue_id: int) -> Participant | None:
    """Who this actor is in a dialogue, if they take part in it."""
    if actor.is_visitor:
        return None
    return participant_by_key(actor.key, dialogue_id)


def participant_by_key(key: str, dialogue_id: int) -> Participant | None:
    """The participant of a dialogue behind a key."""
    return db.session.execute(
        select(Participant).where(Participant.key == key, Participant.dialogue_id == dialogue_id)
    ).scalar_one_or_none()


def event_of_code(actor: Actor, dialogue: Dialogue, code: str) -> DialogueEvent:
    """The event that an event code as it was typed opens, with its groups. Raises Invalid for any other."""
    known = dialogues.event_by_code(codes.normalise(code))
    if (
        known is None
        or known.dialogue_id != dialogue.id
        or not RIGHTS.allows(actor, Permission.READ_EVENT, known)
    ):
        sentence = _l("This event code does not work. Please compare it with the screen.")
        raise Invalid(sentence, {"code": [sentence]})
    return dialogues.access_event(actor, dialogue, known.slug)


def own_registration(actor: Actor, event: DialogueEvent) -> Registration | None:
    """The registration of this actor for an event, cancelled ones too, with its choices as they are now."""
    if actor.is_visitor:
        return None
    return db.session.execute(
        of_oneself(actor, event).options(*_WHOLE).execution_options(populate_existing=True)
    ).scalar_one_or_none()


def is_registered_for(actor: Actor, event: DialogueEvent) -> bool:
    """Whether this actor has a registration for an event that holds."""
    if actor.is_visitor:
        return False
    holds = of_oneself(actor, event).where(Registration.status == "registered")
    return db.session.execute(holds).scalar_one_or_none() is not None


def own_events_ahead(actor: Actor, dialogue_id: int, moment: datetime) -> list[DialogueEvent]:
    """The events of a dialogue that this actor is registered for and that are not over, by time."""
    if actor.is_visitor:
        return []
    return list(
        db.session.scalars(
            select(DialogueEvent)
            .join(Registration, Registration.event_id == DialogueEvent.id)
            .join(Participant)
            .where(
                DialogueEvent.dialogue_id == dialogue_id,
                DialogueEvent.ends_at > moment,
                Registration.status == "registered",
                Participant.key == actor.key,
            )
            .order_by(DialogueEvent.starts_at, DialogueEvent.id)
        )
    )


def of_oneself(actor: Actor, event: DialogueEvent) -> Select[Registration]:
    """One's own registration for an event, to be narrowed and loaded with what a page needs of it."""
    return (
        select(Registration)
        .join(Participant)
        .where(Registration.event_id == event.id, Participant.key == actor.key)
    )


_WHOLE = (
    selectinload(Registration.choices).joinedload(GroupChoice.round),
    selectinload(Registration.choices).joinedload(GroupChoice.group).selectinload(WorkingGroup.fields),
    selectinload(Registration.needs),
    joinedload(Registration.participant),
    joinedload(Registration.municipality),
    joinedload(Registration.event).joinedload(DialogueEvent.dialogue),
)


def access_registration(actor: Actor, event: DialogueEvent) -> Registration:
    """One's own registration that holds. Raises NotFound where there is none."""
    found = own_registration(actor, event)
    if (
        found is None
        or found.status != "registered"
        or not RIGHTS.allows(actor, Permission.READ_REGISTRATION, found)
    ):
        raise NotFound
    return found


def registration_of(participant_id: int, event_id: int) -> Registration | None:
    """The registration of a participant for an event, cancelled ones too."""
    return db.session.execute(
        select(Registration)
        .where(Registration.event_id == event_id, Registration.participant_id == participant_id)
        .options(*_WHOLE)
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()


def registration_made(registration_id: int) -> Registration | None:
    """A registration with what the page shows to whoever has just made it."""
    found = db.session.execute(
        select(Registration)
        .where(Registration.id == registration_id)
        .options(
            # There are few choices, so one statement costs less than three.
            joinedload(Registration.choices).joinedload(GroupChoice.round),
            joinedload(Registration.choices).joinedload(GroupChoice.group).selectinload(WorkingGroup.fields),
            selectinload(Registration.needs),
            joinedload(Registration.event),
        )
    )
    return found.unique().scalar_one_or_none()


def access_event_alone(actor: Actor, slug: str, event_slug: str) -> DialogueEvent:
    """An event with its dialogue and nothing more, for those who sign up. Raises NotFound."""
    found = db.session.execute(
        select(DialogueEvent)
        .join(Dialogue)
        .where(Dialogue.slug == slug, DialogueEvent.slug == event_slug)
        .options(contains_eager(DialogueEvent.dialogue))
    ).scalar_one_or_none()
    if found is None or not RIGHTS.allows(actor, Permission.READ_EVENT, found):
        raise NotFound
    return found


def person_of(registration_id: int) -> str | None:
    """The key of the person who made a registration; None if it is gone."""
    return db.session.execute(
        select(Participant.key)
        .join(Registration, Registration.participant_id == Participant.id)
        .where(Registration.id == registration_id)
    ).scalar_one_or_none()


def registrations_of(participant: Participant) -> list[Registration]:
    """All registrations of a participant, for taking them away."""
    return list(
        db.session.scalars(
            select(Registration)
            .where(Registration.participant_id == participant.id)
            .options(*_WHOLE)
            .order_by(Registration.id)
        )
    )


def positions(registration: Registration) -> dict[int, int]:
    """Where somebody stands on the list of each group they wait for, from 1."""
    found = {}
    for choice in registration.choices:
        if choice.waiting_no is not None:
            before = select(func.count()).where(
                GroupChoice.group_id == choice.group_id,
                or_(
                    GroupChoice.waiting_no < choice.waiting_no,
                    (GroupChoice.waiting_no == choice.waiting_no)
                    & (GroupChoice.registration_id < registration.id),
                ),
            )
            found[choice.group_id] = db.session.scalar(before) + 1  # type: ignore[operator]
    return found


# ------------------------------------------------------------------------------------------ waiting lists


def somebody_waits(event_id: int) -> bool:
    """Whether any list of an event has somebody on it."""
    return _SOMEBODY_WAITS.first(event_id=event_id) is not None


_SOMEBODY_WAITS = Statement(
    lambda: (
        select(GroupChoice.id)
        .join(WorkingGroup, WorkingGroup.id == GroupChoice.group_id)
        .where(WorkingGroup.event_id == bindparam("event_id"), GroupChoice.waiting_no.is_not(None))
        .limit(1)
    )
)


def choices_of_waiting(event_id: int) -> list[GroupChoice]:
    """All choices of everybody who waits for a group of an event, as they are now."""
    waiting = (
        select(GroupChoice.registration_id)
        .join(WorkingGroup, WorkingGroup.id == GroupChoice.group_id)
        .where(WorkingGroup.event_id == event_id, GroupChoice.waiting_no.is_not(None))
    )
    return list(
        db.session.scalars(
            select(GroupChoice)
            .where(GroupChoice.registration_id.in_(waiting))
            .options(
                joinedload(GroupChoice.group),
                joinedload(GroupChoice.registration).joinedload(Registration.participant),
            )
            .execution_options(populate_existing=True)
        )
    )


def event_of_registrations(event_id: int) -> DialogueEvent:
    """An event with its rounds and its dialogue."""
    return db.session.execute(
        select(DialogueEvent)
        .where(DialogueEvent.id == event_id)
        .options(selectinload(DialogueEvent.agenda), joinedload(DialogueEvent.dialogue))
    ).scalar_one()


# ---------------------------------------------------------------------------------------------- for staff


@dataclass(frozen=True, slots=True)
class GroupNumbers:
    """One group in numbers: its rounds, how many wait, and how many of the first wishes have a place."""

    group: WorkingGroup
    rounds: list[Place] = field(default_factory=list)
    waiting: int = 0
    first_wishes: int = 0
    first_seated: int = 0


@dataclass(frozen=True, slots=True)
class Numbers:
    """What staff see of the registrations for an event; of the people only what `dialog.counts` lets out."""

    registered: int
    without_group: int
    groups: list[GroupNumbers]
    people: Mapping[str, Mapping[str, int]]
    as_of: datetime | None


def registration_numbers(actor: Actor, dialogue: Dialogue, event: DialogueEvent) -> Numbers:
    """The registrations for an event as numbers. Raises NotFound for those who do not plan it."""
    if not RIGHTS.allows(actor, Permission.COUNT_REGISTRATIONS, dialogue):
        raise NotFound
    registered = select(Registration.id).where(
        Registration.event_id == event.id, Registration.status == "registered"
    )
    chosen: dict[int, list[tuple[str, int, bool, int]]] = defaultdict(list)
    with_group = set()
    for group_id, state, rank, is_reserve, registration_id in db.session.execute(
        select(
            GroupChoice.group_id,
            GroupChoice.state,
            GroupChoice.rank,
            GroupChoice.is_reserve,
            GroupChoice.registration_id,
        ).where(GroupChoice.registration_id.in_(registered))
    ):
        chosen[group_id].append((state, rank, is_reserve, registration_id))
        with_group.add(registration_id)
    rounds: dict[int, list[Place]] = defaultdict(list)
    for place in places_of(event.id):
        rounds[place.group_id].append(place)
    total = db.session.scalar(select(func.count()).select_from(registered.subquery())) or 0
    kept = kept_counts(event.id)
    return Numbers(
        total,
        total - len(with_group),
        [_numbers_of(group, rounds[group.id], chosen[group.id]) for group in event.groups],
        kept.snapshot.counts,
        kept.as_of,
    )


def _numbers_of(
    group: WorkingGroup, rounds: list[Place], chosen: list[tuple[str, int, bool, int]]
) -> GroupNumbers:
    first = [state for state, rank, is_reserve, _ in chosen if rank == 1 and not is_reserve]
    return GroupNumbers(
        group,
        rounds,
        sum(1 for state, *_ in chosen if state == "waiting"),
        len(first),
        first.count("seated"),
    )
