"""Calls for help: who waits, and for how long."""

from __future__ import annotations

from sqlalchemy import func, select

from core.db import db
from core.errors import NotFound
from workshops.models import HelpCall


def waits_already(board_id: int, key: str) -> bool:
    """Whether a call of this person from this group is not settled yet."""
    wanted = select(HelpCall.id).where(
        HelpCall.board_id == board_id, HelpCall.by_key == key, HelpCall.done_at.is_(None)
    )
    return db.session.execute(wanted.limit(1)).first() is not None


def call_on(board_id: int, call_id: int) -> HelpCall:
    """A call from this board as it is stored now. Raises NotFound."""
    found = db.session.execute(
        select(HelpCall)
        .where(HelpCall.id == call_id, HelpCall.board_id == board_id)
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def calls_waiting(board_ids: list[int]) -> list[HelpCall]:
    """The calls from these boards that are not settled, the longest waiting first."""
    return list(
        db.session.execute(
            select(HelpCall)
            .where(HelpCall.board_id.in_(board_ids), HelpCall.done_at.is_(None))
            .order_by(HelpCall.at, HelpCall.id)
        ).scalars()
    )


def number_waiting(board_id: int) -> int:
    """How many calls from this board are not settled."""
    return int(
        db.session.execute(
            select(func.count()).where(HelpCall.board_id == board_id, HelpCall.done_at.is_(None))
        ).scalar_one()
    )
