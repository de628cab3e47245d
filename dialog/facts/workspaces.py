"""What can happen in the workspace of a municipality."""

from __future__ import annotations

from dataclasses import dataclass

from core.journal import Fact


@dataclass(frozen=True, slots=True)
class EntryDrafted(Fact):
    """Somebody of a municipality has begun to write an entry, or written on at a draft."""

    contribution_id: int


@dataclass(frozen=True, slots=True)
class EntriesConfirmed(Fact):
    """A municipality's entries were said to be current."""

    dialogue_id: int
    municipality_id: int
