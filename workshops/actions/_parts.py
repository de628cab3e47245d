"""Pieces that several actions here share; the actions have required the right before."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update

from core.actor import Actor
from core.db import db
from core.errors import NotFound
from core.journal import record
from dialog.vocabulary import Outcome
from workshops.facts import GroupReopened
from workshops.models import Board, Lane
from workshops.permissions import RIGHTS, Permission
from workshops.queries import boards as queries
from workshops.queries import harvest as harvest_queries
from workshops.queries.boards import BoardHere


def raise_board_version(board_id: int, **values: Any) -> int:
    """Say that a board shows something else now, with `values` for its row; locks it until the commit.

    Gives the new version. Raises NotFound for a board that is gone.
    """
    version = db.session.execute(
        update(Board)
        .where(Board.id == board_id)
        .values(version=Board.version + 1, **values)
        .returning(Board.version)
        .execution_options(synchronize_session="fetch")
    ).scalar_one_or_none()
    if version is None:
        raise NotFound
    return version


def take_board(actor: Actor, here: BoardHere, permission: Permission, **values: Any) -> int:
    """Raise the version of a board and read it again under the lock: what was seen before may be over by now.

    Gives the new version. Raises what the right raises for the board as it is now.
    """
    version = raise_board_version(here.board.id, **values)
    queries.reread_board(here.board.id)
    RIGHTS.require(actor, permission, here)
    return version


def lane_of(here: BoardHere, lane_id: int) -> Lane:
    """A lane of this board. Raises NotFound for one of another."""
    for lane in here.board.lanes:
        if lane.id == lane_id:
            return lane
    raise NotFound


def open_for_returned(actor: Actor, board_id: int, contribution_id: int) -> None:
    """Go on with the harvest of a closed group to which an undecided card came back, as after an objection.

    Nobody would decide on it otherwise, and nobody has said why. A group that somebody closed by name in
    spite of open cards stays closed. Whoever shows the card again has the right to.
    """
    board = harvest_queries.closed_board(board_id)
    if board is None or board.left_open:
        return
    if harvest_queries.card_on(board_id, contribution_id).contribution.outcome != Outcome.OPEN:
        return
    board.harvested_at = board.harvested_by = None
    record(actor, GroupReopened(board_id))
