"""Conditions of the day: letting people in, points in groups, what was typed in for others.

`dialog.permissions` makes rights of them.
"""

from __future__ import annotations

from typing import Any

from core.actor import Actor
from core.clock import now
from core.i18n import lazy_gettext as _l
from core.permissions import phase
from dialog.agenda import local_day
from dialog.models import Contribution, DialogueEvent
from dialog.vocabulary import CHANNELS, TYPED_BACK_WITHIN, Outcome


def typed_it_in(actor: Actor, context: Contribution) -> bool:
    """The one who typed this card in for somebody else."""
    return (
        context.origin in CHANNELS
        and context.author_key is None
        and any(wording.number == 1 and wording.by_key == actor.key for wording in context.revisions)
    )


@phase(_l("This card can no longer be taken back here. That is possible for an hour, before the harvest."))
def was_typed_just_now(actor: Actor, context: Contribution) -> bool:
    """It was typed in during the last hour, and nobody has decided what becomes of it."""
    return context.outcome == Outcome.OPEN and now() <= context.created_at + TYPED_BACK_WITHIN


@phase(_l("People are checked in from the day on which the event begins until it ends."))
def door_is_open(actor: Actor, context: DialogueEvent) -> bool:
    """It is the day of the event, by the server's clock, and the event is not over."""
    return local_day(context.starts_at) <= local_day(now()) and now() < context.ends_at


@phase(_l("This event is a draft. Please publish it first; then you can let people in."))
def event_takes_people(actor: Actor, context: DialogueEvent) -> bool:
    """The event is past its preparation, so that whoever is registered finds it."""
    return context.published


@phase(_l("Points are not taken at the moment. Please wait for the next step."))
def group_takes_votes(actor: Actor, context: Any) -> bool:
    """The group takes points in its present step; the context names the `group`."""
    return bool(context.group.accepts_votes)
