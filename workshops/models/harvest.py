"""What was decided at the harvest of a board, step by step, so that each can be taken back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, int_pk, key_str
from workshops.vocabulary import HarvestDecision


class HarvestStep(Base):
    """One decision on one card, with how its contribution stood before. It holds no words but a question."""

    __tablename__ = "harvest_steps"
    __table_args__ = (
        CheckConstraint(f"decision IN ({', '.join(repr(str(d)) for d in HarvestDecision)})", name="decision"),
        Index("ix_harvest_steps_board_id_undone_at", "board_id", "undone_at"),
    )

    id: Mapped[int_pk]
    board_id: Mapped[int] = mapped_column(ForeignKey("boards.id"))
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id"), index=True)
    decision: Mapped[str] = mapped_column(String(10))
    revision: Mapped[int]
    visibility: Mapped[str] = mapped_column(String(10))
    priority: Mapped[str] = mapped_column(String(10), default="")
    open_question: Mapped[str] = mapped_column(String(1000), default="")
    merges: Mapped[list[int]] = mapped_column(JSON, default=list)
    """Ids of the merges that were made by it."""
    by_key: Mapped[key_str]
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
