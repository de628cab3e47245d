"""Goals, the measures that hang on them, and the numbers by which their success is seen."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from concept.models._parts import exactly_one, one_of
from concept.models.documents import Concept
from concept.vocabulary import MeasureClass, MeasureStatus, TimeFrame
from core.db import Base, Names, int_pk, key_str, short_str
from region.models import ActionField, Publication

if TYPE_CHECKING:
    from concept.models.sources import Source


class Goal(Base):
    """What a field wants to reach; numbered within its field. Removed ones stay, so that they can return."""

    __tablename__ = "concept_goals"
    __table_args__ = (UniqueConstraint("concept_id", "field_id", "number"),)

    id: Mapped[int_pk]
    concept_id: Mapped[int] = mapped_column(ForeignKey("concepts.id"))
    field_id: Mapped[int] = mapped_column(ForeignKey("action_fields.id"), index=True)
    number: Mapped[int]
    texts: Mapped[Names]
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    changed_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]

    concept: Mapped[Concept] = relationship()
    field: Mapped[ActionField] = relationship()
    sources: Mapped[list[Source]] = relationship(back_populates="goal", order_by="Source.id")


class Measure(Base):
    """Something that is done for a goal, with everything a committee asks about it.

    `indicator` says in words how one will notice; `indicators` are what is counted, and among
    `all_indicators` stand those that are watched no more, too. `begins` and `ends`
    are as precise as known (`2022-09`); `changed_at` says as of when all this holds.
    """

    __tablename__ = "concept_measures"
    __table_args__ = (
        UniqueConstraint("concept_id", "number"),
        CheckConstraint(one_of("status", MeasureStatus), name="status"),
        CheckConstraint(one_of("priority_class", MeasureClass), name="priority_class"),
        CheckConstraint(one_of("time_frame", TimeFrame), name="time_frame"),
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
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    changed_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]

    concept: Mapped[Concept] = relationship()
    goal: Mapped[Goal] = relationship()
    field: Mapped[ActionField] = relationship()
    sources: Mapped[list[Source]] = relationship(back_populates="measure", order_by="Source.id")
    all_indicators: Mapped[list[Indicator]] = relationship(
        back_populates="measure", order_by="Indicator.position, Indicator.id"
    )
    indicators: Mapped[list[Indicator]] = relationship(
        primaryjoin="and_(Indicator.measure_id == Measure.id, Indicator.removed_at.is_(None))",
        order_by="Indicator.position, Indicator.id",
        viewonly=True,
    )

    @property
    def reference(self) -> str:
        """The number people read and quote, such as `M-01`."""
        return f"M-{self.number:02d}"


class Indicator(Base):
    """One number that shows whether a measure works: where it began, where it shall be, and what was seen.

    `baseline_as_of` and `target_by` are as precise as known (`2021`, `2021-12`). A removed one keeps its
    values, so that it can return.
    """

    __tablename__ = "concept_indicators"

    id: Mapped[int_pk]
    measure_id: Mapped[int] = mapped_column(ForeignKey("concept_measures.id"), index=True)
    position: Mapped[int]
    name: Mapped[short_str]
    unit: Mapped[str] = mapped_column(String(40), default="")
    baseline: Mapped[float | None]
    baseline_as_of: Mapped[str] = mapped_column(String(10), default="")
    target: Mapped[float | None]
    target_by: Mapped[str] = mapped_column(String(10), default="")
    removed_at: Mapped[datetime | None]

    measure: Mapped[Measure] = relationship(back_populates="all_indicators")
    values: Mapped[list[IndicatorValue]] = relationship(
        back_populates="indicator", order_by="IndicatorValue.as_of, IndicatorValue.id"
    )


class IndicatorValue(Base):
    """What an indicator was at one time, and where that is known from."""

    __tablename__ = "concept_indicator_values"
    __table_args__ = (UniqueConstraint("indicator_id", "as_of"),)

    id: Mapped[int_pk]
    indicator_id: Mapped[int] = mapped_column(ForeignKey("concept_indicators.id"))
    as_of: Mapped[str] = mapped_column(String(10))
    value: Mapped[float]
    note: Mapped[short_str] = mapped_column(default="")
    publication_id: Mapped[int | None] = mapped_column(ForeignKey("publications.id"), index=True)

    indicator: Mapped[Indicator] = relationship(back_populates="values")
    publication: Mapped[Publication | None] = relationship()


class PlanRevision(Base):
    """What stood on the sheet of a goal or measure after one writing of it; `number` is its `revision` then.

    `sheet` has the columns by their names, `removed`, and of a measure the `indicators` with their values.
    `restored_from` is the number of the wording that was brought back.
    """

    __tablename__ = "concept_plan_revisions"
    __table_args__ = (
        CheckConstraint(exactly_one("goal_id", "measure_id"), name="one_owner"),
        UniqueConstraint("goal_id", "number"),
        UniqueConstraint("measure_id", "number"),
    )

    id: Mapped[int_pk]
    goal_id: Mapped[int | None] = mapped_column(ForeignKey("concept_goals.id"))
    measure_id: Mapped[int | None] = mapped_column(ForeignKey("concept_measures.id"))
    number: Mapped[int]
    sheet: Mapped[dict[str, Any]] = mapped_column(JSON)
    restored_from: Mapped[int | None]
    by_key: Mapped[key_str]
    at: Mapped[datetime]
