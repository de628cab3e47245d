"""Goals, measures and indicators for those who write them: also removed ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from concept.models import Concept, Goal, Indicator, IndicatorValue, Measure
from concept.permissions import RIGHTS, Permission
from core.actor import Actor
from core.db import db
from core.errors import NotFound
from dialog.queries import dialogues as dialogue_queries
from region.models import ActionField


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """One field with its goals and their measures in their order; removed ones stand at the end."""

    field: ActionField
    goals: list[tuple[Goal, list[Measure]]]


def access_plan(actor: Actor, concept: Concept) -> list[FieldPlan]:
    """All goals and measures by field, for those who write. Raises Forbidden."""
    RIGHTS.require(actor, Permission.WRITE, concept)
    goals = db.session.execute(
        select(Goal)
        .where(Goal.concept_id == concept.id)
        .options(joinedload(Goal.field), selectinload(Goal.sources))
        .order_by(Goal.removed_at.is_not(None), Goal.number)
    ).scalars()
    measures: dict[int, list[Measure]] = defaultdict(list)
    for measure in db.session.execute(
        select(Measure)
        .where(Measure.concept_id == concept.id)
        .options(selectinload(Measure.sources))
        .order_by(Measure.removed_at.is_not(None), Measure.number)
    ).scalars():
        measures[measure.goal_id].append(measure)
    by_field: dict[int, list[tuple[Goal, list[Measure]]]] = defaultdict(list)
    for goal in goals:
        by_field[goal.field_id].append((goal, measures[goal.id]))
    return [FieldPlan(field, by_field[field.id]) for field in dialogue_queries.fields_of(concept.dialogue)]


def access_field(actor: Actor, concept: Concept, slug: str) -> ActionField:
    """A field of this concept's dialogue. Raises NotFound, and Forbidden for those who do not write."""
    RIGHTS.require(actor, Permission.WRITE, concept)
    for field in dialogue_queries.fields_of(concept.dialogue):
        if field.slug == slug:
            return field
    raise NotFound


def access_goal(actor: Actor, concept: Concept, goal_id: int) -> Goal:
    """A goal as it is stored now. Raises NotFound, and Forbidden for those who do not write."""
    RIGHTS.require(actor, Permission.WRITE, concept)
    found = db.session.execute(
        select(Goal)
        .where(Goal.id == goal_id, Goal.concept_id == concept.id)
        .options(joinedload(Goal.field))
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def access_measure(actor: Actor, concept: Concept, measure_id: int) -> Measure:
    """A measure with its goal and indicators as they are stored now. Raises NotFound and Forbidden."""
    RIGHTS.require(actor, Permission.WRITE, concept)
    found = db.session.execute(
        _measures()
        .where(Measure.id == measure_id, Measure.concept_id == concept.id)
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def access_indicator(measure: Measure, indicator_id: int, *, removed: bool = False) -> Indicator:
    """One indicator of a measure that was read for somebody who writes. Raises NotFound.

    A removed one is found only with `removed`.
    """
    among = measure.all_indicators if removed else measure.indicators
    found = next((one for one in among if one.id == indicator_id), None)
    if found is None:
        raise NotFound
    return found


def _measures() -> Select[Measure]:
    return select(Measure).options(
        joinedload(Measure.goal),
        joinedload(Measure.field),
        selectinload(Measure.indicators),
        selectinload(Measure.all_indicators)
        .selectinload(Indicator.values)
        .joinedload(IndicatorValue.publication),
    )


def goals_of_field(concept_id: int, field_id: int) -> Sequence[Goal]:
    """The goals of a field that stand in the concept, by number."""
    return (
        db.session.execute(
            select(Goal)
            .where(Goal.concept_id == concept_id, Goal.field_id == field_id, Goal.removed_at.is_(None))
            .options(joinedload(Goal.field))
            .order_by(Goal.number)
        )
        .scalars()
        .all()
    )


def has_measures(goal_id: int) -> bool:
    """Whether a measure that stands in the concept hangs on this goal."""
    found = select(Measure.id).where(Measure.goal_id == goal_id, Measure.removed_at.is_(None))
    return db.session.execute(found.limit(1)).scalar_one_or_none() is not None
