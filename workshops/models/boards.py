"""The board of a group in a round: its lanes, and where on it each contribution stands."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, Names, int_pk, key_str, short_str
from dialog.models import Contribution, Poll, Sitting
from dialog.vocabulary import Kind
from workshops.models.script import ScriptStep
from workshops.vocabulary import LABEL_LIMIT, NAME_LIMIT


class Board(Base):
    """The board of one sitting (a group in one round), with the clock of its script.

    `version` is raised by the statement that locks this row in the transaction of any change to what people
    see on the board; whoever watches asks again with the version they have. A step runs from
    `step_started_at` to `step_ends_at`; while `paused_at` is set the clock stands still, and going on moves
    the end by the length of the pause.
    """

    __tablename__ = "boards"

    id: Mapped[int_pk]
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sittings.id"), unique=True)
    version: Mapped[int] = mapped_column(default=1)
    checks_first: Mapped[bool] = mapped_column(default=False)
    """Cards wait until somebody who leads the group lets them through."""
    spotlight_id: Mapped[int | None] = mapped_column(ForeignKey("contributions.id"))
    """The card that is being talked about."""
    step_id: Mapped[int | None] = mapped_column(ForeignKey("script_steps.id"))
    step_started_at: Mapped[datetime | None]
    step_ends_at: Mapped[datetime | None]
    """None: the step lasts until somebody goes on."""
    paused_at: Mapped[datetime | None]
    last_card_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    """When the round was ended for this group: nobody writes or votes on the board any more."""
    harvested_at: Mapped[datetime | None]
    """When the group was closed: every card has its outcome, or somebody closed it in spite of open ones."""
    harvested_by: Mapped[str | None] = mapped_column(String(64))
    left_open: Mapped[str] = mapped_column(String(1000), default="")
    """Why the group was closed with open cards; empty if it had none."""

    sitting: Mapped[Sitting] = relationship()
    step: Mapped[ScriptStep | None] = relationship()
    spotlight: Mapped[Contribution | None] = relationship()
    lanes: Mapped[list[Lane]] = relationship(
        back_populates="board", order_by="Lane.position", cascade="all, delete-orphan"
    )


class Lane(Base):
    """A column of a board. With a `kind` every card in it is of that kind; a free lane has a name instead."""

    __tablename__ = "lanes"
    __table_args__ = (
        CheckConstraint(f"kind IS NULL OR kind IN ({', '.join(repr(str(k)) for k in Kind)})", name="kind"),
        Index("ix_lanes_board_id", "board_id"),
    )

    id: Mapped[int_pk]
    board_id: Mapped[int] = mapped_column(ForeignKey("boards.id"))
    position: Mapped[int]
    kind: Mapped[str | None] = mapped_column(String(10))
    names: Mapped[Names] = mapped_column(default=dict)
    """Only of a free lane; one with a kind is called after it."""
    locked: Mapped[bool] = mapped_column(default=False)
    """Nobody adds or corrects cards here; those who lead the group still order them."""
    poll_id: Mapped[int | None] = mapped_column(ForeignKey("polls.id"))
    """The latest dot vote on the cards of this lane."""

    board: Mapped[Board] = relationship(back_populates="lanes")
    poll: Mapped[Poll | None] = relationship()


class Card(Base):
    """Where a contribution stands on a board; everything it says is in the contribution itself."""

    __tablename__ = "cards"
    __table_args__ = (
        CheckConstraint("stack_of != contribution_id", name="stack"),
        Index("ix_cards_board_id", "board_id"),
    )

    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id"), primary_key=True)
    board_id: Mapped[int] = mapped_column(ForeignKey("boards.id"))
    lane_id: Mapped[int] = mapped_column(ForeignKey("lanes.id"), index=True)
    position: Mapped[int]
    """Order in the lane; equal numbers follow the contribution's id."""
    stack_of: Mapped[int | None] = mapped_column(ForeignKey("cards.contribution_id"), index=True)
    """The card under which this one lies; one that has others under it lies under none."""
    duplicate: Mapped[bool] = mapped_column(default=False)
    """In its stack it says the same as the top card, so the harvest proposes to merge them."""
    label: Mapped[str] = mapped_column(String(LABEL_LIMIT), default="")
    flipchart_id: Mapped[int | None] = mapped_column(ForeignKey("flipcharts.id"), index=True)

    contribution: Mapped[Contribution] = relationship()
    lane: Mapped[Lane] = relationship()


class BoardName(Base):
    """The name under which somebody wants to be seen in a group; without one they are only counted."""

    __tablename__ = "board_names"

    board_id: Mapped[int] = mapped_column(ForeignKey("boards.id"), primary_key=True)
    person_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME_LIMIT))
    """Empty where somebody gave up a name that had been taken out of sight."""
    hidden: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whoever leads the group has taken the name out of sight; no other can be chosen until it is shown."""
    at: Mapped[datetime]


class Flipchart(Base):
    """A photograph of paper from the room: a JPEG made anew from what was sent, with nothing else in it."""

    __tablename__ = "flipcharts"

    id: Mapped[int_pk]
    board_id: Mapped[int] = mapped_column(ForeignKey("boards.id"), index=True)
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    width: Mapped[int]
    height: Mapped[int]
    note: Mapped[short_str] = mapped_column(default="")
    by_key: Mapped[key_str]
    at: Mapped[datetime]


class HandTally(Base):
    """Hands that were raised in the room for a card, as somebody counted them; never mixed with ballots."""

    __tablename__ = "hand_tallies"
    __table_args__ = (
        CheckConstraint("hands >= 0", name="hands"),
        UniqueConstraint("board_id", "contribution_id"),
    )

    id: Mapped[int_pk]
    board_id: Mapped[int] = mapped_column(ForeignKey("boards.id"))
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id"), index=True)
    hands: Mapped[int]
    by_key: Mapped[key_str]
    at: Mapped[datetime]
