"""Conditions of the rights around coming to an event; `dialog.permissions` puts them together."""

from __future__ import annotations

from core.actor import Actor
from core.clock import now
from core.i18n import lazy_gettext as _l
from core.permissions import phase
from dialog.models import DialogueEvent, Registration
from dialog.signup_words import signup_state


def has_no_account(actor: Actor, context: object) -> bool:
    """Anybody who comes for themselves; staff sign others up at the help desk."""
    return actor.account_id is None


def is_registered(actor: Actor, context: Registration) -> bool:
    """The one whose registration this is."""
    return bool(actor.key) and context.participant.key == actor.key


@phase(_l("Signing up for this event is not possible at the moment."))
def takes_registrations(actor: Actor, context: DialogueEvent) -> bool:
    """People can sign up by themselves now."""
    return signup_state(context, now()) == "open"


@phase(_l("The groups can no longer be changed here. Please ask at the help desk."))
def groups_can_change(actor: Actor, context: Registration) -> bool:
    """Signing up is possible, or the day itself has come."""
    return signup_state(context.event, now()) in {"open", "running"}


@phase(_l("This event is over."))
def event_is_not_over(actor: Actor, context: Registration) -> bool:
    """There is still something to come to."""
    return signup_state(context.event, now()) != "over"
