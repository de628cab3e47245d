"""What stood on the sheets of goals and measures before."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import selectinload

from concept.models import Concept, Goal, Indicator, Measure, PlanRevision
from concept.permissions import RIGHTS, Permission
from core.actor import Actor
from core.db import db
from region.models import Publication


def wording(row: Goal | Measure, number: int) -> PlanRevision | None:
    """A wording of a goal or measure by its number, or None if it was not kept."""
    with db.session.no_autoflush:
        return db.session.execute(
            select(PlanRevision).where(_owner(row), PlanRevision.number == number)
        ).scalar_one_or_none()


def visible_wordings(actor: Actor, concept: Concept, row: Goal | Measure) -> list[PlanRevision]:
    """Every kept wording of a goal or measure, the latest first. Raises Forbidden."""
    RIGHTS.require(actor, Permission.WRITE, concept)
    return list(
        db.session.execute(
            select(PlanRevision).where(_owner(row)).order_by(PlanRevision.number.desc())
        ).scalars()
    )


def read_indicators_again(measure: Measure) -> None:
    """Let a measure have its numbers as they are stored now."""
    db.session.execute(
        select(Measure)
        .where(Measure.id == measure.id)
        .options(
            selectinload(Measure.indicators),
            selectinload(Measure.all_indicators).selectinload(Indicator.values),
        )
        .execution_options(populate_existing=True)
    ).scalar_one()


def numbers_of_goals(concept_id: int) -> dict[int, str]:
    """How each goal of a concept is quoted, such as `5.1`, by its id; also removed ones."""
    rows = db.session.execute(
        select(Goal).where(Goal.concept_id == concept_id).options(selectinload(Goal.field))
    ).scalars()
    return {goal.id: f"{goal.field.position}.{goal.number}" for goal in rows}


def titles_of_publications() -> dict[int, str]:
    """What each publication is called, by its id."""
    rows = db.session.execute(select(Publication.id, Publication.title))
    return {row.id: row.title for row in rows}


def _owner(row: Goal | Measure) -> ColumnElement[bool]:
    column = PlanRevision.goal_id if isinstance(row, Goal) else PlanRevision.measure_id
    return column == row.id
