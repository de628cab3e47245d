"""What can happen in a dialogue."""

from __future__ import annotations

from dataclasses import dataclass

from core.journal import Fact


@dataclass(frozen=True, slots=True)
class DialogueFounded(Fact):
    """A participation process was set up."""

    dialogue_id: int


@dataclass(frozen=True, slots=True)
class EventPlanned(Fact):
    """An event with its programme and groups was entered."""

    event_id: int


@dataclass(frozen=True, slots=True)
class ParticipantRegistered(Fact):
    """Somebody takes part from now on, as a pseudonym."""

    participant_id: int
    dialogue_id: int
    tier: str


@dataclass(frozen=True, slots=True)
class ContributionSubmitted(Fact):
    """Someone said what is missing or what exists; it waits to be checked."""

    contribution_id: int


@dataclass(frozen=True, slots=True)
class ContributionImported(Fact):
    """An entry of a list was taken into the register."""

    contribution_id: int


@dataclass(frozen=True, slots=True)
class ContributionRevised(Fact):
    """A contribution has a new wording or place."""

    contribution_id: int
    revision: int


@dataclass(frozen=True, slots=True)
class ContributionPublished(Fact):
    """A contribution stands in the public register."""

    contribution_id: int


@dataclass(frozen=True, slots=True)
class ContributionReturned(Fact):
    """A contribution went back to its author with a question."""

    contribution_id: int


@dataclass(frozen=True, slots=True)
class ContributionHidden(Fact):
    """A contribution is no longer shown, for a reason of the published list."""

    contribution_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class ContributionRestored(Fact):
    """A hidden contribution is back where it was before."""

    contribution_id: int


@dataclass(frozen=True, slots=True)
class ContributionWithdrawn(Fact):
    """Its author took a contribution back; the words are destroyed, the row and its way stay."""

    contribution_id: int


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
