"""One participation process, its day, its groups and the pseudonyms who take part."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Column, ForeignKey, String, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, Names, int_pk, key_str, short_str
from region.models import ActionField, FieldSet


class Dialogue(Base):
    """One participation process from invitation to adopted concept.

    `register_version` is raised by the statement that locks this row in the transaction of any change to
    what the public register shows; whoever watches asks again with the version they have.
    """

    __tablename__ = "dialogues"

    id: Mapped[int_pk]
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    titles: Mapped[Names]
    questions: Mapped[Names]
    introductions: Mapped[Names]
    field_set_id: Mapped[int] = mapped_column(ForeignKey("field_sets.id"))
    accepts_contributions: Mapped[bool] = mapped_column(default=True)
    register_version: Mapped[int] = mapped_column(default=1)
    steps: Mapped[list[Names]] = mapped_column(JSON, default=list)
    """The process in a few steps: each `{"when", "done": "yes"|"now"|"", "de", "en"}`, in order."""

    field_set: Mapped[FieldSet] = relationship()
    events: Mapped[list[DialogueEvent]] = relationship(
        back_populates="dialogue", order_by="DialogueEvent.starts_at"
    )


class DialogueEvent(Base):
    """A day (or evening, or training) with a programme."""

    __tablename__ = "dialogue_events"

    id: Mapped[int_pk]
    dialogue_id: Mapped[int] = mapped_column(ForeignKey("dialogues.id"), index=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    titles: Mapped[Names]
    aims: Mapped[Names]
    format: Mapped[short_str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    groups_per_person: Mapped[int]
    code_digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    """HMAC of the event code, which only opens registration; None while registration is closed."""

    dialogue: Mapped[Dialogue] = relationship(back_populates="events")
    agenda: Mapped[list[AgendaItem]] = relationship(back_populates="event", order_by="AgendaItem.starts_at")
    groups: Mapped[list[WorkingGroup]] = relationship(back_populates="event", order_by="WorkingGroup.number")


class AgendaItem(Base):
    """One entry of the programme: plenary, group round or break."""

    __tablename__ = "agenda_items"

    id: Mapped[int_pk]
    event_id: Mapped[int] = mapped_column(ForeignKey("dialogue_events.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    names: Mapped[Names]
    format: Mapped[short_str]

    event: Mapped[DialogueEvent] = relationship(back_populates="agenda")


group_fields = Table(
    "group_fields",
    Base.metadata,
    Column("group_id", ForeignKey("working_groups.id"), primary_key=True),
    Column("field_id", ForeignKey("action_fields.id"), primary_key=True),
)


class WorkingGroup(Base):
    """A group of an event, about one or more fields; groups are not fields, so it may also have none yet."""

    __tablename__ = "working_groups"
    __table_args__ = (UniqueConstraint("event_id", "number"),)

    id: Mapped[int_pk]
    event_id: Mapped[int] = mapped_column(ForeignKey("dialogue_events.id"))
    number: Mapped[int]
    names: Mapped[Names]
    accepts_cards: Mapped[bool] = mapped_column(default=False)
    accepts_votes: Mapped[bool] = mapped_column(default=False)

    event: Mapped[DialogueEvent] = relationship(back_populates="groups")
    fields: Mapped[list[ActionField]] = relationship(secondary=group_fields, order_by=ActionField.position)


class Participant(Base):
    """A pseudonym in one dialogue. It needs no name, no mail address, nothing."""

    __tablename__ = "participants"

    id: Mapped[int_pk]
    key: Mapped[key_str] = mapped_column(unique=True)
    dialogue_id: Mapped[int] = mapped_column(ForeignKey("dialogues.id"), index=True)
    tier: Mapped[str] = mapped_column(String(1))
    created_at: Mapped[datetime]
