"""Goals of a field and the measures that hang on them."""

from __future__ import annotations

from collections.abc import Sequence

from concept.actions._parts import raise_version
from concept.facts import GoalAdded, MeasureAdded
from concept.models import Block, Concept, Goal, Measure
from concept.permissions import RIGHTS, Permission
from concept.queries import concepts as queries
from concept.vocabulary import BlockKind, MeasureClass, MeasureStatus, Part, TimeFrame
from core.actor import Actor
from core.clock import now
from core.db import Names, db
from core.errors import Conflict, Invalid
from core.i18n import lazy_gettext as _l
from core.journal import record
from core.text import clean_line
from region.models import ActionField


def add_goal(actor: Actor, concept: Concept, field: ActionField, *, texts: Names) -> Goal:
    """Say what a field wants to reach; it stands in the chapter of the field with the next number.

    Raises Invalid without words, Conflict if the concept has no place for goals of this field.
    """
    RIGHTS.require(actor, Permission.WRITE, concept)
    words = _words(texts)
    goal = Goal(
        concept_id=concept.id,
        field_id=field.id,
        number=queries.last_goal_number(concept.id, field.id) + 1,
        texts=words,
        changed_at=now(),
    )
    _place(concept, field.id, Part.GOALS, Block(kind=BlockKind.GOAL, goal=goal, position=goal.number))
    record(actor, GoalAdded(goal.id))
    return goal


def add_measure(
    actor: Actor,
    goal: Goal,
    *,
    titles: Names,
    target_group: str = "",
    responsible: str = "",
    partners: Sequence[str] = (),
    begins: str = "",
    ends: str = "",
    time_frame: TimeFrame = TimeFrame.NONE,
    cost: str = "",
    funding: str = "",
    indicator: str = "",
    status: MeasureStatus = MeasureStatus.PLANNED,
    priority_class: MeasureClass = MeasureClass.NONE,
    number: int | None = None,
) -> Measure:
    """Hang a measure on a goal; it stands in the chapter of the goal's field.

    `begins` and `ends` are dates as precise as known (`2022-09`). Without `number` it gets the next one.
    Raises Invalid without words, Conflict if the concept has no place for measures of this field.
    """
    concept = queries.concept_by_id(goal.concept_id)
    RIGHTS.require(actor, Permission.WRITE, concept)
    measure = Measure(
        concept_id=concept.id,
        number=number or queries.last_measure_number(concept.id) + 1,
        goal=goal,
        field_id=goal.field_id,
        titles=_words(titles),
        target_group=clean_line(target_group),
        responsible=clean_line(responsible),
        partners=[clean_line(partner) for partner in partners],
        begins=begins,
        ends=ends,
        time_frame=time_frame,
        cost=clean_line(cost),
        funding=clean_line(funding),
        indicator=clean_line(indicator),
        status=status,
        priority_class=priority_class,
        changed_at=now(),
    )
    block = Block(kind=BlockKind.MEASURE, measure=measure, position=measure.number)
    _place(concept, goal.field_id, Part.MEASURES, block)
    record(actor, MeasureAdded(measure.id))
    return measure


def _words(names: Names) -> Names:
    words = {language: clean_line(text) for language, text in names.items()}
    if not words.get("de"):
        raise Invalid(_l("Please write something."))
    return words


def _place(concept: Concept, field_id: int, part: Part, block: Block) -> None:
    section = queries.section_of(concept.id, part, field_id)
    if section is None:
        raise Conflict(_l("The concept has no chapter for this topic."))
    block.concept_id = concept.id
    block.section_id = section.id
    block.changed_at = now()
    db.session.add(block)
    db.session.flush()  # The fact needs the id.
    raise_version(concept.id)
