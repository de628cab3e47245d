"""What the lead has told groups, and what of it still stands."""

from __future__ import annotations

from sqlalchemy import or_, select

from core.db import db
from core.errors import NotFound
from workshops.models import Message


def message_of(event_id: int, message_id: int) -> Message:
    """A message of an event as it is stored now. Raises NotFound."""
    found = db.session.execute(
        select(Message)
        .where(Message.id == message_id, Message.event_id == event_id)
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def standing_on(event_id: int, board_id: int) -> list[Message]:
    """The messages a group reads now, the latest first."""
    return list(
        db.session.execute(
            select(Message)
            .where(
                Message.event_id == event_id,
                or_(Message.board_id.is_(None), Message.board_id == board_id),
                Message.taken_down_at.is_(None),
            )
            .order_by(Message.at.desc(), Message.id.desc())
        ).scalars()
    )


def standing_in(event_id: int) -> list[Message]:
    """All messages of an event that stand on boards, the latest first."""
    return list(
        db.session.execute(
            select(Message)
            .where(Message.event_id == event_id, Message.taken_down_at.is_(None))
            .order_by(Message.at.desc(), Message.id.desc())
        ).scalars()
    )
