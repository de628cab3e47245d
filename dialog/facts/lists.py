"""What can happen to a list that a municipality has sent."""

from __future__ import annotations

from dataclasses import dataclass

from core.journal import Fact


@dataclass(frozen=True, slots=True)
class ListImported(Fact):
    """So many entries of a list were taken into the register, all at once."""

    import_id: int
    number: int


@dataclass(frozen=True, slots=True)
class ListTakenBack(Fact):
    """Everything that a list had brought was withdrawn again."""

    import_id: int
    number: int
