"""What can happen on the day."""

from __future__ import annotations

from dataclasses import dataclass

from core.journal import Fact


@dataclass(frozen=True, slots=True)
class BoardsPrepared(Fact):
    """Every group of an event has a board for each of its rounds."""

    event_id: int


@dataclass(frozen=True, slots=True)
class CardPosted(Fact):
    """A contribution stands on a board, whose version this made `version`."""

    board_id: int
    contribution_id: int
    version: int


@dataclass(frozen=True, slots=True)
class BoardOpened(Fact):
    """Somebody who leads a group let people write cards, or vote, without a script; or ended that."""

    board_id: int
    cards: bool
    votes: bool


@dataclass(frozen=True, slots=True)
class ScriptChanged(Fact):
    """The script of a round, or of one group in it (None: of all groups), is another one."""

    event_id: int
    round_id: int
    group_id: int | None


@dataclass(frozen=True, slots=True)
class StepStarted(Fact):
    """A group has begun a step of its script."""

    board_id: int
    step_id: int


@dataclass(frozen=True, slots=True)
class ClockChanged(Fact):
    """The clock of a group was paused, went on, or has more minutes: `status` says which."""

    board_id: int
    status: str


@dataclass(frozen=True, slots=True)
class RoundEnded(Fact):
    """A round is over for a group."""

    board_id: int


@dataclass(frozen=True, slots=True)
class RoundReopened(Fact):
    """That a round was over for a group is taken back."""

    board_id: int


@dataclass(frozen=True, slots=True)
class NameChosen(Fact):
    """Somebody is called by a name in a group that they have chosen."""

    board_id: int


@dataclass(frozen=True, slots=True)
class NameGivenUp(Fact):
    """Somebody is only counted again in a group."""

    board_id: int


@dataclass(frozen=True, slots=True)
class NameHidden(Fact):
    """Whoever leads a group has taken a name out of sight, or shows it again."""

    board_id: int
    hidden: bool


@dataclass(frozen=True, slots=True)
class HelpCalled(Fact):
    """Somebody in a group has called the lead for help."""

    board_id: int
    call_id: int


@dataclass(frozen=True, slots=True)
class HelpGiven(Fact):
    """A call for help is settled."""

    board_id: int
    call_id: int


@dataclass(frozen=True, slots=True)
class MessageSent(Fact):
    """The lead has told something to a group (None: to all groups of the event)."""

    event_id: int
    board_id: int | None
    message_id: int


@dataclass(frozen=True, slots=True)
class MessageTakenDown(Fact):
    """A message of the lead stands on boards no more."""

    event_id: int
    board_id: int | None
    message_id: int


@dataclass(frozen=True, slots=True)
class TypedCardTakenBack(Fact):
    """Whoever typed a card in has taken it back."""

    board_id: int
    contribution_id: int


@dataclass(frozen=True, slots=True)
class CardRewritten(Fact):
    """A card says or is labelled something else, which made the version of its board `version`."""

    board_id: int
    contribution_id: int
    version: int


@dataclass(frozen=True, slots=True)
class CardOrdered(Fact):
    """Who leads a group has sorted a card: moved, stacked, unstacked, hidden, shown or let through."""

    board_id: int
    contribution_id: int
    step: str


@dataclass(frozen=True, slots=True)
class SpotlightTurned(Fact):
    """A group talks about this card now; 0: about none in particular."""

    board_id: int
    contribution_id: int


@dataclass(frozen=True, slots=True)
class LaneChanged(Fact):
    """A column of a board was added, named, moved, removed, locked or opened."""

    board_id: int
    lane_id: int
    step: str


@dataclass(frozen=True, slots=True)
class CheckingSet(Fact):
    """From now on new cards of a board wait until they are let through, or do not."""

    board_id: int
    checks_first: bool


@dataclass(frozen=True, slots=True)
class VoteOpened(Fact):
    """A group may give points to the cards of a column."""

    board_id: int
    lane_id: int
    poll_id: int


@dataclass(frozen=True, slots=True)
class PointsGiven(Fact):
    """Somebody has given points to the cards of a column."""

    board_id: int
    lane_id: int


@dataclass(frozen=True, slots=True)
class VoteEnded(Fact):
    """The vote on the cards of a column is over."""

    board_id: int
    lane_id: int
    poll_id: int


@dataclass(frozen=True, slots=True)
class HandsCounted(Fact):
    """Somebody has written down how many hands were raised for cards."""

    board_id: int
    contribution_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FlipchartAdded(Fact):
    """A photograph of paper from the room is kept with a board."""

    board_id: int
    flipchart_id: int


@dataclass(frozen=True, slots=True)
class FlipchartRemoved(Fact):
    """A photograph was taken away; the cards typed from it stay."""

    board_id: int
    flipchart_id: int


@dataclass(frozen=True, slots=True)
class CardHarvested(Fact):
    """The harvest has decided on a card: `decision` says what."""

    board_id: int
    contribution_id: int
    decision: str


@dataclass(frozen=True, slots=True)
class HarvestUndone(Fact):
    """A decision of the harvest was taken back."""

    board_id: int
    contribution_id: int


@dataclass(frozen=True, slots=True)
class GroupClosed(Fact):
    """The harvest of a group is finished, with so many cards that were left open on purpose."""

    board_id: int
    left_open: int


@dataclass(frozen=True, slots=True)
class GroupReopened(Fact):
    """The harvest of a group goes on."""

    board_id: int
