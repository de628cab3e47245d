"""Letting people in who stand at the door with nothing, or with a slip that is registered for nothing.

Everything happens in one transaction: whoever was let in has a place, a slip and is checked in, or nothing
has happened and the next form can be tried.
"""

from __future__ import annotations

from collections.abc import Mapping

from accounts import queries as account_queries
from accounts.actions import codes as code_actions
from accounts.models import PersonalCode
from core.actor import Actor
from core.clock import now
from core.db import db
from core.errors import Conflict, Invalid, NotFound
from core.i18n import lazy_gettext as _l
from core.journal import record
from dialog.actions._parts import lock_registrations, note_changes
from dialog.actions._seats import full_at_the_door, leave, place, registered_anew
from dialog.actions.checkin import check_in, undo_check_in
from dialog.actions.dialogues import add_participant
from dialog.actions.registrations import SignedUp
from dialog.actions.slips import WRITING_AFTER_EVENT
from dialog.agenda import local_day
from dialog.facts import RegistrationMade
from dialog.models import DialogueEvent, Participant, Registration
from dialog.permissions import RIGHTS, Permission
from dialog.queries import registrations as queries
from dialog.seating import Wish
from dialog.signup_words import STAFF


def admit_walk_in(
    actor: Actor,
    event: DialogueEvent,
    *,
    groups: Mapping[int, int],
    waiting: bool = False,
    seed: bytes | None = None,
) -> SignedUp:
    """Let somebody in who has nothing: they get a slip of tier B (its code follows from `seed`).

    `groups` is by the id of a round that is still to come. With `waiting` they stand on the list of a group
    that is full; otherwise Full is raised, and nothing has happened. Raises Invalid for groups that make no
    sense, and Conflict for a draft, on another day and after the end.
    """
    RIGHTS.require(actor, Permission.ADMIT, event)
    number = lock_registrations(event.id)
    issued, participant = add_participant(
        actor, event.dialogue, tier="B", seed=seed, write_until=event.ends_at + WRITING_AFTER_EVENT
    )
    registration = registered_anew(event, participant, STAFF)
    # By this the two are known to have come together, and may go together.
    registration.created_at = participant.created_at
    _let_in(actor, registration, groups, waiting, number)
    return SignedUp(registration.id, issued)


def admit_holder(
    actor: Actor,
    event: DialogueEvent,
    code: PersonalCode,
    *,
    groups: Mapping[int, int],
    waiting: bool = False,
) -> None:
    """Let somebody in who has a slip and is not registered for this event; it counts as seen by staff.

    Raises what `admit_walk_in` raises, and Conflict for a slip that is void or somebody who is registered.
    """
    RIGHTS.require(actor, Permission.ADMIT, event)
    number = lock_registrations(event.id)
    participant = _holder(event, code)
    if code.revoked_at is not None:
        raise Conflict(_l("The slip %(number)s is void already.", number=code.slip_number))
    registration = registered_anew(event, participant, STAFF)
    _let_in(actor, registration, groups, waiting, number)


def undo_walk_in(actor: Actor, event: DialogueEvent, code: PersonalCode) -> None:
    """Take back, on the same day, that somebody was let in with nothing: slip, place and check-in are void.

    Raises NotFound for a slip that was not made like this, Conflict on another day and the second time.
    """
    RIGHTS.require(actor, Permission.HELP_PEOPLE, event)
    lock_registrations(event.id)
    participant = _holder(event, code)
    known = queries.registration_of(participant.id, event.id)
    if known is None or not came_with_nothing(known):
        raise NotFound
    if known.status != "registered":
        raise Conflict(_l("This was taken back already."))
    if local_day(known.created_at) != local_day(now()):
        raise Conflict(_l("This can only be taken back on the same day."))
    undo_check_in(actor, event, [known.id])
    leave(actor, known)
    for one in account_queries.codes_of_holder(actor, code):
        # Also the one that the help desk may have given them instead.
        code_actions.revoke_code(actor, one)


def came_with_nothing(registration: Registration) -> bool:
    """Whether somebody was made a participant by letting them in here, so that both can be taken back."""
    return registration.channel == STAFF and registration.created_at == registration.participant.created_at


def _holder(event: DialogueEvent, code: PersonalCode) -> Participant:
    participant = queries.participant_by_key(code.holder_key, event.dialogue_id)
    if participant is None:
        raise NotFound
    return participant


def _let_in(
    actor: Actor, registration: Registration, groups: Mapping[int, int], waiting: bool, number: int
) -> None:
    chosen = list(groups.values())
    if len(set(chosen)) < len(chosen):
        raise Invalid(_l("Nobody visits the same group twice. Please choose another one in one round."))
    place(
        registration,
        [Wish(group) for group in chosen],
        chosen if waiting else (),
        number,
        rounds={group: round_id for round_id, group in groups.items()},
        full=full_at_the_door,
    )
    db.session.flush()
    record(actor, RegistrationMade(registration.id, registration.event_id))
    note_changes(registration.event_id, [registration.id])
    check_in(actor, registration.event, [registration.id])
