"""Photographs of paper from the room, for those who see the board."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import undefer

from core.db import db
from core.errors import NotFound
from dialog.models import Contribution
from dialog.vocabulary import Visibility
from workshops.models import Card, Flipchart
from workshops.queries.boards import BoardHere


@dataclass(frozen=True, slots=True)
class Photo:
    """A photograph with the cards that were typed from it, in their order; those the group sees."""

    flipchart: Flipchart
    cards: list[Contribution]


def photos_of(here: BoardHere) -> list[Photo]:
    """The photographs of a board that this actor may see, the oldest first."""
    cards: dict[int | None, list[Contribution]] = {}
    for flipchart_id, contribution in db.session.execute(
        select(Card.flipchart_id, Contribution)
        .join(Card.contribution)
        .where(
            Card.board_id == here.board.id,
            Card.flipchart_id.is_not(None),
            Contribution.visibility.in_((Visibility.GROUP, Visibility.PUBLIC)),
        )
        .order_by(Contribution.id)
    ):
        cards.setdefault(flipchart_id, []).append(contribution)
    found = db.session.execute(
        select(Flipchart).where(Flipchart.board_id == here.board.id).order_by(Flipchart.id)
    ).scalars()
    return [Photo(one, cards.get(one.id, [])) for one in found]


def access_flipchart(here: BoardHere, flipchart_id: int, *, whole: bool = False) -> Flipchart:
    """One photograph of a board that this actor may see, `whole` with its picture. Raises NotFound."""
    wanted = select(Flipchart).where(Flipchart.id == flipchart_id, Flipchart.board_id == here.board.id)
    if whole:
        wanted = wanted.options(undefer(Flipchart.data))
    found = db.session.execute(wanted).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def number_of_flipcharts(board_id: int) -> int:
    """How many photographs a board has."""
    return db.session.execute(
        select(func.count()).select_from(Flipchart).where(Flipchart.board_id == board_id)
    ).scalar_one()
