"""Measures that hang on a goal: added, reworded, removed and brought back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Required, TypedDict, Unpack

from concept.actions._parts import fitting, raise_version
from concept.actions._planned import clean_names, place, put_back, renumber, standing, take_out
from concept.actions._revisions import count_up, keep
from concept.actions._stations import tell_ended, tell_voices
from concept.facts import MeasureAdded, MeasureChanged, MeasureRemoved, MeasureReturned
from concept.models import Block, Goal, Measure
from concept.permissions import RIGHTS, Permission
from concept.queries import concepts as queries
from concept.queries import goals as goal_queries
from concept.vocabulary import (
    LINE_LIMIT,
    MOST_PARTNERS,
    BlockKind,
    MeasureClass,
    MeasureStatus,
    Part,
    TimeFrame,
)
from core.actor import Actor
from core.clock import now
from core.db import Names
from core.errors import Invalid
from core.i18n import lazy_gettext as _l
from core.journal import record
from core.text import clean_line
from core.typed import read_date


class Sheet(TypedDict, total=False):
    """What writers say of a measure; whatever is left out is empty.

    `begins` and `ends` are dates as precise as known (`2022-09`).
    """

    titles: Required[Names]
    target_group: str
    responsible: str
    partners: Sequence[str]
    begins: str
    ends: str
    time_frame: TimeFrame
    cost: str
    funding: str
    indicator: str
    status: MeasureStatus
    priority_class: MeasureClass


def add_measure(actor: Actor, goal: Goal, *, number: int | None = None, **sheet: Unpack[Sheet]) -> Measure:
    """Hang a measure on a goal; it stands in the chapter of the goal's field.

    Without `number` it gets the next one. Raises Invalid without words or for what is no date, Conflict if
    the concept has no place for measures of this field or the goal was removed.
    """
    concept = queries.concept_by_id(goal.concept_id)
    RIGHTS.require(actor, Permission.WRITE, concept)
    measure = Measure(concept_id=concept.id, field_id=goal.field_id)
    _write(measure, sheet)
    raise_version(concept.id)  # Locks the concept, so that no other measure takes the same number.
    measure.goal = standing(goal_queries.access_goal(actor, concept, goal.id))
    measure.number = number or queries.last_measure_number(concept.id) + 1
    block = Block(kind=BlockKind.MEASURE, measure=measure, position=measure.number)
    place(concept, goal.field_id, Part.MEASURES, block)
    keep(actor, measure)
    record(actor, MeasureAdded(measure.id))
    return measure


def change_measure(
    actor: Actor, measure: Measure, *, goal: Goal, number: int, based_on: int, **sheet: Unpack[Sheet]
) -> None:
    """Write the sheet of a measure anew. `goal` is one of the same field.

    Raises Invalid for what does not fit, such as the number of another measure, removed ones included, and
    Conflict if there is a later revision than `based_on`.
    """
    concept = queries.concept_by_id(measure.concept_id)
    RIGHTS.require(actor, Permission.WRITE, concept)
    raise_version(concept.id)
    locked = goal_queries.access_measure(actor, concept, measure.id)
    count_up(locked, based_on)
    _write(locked, sheet)
    target = goal_queries.access_goal(actor, concept, goal.id)
    if target.field_id != locked.field_id:
        sentence = _l("Please choose a goal of the same topic.")
        raise Invalid(sentence, {"goal": [sentence]})
    if target.id != locked.goal_id:
        locked.goal = standing(target)
    renumber(locked, number, _l("Another measure has this number."))
    keep(actor, locked)
    record(actor, MeasureChanged(locked.id))


def remove_measure(actor: Actor, measure: Measure, *, based_on: int) -> None:
    """Take a measure out of the concept; it can be brought back. Its voices learn of it.

    Raises Conflict if there is a later revision than `based_on`.
    """
    concept = queries.concept_by_id(measure.concept_id)
    RIGHTS.require(actor, Permission.WRITE, concept)
    raise_version(concept.id)
    locked = goal_queries.access_measure(actor, concept, measure.id)
    count_up(locked, based_on)
    if locked.removed_at is not None:
        return
    tell_ended(concept, locked)
    take_out(locked)
    keep(actor, locked)
    record(actor, MeasureRemoved(locked.id))


def return_measure(actor: Actor, measure: Measure) -> None:
    """Let a removed measure stand in the concept again. Raises Conflict while its goal is removed."""
    concept = queries.concept_by_id(measure.concept_id)
    RIGHTS.require(actor, Permission.WRITE, concept)
    raise_version(concept.id)
    locked = goal_queries.access_measure(actor, concept, measure.id)
    if locked.removed_at is None:
        return
    standing(locked.goal)
    count_up(locked)
    put_back(locked)
    keep(actor, locked)
    tell_voices(concept, locked)
    record(actor, MeasureReturned(locked.id))


def _write(measure: Measure, sheet: Sheet) -> None:
    measure.titles = clean_names("title", sheet["titles"], LINE_LIMIT)
    lines = {
        "target_group": sheet.get("target_group", ""),
        "responsible": sheet.get("responsible", ""),
        "cost": sheet.get("cost", ""),
        "funding": sheet.get("funding", ""),
        "indicator": sheet.get("indicator", ""),
    }
    for name, text in lines.items():
        setattr(measure, name, fitting(name, clean_line(text), LINE_LIMIT))
    partners = map(clean_line, sheet.get("partners", ()))
    named = [fitting("partners", line, LINE_LIMIT) for line in partners if line]
    if len(named) > MOST_PARTNERS:
        sentence = _l("Please name at most %(most)d partners.", most=MOST_PARTNERS)
        raise Invalid(sentence, {"partners": [sentence]})
    measure.partners = named
    measure.begins, measure.ends = (
        _day("begins", sheet.get("begins", "")),
        _day("ends", sheet.get("ends", "")),
    )
    shared = min(len(measure.begins), len(measure.ends))
    if measure.ends[:shared] < measure.begins[:shared]:
        sentence = _l("The end is before the beginning.")
        raise Invalid(sentence, {"ends": [sentence]})
    measure.time_frame = TimeFrame(sheet.get("time_frame", TimeFrame.NONE))
    measure.status = MeasureStatus(sheet.get("status", MeasureStatus.PLANNED))
    measure.priority_class = MeasureClass(sheet.get("priority_class", MeasureClass.NONE))
    measure.changed_at = now()


def _day(name: str, text: str) -> str:
    if not text.strip():
        return ""
    day = read_date(text)
    if day is None:
        sentence = _l("Please enter a year, a month or a day, such as 2027, 09.2027 or 30.09.2027.")
        raise Invalid(sentence, {name: [sentence]})
    return day
