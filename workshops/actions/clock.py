"""The clock of a group: which step it is at, until when, and when its round is over.

What is allowed follows the step: it is written on the group, whose rights `dialog` reads.
"""

from __future__ import annotations

from datetime import timedelta

from core.actor import Actor
from core.clock import now
from core.db import db
from core.errors import Conflict, Invalid, NotFound
from core.i18n import lazy_gettext as _l
from core.journal import record
from dialog.models import AgendaItem, DialogueEvent
from workshops import timing
from workshops.actions._parts import raise_board_version
from workshops.facts import ClockChanged, RoundEnded, RoundReopened, StepStarted
from workshops.models import Board, ScriptStep
from workshops.permissions import RIGHTS, Permission
from workshops.queries import boards as board_queries
from workshops.queries import script as script_queries
from workshops.queries.boards import BoardHere
from workshops.vocabulary import LONGEST_STEP, Allowed


def start_step(actor: Actor, here: BoardHere, step_id: int) -> None:
    """Begin a step of the group's script; its clock runs from now on.

    Raises NotFound for a step of another script, and Conflict while the group is at this step already or
    when its round is over. Boards of the group in other rounds that still ran are ended.
    """
    RIGHTS.require(actor, Permission.KEEP_TIME, here)
    step = next(
        (one for one in script_queries.script_of(here.group.id, here.round.id) if one.id == step_id), None
    )
    if step is None:
        raise NotFound
    board = _locked(here, with_other_rounds=True)
    _check_goes_on(board)
    if board.step_id == step.id:
        # Of two people who press “next” one begins the step; the other must not begin it anew.
        raise Conflict(_l("The group is at this step already. You can give it more time."), code="same_step")
    _begin(actor, here, step)


def pause(actor: Actor, here: BoardHere) -> None:
    """Let the clock stand still; people still write and vote. Raises Conflict if it does not run."""
    RIGHTS.require(actor, Permission.KEEP_TIME, here)
    board = _locked(here)
    _check_has_step(board)
    if board.paused_at is not None:
        raise Conflict(_l("The clock is paused already."), code="paused")
    board.paused_at = now()
    record(actor, ClockChanged(board.id, "paused"))


def go_on(actor: Actor, here: BoardHere) -> None:
    """Let the clock run again; the end moves by the length of the pause. Raises Conflict if it runs."""
    RIGHTS.require(actor, Permission.KEEP_TIME, here)
    board = _locked(here)
    _check_has_step(board)
    if board.paused_at is None:
        raise Conflict(_l("The clock is running."), code="running")
    board.step_ends_at = timing.after_pause(board.step_ends_at, board.paused_at, now())
    board.paused_at = None
    record(actor, ClockChanged(board.id, "went_on"))


def extend(actor: Actor, here: BoardHere, minutes: int) -> None:
    """Give a group more time for its step; if the time is up, from now on.

    Raises Conflict if it is at no step, and Invalid for no sensible number of minutes.
    """
    RIGHTS.require(actor, Permission.KEEP_TIME, here)
    _check_minutes(minutes)
    board = _locked(here)
    _check_has_step(board)
    _extend(actor, board, minutes)


def end_round(actor: Actor, here: BoardHere) -> None:
    """End the round for a group: nobody with a place there writes or votes any more.

    Raises Conflict if it is over already.
    """
    RIGHTS.require(actor, Permission.KEEP_TIME, here)
    board = _locked(here)
    _check_goes_on(board)
    _end(actor, board)
    here.group.accepts_cards = here.group.accepts_votes = False


def reopen_round(actor: Actor, here: BoardHere) -> None:
    """Take back that a round was ended; the clock stays paused where it was, until somebody lets it run.

    Raises Conflict if the round is not over.
    """
    RIGHTS.require(actor, Permission.KEEP_TIME, here)
    board = _locked(here, with_other_rounds=True)
    if board.ended_at is None:
        raise Conflict(_l("This round is not over."), code="not_ended")
    _end_others(actor, here)
    board.ended_at = None
    _allow(here, board.step)
    record(actor, RoundReopened(board.id))


def start_round(actor: Actor, event: DialogueEvent, item: AgendaItem) -> int:
    """Begin the first step in every group of a round that has not begun; gives how many have.

    Raises Conflict if none could, because they have begun or there is no script.
    """
    RIGHTS.require(actor, Permission.CONTROL, event)
    begun = 0
    for here in _of_round(actor, event, item):
        steps = script_queries.script_of(here.group.id, here.round.id)
        board = _locked(here, with_other_rounds=True)
        if steps and board.step_id is None and board.ended_at is None and board.harvested_at is None:
            _begin(actor, here, steps[0])
            begun += 1
    if not begun:
        raise Conflict(_l("No group could begin. Either all have begun, or there is no script."))
    return begun


