"""What staff can say about a need and an offer."""

from __future__ import annotations

from dataclasses import dataclass

from core.journal import Fact


@dataclass(frozen=True, slots=True)
class CoverageJudged(Fact):
    """Staff have said whether an offer covers a need."""

    need_id: int
    offer_id: int
    decision: str


@dataclass(frozen=True, slots=True)
class CoverageTakenBack(Fact):
    """Nothing is said about this need and this offer any more."""

    need_id: int
    offer_id: int
