"""One participation process, its day, its groups and the pseudonyms who take part."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    ForeignKey,
    String,
    Table,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, Names, int_pk, key_str, short_str
from region.models import ActionField, FieldSet


class Dialogue(Base):
    """One participation process from invitation to adopted concept.

    `register_version` is raised by the statement that locks this row in the transaction of any change to
    what the public register shows; whoever watches asks again with the version they have. `revision` counts
    how often its words and steps were written, so that nobody overwrites what they have not read.
    """

    __tablename__ = "dialogues"

    id: Mapped[int_pk]
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    titles: Mapped[Names]
    questions: Mapped[Names]
    introductions: Mapped[Names]
    field_set_id: Mapped[int] = mapped_column(ForeignKey("field_sets.id"))
    accepts_contributions: Mapped[bool] = mapped_column(default=True)
    check_offers_after: Mapped[int] = mapped_column(default=12, server_default="12")
    """So many months after it was last checked an offer counts as uncertain, and its provider is asked."""
    register_version: Mapped[int] = mapped_column(default=1)
    revision: Mapped[int] = mapped_column(default=1)
    steps: Mapped[list[Names]] = mapped_column(JSON, default=list)
    """The process in a few steps: each `{"when", "done": "yes"|"now"|"", "de", "en"}`, in order."""

    field_set: Mapped[FieldSet] = relationship()
    events: Mapped[list[DialogueEvent]] = relationship(
        back_populates="dialogue", order_by="DialogueEvent.starts_at"
    )


class DialogueEvent(Base):
    """A day (or evening, or training) with a programme.

    Signing up is possible from `signup_from` (None: not yet) until `signup_until` (None: until it begins).
    `registrations_version` is raised by the statement that locks this row in the transaction of any change
    to who sits where; so people who take the last place at the same instant come one after the other. Every
    change of the plan raises it first, too. `revision` counts how often the day itself was written; entries
    of the programme and groups have their own, so that two people can plan them side by side.
    """

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
    code: Mapped[str | None] = mapped_column(String(12), unique=True)
    """The event code as `accounts.codes.normalise` gives it. It stands on the screen and only opens
    registration on the day; None while that is closed."""
    place: Mapped[short_str] = mapped_column(default="")
    """Where it happens, in words: an address, or empty for an event on the internet."""
    link: Mapped[str] = mapped_column(String(500), default="")
    """Address of the plenary on the internet, shown to those who are registered."""
    published: Mapped[bool] = mapped_column(default=True)
    """Whether others than its staff see the event."""
    signup_from: Mapped[datetime | None]
    signup_until: Mapped[datetime | None]
    registrations_version: Mapped[int] = mapped_column(default=1)
    revision: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime | None]
    """When the plan was last changed; None: never since it was entered."""

    dialogue: Mapped[Dialogue] = relationship(back_populates="events")
    agenda: Mapped[list[AgendaItem]] = relationship(back_populates="event", order_by="AgendaItem.starts_at")
    groups: Mapped[list[WorkingGroup]] = relationship(back_populates="event", order_by="WorkingGroup.number")


class AgendaItem(Base):
    """One entry of the programme. `format` is plenary, groups or break; one with groups is a round."""

    __tablename__ = "agenda_items"

    id: Mapped[int_pk]
    event_id: Mapped[int] = mapped_column(ForeignKey("dialogue_events.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    names: Mapped[Names]
    format: Mapped[short_str]
    revision: Mapped[int] = mapped_column(default=1)

    event: Mapped[DialogueEvent] = relationship(back_populates="agenda")
    sittings: Mapped[list[Sitting]] = relationship(back_populates="round", cascade="all, delete-orphan")


group_fields = Table(
    "group_fields",
    Base.metadata,
    Column("group_id", ForeignKey("working_groups.id"), primary_key=True),
    Column("field_id", ForeignKey("action_fields.id"), primary_key=True),
)


class WorkingGroup(Base):
    """A group of an event, about one or more fields; groups are not fields, so it may also have none yet.

    It meets in one or more rounds (`sittings`). `moderator` and `note_taker` are titles of roles for people
    to read; who may run the group is a role of an account.
    """

    __tablename__ = "working_groups"
    __table_args__ = (UniqueConstraint("event_id", "number"),)

    id: Mapped[int_pk]
    event_id: Mapped[int] = mapped_column(ForeignKey("dialogue_events.id"))
    number: Mapped[int]
    names: Mapped[Names]
    descriptions: Mapped[Names] = mapped_column(default=dict)
    languages: Mapped[list[str]] = mapped_column(default=list)
    """Languages spoken in the group, such as `["de", "ar"]`; empty if nothing is said about it."""
    room: Mapped[short_str] = mapped_column(default="")
    link: Mapped[str] = mapped_column(String(500), default="")
    """Address of the group on the internet, shown to those who have a place in it."""
    moderator: Mapped[short_str] = mapped_column(default="")
    note_taker: Mapped[short_str] = mapped_column(default="")
    accepts_cards: Mapped[bool] = mapped_column(default=False)
    accepts_votes: Mapped[bool] = mapped_column(default=False)
    revision: Mapped[int] = mapped_column(default=1)

    event: Mapped[DialogueEvent] = relationship(back_populates="groups")
    fields: Mapped[list[ActionField]] = relationship(secondary=group_fields, order_by=ActionField.position)
    sittings: Mapped[list[Sitting]] = relationship(
        back_populates="group", order_by="Sitting.round_id", cascade="all, delete-orphan"
    )


class Sitting(Base):
    """A group in one round, with its places. `taken` is raised by one statement that finds a place free."""

    __tablename__ = "sittings"
    __table_args__ = (
        UniqueConstraint("group_id", "round_id"),
        CheckConstraint("taken >= 0 AND (places IS NULL OR taken <= places)", name="places"),
    )

    id: Mapped[int_pk]
    group_id: Mapped[int] = mapped_column(ForeignKey("working_groups.id"))
    round_id: Mapped[int] = mapped_column(ForeignKey("agenda_items.id"), index=True)
    places: Mapped[int | None]
    """None: as many as come."""
    taken: Mapped[int] = mapped_column(default=0)

    group: Mapped[WorkingGroup] = relationship(back_populates="sittings")
    round: Mapped[AgendaItem] = relationship(back_populates="sittings")


class Participant(Base):
    """A pseudonym in one dialogue. It needs no name, no mail address, nothing."""

    __tablename__ = "participants"

    id: Mapped[int_pk]
    key: Mapped[key_str] = mapped_column(unique=True)
    dialogue_id: Mapped[int] = mapped_column(ForeignKey("dialogues.id"), index=True)
    tier: Mapped[str] = mapped_column(String(1))
    created_at: Mapped[datetime]
