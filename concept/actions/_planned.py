"""What goals and measures have in common; the actions have required the right before."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError

from concept.actions._parts import fitting
from concept.models import Block, Concept, Goal, Measure
from concept.queries import concepts as queries
from concept.vocabulary import MOST_NUMBER, Part
from core.clock import now
from core.db import Names, db
from core.errors import Conflict, Invalid, Sentence
from core.i18n import lazy_gettext as _l
from core.text import clean_line


def clean_names(field: str, names: Names, limit: int) -> Names:
    """Words in several languages, German at least. Raises Invalid that names the form's field."""
    words = {language: fitting(field, clean_line(text), limit) for language, text in names.items()}
    if not words.get("de"):
        raise Invalid(_l("Please write something."), {field: [_l("Please write something.")]})
    return {language: text for language, text in words.items() if text}


def place(concept: Concept, field_id: int, part: Part, block: Block) -> None:
    """Let a new goal or measure stand in the chapter of its field. Raises Conflict if there is no place."""
    section = queries.section_of(concept.id, part, field_id)
    if section is None:
        raise Conflict(_l("The concept has no chapter for this topic."))
    block.concept_id = concept.id
    block.section_id = section.id
    block.changed_at = now()
    db.session.add(block)
    db.session.flush()  # The fact needs the id.


def renumber(row: Goal | Measure, number: int, taken: Sentence) -> None:
    """Give a goal or measure this number; its block takes the same place. Raises Invalid if it is taken."""
    if not 1 <= number <= MOST_NUMBER:
        sentence = _l("Please enter a number from 1 to %(most)d.", most=MOST_NUMBER)
        raise Invalid(sentence, {"number": [sentence]})
    row.number = number
    queries.block_of(row, flush=False).position = number
    try:
        db.session.flush()
    except IntegrityError:
        raise Invalid(taken, {"number": [taken]}) from None


def take_out(row: Goal | Measure) -> None:
    """Let a goal or measure vanish from pages and files; everything of it stays."""
    block = queries.block_of(row)
    row.removed_at = block.removed_at = row.changed_at = now()


def put_back(row: Goal | Measure) -> None:
    """Let a removed goal or measure stand where it stood."""
    block = queries.block_of(row)
    row.removed_at = block.removed_at = None
    row.changed_at = block.changed_at = now()


def standing(goal: Goal) -> Goal:
    """The goal, if a measure can hang on it. Raises Conflict for a removed one."""
    if goal.removed_at is not None:
        raise Conflict(_l("The goal of this measure was removed. Bring the goal back first."), code="removed")
    return goal
