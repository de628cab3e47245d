"""Long contributions that were divided into parts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, key_str
from dialog.models.contributions import Contribution


class ContributionPart(Base):
    """A contribution that was made of a piece of another one, the whole; `position` counts from 1.

    The whole keeps its number, its words and its history, and has no line of its own while `split_at` is set;
    parts of that time have the same `at`. The row stays when the division is taken back: it is where the part
    came from.
    """

    __tablename__ = "contribution_parts"

    part_id: Mapped[int] = mapped_column(ForeignKey("contributions.id"), primary_key=True)
    whole_id: Mapped[int] = mapped_column(ForeignKey("contributions.id"), index=True)
    position: Mapped[int]
    by_key: Mapped[key_str]
    at: Mapped[datetime]

    part: Mapped[Contribution] = relationship(foreign_keys=[part_id])
    whole: Mapped[Contribution] = relationship(foreign_keys=[whole_id])
