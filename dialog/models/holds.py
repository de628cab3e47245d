"""What must not be deleted for the time being, because of a lawsuit or an audit."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, int_pk, key_str
from dialog.models.dialogues import Dialogue

REASON_LIMIT = 300
"""Most characters of a reason."""


class LegalHold(Base):
    """While it is not lifted, nothing of the dialogue is deleted by its age. One at a time per dialogue."""

    __tablename__ = "legal_holds"
    __table_args__ = (
        Index(
            "uq_legal_holds_dialogue_id",
            "dialogue_id",
            unique=True,
            sqlite_where=text("lifted_at IS NULL"),
            postgresql_where=text("lifted_at IS NULL"),
        ),
    )

    id: Mapped[int_pk]
    dialogue_id: Mapped[int] = mapped_column(ForeignKey("dialogues.id"))
    reason: Mapped[str] = mapped_column(String(REASON_LIMIT))
    set_by: Mapped[key_str]
    set_at: Mapped[datetime]
    lift_reason: Mapped[str] = mapped_column(String(REASON_LIMIT), default="")
    lifted_by: Mapped[str | None] = mapped_column(String(64))
    lifted_at: Mapped[datetime | None]

    dialogue: Mapped[Dialogue] = relationship()
