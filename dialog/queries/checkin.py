"""Who is expected at the door and who is there: for staff of the day only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from accounts.codes import LENGTH, SLIP_LENGTH, normalise
from accounts.models import PersonalCode
from core.actor import Actor
from core.db import db
from core.errors import Invalid, NotFound, Sentence
from core.i18n import lazy_gettext as _l
from dialog.counts import HERE
from dialog.models import Dialogue, DialogueEvent, GroupChoice, Participant, Registration, WorkingGroup
from dialog.permissions import RIGHTS, Permission
from dialog.queries.counts import kept_counts
from dialog.queries.dialogues import access_event, visible_events
from dialog.queries.registrations import Place, places_of
from dialog.vocabulary import SMALLEST_GROUP


def access_day(actor: Actor, dialogue: Dialogue, slug: str) -> DialogueEvent:
    """An event with programme and groups, for those who run its day. Raises NotFound."""
    event = access_event(actor, dialogue, slug)
    if not RIGHTS.allows(actor, Permission.RUN_DAY, event):
        raise NotFound
    return event


def open_doors(actor: Actor, dialogue: Dialogue) -> list[DialogueEvent]:
    """The events of a dialogue into which this actor can let people in now."""
    return [
        event for event in visible_events(actor, dialogue) if RIGHTS.allows(actor, Permission.ADMIT, event)
    ]


class NotRegistered(Invalid):
    """A slip that counts, and whose holder is not registered for the event."""

    def __init__(self, slip_number: str) -> None:
        # Also where there is no registration at all.
        sentence = _l("Whoever has this slip is not registered for this event.")
        super().__init__(sentence, {"slip": [sentence]})
        self.slip_number = slip_number


@dataclass(frozen=True, slots=True)
class DoorLine:
    """One person who is registered, as the door knows them: by the number of their slip."""

    registration_id: int
    slip_number: str
    groups: tuple[int, ...]
    """Ids of the groups they have a place in."""
    checked_in_at: datetime | None


def door_list(actor: Actor, event: DialogueEvent) -> list[DoorLine]:
    """Everybody who is registered, by slip number. Raises NotFound for others than staff of the day."""
    if not RIGHTS.allows(actor, Permission.RUN_DAY, event):
        raise NotFound
    seats: dict[int, list[int]] = defaultdict(list)
    for registration_id, group_id in db.session.execute(
        select(GroupChoice.registration_id, GroupChoice.group_id)
        .join(Registration, Registration.id == GroupChoice.registration_id)
        .where(Registration.event_id == event.id, GroupChoice.state == "seated")
        .order_by(GroupChoice.rank)
    ):
        seats[registration_id].append(group_id)
    # A person may hold several slips one after the other; the one that opens something is theirs.
    rows = db.session.execute(
        select(Registration.id, Registration.checked_in_at, func.max(PersonalCode.slip_number))
        .join(Participant, Participant.id == Registration.participant_id)
        .outerjoin(
            PersonalCode,
            (PersonalCode.holder_key == Participant.key) & PersonalCode.revoked_at.is_(None),
        )
        .where(Registration.event_id == event.id, Registration.status == "registered")
        .group_by(Registration.id, Registration.checked_in_at)
    )
    lines = [DoorLine(number, slip or "", tuple(seats[number]), at) for number, at, slip in rows]
    return sorted(lines, key=lambda line: (line.slip_number, line.registration_id))


def registration_of_slip(actor: Actor, event: DialogueEvent, typed: str) -> int:
    """Id of the registration that belongs to a slip.

    Raises Invalid with what to do at the field `slip`; it is NotRegistered where they can be let in with it.
    """
    if not RIGHTS.allows(actor, Permission.RUN_DAY, event):
        raise NotFound
    plain = normalise(typed)
    if len(plain) == LENGTH:
        raise _at_slip(_l("This is the personal code. Please type the slip number, which begins with Z."))
    wanted = {typed.strip().upper(), f"Z-{plain}", f"Z-{plain.removeprefix('Z')}"}
    row = db.session.execute(
        select(Registration.id, Registration.status, PersonalCode.revoked_at, PersonalCode.slip_number)
        .select_from(PersonalCode)
        .join(Participant, Participant.key == PersonalCode.holder_key)
        .outerjoin(
            Registration,
            (Registration.participant_id == Participant.id) & (Registration.event_id == event.id),
        )
        .where(PersonalCode.slip_number.in_(wanted), Participant.dialogue_id == event.dialogue_id)
        .order_by(PersonalCode.id.desc())
    ).first()
    if row is None:
        raise _at_slip(
            _l(
                "There is no slip with this number. It has the letter Z and %(length)d more.",
                length=SLIP_LENGTH,
            )
        )
    registration_id, status, revoked_at, slip_number = row
    if revoked_at is not None:
        raise _at_slip(_l("This slip was replaced by another one. Please ask for the newer slip."))
    if status != "registered":
        raise NotRegistered(slip_number)
    found: int = registration_id
    return found


def _at_slip(sentence: Sentence) -> Invalid:
    return Invalid(sentence, {"slip": [sentence]})


def ids_in_group(actor: Actor, event: DialogueEvent, group_id: int) -> list[int]:
    """Ids of the registrations with a place in this group of the event."""
    return [line.registration_id for line in door_list(actor, event) if group_id in line.groups]


@dataclass(frozen=True, slots=True)
class Arriving:
    """A registration locked until the commit, with the person behind it."""

    registration_id: int
    participant_id: int
    key: str
    checked_in_at: datetime | None
    tier_before: str | None


def lock_registrations(event: DialogueEvent, ids: Sequence[int]) -> list[Arriving]:
    """Those of these registrations that belong to the event and stand, locked in the order of their ids."""
    rows = db.session.execute(
        select(
            Registration.id,
            Registration.participant_id,
            Participant.key,
            Registration.checked_in_at,
            Registration.tier_before,
        )
        .join(Participant, Participant.id == Registration.participant_id)
        .where(
            Registration.event_id == event.id,
            Registration.id.in_(ids),
            Registration.status == "registered",
        )
        .order_by(Registration.id)
        .with_for_update(of=Registration)
    )
    return [Arriving(*row) for row in rows]


def other_check_in(participant_id: int, registration_id: int) -> int | None:
    """Id of another registration of this person that was checked in, if there is one."""
    return db.session.execute(
        select(func.min(Registration.id)).where(
            Registration.participant_id == participant_id,
            Registration.id != registration_id,
            Registration.checked_in_at.is_not(None),
        )
    ).scalar_one_or_none()


@dataclass(frozen=True, slots=True)
class Attendance:
    """A day in numbers.

    How many are registered and the places taken in the groups, by round and group, are exact. Of the people
    there is only what `dialog.counts` lets out: `here` and `channels` are whole fives, rounded down.
    """

    registered: int
    places: Mapping[int, Mapping[int, Place]]
    here: int
    channels: Mapping[str, int]
    as_of: datetime | None


def attendance(actor: Actor, event: DialogueEvent) -> Attendance:
    """How many have come, and how they came to be registered. Raises NotFound for others than staff."""
    if not RIGHTS.allows(actor, Permission.RUN_DAY, event):
        raise NotFound
    registered = db.session.scalar(
        select(func.count()).where(Registration.event_id == event.id, Registration.status == "registered")
    )
    places: dict[int, dict[int, Place]] = defaultdict(dict)
    for place in places_of(event.id):
        places[place.round_id][place.group_id] = place
    kept = kept_counts(event.id)
    shown = kept.snapshot.counts
    return Attendance(
        registered or 0, places, shown.get("presence", {}).get(HERE, 0), shown.get("channel", {}), kept.as_of
    )


@dataclass(frozen=True, slots=True)
class GroupToday:
    """A group that somebody runs, with how many are expected per round (None: fewer than five)."""

    group: WorkingGroup
    rounds: list[tuple[int, int | None]]


def own_groups(actor: Actor, event: DialogueEvent) -> list[GroupToday]:
    """The groups of an event that this actor runs, by number. Raises NotFound for those who run none."""
    mine = [group for group in event.groups if RIGHTS.allows(actor, Permission.SEE_OWN_GROUP, group)]
    if not mine:
        raise NotFound
    return [
        GroupToday(
            group,
            [(s.round_id, s.taken if s.taken >= SMALLEST_GROUP else None) for s in group.sittings],
        )
        for group in mine
    ]
