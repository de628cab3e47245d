"""What a municipality says about its own entries as a whole."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, int_pk, key_str
from dialog.models.dialogues import Dialogue
from region.models import Municipality


class Confirmation(Base):
    """A municipality's people, or the coordination for them, have said that its entries are current."""

    __tablename__ = "confirmations"
    __table_args__ = (
        Index("ix_confirmations_dialogue_id_municipality_id", "dialogue_id", "municipality_id"),
    )

    id: Mapped[int_pk]
    dialogue_id: Mapped[int] = mapped_column(ForeignKey("dialogues.id"))
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipalities.id"))
    by_key: Mapped[key_str]
    at: Mapped[datetime]

    dialogue: Mapped[Dialogue] = relationship()
    municipality: Mapped[Municipality] = relationship()
