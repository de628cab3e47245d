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
class ListIncluded(Fact):
    """So many contributions that came with one list stand in the concept, in the chapters of their fields."""

    concept_id: int
    import_id: int
    number: int


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
class VersionReleased(Fact):
    """An edition has one more version, frozen and signed."""

    version_id: int
    concept_id: int
    number: int


@dataclass(frozen=True, slots=True)
class VersionWithdrawn(Fact):
    """A version holds no longer; its address says why."""

    version_id: int


@dataclass(frozen=True, slots=True)
class DecisivePollChosen(Fact):
    """The needs of a chapter stand in the order of this poll's result."""

    section_id: int
    poll_id: int


@dataclass(frozen=True, slots=True)
class NeedDeclined(Fact):
    """An edition says why it does not take a need up, or says it in other words."""

    concept_id: int
    contribution_id: int


@dataclass(frozen=True, slots=True)
class DeclineTakenBack(Fact):
    """An edition no longer says that it does not take a need up."""

    concept_id: int
    contribution_id: int


@dataclass(frozen=True, slots=True)
class AnswersDueChanged(Fact):
    """Of a field's chapter more or fewer needs must be answered before a release."""

    section_id: int
    number: int


@dataclass(frozen=True, slots=True)
class SourceRemoved(Fact):
    """A block, goal or measure rests on one record less."""

    source_id: int


@dataclass(frozen=True, slots=True)
class GoalChanged(Fact):
    """A goal has other words or another number."""

    goal_id: int


@dataclass(frozen=True, slots=True)
class GoalRemoved(Fact):
    """A goal stands in the concept no more; it can be brought back."""

    goal_id: int


@dataclass(frozen=True, slots=True)
class GoalReturned(Fact):
    """A removed goal stands in the concept again."""

    goal_id: int


@dataclass(frozen=True, slots=True)
class MeasureChanged(Fact):
    """The sheet of a measure, or one of its indicators, was written anew."""

    measure_id: int


@dataclass(frozen=True, slots=True)
class MeasureRemoved(Fact):
    """A measure stands in the concept no more; it can be brought back."""

    measure_id: int


@dataclass(frozen=True, slots=True)
class MeasureReturned(Fact):
    """A removed measure stands in the concept again."""

    measure_id: int


@dataclass(frozen=True, slots=True)
class IndicatorKept(Fact):
    """A measure has one more number to watch, or one has other values."""

    indicator_id: int
    measure_id: int


@dataclass(frozen=True, slots=True)
class IndicatorRemoved(Fact):
    """A measure has one number less to watch; it can be brought back."""

    indicator_id: int
    measure_id: int


@dataclass(frozen=True, slots=True)
class IndicatorReturned(Fact):
    """A removed number is watched again."""

    indicator_id: int
    measure_id: int


@dataclass(frozen=True, slots=True)
class LinkedBlockPlaced(Fact):
    """A section shows one more list, chart, table or quotation made of records."""

    block_id: int


@dataclass(frozen=True, slots=True)
class LinkedBlockChanged(Fact):
    """A linked block shows something else, or what it shows was frozen, renewed or let go."""

    block_id: int


@dataclass(frozen=True, slots=True)
class LinkedBlockRemoved(Fact):
    """A linked block stands in its section no more, or stands there again."""

    block_id: int


@dataclass(frozen=True, slots=True)
class SectionWritten(Fact):
    """The text of a section has another wording; `restored_from` is the number of one brought back, or 0."""

    section_id: int
    number: int
    restored_from: int


@dataclass(frozen=True, slots=True)
class SectionAdded(Fact):
    """A concept has one more section."""

    section_id: int


@dataclass(frozen=True, slots=True)
class SectionChanged(Fact):
    """A section is called otherwise, stands elsewhere, or is hidden or shown (`step` says which)."""

    section_id: int
    step: str


@dataclass(frozen=True, slots=True)
class SectionRemoved(Fact):
    """An empty section was taken away."""

    section_id: int
    concept_id: int
