"""What belongs to checking: decisions on many at once, objections, texts to use again, reminders."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, Names, int_pk, key_str, long_str
from dialog.models.contributions import Contribution
from dialog.vocabulary import NOTE_LIMIT, ObjectionOutcome


class ModerationBatch(Base):
    """One decision on many contributions, with what is needed to take it back."""

    __tablename__ = "moderation_batches"
    __table_args__ = (Index("ix_moderation_batches_by_key_at", "by_key", "at"),)

    id: Mapped[int_pk]
    dialogue_id: Mapped[int] = mapped_column(ForeignKey("dialogues.id"), index=True)
    decision: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(40), default="")
    by_key: Mapped[key_str]
    at: Mapped[datetime]
    number: Mapped[int]
    """How many contributions were decided on."""
    left_out: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Register numbers of those that were chosen but had changed meanwhile; at most a hundred."""
    poll_items: Mapped[list[int]] = mapped_column(JSON, default=list)
    """Ids of what became votable by it."""
    undone_at: Mapped[datetime | None]
    undone_number: Mapped[int] = mapped_column(default=0)
    left_alone: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Register numbers of those that were not put back, because somebody has changed them since."""


class BatchItem(Base):
    """The state of one contribution before a decision on many. It holds no words: they may be destroyed."""

    __tablename__ = "moderation_batch_items"

    batch_id: Mapped[int] = mapped_column(ForeignKey("moderation_batches.id"), primary_key=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id"), primary_key=True, index=True)
    revision: Mapped[int]
    visibility: Mapped[str] = mapped_column(String(10))
    visible_before: Mapped[str | None] = mapped_column(String(10))
    outcome: Mapped[str] = mapped_column(String(10))
    published_at: Mapped[datetime | None]


class Objection(Base):
    """What the author of a hidden contribution says against it: once per decision.

    Somebody else than `hidden_by_key` decides; the database sees to it.
    """

    __tablename__ = "objections"
    __table_args__ = (
        UniqueConstraint("decision_id"),
        CheckConstraint(
            f"outcome IN ({', '.join(repr(str(one)) for one in ObjectionOutcome)})", name="outcome"
        ),
        CheckConstraint("decided_by_key IS NULL OR decided_by_key != hidden_by_key", name="second_person"),
    )

    id: Mapped[int_pk]
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id"), index=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("contribution_decisions.id"))
    text: Mapped[long_str]
    hidden_by_key: Mapped[key_str]
    at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(String(10), default=ObjectionOutcome.OPEN)
    note: Mapped[str] = mapped_column(String(NOTE_LIMIT), default="")
    decided_by_key: Mapped[str | None] = mapped_column(String(64))
    decided_at: Mapped[datetime | None]

    contribution: Mapped[Contribution] = relationship()

    @property
    def dialogue_id(self) -> int:
        """The dialogue its contribution belongs to."""
        return self.contribution.dialogue_id


class TextBlock(Base):
    """A question or note that staff write again and again, in the languages they have it in."""

    __tablename__ = "text_blocks"
    __table_args__ = (UniqueConstraint("dialogue_id", "title"),)

    id: Mapped[int_pk]
    dialogue_id: Mapped[int] = mapped_column(ForeignKey("dialogues.id"))
    title: Mapped[str] = mapped_column(String(80))
    texts: Mapped[Names]


class ModerationReminder(Base):
    """When staff of a dialogue were last reminded of what waits, and of how much."""

    __tablename__ = "moderation_reminders"

    dialogue_id: Mapped[int] = mapped_column(ForeignKey("dialogues.id"), primary_key=True)
    at: Mapped[datetime]
    waiting: Mapped[int]
