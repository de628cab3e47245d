"""What a contribution was divided into, and of which one it is a part."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core.actor import Actor
from core.db import db
from dialog.models import Contribution, ContributionPart, Poll, PollItem
from dialog.permissions import RIGHTS, Permission
from dialog.vocabulary import PollStatus


def parts_of(whole: Contribution) -> list[ContributionPart]:
    """The parts ever made of a contribution, whoever may see them; the latest ones first, in their order."""
    return list(
        db.session.scalars(
            select(ContributionPart)
            .options(joinedload(ContributionPart.part).joinedload(Contribution.dialogue))
            .where(ContributionPart.whole_id == whole.id)
            .order_by(ContributionPart.at.desc(), ContributionPart.position)
        )
    )


def visible_parts(actor: Actor, whole: Contribution) -> list[Contribution]:
    """The parts this actor may read; none while the contribution is not divided."""
    if whole.split_at is None:
        return []
    # What it was divided into before, and taken back, are parts of it no longer.
    found = [one.part for one in parts_of(whole) if one.at == whole.split_at]
    return [one for one in found if RIGHTS.allows(actor, Permission.READ_CONTRIBUTION, one)]


def visible_whole(actor: Actor, part: Contribution) -> Contribution | None:
    """The contribution of which this one is a part, if it is and this actor may read it."""
    found = db.session.get(ContributionPart, part.id)
    if found is None or not RIGHTS.allows(actor, Permission.READ_CONTRIBUTION, found.whole):
        return None
    return found.whole


def is_voted_on(contribution: Contribution) -> bool:
    """Whether it can be chosen, or soon can, in a poll that is not over."""
    return (
        db.session.scalar(
            select(PollItem.id)
            .join(Poll, Poll.id == PollItem.poll_id)
            .where(
                PollItem.ref_kind == "contribution",
                PollItem.ref_id == contribution.id,
                Poll.status.in_([PollStatus.DRAFT, PollStatus.OPEN]),
            )
            .limit(1)
        )
        is not None
    )
