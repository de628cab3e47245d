"""What pages that show offers give to their templates."""

from __future__ import annotations

from typing import Any

from core.actor import Actor
from dialog.models import Contribution
from dialog.offer_words import ACCESS, OFFER_STATUS_LABELS, TARGET_GROUPS, cost_text, day_text, groups_in
from dialog.permissions import RIGHTS, Permission
from dialog.queries import details as queries
from dialog.vocabulary import Kind

WORDS: dict[str, Any] = {
    "groups": TARGET_GROUPS,
    "access": ACCESS,
    "status": OFFER_STATUS_LABELS,
    "cost_text": cost_text,
    "day_text": day_text,
    "groups_in": groups_in,
}
"""The words that `dialog/_details.html` needs."""


def details_of(actor: Actor, contribution: Contribution) -> dict[str, Any]:
    """What the page of a contribution shows of its details; what is for staff only if staff ask."""
    is_offer = contribution.kind == Kind.OFFER
    keeps = RIGHTS.allows(actor, Permission.KEEP_DETAILS, contribution) and bool(
        contribution.title or contribution.text
    )
    return {
        "offer": queries.offer_of(contribution) if is_offer else None,
        "need": queries.need_details(contribution.id) if keeps and not is_offer else None,
        "words": WORDS,
        "keeps_details": keeps,
        "reads_remark": RIGHTS.allows(actor, Permission.KEEP_REMARK, contribution),
    }
