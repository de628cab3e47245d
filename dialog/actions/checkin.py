"""Seeing people at the door: whoever was seen by staff counts in tier B from then on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time

from sqlalchemy import update

from accounts.actions.codes import rate_codes
from accounts.permissions import Scope
from core.actor import Actor, Tier
from core.clock import LOCAL_TIME, now
from core.db import db
from core.errors import Conflict
from core.i18n import lazy_gettext as _l
from core.journal import record
from dialog.actions._parts import lock_registrations, note_changes
from dialog.actions.polls import rate_ballots
from dialog.agenda import local_day
from dialog.facts import CheckInUndone, PersonCheckedIn
from dialog.models import DialogueEvent, Participant, Registration
from dialog.permissions import RIGHTS, Permission
from dialog.queries import checkin as queries
from dialog.queries import polls as poll_queries
from dialog.queries.checkin import Arriving


def check_in(actor: Actor, event: DialogueEvent, registrations: Iterable[int]) -> list[int]:
    """Note that these people are here; gives the ids of those who were not noted before.

    Tier C becomes B: for the person, their codes, and the ballots they have cast in polls that still take
    ballots. Doing it twice, or at two doors at once, does it once. Ids of another event and of people who
    have cancelled are passed over. Raises Conflict on another day and after the end.
    """
    RIGHTS.require(actor, Permission.CHECK_IN, event)
    lock_registrations(event.id)
    arriving = queries.lock_registrations(event, sorted(set(registrations)))
    polls = poll_queries.polls_taking_ballots(event.dialogue_id, now())
    came = set(
        db.session.execute(
            update(Registration)
            .where(
                Registration.id.in_([one.registration_id for one in arriving]),
                Registration.checked_in_at.is_(None),
            )
            .values(checked_in_at=_midnight())
            .returning(Registration.id)
            .execution_options(synchronize_session=False)
        ).scalars()
    )
    people = [one for one in arriving if one.registration_id in came]
    raised = _rate(actor, event, polls, people, before="C", after="B")
    db.session.execute(
        update(Registration)
        .where(Registration.id.in_([one.registration_id for one in people if one.key in raised]))
        .values(tier_before="C")
        .execution_options(synchronize_session=False)
    )
    for one in people:
        record(actor, PersonCheckedIn(event.id, one.registration_id, "C" if one.key in raised else None))
    ids = [one.registration_id for one in people]
    note_changes(event.id, ids)
    return ids


def undo_check_in(actor: Actor, event: DialogueEvent, registrations: Iterable[int]) -> int:
    """Take back, on the same day, that these people are here; gives their number.

    What checking in has raised is as before, except in polls that are over. Where another check-in of the
    same person stands, that one keeps what was raised. Raises Conflict for a check-in of another day.
    """
    RIGHTS.require(actor, Permission.RUN_DAY, event)
    lock_registrations(event.id)
    leaving = [
        one
        for one in queries.lock_registrations(event, sorted(set(registrations)))
        if one.checked_in_at is not None
    ]
    if any(one.checked_in_at != _midnight() for one in leaving):
        raise Conflict(_l("This can only be taken back on the same day."))
    polls = poll_queries.polls_taking_ballots(event.dialogue_id, now())
    db.session.execute(
        update(Registration)
        .where(Registration.id.in_([one.registration_id for one in leaving]))
        .values(checked_in_at=None, tier_before=None)
        .execution_options(synchronize_session=False)
    )
    lowered = [one for one in leaving if one.tier_before == "C" and not _hand_on(one)]
    _rate(actor, event, polls, lowered, before="B", after="C")
    for one in leaving:
        record(actor, CheckInUndone(event.id, one.registration_id))
    note_changes(event.id, [one.registration_id for one in leaving])
    return len(leaving)


def _midnight() -> datetime:
    # Nobody needs to know who came at which minute.
    return datetime.combine(local_day(now()), time(), LOCAL_TIME)


def _hand_on(one: Arriving) -> bool:
    other = queries.other_check_in(one.participant_id, one.registration_id)
    if other is None:
        return False
    db.session.execute(
        update(Registration)
        .where(Registration.id == other)
        .values(tier_before=one.tier_before)
        .execution_options(synchronize_session=False)
    )
    return True


def _rate(
    actor: Actor,
    event: DialogueEvent,
    polls: Sequence[int],
    people: Sequence[Arriving],
    *,
    before: Tier,
    after: Tier,
) -> set[str]:
    """Move these people from one tier to another; gives the keys of those who were in it."""
    keys = set(
        db.session.execute(
            update(Participant)
            .where(Participant.id.in_([one.participant_id for one in people]), Participant.tier == before)
            .values(tier=after)
            .returning(Participant.key)
            .execution_options(synchronize_session=False)
        ).scalars()
    )
    for key in sorted(keys):
        rate_codes(actor, Scope("dialogue", event.dialogue_id), key, tier=after)
    if keys:
        rate_ballots(actor, event, polls, sorted(keys), before=before, after=after)
    return keys
