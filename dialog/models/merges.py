"""Contributions that say the same and stand together, and words of one in other languages."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, int_pk, key_str, long_str, short_str
from dialog.models.contributions import Contribution


class Merge(Base):
    """A contribution (the member) stands with another one (the lead) that says the same.

    Nothing of either is changed by it: supporters are united while reading, so taking it back restores the
    former state exactly, whatever came in meanwhile. A member has one lead at a time, and no members itself.
    """

    __tablename__ = "merges"
    __table_args__ = (
        CheckConstraint("lead_id != member_id", name="two"),
        Index(
            "uq_merges_member_id_standing",
            "member_id",
            unique=True,
            sqlite_where=text("undone_at IS NULL"),
            postgresql_where=text("undone_at IS NULL"),
        ),
        Index("ix_merges_lead_id", "lead_id"),
    )

    id: Mapped[int_pk]
    lead_id: Mapped[int] = mapped_column(ForeignKey("contributions.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("contributions.id"))
    outcome_before: Mapped[str] = mapped_column(String(10))
    """The member's outcome, which it has again when it stands alone again."""
    visibility_before: Mapped[str] = mapped_column(String(10))
    by_key: Mapped[key_str]
    at: Mapped[datetime]
    objection: Mapped[str] = mapped_column(String(1000), default="")
    """What an author of the member has against it; empty for no objection."""
    objected_at: Mapped[datetime | None]
    objection_answer: Mapped[str] = mapped_column(String(1000), default="")
    answered_at: Mapped[datetime | None]
    undone_by: Mapped[str | None] = mapped_column(String(64))
    undone_at: Mapped[datetime | None]

    lead: Mapped[Contribution] = relationship(foreign_keys=[lead_id])
    member: Mapped[Contribution] = relationship(foreign_keys=[member_id])

    @property
    def is_disputed(self) -> bool:
        """Whether an author has objected and nobody has answered yet."""
        return self.objected_at is not None and self.answered_at is None


class Translation(Base):
    """One wording of a contribution in another language, made by a person; the latest one is shown.

    Earlier ones stay for staff. `of_revision` is the wording of the original that was translated: where the
    original has a later one, the translation says so.
    """

    __tablename__ = "contribution_translations"
    __table_args__ = (UniqueConstraint("contribution_id", "language", "number"),)

    id: Mapped[int_pk]
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id"))
    language: Mapped[str] = mapped_column(String(16))
    number: Mapped[int]
    """Counts the wordings in one language from 1."""
    title: Mapped[short_str] = mapped_column(default="")
    text: Mapped[long_str]
    of_revision: Mapped[int]
    by_key: Mapped[key_str]
    at: Mapped[datetime]
