"""Bringing back what stood on the sheet of a goal or measure before.

A number that people quote is no wording: a goal or measure keeps the one it has. Neither is whether it stands
in the concept.
"""

from __future__ import annotations

from typing import Any

from concept.actions._parts import raise_version
from concept.actions._planned import standing
from concept.actions._revisions import SHEET, WATCHED, count_up, keep, write_values
from concept.facts import GoalChanged, MeasureChanged
from concept.models import Goal, Measure, PlanRevision
from concept.permissions import RIGHTS, Permission
from concept.queries import concepts as queries
from concept.queries import goals as goal_queries
from concept.queries import plan_history
from core.actor import Actor
from core.clock import now
from core.errors import Invalid
from core.i18n import lazy_gettext as _l
from core.journal import record


def restore_goal(actor: Actor, goal: Goal, *, number: int, based_on: int) -> None:
    """Bring an older wording of a goal back as a new one.

    Raises Stale if there is a later revision than `based_on`, Invalid if there is none of this number.
    """
    concept = queries.concept_by_id(goal.concept_id)
    RIGHTS.require(actor, Permission.WRITE, concept)
    raise_version(concept.id)
    locked = goal_queries.access_goal(actor, concept, goal.id)
    kept = _kept(locked, number)
    count_up(locked, based_on)
    locked.texts = kept.sheet["texts"]
    locked.changed_at = now()
    keep(actor, locked, restored_from=number)
    record(actor, GoalChanged(locked.id))


def restore_measure(actor: Actor, measure: Measure, *, number: int, based_on: int) -> None:
    """Bring an older sheet of a measure back as a new one, with the numbers to watch it had and their values.

    Raises Stale if there is a later revision than `based_on`, Invalid if there is none of this number, and
    Conflict if the goal it hung on was removed.
    """
    concept = queries.concept_by_id(measure.concept_id)
    RIGHTS.require(actor, Permission.WRITE, concept)
    raise_version(concept.id)
    locked = goal_queries.access_measure(actor, concept, measure.id)
    kept = _kept(locked, number)
    count_up(locked, based_on)
    for name in SHEET:
        setattr(locked, name, kept.sheet[name])
    if locked.goal_id != kept.sheet["goal_id"]:
        locked.goal = standing(goal_queries.access_goal(actor, concept, kept.sheet["goal_id"]))
    _restore_indicators(locked, {one["id"]: one for one in kept.sheet["indicators"]})
    locked.changed_at = now()
    keep(actor, locked, restored_from=number)
    record(actor, MeasureChanged(locked.id))


def _kept(row: Goal | Measure, number: int) -> PlanRevision:
    found = plan_history.wording(row, number)
    if found is None:
        raise Invalid(_l("This wording was not kept."))
    return found


def _restore_indicators(measure: Measure, wanted: dict[int, dict[str, Any]]) -> None:
    for indicator in measure.all_indicators:
        entry = wanted.get(indicator.id)
        if entry is None:
            indicator.removed_at = indicator.removed_at or now()
            continue
        indicator.removed_at = None
        for name in WATCHED:
            setattr(indicator, name, entry[name])
        write_values(indicator, entry["values"])
