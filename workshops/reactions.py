"""Who is told when something has happened on the day: the browsers that watch its pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core import realtime
from core.actor import Actor
from core.bus import react, subscribe
from core.errors import NotFound
from dialog.facts import (
    CheckInUndone,
    ContributionHidden,
    ContributionRestored,
    ContributionTranslated,
    ContributionWithdrawn,
    PersonCheckedIn,
    PollClosed,
    PollOpened,
    PollPublished,
    TranslationTakenOut,
)
from workshops.actions._parts import open_for_returned, raise_board_version
from workshops.drawing import pushed_card, pushed_points
from workshops.facts import (
    BoardOpened,
    BoardsPrepared,
    CardHarvested,
    CardOrdered,
    CardPosted,
    CardRewritten,
    CheckingSet,
    ClockChanged,
    FlipchartAdded,
    FlipchartRemoved,
    GroupClosed,
    GroupReopened,
    HandsCounted,
    HarvestUndone,
    HelpCalled,
    HelpGiven,
    LaneChanged,
    MessageSent,
    MessageTakenDown,
    NameChosen,
    NameGivenUp,
    NameHidden,
    PointsGiven,
    RoundEnded,
    RoundReopened,
    ScriptChanged,
    SpotlightTurned,
    StepStarted,
    TypedCardTakenBack,
    VoteEnded,
    VoteOpened,
)
from workshops.now import draw_step
from workshops.people import control_version, pushed_people, region_of
from workshops.permissions import RIGHTS, Permission
from workshops.queries import boards as queries
from workshops.queries import cards as card_queries
from workshops.queries import control as control_queries
from workshops.queries import results as result_queries
from workshops.queries import votes as vote_queries
from workshops.vocabulary import MEMBER, MODERATOR


def init() -> None:
    """Declare the regions of this package's pages that can be watched."""
    realtime.region("board", access=_sees_board, audience=_audience)
    realtime.region("now", access=_sees_board)
    realtime.region("people", access=_sees_board, presence=_tell_people)
    realtime.region("attendance", access=_controls, presence=_tell_attendance)
    realtime.region("show", access=_shows_board)
    realtime.region("control", access=_controls)
    realtime.region("dots", access=_sees_dots)
    realtime.region("plenary", access=_shows_plenary)
    realtime.region("results", access=_reads_results)


def _board_id(key: str) -> int:
    if not (key.isascii() and key.isdigit() and len(key) < 10):
        raise NotFound
    return int(key)


def _sees_board(actor: Actor, key: str) -> bool:
    queries.access_board_by_id(actor, _board_id(key))
    return True


def _shows_board(actor: Actor, key: str) -> bool:
    here = queries.access_board_by_id(actor, _board_id(key))
    return RIGHTS.allows(actor, Permission.SHOW, here)


def _shows_plenary(actor: Actor, key: str) -> bool:
    return result_queries.may_show(actor, _board_id(key))


def _reads_results(actor: Actor, key: str) -> bool:
    return result_queries.may_read(actor, _board_id(key))


def _audience(actor: Actor, key: str) -> str:
    return queries.audience_of(actor, queries.access_board_by_id(actor, _board_id(key)))


def _sees_dots(actor: Actor, key: str) -> bool:
    board_id, _, lane_id = key.partition(".")
    here = queries.access_board_by_id(actor, _board_id(board_id))
    return any(str(lane.id) == lane_id for lane in here.board.lanes)


def tell_board(board_id: int) -> None:
    """Have everybody who watches a board read it again, because more than one card changed."""
    board = queries.board_to_tell_of(board_id)
    if board is not None:
        version = board.version
        for audience in (MEMBER, MODERATOR):
            realtime.push(f"board:{board_id}", lambda language: {"version": version}, audience=audience)


@react(CardPosted, CardRewritten)
def show_card(fact: CardPosted | CardRewritten) -> None:
    """Push a card as it stands on its board now.

    The version is the one this change made: with a later one, whoever watches would take what lies between
    for seen.
    """
    for audience in (MEMBER, MODERATOR):
        realtime.push(
            f"board:{fact.board_id}",
            lambda language, audience=audience: pushed_card(  # type: ignore[misc]
                fact.board_id, fact.version, fact.contribution_id, audience
            ),
            audience=audience,
        )


