"""Polls, what can be chosen, the ballots, and the tallies kept beside them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, Names, int_pk, long_str, short_str
from dialog.models.dialogues import Dialogue
from dialog.vocabulary import PollStatus, heading_language
from region.models import ActionField


class Poll(Base):
    """A question with its rules, which are frozen when it opens.

    `rules`: `dots` (points per person), `max_per_item`, `changeable` (until close), `counted_tiers` (those
    the ranking counts), `ties` (the rule for equal sums, in words a program knows), `tallies` (`live`: the
    points are shown while it is open; otherwise they are hidden until it is closed).
    """

    __tablename__ = "polls"
    __table_args__ = (
        CheckConstraint(f"status IN ({', '.join(repr(str(s)) for s in PollStatus)})", name="status"),
        Index("ix_polls_dialogue_id_field_id_status", "dialogue_id", "field_id", "status"),
    )

    id: Mapped[int_pk]
    dialogue_id: Mapped[int] = mapped_column(ForeignKey("dialogues.id"))
    field_id: Mapped[int | None] = mapped_column(ForeignKey("action_fields.id"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("working_groups.id"), index=True)
    """Only those with a place in this group, in the round `round_id`, may vote; None: all of the dialogue."""
    round_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_items.id"))
    titles: Mapped[Names]
    questions: Mapped[Names]
    method: Mapped[str] = mapped_column(String(20))
    rules: Mapped[dict[str, Any]]
    status: Mapped[str] = mapped_column(String(10), default=PollStatus.DRAFT)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None] = mapped_column(index=True)
    closed_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]

    dialogue: Mapped[Dialogue] = relationship()
    field: Mapped[ActionField | None] = relationship()
    items: Mapped[list[PollItem]] = relationship(back_populates="poll", order_by="PollItem.position")


class PollItem(Base):
    """A snapshot of what can be chosen; `ref_kind` and `ref_id` lead back to what it was taken from."""

    __tablename__ = "poll_items"
    __table_args__ = (
        UniqueConstraint("poll_id", "position"),
        UniqueConstraint("poll_id", "ref_kind", "ref_id"),
    )

    id: Mapped[int_pk]
    poll_id: Mapped[int] = mapped_column(ForeignKey("polls.id"))
    position: Mapped[int]
    title: Mapped[short_str]
    text: Mapped[long_str]
    language: Mapped[str] = mapped_column(String(16))
    ref_kind: Mapped[str] = mapped_column(String(20))
    ref_id: Mapped[int] = mapped_column(index=True)

    poll: Mapped[Poll] = relationship(back_populates="items")

    @property
    def title_language(self) -> str:
        """The language of the heading; see `heading_language`."""
        return heading_language(self.title, self.text, self.language)


class Ballot(Base):
    """The whole choice of one voter: `{item id: points}`. One per voter and poll, by primary key.

    `voter` is a keyed digest of poll and participant: whoever reads this table alone learns nobody's choice.
    There is no time, no number and no order (on SQLite no row id either) to be laid beside the journal.
    """

    __tablename__ = "ballots"
    __table_args__ = ({"sqlite_with_rowid": False},)

    poll_id: Mapped[int] = mapped_column(ForeignKey("polls.id"), primary_key=True)
    voter: Mapped[str] = mapped_column(String(64), primary_key=True)
    tier: Mapped[str] = mapped_column(String(1))
    choices: Mapped[dict[str, Any]]


class Tally(Base):
    """Points and voters of one item in one tier, kept in the transaction of every ballot."""

    __tablename__ = "tallies"

    item_id: Mapped[int] = mapped_column(ForeignKey("poll_items.id"), primary_key=True)
    tier: Mapped[str] = mapped_column(String(1), primary_key=True)
    points: Mapped[int]
    voters: Mapped[int]


class Turnout(Base):
    """Number of ballots with at least one point in one tier of a poll, kept like the tallies."""

    __tablename__ = "turnouts"

    poll_id: Mapped[int] = mapped_column(ForeignKey("polls.id"), primary_key=True)
    tier: Mapped[str] = mapped_column(String(1), primary_key=True)
    ballots: Mapped[int]
