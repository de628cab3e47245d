"""The concept: sections of blocks, goals, measures, and the sources that lead from each back to a voice.

Every block has an id for good; what it rests on are rows of `concept_sources`, never mentions in its text.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from concept.vocabulary import BlockKind, MeasureClass, MeasureStatus, Part, TimeFrame
from core.db import Base, Names, int_pk, key_str, long_str, short_str
from dialog.models import Contribution, Dialogue, Poll
from region.models import ActionField, Figure, Publication


def _one_of(column: str, words: type[StrEnum]) -> str:
    return f"{column} IN ({', '.join(repr(str(word)) for word in words)})"


def _exactly_one(*columns: str) -> str:
    return " + ".join(f"(CASE WHEN {column} IS NULL THEN 0 ELSE 1 END)" for column in columns) + " = 1"


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
    chapter of a field, the poll whose result orders its needs.
    """

    __tablename__ = "concept_sections"
    __table_args__ = (
        UniqueConstraint("concept_id", "slug"),
        CheckConstraint(_one_of("part", Part), name="part"),
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

    concept: Mapped[Concept] = relationship(back_populates="sections")
    field: Mapped[ActionField | None] = relationship()
    decisive_poll: Mapped[Poll | None] = relationship()


class Goal(Base):
    """What a field wants to reach; numbered within its field."""

    __tablename__ = "concept_goals"
    __table_args__ = (UniqueConstraint("concept_id", "field_id", "number"),)

    id: Mapped[int_pk]
    concept_id: Mapped[int] = mapped_column(ForeignKey("concepts.id"))
    field_id: Mapped[int] = mapped_column(ForeignKey("action_fields.id"), index=True)
    number: Mapped[int]
    texts: Mapped[Names]
    changed_at: Mapped[datetime]

    concept: Mapped[Concept] = relationship()
    field: Mapped[ActionField] = relationship()
    sources: Mapped[list[Source]] = relationship(back_populates="goal", order_by="Source.id")


class Measure(Base):
    """Something that is done for a goal, with everything a committee asks about it.

    `begins` and `ends` are as precise as known (`2022-09`); `changed_at` says as of when all this holds.
    """

    __tablename__ = "concept_measures"
    __table_args__ = (
        UniqueConstraint("concept_id", "number"),
        CheckConstraint(_one_of("status", MeasureStatus), name="status"),
        CheckConstraint(_one_of("priority_class", MeasureClass), name="priority_class"),
        CheckConstraint(_one_of("time_frame", TimeFrame), name="time_frame"),
    )

    id: Mapped[int_pk]
    concept_id: Mapped[int] = mapped_column(ForeignKey("concepts.id"))
    number: Mapped[int]
    goal_id: Mapped[int] = mapped_column(ForeignKey("concept_goals.id"), index=True)
    field_id: Mapped[int] = mapped_column(ForeignKey("action_fields.id"), index=True)
    titles: Mapped[Names]
    target_group: Mapped[short_str]
    responsible: Mapped[short_str]
    partners: Mapped[list[str]]
    begins: Mapped[str] = mapped_column(String(10), default="")
    ends: Mapped[str] = mapped_column(String(10), default="")
    time_frame: Mapped[str] = mapped_column(String(10), default=TimeFrame.NONE)
    cost: Mapped[short_str] = mapped_column(default="")
    funding: Mapped[short_str] = mapped_column(default="")
    indicator: Mapped[short_str] = mapped_column(default="")
    status: Mapped[str] = mapped_column(String(10), default=MeasureStatus.PLANNED)
    priority_class: Mapped[str] = mapped_column(String(10), default=MeasureClass.NONE)
    changed_at: Mapped[datetime]

    concept: Mapped[Concept] = relationship()
    goal: Mapped[Goal] = relationship()
    field: Mapped[ActionField] = relationship()
    sources: Mapped[list[Source]] = relationship(back_populates="measure", order_by="Source.id")

    @property
    def reference(self) -> str:
        """The number people read and quote, such as `M-01`."""
        return f"M-{self.number:02d}"


class Block(Base):
    """One piece of a section. A paragraph has words of its own; others stand for one record or are computed.

    `html` is `markdown` as rendered and cleaned at saving. `revision` is raised with every later wording.
    """

    __tablename__ = "concept_blocks"
    __table_args__ = (
        CheckConstraint(_one_of("kind", BlockKind), name="kind"),
        CheckConstraint("(kind = 'contribution') = (contribution_id IS NOT NULL)", name="contribution"),
        CheckConstraint("(kind = 'goal') = (goal_id IS NOT NULL)", name="goal"),
        CheckConstraint("(kind = 'measure') = (measure_id IS NOT NULL)", name="measure"),
        UniqueConstraint("concept_id", "contribution_id"),
        Index("ix_concept_blocks_section_id_position", "section_id", "position"),
    )

    id: Mapped[int_pk]
    concept_id: Mapped[int] = mapped_column(ForeignKey("concepts.id"))
    section_id: Mapped[int] = mapped_column(ForeignKey("concept_sections.id"))
    position: Mapped[int]
    kind: Mapped[key_str]
    markdown: Mapped[long_str] = mapped_column(default="")
    html: Mapped[long_str] = mapped_column(default="")
    contribution_id: Mapped[int | None] = mapped_column(ForeignKey("contributions.id"), index=True)
    goal_id: Mapped[int | None] = mapped_column(ForeignKey("concept_goals.id"), unique=True)
    measure_id: Mapped[int | None] = mapped_column(ForeignKey("concept_measures.id"), unique=True)
    revision: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]

    section: Mapped[Section] = relationship()
    contribution: Mapped[Contribution | None] = relationship()
    goal: Mapped[Goal | None] = relationship()
    measure: Mapped[Measure | None] = relationship()
    sources: Mapped[list[Source]] = relationship(back_populates="block", order_by="Source.id")


class Source(Base):
    """That one block, goal or measure rests on one record: what was said, voted, counted or published."""

    __tablename__ = "concept_sources"
    __table_args__ = (
        CheckConstraint(_exactly_one("block_id", "goal_id", "measure_id"), name="one_owner"),
        CheckConstraint(
            _exactly_one("contribution_id", "poll_id", "figure_id", "publication_id"), name="one_evidence"
        ),
    )

    id: Mapped[int_pk]
    block_id: Mapped[int | None] = mapped_column(ForeignKey("concept_blocks.id"), index=True)
    goal_id: Mapped[int | None] = mapped_column(ForeignKey("concept_goals.id"), index=True)
    measure_id: Mapped[int | None] = mapped_column(ForeignKey("concept_measures.id"), index=True)
    contribution_id: Mapped[int | None] = mapped_column(ForeignKey("contributions.id"), index=True)
    poll_id: Mapped[int | None] = mapped_column(ForeignKey("polls.id"), index=True)
    figure_id: Mapped[int | None] = mapped_column(ForeignKey("figures.id"), index=True)
    publication_id: Mapped[int | None] = mapped_column(ForeignKey("publications.id"), index=True)
    by_key: Mapped[key_str]
    at: Mapped[datetime]

    block: Mapped[Block | None] = relationship(back_populates="sources")
    goal: Mapped[Goal | None] = relationship(back_populates="sources")
    measure: Mapped[Measure | None] = relationship(back_populates="sources")
    contribution: Mapped[Contribution | None] = relationship()
    poll: Mapped[Poll | None] = relationship()
    figure: Mapped[Figure | None] = relationship()
    publication: Mapped[Publication | None] = relationship()
