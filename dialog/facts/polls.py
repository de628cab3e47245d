"""What can happen to a vote."""

from __future__ import annotations

from dataclasses import dataclass

from core.journal import Fact


@dataclass(frozen=True, slots=True)
class PollPrepared(Fact):
    """A poll was drafted."""

    poll_id: int


@dataclass(frozen=True, slots=True)
class PollItemAdded(Fact):
    """Something more can be chosen in a poll that is not closed yet."""

    poll_id: int
    item_id: int


@dataclass(frozen=True, slots=True)
class PollOpened(Fact):
    """Voting has begun; the rules are frozen."""

    poll_id: int


@dataclass(frozen=True, slots=True)
class BallotCast(Fact):
    """Somebody voted or changed their vote. What they chose is not said here."""

    poll_id: int


@dataclass(frozen=True, slots=True)
class BallotsImported(Fact):
    """Ballots that were cast elsewhere were taken over, with their number."""

    poll_id: int
    ballots: int


@dataclass(frozen=True, slots=True)
class PollClosed(Fact):
    """Voting is over for good."""

    poll_id: int


@dataclass(frozen=True, slots=True)
class PollPublished(Fact):
    """Everybody can see the result."""

    poll_id: int
