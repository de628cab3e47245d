"""The pieces a section is made of."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from concept.models._parts import one_of
from concept.models.documents import Section
from concept.models.goals import Goal, Measure
from concept.vocabulary import BlockKind
from core.db import Base, int_pk, key_str, long_str
from dialog.models import Contribution

if TYPE_CHECKING:
    from concept.models.sources import Source


class Block(Base):
    """One piece of a section. A paragraph has words of its own; others stand for one record or are computed.

    `html` is `markdown` as rendered and cleaned at saving. `revision` is raised with every later wording.
    `settings` say what a linked block shows; with `frozen` it shows what that was at `frozen_at`, else what
    it is now. A block that vanished from its section's text has `removed_at` and keeps its sources, so that
    an older wording can be brought back with them. `joined_into_id` is the paragraph that has taken in the
    words of this vanished one, and holds copies of its sources until it returns (`Source.is_lent`).
    """

    __tablename__ = "concept_blocks"
    __table_args__ = (
        CheckConstraint(one_of("kind", BlockKind), name="kind"),
        CheckConstraint("(kind = 'contribution') = (contribution_id IS NOT NULL)", name="contribution"),
        CheckConstraint("(kind = 'goal') = (goal_id IS NOT NULL)", name="goal"),
        CheckConstraint("(kind = 'measure') = (measure_id IS NOT NULL)", name="measure"),
        CheckConstraint("joined_into_id IS NULL OR removed_at IS NOT NULL", name="joined"),
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
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    frozen: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    frozen_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    joined_into_id: Mapped[int | None] = mapped_column(ForeignKey("concept_blocks.id"), index=True)

    section: Mapped[Section] = relationship()
    contribution: Mapped[Contribution | None] = relationship()
    goal: Mapped[Goal | None] = relationship()
    measure: Mapped[Measure | None] = relationship()
    sources: Mapped[list[Source]] = relationship(back_populates="block", order_by="Source.id")
