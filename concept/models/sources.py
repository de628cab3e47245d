"""What something in a concept rests on, and what is answered to a voice that nothing rests on."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from concept.models._parts import exactly_one
from concept.models.blocks import Block
from concept.models.goals import Goal, Measure
from core.db import Base, int_pk, key_str, long_str
from dialog.models import Contribution, DialogueEvent, Poll, WorkingGroup
from region.models import Figure, Publication


class Source(Base):
    """That one block, goal or measure rests on one record: words, a vote, a day, a number, a text.

    `is_lent` says that a paragraph has it only from others whose words it has taken in, and for as long.
    """

    __tablename__ = "concept_sources"
    __table_args__ = (
        CheckConstraint(exactly_one("block_id", "goal_id", "measure_id"), name="one_owner"),
        CheckConstraint(
            exactly_one("contribution_id", "poll_id", "event_id", "group_id", "figure_id", "publication_id"),
            name="one_evidence",
        ),
    )

    id: Mapped[int_pk]
    block_id: Mapped[int | None] = mapped_column(ForeignKey("concept_blocks.id"), index=True)
    goal_id: Mapped[int | None] = mapped_column(ForeignKey("concept_goals.id"), index=True)
    measure_id: Mapped[int | None] = mapped_column(ForeignKey("concept_measures.id"), index=True)
    contribution_id: Mapped[int | None] = mapped_column(ForeignKey("contributions.id"), index=True)
    poll_id: Mapped[int | None] = mapped_column(ForeignKey("polls.id"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("dialogue_events.id"), index=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("working_groups.id"), index=True)
    figure_id: Mapped[int | None] = mapped_column(ForeignKey("figures.id"), index=True)
    publication_id: Mapped[int | None] = mapped_column(ForeignKey("publications.id"), index=True)
    is_lent: Mapped[bool] = mapped_column(default=False, server_default=false())
    by_key: Mapped[key_str]
    at: Mapped[datetime]

    block: Mapped[Block | None] = relationship(back_populates="sources")
    goal: Mapped[Goal | None] = relationship(back_populates="sources")
    measure: Mapped[Measure | None] = relationship(back_populates="sources")
    contribution: Mapped[Contribution | None] = relationship()
    poll: Mapped[Poll | None] = relationship()
    event: Mapped[DialogueEvent | None] = relationship()
    group: Mapped[WorkingGroup | None] = relationship()
    figure: Mapped[Figure | None] = relationship()
    publication: Mapped[Publication | None] = relationship()


class Answer(Base):
    """Why an edition does not take a need up. That it does is told by its sources and needs no row here."""

    __tablename__ = "concept_answers"
    __table_args__ = (UniqueConstraint("concept_id", "contribution_id"),)

    id: Mapped[int_pk]
    concept_id: Mapped[int] = mapped_column(ForeignKey("concepts.id"))
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id"), index=True)
    reason: Mapped[long_str]
    by_key: Mapped[key_str]
    at: Mapped[datetime]

    contribution: Mapped[Contribution] = relationship()
