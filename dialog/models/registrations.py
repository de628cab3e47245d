"""Who comes to an event, which groups they chose, and where they have a place."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, int_pk
from dialog.models.dialogues import AgendaItem, DialogueEvent, Participant, Sitting, WorkingGroup
from region.models import Municipality


class Registration(Base):
    """A participant's place at an event. All that describes the person is optional."""

    __tablename__ = "registrations"
    __table_args__ = (
        UniqueConstraint("event_id", "participant_id"),
        CheckConstraint("status IN ('registered', 'cancelled')", name="status"),
    )

    id: Mapped[int_pk]
    event_id: Mapped[int] = mapped_column(ForeignKey("dialogue_events.id"))
    participant_id: Mapped[int] = mapped_column(ForeignKey("participants.id"), index=True)
    status: Mapped[str] = mapped_column(String(10), default="registered")
    channel: Mapped[str] = mapped_column(String(12))
    """How they came in: form, event_code, staff or invitation."""
    role: Mapped[str] = mapped_column(String(20), default="")
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipalities.id"))
    language: Mapped[str] = mapped_column(String(16), default="")
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    checked_in_at: Mapped[datetime | None]
    reminded: Mapped[bool] = mapped_column(default=False)
    """Whether they were told on the day before that it begins."""
    """The day on which staff saw them at the door, as its midnight: nobody needs the minute."""
    tier_before: Mapped[str | None] = mapped_column(String(1))
    """The tier that checking in has raised, so that it can be given back; None if it raised none."""

    event: Mapped[DialogueEvent] = relationship()
    participant: Mapped[Participant] = relationship()
    municipality: Mapped[Municipality | None] = relationship()
    choices: Mapped[list[GroupChoice]] = relationship(
        back_populates="registration", order_by="GroupChoice.rank", cascade="all, delete-orphan"
    )
    needs: Mapped[list[AccessNeed]] = relationship(
        back_populates="registration", cascade="all, delete-orphan"
    )

    @property
    def dialogue_id(self) -> int:
        """The dialogue the event belongs to."""
        return self.event.dialogue_id


class AccessNeed(Base):
    """What somebody needs in order to take part, such as an interpreter. Staff only ever see counts."""

    __tablename__ = "access_needs"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"), primary_key=True)
    need: Mapped[str] = mapped_column(String(20), primary_key=True)

    registration: Mapped[Registration] = relationship(back_populates="needs")


class GroupChoice(Base):
    """A group somebody wants, by rank from 1; the last may be a reserve.

    `state`: seated (a place in `sitting`), waiting (on the list of the group, in the order of `waiting_no`)
    or spare (a reserve that was not needed so far). `round_id` repeats the round of the sitting, so that the
    database itself refuses two groups of one person in the same round.
    """

    __tablename__ = "group_choices"
    __table_args__ = (
        UniqueConstraint("registration_id", "group_id"),
        UniqueConstraint("registration_id", "rank"),
        UniqueConstraint("registration_id", "round_id"),
        CheckConstraint("state IN ('seated', 'waiting', 'spare')", name="state"),
        CheckConstraint(
            "(state = 'seated') = (sitting_id IS NOT NULL)"
            " AND (sitting_id IS NULL) = (round_id IS NULL)"
            " AND (state = 'waiting') = (waiting_no IS NOT NULL)",
            name="place",
        ),
        Index("ix_group_choices_waiting", "group_id", "waiting_no"),
    )

    id: Mapped[int_pk]
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("working_groups.id"))
    rank: Mapped[int]
    is_reserve: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(8))
    sitting_id: Mapped[int | None] = mapped_column(ForeignKey("sittings.id"), index=True)
    round_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_items.id"))
    waiting_no: Mapped[int | None]
    """The event's `registrations_version` at the moment of joining the list: a later one is behind."""

    registration: Mapped[Registration] = relationship(back_populates="choices")
    group: Mapped[WorkingGroup] = relationship()
    sitting: Mapped[Sitting | None] = relationship()
    round: Mapped[AgendaItem | None] = relationship()


class RegistrationCounts(Base):
    """What staff see of who comes to an event, so that nobody can be made out (`dialog.counts`).

    `counts` is by question and answer. `changed` are the registrations that came, went or changed since then;
    with the fifth the numbers are made anew.
    """

    __tablename__ = "registration_counts"

    event_id: Mapped[int] = mapped_column(ForeignKey("dialogue_events.id"), primary_key=True)
    counts: Mapped[dict[str, Any]]
    changed: Mapped[list[int]] = mapped_column(JSON, default=list)
    as_of: Mapped[datetime | None]
