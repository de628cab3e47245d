"""What staff can decide about contributions."""

from __future__ import annotations

from dataclasses import dataclass

from core.journal import Fact


@dataclass(frozen=True, slots=True)
class HeadingCorrected(Fact):
    """A public contribution has another heading; its words are the same."""

    contribution_id: int
    revision: int


@dataclass(frozen=True, slots=True)
class ContributionsDecided(Fact):
    """One decision was made on many contributions that waited."""

    batch_id: int
    decision: str
    number: int


@dataclass(frozen=True, slots=True)
class DecisionsUndone(Fact):
    """A decision on many contributions was taken back; they are as they were."""

    batch_id: int
    number: int


@dataclass(frozen=True, slots=True)
class ObjectionMade(Fact):
    """The author of a hidden contribution asks for a second look."""

    objection_id: int
    contribution_id: int


@dataclass(frozen=True, slots=True)
class ObjectionDecided(Fact):
    """A second person has looked: it is shown again, or stays hidden."""

    objection_id: int
    outcome: str


@dataclass(frozen=True, slots=True)
class TextBlockKept(Fact):
    """A text to use again was written or changed."""

    text_block_id: int


@dataclass(frozen=True, slots=True)
class TextBlockRemoved(Fact):
    """A text to use again was thrown away."""

    text_block_id: int


@dataclass(frozen=True, slots=True)
class ModerationOverdue(Fact):
    """Contributions have waited for more than a day; at most one such fact a day and dialogue."""

    dialogue_id: int
    waiting: int
