"""The board of a group in a round, for those who may see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from core.actor import Actor
from core.db import db
from core.errors import NotFound
from dialog.models import (
    AgendaItem,
    DialogueEvent,
    GroupChoice,
    Participant,
    Registration,
    Sitting,
    WorkingGroup,
)
from workshops.models import Board, Lane
from workshops.permissions import RIGHTS, Permission
from workshops.vocabulary import MEMBER, MODERATOR


@dataclass(frozen=True, slots=True)
class BoardHere:
    """A board with where it is and who looks at it; what the rights of this package are asked with."""

    board: Board
    group: WorkingGroup
    round: AgendaItem
    seated: bool
    """Whether the one who looks has a place in this group in this round."""

    @property
    def event(self) -> DialogueEvent:
        """The event of the group, with its dialogue."""
        return self.group.event

    @property
    def dialogue_id(self) -> int:
        """The dialogue of the event."""
        return self.group.event.dialogue_id

    @property
    def event_id(self) -> int:
        """The event of the group."""
        return self.group.event_id

    @property
    def round_id(self) -> int:
        """The round of the board."""
        return self.round.id

    @property
    def key(self) -> str:
        """What names the board where it is watched, such as `12`."""
        return str(self.board.id)


def access_board(actor: Actor, event: DialogueEvent, number: int, round_no: int) -> BoardHere:
    """The board of the group `number` in the round `round_no` of an event, counted from 1 by time.

    Raises NotFound where there is none, and for those who may not see it.
    """
    rounds = rounds_of(event)
    if not 1 <= round_no <= len(rounds):
        raise NotFound
    found = db.session.execute(
        _whole()
        .where(WorkingGroup.event_id == event.id, WorkingGroup.number == number)
        .where(Sitting.round_id == rounds[round_no - 1].id)
    ).scalar_one_or_none()
    return _seen(actor, found)


def access_board_by_id(actor: Actor, board_id: int) -> BoardHere:
    """The board with this id. Raises NotFound, also for those who may not see it."""
    return _seen(actor, db.session.execute(_whole().where(Board.id == board_id)).scalar_one_or_none())


def audience_of(actor: Actor, here: BoardHere) -> str:
    """As whom this actor sees a board: as somebody in the group, or as one who leads it."""
    return MODERATOR if RIGHTS.allows(actor, Permission.SHOW, here) else MEMBER


def rounds_with_board(event: DialogueEvent) -> set[tuple[int, int]]:
    """Group and round, by their ids, of every board of an event."""
    return {
        (group_id, round_id)
        for group_id, round_id in db.session.execute(
            select(Sitting.group_id, Sitting.round_id)
            .join(Board, Board.sitting_id == Sitting.id)
            .join(WorkingGroup, WorkingGroup.id == Sitting.group_id)
            .where(WorkingGroup.event_id == event.id)
        )
    }


class Clock(NamedTuple):
    """The clock of a board as it is stored, with the group and the round it is of."""

    group_id: int
    round_id: int
    step_id: int | None
    step_started_at: datetime | None
    step_ends_at: datetime | None
    paused_at: datetime | None
    ended_at: datetime | None


def clocks_of(event: DialogueEvent) -> list[Clock]:
    """The clocks of all boards of an event. Many people look at their day again and again: one statement."""
    return [
        Clock(*row)
        for row in db.session.execute(
            select(
                Sitting.group_id,
                Sitting.round_id,
                Board.step_id,
                Board.step_started_at,
                Board.step_ends_at,
                Board.paused_at,
                Board.ended_at,
            )
            .join(Board, Board.sitting_id == Sitting.id)
            .join(WorkingGroup, WorkingGroup.id == Sitting.group_id)
            .where(WorkingGroup.event_id == event.id)
        )
    ]


def board_to_tell_of(board_id: int) -> Board | None:
    """A board as it is stored now, for reactions; None if it is gone."""
    return db.session.execute(
        _whole().where(Board.id == board_id).execution_options(populate_existing=True)
    ).scalar_one_or_none()


def event_of_board(board_id: int) -> int | None:
    """The event a board is of, by its id; None if it is gone."""
    return db.session.execute(
        select(WorkingGroup.event_id)
        .join(Sitting, Sitting.group_id == WorkingGroup.id)
        .join(Board, Board.sitting_id == Sitting.id)
        .where(Board.id == board_id)
    ).scalar_one_or_none()


def reread_board(board_id: int) -> None:
    """Bring a board with its lanes and its group up to what is stored; whoever calls it holds its lock."""
    db.session.execute(
        select(Board)
        .join(Board.sitting)
        .join(Sitting.group)
        .where(Board.id == board_id)
        .options(contains_eager(Board.sitting).contains_eager(Sitting.group), selectinload(Board.lanes))
        .execution_options(populate_existing=True)
    ).scalar_one()


def boards_of(actor: Actor, event: DialogueEvent) -> list[Board]:
    """All boards of an event by round and group. Raises NotFound for those who see no control room."""
    if not RIGHTS.allows(actor, Permission.CONTROL, event):
        raise NotFound
    return list(
        db.session.execute(
            _whole()
            .where(WorkingGroup.event_id == event.id)
            .options(
                contains_eager(Board.sitting)
                .contains_eager(Sitting.group)
                .options(selectinload(WorkingGroup.fields))
            )
            .order_by(AgendaItem.starts_at, AgendaItem.id, WorkingGroup.number)
        ).scalars()
    )


def running_boards_of_group(group_id: int, *, besides: int) -> list[int]:
    """Ids of the other boards of a group that have begun and are not over."""
    return list(
        db.session.execute(
            select(Board.id)
            .join(Board.sitting)
            .where(
                Sitting.group_id == group_id,
                Board.id != besides,
                Board.step_id.is_not(None),
                Board.ended_at.is_(None),
            )
            .order_by(Board.id)
        ).scalars()
    )


def boards_at_step(round_id: int, group_id: int | None) -> list[int]:
    """Ids of the boards of a round (of one group in it, or of all) that have begun."""
    wanted = (
        select(Board.id)
        .join(Board.sitting)
        .where(Sitting.round_id == round_id, Board.step_id.is_not(None))
        .order_by(Board.id)
    )
    if group_id is not None:
        wanted = wanted.where(Sitting.group_id == group_id)
    return list(db.session.execute(wanted).scalars())


def board_ids_of_event(event_id: int) -> list[int]:
    """Ids of all boards of an event, in the order in which they are locked."""
    return list(
        db.session.execute(
            select(Board.id)
            .join(Board.sitting)
            .join(Sitting.group)
            .where(WorkingGroup.event_id == event_id)
            .order_by(Board.id)
        ).scalars()
    )


def rounds_of(event: DialogueEvent) -> list[AgendaItem]:
    """The rounds of an event by time; their places in this list, from 1, are what people read."""
    return sorted(
        (item for item in event.agenda if item.format == "groups"),
        key=lambda item: (item.starts_at, item.id),
    )


def round_number(here: BoardHere) -> int:
    """Which round of its event a board is of, counted from 1 by time."""
    return rounds_of(here.event).index(here.round) + 1


def sittings_without_board(event_id: int) -> list[int]:
    """Ids of the sittings of an event that have no board yet."""
    return list(
        db.session.execute(
            select(Sitting.id)
            .join(WorkingGroup, WorkingGroup.id == Sitting.group_id)
            .outerjoin(Board, Board.sitting_id == Sitting.id)
            .where(WorkingGroup.event_id == event_id, Board.id.is_(None))
            .order_by(Sitting.id)
        ).scalars()
    )


def _whole() -> Select[Board]:
    return (
        select(Board)
        .join(Board.sitting)
        .join(Sitting.group)
        .join(Sitting.round)
        .options(
            contains_eager(Board.sitting).contains_eager(Sitting.round),
            contains_eager(Board.sitting)
            .contains_eager(Sitting.group)
            .options(joinedload(WorkingGroup.event).joinedload(DialogueEvent.dialogue)),
            joinedload(Board.step),
            selectinload(Board.lanes).joinedload(Lane.poll),
        )
    )


def _seen(actor: Actor, board: Board | None) -> BoardHere:
    if board is None:
        raise NotFound
    group = board.sitting.group
    here = BoardHere(board, group, board.sitting.round, is_seated(actor, board.sitting))
    if not RIGHTS.allows(actor, Permission.SEE_BOARD, here):
        raise NotFound
    return here


def is_seated(actor: Actor, sitting: Sitting) -> bool:
    """Whether this actor has a place in a group in a round."""
    if actor.is_visitor:
        return False
    return (
        db.session.execute(
            select(GroupChoice.id)
            .join(Registration, Registration.id == GroupChoice.registration_id)
            .join(Participant, Participant.id == Registration.participant_id)
            .where(
                Participant.key == actor.key,
                Registration.status == "registered",
                GroupChoice.group_id == sitting.group_id,
                GroupChoice.round_id == sitting.round_id,
                GroupChoice.state == "seated",
            )
            .limit(1)
        ).scalar_one_or_none()
        is not None
    )
