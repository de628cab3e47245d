"""What a poll allows in its present state, for the table of rights."""

from __future__ import annotations

from typing import Any

from core.actor import Actor
from core.clock import now
from core.i18n import lazy_gettext as _l
from core.permissions import phase
from dialog.models import Poll
from dialog.vocabulary import PollStatus


@phase(_l("This poll is not open. Your points were not saved."))
def poll_is_open(actor: Actor, context: Poll) -> bool:
    """Votes are taken now, by the server's clock."""
    return context.status == PollStatus.OPEN and (context.closes_at is None or now() < context.closes_at)


def poll_is_for_all(actor: Actor, context: Any) -> bool:
    """The poll is not one of a working group."""
    return context.group_id is None


def poll_is_of_group(actor: Actor, context: Any) -> bool:
    """The poll is one of the group and the round that the context is of."""
    return bool(context.poll_place == (context.group.id, context.round_id))


def poll_is_visible(actor: Actor, context: Poll) -> bool:
    """The poll is past its preparation."""
    return context.status != PollStatus.DRAFT


def result_is_public(actor: Actor, context: Poll) -> bool:
    """The result has been published."""
    return context.status == PollStatus.PUBLISHED


@phase(_l("The result is hidden until the poll is closed."))
def poll_is_over(actor: Actor, context: Poll) -> bool:
    """Nobody can vote any more."""
    return context.status in {PollStatus.CLOSED, PollStatus.PUBLISHED}