def extend_all(actor: Actor, event: DialogueEvent, item: AgendaItem, minutes: int) -> int:
    """Give every group of a round that is at a step more time; gives how many have got it.

    Raises Conflict if none is at a step, and Invalid for no sensible number of minutes.
    """
    RIGHTS.require(actor, Permission.CONTROL, event)
    _check_minutes(minutes)
    given = 0
    for here in _of_round(actor, event, item):
        board = _locked(here)
        if board.ended_at is None and board.step_ends_at is not None:
            _extend(actor, board, minutes)
            given += 1
    if not given:
        raise Conflict(_l("No group is at a step that has an end."))
    return given


def end_round_for_all(actor: Actor, event: DialogueEvent, item: AgendaItem) -> int:
    """End a round in all groups that have begun it; gives how many. Raises Conflict if there is none."""
    RIGHTS.require(actor, Permission.CONTROL, event)
    ended = 0
    for here in _of_round(actor, event, item):
        board = _locked(here)
        if board.ended_at is None and board.step_id is not None:
            _end(actor, board)
            here.group.accepts_cards = here.group.accepts_votes = False
            ended += 1
    if not ended:
        raise Conflict(_l("No group is in this round at the moment."))
    return ended


def _of_round(actor: Actor, event: DialogueEvent, item: AgendaItem) -> list[BoardHere]:
    # By their ids, so that two people who do this at once wait for one another and never in a circle.
    boards = sorted(board_queries.boards_of(actor, event), key=lambda board: board.id)
    return [
        BoardHere(board, board.sitting.group, board.sitting.round, False)
        for board in boards
        if board.sitting.round_id == item.id
    ]


def _locked(here: BoardHere, *, with_other_rounds: bool = False) -> Board:
    """The board as it is behind the lock, in a new version; perhaps with those that will be ended for it."""
    others = (
        board_queries.running_boards_of_group(here.group.id, besides=here.board.id)
        if with_other_rounds
        else []
    )
    for board_id in sorted([here.board.id, *others]):
        raise_board_version(board_id)
    db.session.refresh(here.board)
    return here.board


def _begin(actor: Actor, here: BoardHere, step: ScriptStep) -> None:
    _end_others(actor, here)
    board, moment = here.board, now()
    board.step, board.step_id = step, step.id
    board.step_started_at = moment
    board.step_ends_at = moment + timedelta(minutes=step.minutes)
    board.paused_at = None
    _allow(here, step)
    record(actor, StepStarted(board.id, step.id))


def _end_others(actor: Actor, here: BoardHere) -> None:
    """What is allowed is written on the group, so it is in one round at a time."""
    for board_id in board_queries.running_boards_of_group(here.group.id, besides=here.board.id):
        other = board_queries.board_to_tell_of(board_id)
        if other is not None and other.ended_at is None:
            _end(actor, other)


def _end(actor: Actor, board: Board) -> None:
    moment = now()
    board.ended_at = moment
    board.paused_at = board.paused_at or (moment if board.step_id else None)
    record(actor, RoundEnded(board.id))


def _extend(actor: Actor, board: Board, minutes: int) -> None:
    if board.step_ends_at is None:
        raise Conflict(_l("This step has no end. Nobody needs more time."), code="no_end")
    board.step_ends_at = timing.extended(
        board.step_ends_at, timedelta(minutes=minutes), board.paused_at or now()
    )
    record(actor, ClockChanged(board.id, "extended"))


def _allow(here: BoardHere, step: ScriptStep | None) -> None:
    here.group.accepts_cards = step is not None and step.allows == Allowed.CARDS
    here.group.accepts_votes = step is not None and step.allows == Allowed.DOTS


def _check_goes_on(board: Board) -> None:
    if board.ended_at is not None:
        raise Conflict(_l("This round is over. Take that back first if it shall go on."), code="ended")


def _check_has_step(board: Board) -> None:
    _check_goes_on(board)
    if board.step_id is None:
        raise Conflict(_l("The group has not begun yet. Please start the first step."), code="no_step")


def _check_minutes(minutes: int) -> None:
    if not 1 <= minutes <= LONGEST_STEP:
        raise Invalid(_l("Please choose between 1 and %(most)d minutes.", most=LONGEST_STEP))
