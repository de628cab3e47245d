"""Signing up for an event, choosing other groups, leaving one, cancelling.

Whatever changes who sits where locks the event first, so that people who want the last place come one after
the other; then each place is taken by a statement that finds it free. Either everything is done or nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from accounts.actions.codes import Issued
from accounts.actions.mail import give_address
from core.actor import SYSTEM, VISITOR, Actor
from core.clock import now
from core.db import db
from core.errors import Conflict, Invalid
from core.i18n import lazy_gettext as _l
from core.journal import record
from core.mail import Letter
from dialog.actions._parts import lock_registrations, note_changes
from dialog.actions._seats import (
    NOTHING_SAID,
    describe,
    give_up_places,
    leave,
    place,
    registered_anew,
)
from dialog.actions._seats import About as About
from dialog.actions._seats import Full as Full
from dialog.actions.dialogues import add_participant, register_participant
from dialog.actions.waiting_lists import fill_free_places
from dialog.conditions import is_participant
from dialog.facts import RegistrationCancelled, RegistrationChanged, RegistrationMade
from dialog.models import Dialogue, DialogueEvent, Participant, Registration
from dialog.permissions import RIGHTS, Permission
from dialog.queries import registrations as queries
from dialog.seating import Wish
from dialog.signup_words import EVENT_CODE, FORM, signup_state


@dataclass(frozen=True, slots=True)
class SignedUp:
    """A registration, and the code of whoever had none before, which can be read only here."""

    registration_id: int | None
    issued: Issued | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class MailWish:
    """An address that is to be asked whether it agrees to be told; see `accounts.actions.mail`."""

    address: str
    language: str
    token: str = field(repr=False)
    letter: Letter = field(repr=False)
    asked_by: str = field(repr=False)
    """What stands for the browser; somebody new has no key yet under which mails could be counted."""


def sign_up(
    actor: Actor,
    event: DialogueEvent,
    *,
    wishes: Sequence[Wish],
    shown_full: Collection[int],
    about: About = NOTHING_SAID,
    seed: bytes | None = None,
    by_mail: MailWish | None = None,
) -> SignedUp:
    """Register for an event; whoever does not take part in the dialogue yet gets a code (made from `seed`).

    `shown_full` are the groups that were shown as full: only for these the waiting list was asked for.
    Raises Full if another one is full by now, Invalid for wishes that make no sense, Conflict for somebody
    who is registered already, and for `by_mail` what `accounts.actions.mail.give_address` raises.
    """
    RIGHTS.require(actor, Permission.SIGN_UP, event)
    done = _enter(actor, event, wishes, shown_full, about, seed, FORM)
    if by_mail is not None:
        give_address(
            # Nobody has signed in with the new code yet; the program does it for them.
            SYSTEM if done.issued else actor,
            done.issued.holder_key if done.issued else actor.key,
            address=by_mail.address,
            language=by_mail.language,
            token=by_mail.token,
            letter=by_mail.letter,
            asked_by=by_mail.asked_by if done.issued else "",
        )
    return done


def join(
    actor: Actor,
    dialogue: Dialogue,
    *,
    code: str,
    wishes: Sequence[Wish] = (),
    shown_full: Collection[int] = (),
    seed: bytes | None = None,
) -> SignedUp:
    """Register with the event code from the screen, for groups of the rounds that are still to come.

    After the event the code only lets people take part in the dialogue. Raises what `sign_up` raises, and
    Invalid for a code of no event of this dialogue.
    """
    RIGHTS.require(actor, Permission.JOIN, dialogue)
    event = queries.event_of_code(actor, dialogue, code)
    if signup_state(event, now()) != "over":
        return _enter(actor, event, wishes, shown_full, NOTHING_SAID, seed, EVENT_CODE)
    if is_participant(actor, dialogue):
        raise Conflict(_l("You take part already. You need no other code."))
    return SignedUp(None, register_participant(VISITOR, dialogue, tier="C", seed=seed))


def change_registration(
    actor: Actor,
    registration: Registration,
    *,
    wishes: Sequence[Wish],
    shown_full: Collection[int],
    about: About,
) -> None:
    """Choose other groups or say something else of oneself. A place is given up only for a sure one.

    Raises what `sign_up` raises; then everything is as it was.
    """
    RIGHTS.require(actor, Permission.CHANGE_REGISTRATION, registration)
    number = lock_registrations(registration.event_id)
    known = _as_it_is(registration)
    freed = place(known, wishes, shown_full, number)
    describe(known, about)
    known.changed_at = now()
    db.session.flush()
    record(actor, RegistrationChanged(known.id, known.event_id))
    note_changes(known.event_id, [known.id])
    if freed:
        fill_free_places(SYSTEM, known.event_id)


def join_group(actor: Actor, registration: Registration, group_id: int) -> None:
    """Take a free place in one more group, on the day itself, too; everything else stays.

    Raises Full if no place is free, and Invalid if the group cannot be joined or is one too many.
    """
    RIGHTS.require(actor, Permission.CHANGE_REGISTRATION, registration)
    number = lock_registrations(registration.event_id)
    known = _as_it_is(registration)
    wishes = [Wish(choice.group_id, choice.is_reserve) for choice in known.choices]
    freed = place(known, [*wishes, Wish(group_id)], {choice.group_id for choice in known.choices}, number)
    known.changed_at = now()
    db.session.flush()
    record(actor, RegistrationChanged(known.id, known.event_id))
    if freed:
        fill_free_places(SYSTEM, known.event_id)


def leave_group(actor: Actor, registration: Registration, group_id: int) -> None:
    """Give up one group and keep the others; a reserve with a place becomes an ordinary wish."""
    RIGHTS.require(actor, Permission.CANCEL_REGISTRATION, registration)
    number = lock_registrations(registration.event_id)
    known = _as_it_is(registration)
    rest = [choice for choice in known.choices if choice.group_id != group_id]
    if len(rest) == len(known.choices):
        raise Invalid(_l("You are not in this group."))
    wishes = [Wish(c.group_id, c.is_reserve and c.state != "seated") for c in rest]
    place(known, wishes, {choice.group_id for choice in rest}, number)
    known.changed_at = now()
    db.session.flush()
    record(actor, RegistrationChanged(known.id, known.event_id))
    fill_free_places(SYSTEM, known.event_id)


def cancel_registration(actor: Actor, registration: Registration) -> None:
    """Do not come after all. The places are free at once, and what was said of oneself is forgotten."""
    RIGHTS.require(actor, Permission.CANCEL_REGISTRATION, registration)
    lock_registrations(registration.event_id)
    leave(actor, _as_it_is(registration))


def erase_registrations(actor: Actor, participant: Participant) -> None:
    """Destroy all registrations of somebody who wants to be forgotten; their places are free at once."""
    RIGHTS.require(actor, Permission.ERASE_REGISTRATION)
    for registration in queries.registrations_of(participant):
        event_id = registration.event_id
        lock_registrations(event_id)
        known = queries.registration_of(participant.id, event_id)
        if known is None:
            continue
        # Whoever has cancelled has no places any more, and is forgotten all the same.
        if known.status == "registered":
            give_up_places(known)
            record(actor, RegistrationCancelled(known.id, event_id))
            known.status = "cancelled"
            note_changes(known.event_id, [known.id])
        db.session.delete(known)
        db.session.flush()
        fill_free_places(SYSTEM, event_id)


def _enter(
    actor: Actor,
    event: DialogueEvent,
    wishes: Sequence[Wish],
    shown_full: Collection[int],
    about: About,
    seed: bytes | None,
    channel: str,
) -> SignedUp:
    # Somebody known from another dialogue is nobody in particular here; nothing links the two.
    known = is_participant(actor, event)
    who = actor if known else VISITOR
    number = lock_registrations(event.id)
    participant = queries.participant_of(actor, event.dialogue_id) if known else None
    registration = registered_anew(event, participant, channel)
    # Whoever gets no place gets no code either; so places come first, and all rows are written at once.
    place(registration, wishes, shown_full, number)
    describe(registration, about)
    issued = None
    if participant is None:
        issued, registration.participant = add_participant(VISITOR, event.dialogue, tier="C", seed=seed)
        db.session.add(registration)
    db.session.flush()  # The fact needs the id.
    record(who, RegistrationMade(registration.id, event.id))
    note_changes(registration.event_id, [registration.id])
    return SignedUp(registration.id, issued)


def _as_it_is(registration: Registration) -> Registration:
    """The registration as it is behind the lock. Raises Conflict if it was cancelled meanwhile."""
    known = queries.registration_of(registration.participant_id, registration.event_id)
    if known is None or known.status != "registered":
        raise Conflict(_l("You are not registered for this event any more."), code="cancelled")
    return known
