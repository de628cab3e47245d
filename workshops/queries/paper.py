"""All boards of an event with what stands on them, for paper and for the snapshot of a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from core.actor import Actor
from core.db import db
from dialog.models import Contribution, DialogueEvent
from dialog.vocabulary import Visibility
from workshops.models import Board, Card, Lane
from workshops.queries.boards import boards_of


@dataclass(frozen=True, slots=True)
class PaperBoard:
    """A board with its lanes and the contributions in each, in their order."""

    board: Board
    lanes: Sequence[tuple[Lane, Sequence[Contribution]]]

    @property
    def has_cards(self) -> bool:
        """Whether anything stands on it; nobody needs an empty board on paper."""
        return any(cards for _, cards in self.lanes)


def paper_boards(actor: Actor, event: DialogueEvent) -> list[PaperBoard]:
    """All boards by round and group, with what people read on them; nothing that is hidden, nobody's name.

    Raises NotFound for those who see no control room.
    """
    boards = boards_of(actor, event)
    rows = db.session.execute(
        select(Card)
        .join(Card.contribution)
        .where(Card.board_id.in_([board.id for board in boards]))
        .where(Contribution.visibility.in_([Visibility.WAITING, Visibility.GROUP, Visibility.PUBLIC]))
        .options(contains_eager(Card.contribution).options(joinedload(Contribution.municipality)))
        .order_by(Card.lane_id, Card.position, Card.contribution_id)
    ).scalars()
    by_lane: dict[int, list[Contribution]] = {}
    for card in rows:
        by_lane.setdefault(card.lane_id, []).append(card.contribution)
    return [PaperBoard(board, [(lane, by_lane.get(lane.id, [])) for lane in board.lanes]) for board in boards]
