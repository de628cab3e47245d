"""Conditions of deciding, objecting and putting together; `dialog.permissions` makes rights of them."""

from __future__ import annotations

from typing import Any

from core.actor import Actor
from core.clock import now
from core.i18n import lazy_gettext as _l
from core.permissions import phase
from dialog.conditions import is_author
from dialog.models import Contribution, Merge, ModerationBatch, Objection
from dialog.vocabulary import OBJECTION_WITHIN, UNDO_WITHIN, ObjectionOutcome, Visibility


def is_author_of_member(actor: Actor, context: Merge) -> bool:
    """The one who wrote what stands with another contribution."""
    return is_author(actor, context.member)


@phase(_l("Your contribution stands on its own again. There is nothing to object to."))
def merge_stands(actor: Actor, context: Merge) -> bool:
    """They still stand together."""
    return context.undone_at is None


@phase(_l("You have objected already. That is possible once."))
def nobody_objected(actor: Actor, context: Merge) -> bool:
    """Its author has said nothing against it yet."""
    return context.objected_at is None


@phase(_l("Somebody has decided on this objection already."))
def merge_is_disputed(actor: Actor, context: Merge) -> bool:
    """An author has objected and waits for an answer."""
    return context.is_disputed


@phase(_l("The time to object is over. It was 30 days."))
def can_still_object(actor: Actor, context: Contribution) -> bool:
    """The decision to hide it is not older than the time there is for an objection."""
    hiding = context.hiding
    return hiding is not None and now() <= hiding.at + OBJECTION_WITHIN


@phase(_l("The county has hidden this card. Only the county can show it again."))
def group_hid_it(actor: Actor, context: Any) -> bool:
    """Whoever leads the working group has hidden the card, and the county has not confirmed it."""
    decided = reversed(context.contribution.decisions)
    latest = next((one for one in decided if one.decision in {"hide", "uphold"}), None)
    return latest is not None and latest.in_group


@phase(_l("You have hidden this contribution yourself. Somebody else must decide on the objection."))
def did_not_hide(actor: Actor, context: Objection) -> bool:
    """Somebody else made the decision that the objection is about."""
    return actor.key != context.hidden_by_key


@phase(_l("Somebody has decided on this objection already."))
def objection_is_open(actor: Actor, context: Objection) -> bool:
    """Nobody has decided on it yet."""
    return context.outcome == ObjectionOutcome.OPEN


def decided_them(actor: Actor, context: ModerationBatch) -> bool:
    """The one who made this decision on many contributions."""
    return actor.key == context.by_key


@phase(_l("This decision can no longer be taken back. That is possible once, for 24 hours."))
def can_be_undone(actor: Actor, context: ModerationBatch) -> bool:
    """The decision is fresh and still stands."""
    return context.undone_at is None and now() <= context.at + UNDO_WITHIN


def is_taken_out(actor: Actor, context: Contribution) -> bool:
    """It stood in the public register and was hidden since; everybody may know that much."""
    return context.visibility == Visibility.HIDDEN and context.visible_before == Visibility.PUBLIC


@phase(_l("This contribution is not hidden."))
def is_hidden(actor: Actor, context: Contribution) -> bool:
    """Staff have taken it out of sight."""
    return context.visibility == Visibility.HIDDEN
