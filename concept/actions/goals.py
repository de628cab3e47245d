"""Goals of a field: said, reworded, removed and brought back."""

from __future__ import annotations

from concept.actions._parts import raise_version
from concept.actions._planned import clean_names, place, put_back, renumber, take_out
from concept.actions._revisions import count_up, keep
from concept.actions._stations import tell_ended, tell_voices
from concept.facts import GoalAdded, GoalChanged, GoalRemoved, GoalReturned
from concept.models import Block, Concept, Goal
from concept.permissions import RIGHTS, Permission
from concept.queries import concepts as queries
from concept.queries import goals as goal_queries
from concept.vocabulary import GOAL_LIMIT, BlockKind, Part
from core.actor import Actor
from core.clock import now
from core.db import Names
from core.errors import Conflict
from core.i18n import lazy_gettext as _l
from core.journal import record
from region.models import ActionField


def add_goal(actor: Actor, concept: Concept, field: ActionField, *, texts: Names) -> Goal:
    """Say what a field wants to reach; it stands in the chapter of the field with the next number.

    Raises Invalid without words, Conflict if the concept has no place for goals of this field.
    """
    RIGHTS.require(actor, Permission.WRITE, concept)
    words = clean_names("text", texts, GOAL_LIMIT)
    raise_version(concept.id)  # Locks the concept, so that no other goal takes the same number.
    goal = Goal(
        concept_id=concept.id,
        field_id=field.id,
        number=queries.last_goal_number(concept.id, field.id) + 1,
        texts=words,
        changed_at=now(),
    )
    place(concept, field.id, Part.GOALS, Block(kind=BlockKind.GOAL, goal=goal, position=goal.number))
    keep(actor, goal)
    record(actor, GoalAdded(goal.id))
    return goal


def change_goal(actor: Actor, goal: Goal, *, texts: Names, number: int, based_on: int) -> None:
    """Say a goal in other words or give it another number, which is its place among those of its field.

    Raises Invalid without words or for a number that another goal has, removed ones included, and Conflict
    if there is a later revision than `based_on`.
    """
    concept = queries.concept_by_id(goal.concept_id)
    RIGHTS.require(actor, Permission.WRITE, concept)
    words = clean_names("text", texts, GOAL_LIMIT)
    raise_version(concept.id)
    locked = goal_queries.access_goal(actor, concept, goal.id)
    count_up(locked, based_on)
    locked.texts = words
    locked.changed_at = now()
    renumber(locked, number, _l("Another goal of this topic has this number."))
    keep(actor, locked)
    record(actor, GoalChanged(locked.id))


def remove_goal(actor: Actor, goal: Goal, *, based_on: int) -> None:
    """Take a goal out of the concept; it can be brought back. Its voices learn that it stands there no more.

    Raises Conflict while measures hang on it, or if there is a later revision than `based_on`.
    """
    concept = queries.concept_by_id(goal.concept_id)
    RIGHTS.require(actor, Permission.WRITE, concept)
    raise_version(concept.id)
    locked = goal_queries.access_goal(actor, concept, goal.id)
    count_up(locked, based_on)
    if locked.removed_at is not None:
        return
    if goal_queries.has_measures(locked.id):
        raise Conflict(
            _l("Measures hang on this goal. Remove them first, or hang them on another goal."), code="in_use"
        )
    tell_ended(concept, locked)
    take_out(locked)
    keep(actor, locked)
    record(actor, GoalRemoved(locked.id))


def return_goal(actor: Actor, goal: Goal) -> None:
    """Let a removed goal stand in the concept again, with its number and its sources."""
    concept = queries.concept_by_id(goal.concept_id)
    RIGHTS.require(actor, Permission.WRITE, concept)
    raise_version(concept.id)
    locked = goal_queries.access_goal(actor, concept, goal.id)
    if locked.removed_at is None:
        return
    count_up(locked)
    put_back(locked)
    keep(actor, locked)
    tell_voices(concept, locked)
    record(actor, GoalReturned(locked.id))