@react(
    CardOrdered,
    SpotlightTurned,
    LaneChanged,
    CheckingSet,
    TypedCardTakenBack,
    CardHarvested,
    HarvestUndone,
)
@react(HandsCounted, FlipchartAdded, FlipchartRemoved)
def show_board(fact: Any) -> None:
    """Have a board read again after a change that is about more than one card."""
    tell_board(fact.board_id)


@react(CardHarvested, HarvestUndone, GroupClosed, GroupReopened, VoteEnded, HandsCounted)
def show_results(fact: Any) -> None:
    """Tell the big screen of a group and the plenary what a group has confirmed or counted."""
    _tell_screens(fact.board_id)


def _tell_screens(board_id: int) -> None:
    board = queries.board_to_tell_of(board_id)
    if board is not None:
        realtime.push(f"show:{board.id}", lambda language: {"version": board.version})
        _tell_plenary(board.sitting.group.event_id)


def _tell_plenary(event_id: int) -> None:
    version = control_queries.version_of()
    for region in (f"plenary:{event_id}", f"results:{event_id}"):
        realtime.push(region, lambda language: {"version": version})


@react(PollOpened, PollClosed, PollPublished)
def show_vote_of_all(fact: PollOpened | PollClosed | PollPublished) -> None:
    """Show on the page of the plenary which vote of all is open."""
    for event_id in result_queries.events_of_poll(fact.poll_id):
        _tell_plenary(event_id)


def _tell_people(key: str) -> None:
    """Show who is at a board once a second at most: many come and go at once."""
    board_id = _board_id(key)
    realtime.push_soon(region_of(board_id), lambda language: pushed_people(board_id), at_most_per_second=1)
    event_id = queries.event_of_board(board_id)
    if event_id is not None:
        realtime.came_or_went(f"attendance:{event_id}")


def _tell_attendance(key: str) -> None:
    """Tell the control room that somebody has come to one of its boards or gone."""
    event_id = _board_id(key)
    _tell_soon(f"control:{event_id}", control_version(event_id))


@react(NameChosen, NameGivenUp, NameHidden)
def show_names(fact: Any) -> None:
    """Show what the people at a board are called now."""
    realtime.came_or_went(region_of(fact.board_id))


def _controls(actor: Actor, key: str) -> bool:
    return control_queries.may_control(actor, _board_id(key))


@react(
    StepStarted, ClockChanged, RoundEnded, RoundReopened, HelpCalled, HelpGiven, GroupClosed, GroupReopened
)
@react(BoardOpened, VoteOpened, VoteEnded)
def show_clock(fact: Any) -> None:
    """Push the top of the board, which says what may be done, and that its forms are others now."""
    _tell_group(fact.board_id)


@react(MessageSent, MessageTakenDown)
def show_messages(fact: Any) -> None:
    """Show on the boards what the lead says, or that it is said no more."""
    boards = [fact.board_id] if fact.board_id else queries.board_ids_of_event(fact.event_id)
    for board_id in boards:
        _tell_group(board_id)


@react(ScriptChanged)
def show_script(fact: ScriptChanged) -> None:
    """Have the groups of a round that are at a step read its words anew."""
    for board_id in queries.boards_at_step(fact.round_id, fact.group_id):
        _tell_group(board_id)


@react(CardPosted)
def show_activity(fact: Any) -> None:
    """Tell the big screen of a group and the control room that somebody has written; cards come in bursts."""
    board = queries.board_to_tell_of(fact.board_id)
    if board is None:
        return
    event_id = board.sitting.group.event_id
    for region, version in (
        (f"show:{board.id}", board.version),
        (f"control:{event_id}", control_version(event_id)),
    ):
        _tell_soon(region, version)


@react(CardOrdered, LaneChanged)
def show_counts(fact: Any) -> None:
    """Tell the big screen of a group that other columns, or other numbers of cards, stand there now."""
    board = queries.board_to_tell_of(fact.board_id)
    if board is not None:
        _tell_soon(f"show:{board.id}", board.version)


