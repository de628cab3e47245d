"""The script of a round, calls for help and messages to groups."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Names, int_pk, key_str
from dialog.vocabulary import Kind
from workshops.vocabulary import MESSAGE_LIMIT, Allowed


class ScriptStep(Base):
    """One step of the script of a round; those of a group replace those for all groups of the round."""

    __tablename__ = "script_steps"
    __table_args__ = (
        CheckConstraint(f"allows IN ({', '.join(repr(str(a)) for a in Allowed)})", name="allows"),
        CheckConstraint("minutes > 0", name="minutes"),
        Index("ix_script_steps_round_id_group_id", "round_id", "group_id"),
    )

    id: Mapped[int_pk]
    round_id: Mapped[int] = mapped_column(ForeignKey("agenda_items.id"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("working_groups.id"))
    """None: for all groups of the round that have no script of their own."""
    position: Mapped[int]
    names: Mapped[Names]
    minutes: Mapped[int]
    prompts: Mapped[Names]
    """What people are asked now, in large letters on every screen."""
    allows: Mapped[str] = mapped_column(String(10))
    asks_for: Mapped[str | None] = mapped_column(String(10))
    """The kind of card the step asks for, so that the large button writes one: a `dialog.vocabulary.Kind`."""
    method: Mapped[Names] = mapped_column(default=dict)
    """The method card for those who lead the group: what to do and to watch, plain text."""
    revision: Mapped[int] = mapped_column(default=1)

    @property
    def kind(self) -> Kind | None:
        """The kind of card the step asks for."""
        return Kind(self.asks_for) if self.asks_for else None


class HelpCall(Base):
    """Somebody in a group asks the lead for help."""

    __tablename__ = "help_calls"
    __table_args__ = (Index("ix_help_calls_board_id_done_at", "board_id", "done_at"),)

    id: Mapped[int_pk]
    board_id: Mapped[int] = mapped_column(ForeignKey("boards.id"))
    text: Mapped[str] = mapped_column(String(MESSAGE_LIMIT), default="")
    by_key: Mapped[key_str]
    at: Mapped[datetime]
    done_by: Mapped[str | None] = mapped_column(String(64))
    done_at: Mapped[datetime | None]


class Message(Base):
    """A message of the lead to one group or to all of an event; it stands on boards until taken down."""

    __tablename__ = "messages"
    __table_args__ = (Index("ix_messages_event_id_taken_down_at", "event_id", "taken_down_at"),)

    id: Mapped[int_pk]
    event_id: Mapped[int] = mapped_column(ForeignKey("dialogue_events.id"))
    board_id: Mapped[int | None] = mapped_column(ForeignKey("boards.id"))
    """None: to all groups."""
    text: Mapped[str] = mapped_column(String(MESSAGE_LIMIT))
    by_key: Mapped[key_str]
    at: Mapped[datetime]
    taken_down_at: Mapped[datetime | None]
