"""A concept, its sections, and how their texts came to be."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from concept.models._parts import one_of
from concept.vocabulary import Part
from core.db import Base, Names, int_pk, key_str
from dialog.models import Dialogue, Poll
from region.models import ActionField


class Concept(Base):
    """One edition of a dialogue's concept. `changed_at` is the last change of anything that stands in it.

    `version` is raised by the statement that locks the row in the transaction of every such change.
    """

    __tablename__ = "concepts"
    __table_args__ = (UniqueConstraint("dialogue_id", "edition"),)

    id: Mapped[int_pk]
    dialogue_id: Mapped[int] = mapped_column(ForeignKey("dialogues.id"))
    edition: Mapped[int] = mapped_column(default=1)
    titles: Mapped[Names]
    subtitles: Mapped[Names]
    language: Mapped[str] = mapped_column(String(16), default="de")
    """The language its own texts are written in."""
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    dialogue: Mapped[Dialogue] = relationship()
    sections: Mapped[list[Section]] = relationship(
        back_populates="concept", order_by="Section.position, Section.id"
    )


class Section(Base):
    """A heading and what stands under it: blocks, then further sections.

    `part` says what it is for; `slug` is its address in the concept. `decisive_poll_id` names, for the
    chapter of a field, the poll whose result orders its needs; the first `answers_due` of them must be
    answered before a release. `revision` counts the wordings of the section's text, see `SectionRevision`.
    What is `hidden` stands in no page for everybody and in no file, nor does what is inside it.
    """

    __tablename__ = "concept_sections"
    __table_args__ = (
        UniqueConstraint("concept_id", "slug"),
        CheckConstraint(one_of("part", Part), name="part"),
        CheckConstraint("decisive_poll_id IS NULL OR part = 'field'", name="poll_of_field"),
        Index("ix_concept_sections_field_id_part", "field_id", "part"),
    )

    id: Mapped[int_pk]
    concept_id: Mapped[int] = mapped_column(ForeignKey("concepts.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("concept_sections.id"), index=True)
    position: Mapped[int]
    part: Mapped[str] = mapped_column(String(20))
    slug: Mapped[str] = mapped_column(String(100))
    titles: Mapped[Names]
    field_id: Mapped[int | None] = mapped_column(ForeignKey("action_fields.id"))
    decisive_poll_id: Mapped[int | None] = mapped_column(ForeignKey("polls.id"), index=True)
    answers_due: Mapped[int] = mapped_column(default=3, server_default="3")
    hidden: Mapped[bool] = mapped_column(default=False, server_default=false())
    revision: Mapped[int] = mapped_column(default=1, server_default="1")

    concept: Mapped[Concept] = relationship(back_populates="sections")
    field: Mapped[ActionField | None] = relationship()
    decisive_poll: Mapped[Poll | None] = relationship()


class SectionRevision(Base):
    """One wording of a section's text: its blocks in order, with the words or settings each had.

    A block of `blocks` is `{"id": 12, "kind": "paragraph", "markdown": "…"}`, one without words of its own
    `{"id": 7, "kind": "needs_list", "settings": {…}}`. A paragraph that had taken in others has their ids
    under `joined`. Number 1 is how the section began. `restored_from` is the number of the wording that was
    brought back.
    """

    __tablename__ = "concept_section_revisions"
    __table_args__ = (UniqueConstraint("section_id", "number"),)

    id: Mapped[int_pk]
    section_id: Mapped[int] = mapped_column(ForeignKey("concept_sections.id"))
    number: Mapped[int]
    blocks: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    restored_from: Mapped[int | None]
    by_key: Mapped[key_str]
    at: Mapped[datetime]


class Writer(Base):
    """That somebody of staff has had the text of a section open since then; `seen_at` is the latest sign."""

    __tablename__ = "concept_writers"

    section_id: Mapped[int] = mapped_column(ForeignKey("concept_sections.id"), primary_key=True)
    by_key: Mapped[key_str] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    seen_at: Mapped[datetime]
