"""All groups of a round at a glance, for the lead of the day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, func, select

from core.actor import Actor
from core.clock import now
from core.db import db
from core.errors import NotFound
from core.journal import last_fact
from dialog.models import (
    AgendaItem,
    Contribution,
    DialogueEvent,
    GroupChoice,
    Poll,
    PollItem,
    Registration,
    Tally,
    WorkingGroup,
)
from dialog.vocabulary import PollStatus, Visibility
from workshops import timing
from workshops.models import Board, Card, HelpCall, Lane
from workshops.permissions import RIGHTS, Permission
from workshops.queries import help as help_queries
from workshops.queries.boards import boards_of, rounds_of
from workshops.timing import Reading, State
from workshops.vocabulary import SILENT_AFTER, Allowed

RECENT = timedelta(minutes=5)
"""Cards of the last minutes are told apart, so that one sees where people write."""


@dataclass(frozen=True, slots=True)
class LaneCount:
    """How many cards stand in a lane, as many people read."""

    lane: Lane
    cards: int


@dataclass(frozen=True, slots=True)
class Room:
    """One group of a round as the lead sees it."""

    board: Board
    reading: Reading
    seated: int
    """People with a place in the group."""
    here: int
    """Those of them who have been checked in."""
    lanes: Sequence[LaneCount]
    cards: int
    recent: int
    points: int
    points_possible: int
    """0 where no vote is open."""
    calls: Sequence[HelpCall]
    silent_from: datetime | None
    """From when on the group counts as silent if nobody writes; None while it takes no cards."""

    @property
    def group(self) -> WorkingGroup:
        """The group."""
        return self.board.sitting.group

    @property
    def points_share(self) -> int:
        """How many of a hundred points were given."""
        return min(100, 100 * self.points // self.points_possible) if self.points_possible else 0

    def moods(self, moment: datetime) -> list[str]:
        """What is to be told of this group, what matters first: calls, silent, late, paused, waiting, ended.

        `fine` stands alone.
        """
        states = {State.ENDED: "ended", State.WAITING: "waiting", State.PAUSED: "paused"}
        found = ["calls"] if self.calls else []
        if self.reading.state in states:
            return [*found, states[self.reading.state]]
        if self.silent_from is not None and moment >= self.silent_from:
            found.append("silent")
        if self.reading.state is State.TIME_IS_UP:
            found.append("late")
        return found or ["fine"]


def may_control(actor: Actor, event_id: int) -> bool:
    """Whether this actor sees the control room of an event."""
    found = db.session.get(DialogueEvent, event_id)
    return found is not None and RIGHTS.allows(actor, Permission.CONTROL, found)


def version_of() -> int:
    """The version of control rooms and big screens: it grows with all that happens, and with every minute."""
    return (last_fact() or 0) + int(now().timestamp()) // 60


def rooms_of(actor: Actor, event: DialogueEvent, item: AgendaItem) -> list[Room]:
    """The groups of a round by number. Raises NotFound for those who see no control room."""
    moment = now()
    boards = [board for board in boards_of(actor, event) if board.sitting.round_id == item.id]
    ids = [board.id for board in boards]
    cards = _cards(ids, moment - RECENT)
    points = _points(ids)
    here = _checked_in([board.sitting_id for board in boards])
    calls = help_queries.calls_waiting(ids)
    return [
        Room(
            board=board,
            reading=timing.read(board, moment),
            seated=board.sitting.taken,
            here=here.get(board.sitting_id, 0),
            lanes=[LaneCount(lane, cards.get(lane.id, (0, 0))[0]) for lane in board.lanes],
            cards=sum(cards.get(lane.id, (0, 0))[0] for lane in board.lanes),
            recent=sum(cards.get(lane.id, (0, 0))[1] for lane in board.lanes),
            points=points.get(board.id, (0, 0))[0],
            points_possible=points.get(board.id, (0, 0))[1]
            * (here.get(board.sitting_id, 0) or board.sitting.taken),
            calls=[call for call in calls if call.board_id == board.id],
            silent_from=_silent_from(board),
        )
        for board in boards
    ]


def round_here(actor: Actor, event: DialogueEvent, wanted: int) -> tuple[AgendaItem, int]:
    """The round the lead looks at, with its number: the `wanted` one, else that which goes on or comes next.

    Raises NotFound without any round, and for those who see no control room.
    """
    rounds = rounds_of(event)
    if not RIGHTS.allows(actor, Permission.CONTROL, event) or not rounds:
        raise NotFound
    if 1 <= wanted <= len(rounds):
        return rounds[wanted - 1], wanted
    running = {b.sitting.round_id for b in boards_of(actor, event) if b.step_id and not b.ended_at}
    moment = now()
    for number, item in enumerate(rounds, start=1):
        if item.id in running:
            return item, number
    for number, item in enumerate(rounds, start=1):
        if item.ends_at > moment:
            return item, number
    return rounds[-1], len(rounds)


def lanes_of(board: Board) -> list[LaneCount]:
    """The lanes of a board with the number of cards that people read there."""
    cards = _cards([board.id], now())
    return [LaneCount(lane, cards.get(lane.id, (0, 0))[0]) for lane in board.lanes]


def _silent_from(board: Board) -> datetime | None:
    step = board.step
    if step is None or step.allows != Allowed.CARDS or board.ended_at or board.paused_at:
        return None
    begun = [at for at in (board.last_card_at, board.step_started_at) if at is not None]
    return max(begun) + SILENT_AFTER if begun else None


def _cards(board_ids: Sequence[int], since: datetime) -> Mapping[int, tuple[int, int]]:
    """By lane: how many cards people read there, and how many of them came since a moment."""
    rows = db.session.execute(
        select(
            Card.lane_id,
            func.count(),
            func.sum(case((Contribution.created_at >= since, 1), else_=0)),
        )
        .join(Contribution, Contribution.id == Card.contribution_id)
        .where(Card.board_id.in_(board_ids))
        .where(Contribution.visibility.in_([Visibility.WAITING, Visibility.GROUP, Visibility.PUBLIC]))
        .group_by(Card.lane_id)
    )
    return {lane_id: (number, int(recent or 0)) for lane_id, number, recent in rows}


def _points(board_ids: Sequence[int]) -> Mapping[int, tuple[int, int]]:
    """By board: the points given in the open votes of its lanes, and how many each person has there."""
    found: dict[int, tuple[int, int]] = {}
    given = (
        select(func.coalesce(func.sum(Tally.points), 0))
        .join(PollItem, PollItem.id == Tally.item_id)
        .where(PollItem.poll_id == Poll.id)
        .correlate(Poll)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Lane.board_id, Poll.rules, given)
        .join(Poll, Poll.id == Lane.poll_id)
        .where(Lane.board_id.in_(board_ids), Poll.status == PollStatus.OPEN)
    )
    for board_id, rules, points in rows:
        before, possible = found.get(board_id, (0, 0))
        found[board_id] = (before + int(points), possible + int(rules["dots"]))
    return found


def _checked_in(sitting_ids: Sequence[int]) -> Mapping[int, int]:
    rows = db.session.execute(
        select(GroupChoice.sitting_id, func.count())
        .join(Registration, Registration.id == GroupChoice.registration_id)
        .where(
            GroupChoice.sitting_id.in_(sitting_ids),
            GroupChoice.state == "seated",
            Registration.status == "registered",
            Registration.checked_in_at.is_not(None),
        )
        .group_by(GroupChoice.sitting_id)
    )
    return {sitting_id: number for sitting_id, number in rows if sitting_id is not None}
