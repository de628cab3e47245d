"""Making the boards of an event."""

from __future__ import annotations

from core.actor import Actor
from core.clock import now
from core.db import db, upsert
from core.journal import record
from dialog.models import DialogueEvent
from workshops.actions._parts import raise_board_version
from workshops.facts import BoardOpened, BoardsPrepared
from workshops.models import Board, Lane
from workshops.permissions import RIGHTS, Permission
from workshops.queries import boards as queries
from workshops.queries.boards import BoardHere
from workshops.vocabulary import LANE_KINDS


def prepare_boards(actor: Actor, event: DialogueEvent) -> int:
    """Give every group of an event a board for each of its rounds; gives how many were missing."""
    RIGHTS.require(actor, Permission.PREPARE_BOARDS, event)
    made = 0
    for sitting_id in queries.sittings_without_board(event.id):
        # Of two people who press the button one makes the board, and with it its lanes.
        board_id = db.session.execute(
            upsert(Board)
            .values(sitting_id=sitting_id)
            .on_conflict_do_nothing(index_elements=[Board.sitting_id])
            .returning(Board.id)
        ).scalar_one_or_none()
        if board_id is None:
            continue
        made += 1
        db.session.add_all(
            Lane(board_id=board_id, position=place, kind=kind)
            for place, kind in enumerate(LANE_KINDS, start=1)
        )
    if made:
        record(actor, BoardsPrepared(event.id))
    return made


def open_board(actor: Actor, here: BoardHere, *, cards: bool, votes: bool = False) -> None:
    """Let people of a group write cards, or vote, or neither, without a step of a script that says so."""
    RIGHTS.require(actor, Permission.KEEP_TIME, here)
    raise_board_version(here.board.id, step_started_at=here.board.step_started_at or now())
    here.group.accepts_cards, here.group.accepts_votes = cards, votes
    record(actor, BoardOpened(here.board.id, cards, votes))
