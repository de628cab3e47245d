"""What the help desk sees of a slip: whether it counts and where its holder sits, nothing of the person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from accounts import codes
from accounts import queries as account_queries
from accounts.actors import is_usable
from accounts.models import PersonalCode
from core.actor import Actor
from core.clock import now
from core.db import Names, db
from core.errors import NotFound
from dialog.models import Dialogue, DialogueEvent, GroupChoice, Participant, Registration, RollEntry
from dialog.permissions import RIGHTS, Permission


class SlipStatus(StrEnum):
    """Whether the code of a slip opens anything."""

    VALID = "valid"
    READS = "reads"
    """Writing and voting are over."""
    EXPIRED = "expired"
    REPLACED = "replaced"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Seat:
    """A place in a group for one round."""

    begins: datetime
    ends: datetime
    round: Names
    group: int
    name: Names
    room: str


@dataclass(frozen=True, slots=True)
class EventState:
    """A registration without anything its holder said of themselves."""

    event: DialogueEvent
    is_cancelled: bool
    is_checked_in: bool
    seats: list[Seat]


@dataclass(frozen=True, slots=True)
class SlipState:
    """A slip as the help desk sees it."""

    slip_number: str
    status: SlipStatus
    tier: str
    used: bool
    write_until: datetime | None
    replaced_by: str
    """Number of the slip its holder has now, if this one was replaced."""
    events: list[EventState]


def access_slip(actor: Actor, dialogue: Dialogue, typed: str) -> PersonalCode:
    """The code of a slip of this dialogue, by its number as people type it. Raises NotFound."""
    RIGHTS.require(actor, Permission.HELP_PEOPLE, dialogue)
    number = codes.normalise_slip_number(typed)
    if not number:
        raise NotFound
    code = account_queries.access_code(actor, number)
    if (code.scope_kind, code.scope_id) != ("dialogue", dialogue.id):
        raise NotFound
    return code


def state_of_slip(actor: Actor, dialogue: Dialogue, code: PersonalCode) -> SlipState:
    """What the help desk may know of a slip that `access_slip` gave."""
    RIGHTS.require(actor, Permission.HELP_PEOPLE, dialogue)
    later = [
        other
        for other in account_queries.codes_of_holder(actor, code)
        if other.id > code.id and other.revoked_at is None
    ]
    registrations = db.session.scalars(
        select(Registration)
        .join(Participant, Registration.participant_id == Participant.id)
        .where(Participant.key == code.holder_key, Participant.dialogue_id == dialogue.id)
        .options(
            joinedload(Registration.event),
            selectinload(Registration.choices).joinedload(GroupChoice.group),
            selectinload(Registration.choices).joinedload(GroupChoice.round),
        )
    )
    return SlipState(
        slip_number=code.slip_number,
        status=_status(code, bool(later)),
        tier=code.tier,
        used=code.used,
        write_until=code.write_until,
        replaced_by=later[0].slip_number if code.revoked_at is not None and later else "",
        events=[
            EventState(
                registration.event,
                registration.status == "cancelled",
                registration.checked_in_at is not None,
                sorted(map(_seat, filter(_is_seated, registration.choices)), key=lambda seat: seat.begins),
            )
            for registration in sorted(registrations, key=lambda one: one.event.starts_at)
        ],
    )


def _is_seated(choice: GroupChoice) -> bool:
    return choice.round is not None


def _seat(choice: GroupChoice) -> Seat:
    round, group = choice.round, choice.group
    if round is None:
        raise ValueError("Whoever waits has no seat.")
    return Seat(round.starts_at, round.ends_at, round.names, group.number, group.names, group.room)


def _status(code: PersonalCode, has_later: bool) -> SlipStatus:
    at = now()
    if code.revoked_at is not None:
        return SlipStatus.REPLACED if has_later else SlipStatus.REVOKED
    if not is_usable(code, at):
        return SlipStatus.EXPIRED
    return SlipStatus.VALID if code.write_until is None or at < code.write_until else SlipStatus.READS


def own_roll_entry(actor: Actor, dialogue: Dialogue) -> RollEntry | None:
    """What a list of invitations said of this actor, to fill in their form; None for everybody else's."""
    return db.session.scalar(
        select(RollEntry)
        .join(Participant, RollEntry.participant_id == Participant.id)
        .where(Participant.key == actor.key, Participant.dialogue_id == dialogue.id)
        .options(joinedload(RollEntry.municipality))
    )
