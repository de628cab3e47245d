"""Hands that were raised in the room. They are kept apart from points and never added to them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core.actor import Actor
from core.db import db
from core.errors import NotFound
from dialog.models import Contribution
from dialog.vocabulary import Visibility
from workshops.models import Card, HandTally, Lane
from workshops.permissions import RIGHTS, Permission
from workshops.queries.boards import BoardHere


def hands_on(board_id: int) -> dict[int, int]:
    """How many hands were counted on a board, by the id of the contribution; without those nobody counted."""
    rows = db.session.execute(
        select(HandTally.contribution_id, HandTally.hands).where(HandTally.board_id == board_id)
    )
    return {row[0]: row[1] for row in rows}


def hands_of(contribution_ids: Sequence[int]) -> dict[int, int]:
    """How many hands were counted for contributions, by their ids; without those nobody counted."""
    rows = db.session.execute(
        select(HandTally.contribution_id, HandTally.hands).where(
            HandTally.contribution_id.in_(contribution_ids)
        )
    )
    return {row[0]: row[1] for row in rows}


def most_hands(board_id: int, *, limit: int) -> list[tuple[Contribution, int]]:
    """The cards the whole group sees for which most hands were raised, with how many; none without any."""
    rows = db.session.execute(
        select(Contribution, HandTally.hands)
        .join(HandTally, HandTally.contribution_id == Contribution.id)
        .where(
            HandTally.board_id == board_id,
            HandTally.hands > 0,
            Contribution.visibility.in_((Visibility.GROUP, Visibility.PUBLIC)),
        )
        .order_by(HandTally.hands.desc(), Contribution.id)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in rows]


def cards_on(board_id: int) -> set[int]:
    """Ids of the contributions that stand on a board."""
    return set(db.session.execute(select(Card.contribution_id).where(Card.board_id == board_id)).scalars())


def cards_to_count(actor: Actor, here: BoardHere) -> list[Card]:
    """The cards the group sees, by lane and in their order. Raises NotFound for those who do not count."""
    if not RIGHTS.allows(actor, Permission.TYPE_CARDS, here):
        raise NotFound
    return list(
        db.session.execute(
            select(Card)
            .join(Card.lane)
            .join(Card.contribution)
            .where(
                Card.board_id == here.board.id,
                Contribution.visibility.in_((Visibility.GROUP, Visibility.PUBLIC)),
            )
            .options(joinedload(Card.lane), joinedload(Card.contribution))
            .order_by(Lane.position, Card.position, Card.contribution_id)
        ).scalars()
    )
