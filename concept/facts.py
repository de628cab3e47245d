"""What can happen to a concept."""

from __future__ import annotations

from dataclasses import dataclass

from core.journal import Fact


@dataclass(frozen=True, slots=True)
class ConceptFounded(Fact):
    """A dialogue has an edition of its concept, still without texts of its own."""

    concept_id: int
    dialogue_id: int


@dataclass(frozen=True, slots=True)
class ParagraphWritten(Fact):
    """A section has one more paragraph."""

    block_id: int


@dataclass(frozen=True, slots=True)
class ContributionIncluded(Fact):
    """A contribution stands in the concept, in the chapter of its field."""

    block_id: int
    contribution_id: int


@dataclass(frozen=True, slots=True)
class GoalAdded(Fact):
    """A field has one more goal."""

    goal_id: int


@dataclass(frozen=True, slots=True)
class MeasureAdded(Fact):
    """A goal has one more measure."""

    measure_id: int


@dataclass(frozen=True, slots=True)
class SourceCited(Fact):
    """A block, goal or measure rests on one more record."""

    source_id: int


@dataclass(frozen=True, slots=True)
class DecisivePollChosen(Fact):
    """The needs of a chapter stand in the order of this poll's result."""

    section_id: int
    poll_id: int
