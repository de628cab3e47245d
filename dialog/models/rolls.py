"""Places on a list of people who are invited, as far as something is known of them."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base
from dialog.models.dialogues import DialogueEvent, Participant
from region.models import Municipality


class RollEntry(Base):
    """What the list said of a place that was invited: nothing that names anybody.

    It fills in the form when its holder signs up, who may change or empty it; only they see it.
    """

    __tablename__ = "roll_entries"

    participant_id: Mapped[int] = mapped_column(ForeignKey("participants.id"), primary_key=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("dialogue_events.id"), index=True)
    role: Mapped[str] = mapped_column(String(20), default="")
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipalities.id"))
    language: Mapped[str] = mapped_column(String(16), default="")

    participant: Mapped[Participant] = relationship()
    event: Mapped[DialogueEvent | None] = relationship()
    municipality: Mapped[Municipality | None] = relationship()