@react(PersonCheckedIn, CheckInUndone)
def show_arrivals(fact: PersonCheckedIn | CheckInUndone) -> None:
    """Tell the control room that somebody has come to the event; they come in bursts."""
    _tell_soon(f"control:{fact.event_id}", control_version(fact.event_id))


def _tell_soon(region: str, version: int) -> None:
    realtime.push_soon(region, lambda language: {"version": version}, at_most_per_second=1)


@react(VoteOpened, PointsGiven, VoteEnded)
def show_voting(fact: Any) -> None:
    """Tell the control room how far a group has come with its points; they come in bursts, too."""
    board = queries.board_to_tell_of(fact.board_id)
    if board is not None:
        event_id = board.sitting.group.event_id
        _tell_soon(f"control:{event_id}", control_version(event_id))


@react(BoardsPrepared)
def show_boards(fact: BoardsPrepared) -> None:
    """Tell the control room that there are boards."""
    _tell_control(fact.event_id)


def _tell_group(board_id: int) -> None:
    board = queries.board_to_tell_of(board_id)
    if board is None:
        return

    def render(language: str) -> Mapping[str, Any]:
        # What was loaded for another language's request is gone with it.
        present = queries.board_to_tell_of(board_id) or board
        return {"version": present.version, "html": draw_step(present)}

    realtime.push(f"now:{board_id}", render)
    realtime.push(f"show:{board_id}", lambda language: {"version": board.version})
    tell_board(board_id)
    _tell_control(board.sitting.group.event_id)


def _tell_control(event_id: int) -> None:
    version = control_version(event_id)
    realtime.push(f"control:{event_id}", lambda language: {"version": version})


@react(PointsGiven, VoteEnded)
def show_points(fact: PointsGiven | VoteEnded) -> None:
    """Show the points of a vote whose sums are open, a few times in a second at most."""
    lane = vote_queries.lane_to_tell_of(fact.lane_id)
    if lane is None or lane.poll is None:
        return
    if isinstance(fact, PointsGiven) and lane.poll.rules.get("tallies") != "live":
        return
    realtime.push_soon(f"dots:{fact.board_id}.{fact.lane_id}", lambda language: pushed_points(fact.lane_id))


@subscribe(ContributionWithdrawn)
def note_withdrawn(actor: Actor, fact: ContributionWithdrawn) -> None:
    """Count a board on when an author takes back what stands on it."""
    _count_on(fact.contribution_id)


@subscribe(ContributionHidden)
def note_hidden(actor: Actor, fact: ContributionHidden) -> None:
    """Count a board on when what stands on it is taken out of sight."""
    _count_on(fact.contribution_id)


@subscribe(ContributionRestored)
def note_restored(actor: Actor, fact: ContributionRestored) -> None:
    """Count a board on when what stands on it is shown again, and have it decided on."""
    board_id = card_queries.board_of_card(fact.contribution_id)
    if board_id is not None:
        raise_board_version(board_id)
        open_for_returned(actor, board_id, fact.contribution_id)


@subscribe(ContributionTranslated)
def note_translated(actor: Actor, fact: ContributionTranslated) -> None:
    """Count a board on when what stands on it can be read in another language."""
    _count_on(fact.contribution_id)


@subscribe(TranslationTakenOut)
def note_taken_out(actor: Actor, fact: TranslationTakenOut) -> None:
    """Count a board on when a translation of what stands on it is gone."""
    _count_on(fact.contribution_id)


def _count_on(contribution_id: int) -> None:
    board_id = card_queries.board_of_card(contribution_id)
    if board_id is not None:
        raise_board_version(board_id)


@react(ContributionWithdrawn, ContributionHidden, ContributionRestored)
@react(ContributionTranslated, TranslationTakenOut)
def show_change(fact: Any) -> None:
    """Have the board of such a contribution read again, and what screens and plenary show of it."""
    board_id = card_queries.board_of_card(fact.contribution_id)
    if board_id is not None:
        tell_board(board_id)
        _tell_screens(board_id)
