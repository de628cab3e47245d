"""The names that people have chosen in groups, and those whose time is over."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from core import retention
from core.actor import Actor
from core.db import db
from core.errors import NotFound
from core.retention import Due
from dialog.models import DialogueEvent, Sitting, WorkingGroup
from workshops.models import Board, BoardName
from workshops.permissions import RIGHTS, Permission
from workshops.queries.boards import BoardHere


@dataclass(frozen=True, slots=True)
class NamesHere:
    """The names of a board for those who lead the group, each once."""

    shown: list[str]
    hidden: list[str]
    """Empty ones stand for people who gave up a name that was out of sight."""


def names_of(board_id: int, keys: Collection[str]) -> list[str]:
    """What those of these people are called who have chosen a name on a board, in the order of the names."""
    if not keys:
        return []
    names = db.session.execute(
        select(BoardName.name).where(
            BoardName.board_id == board_id,
            BoardName.person_key.in_(keys),
            BoardName.hidden.is_(False),
            BoardName.name != "",
        )
    ).scalars()
    return sorted(names, key=str.casefold)


def own_name(actor: Actor, board_id: int) -> BoardName | None:
    """The name this actor has chosen on a board."""
    return db.session.execute(
        select(BoardName).where(BoardName.board_id == board_id, BoardName.person_key == actor.key)
    ).scalar_one_or_none()


def all_names(actor: Actor, here: BoardHere) -> NamesHere:
    """Every name of a board, also of those who are away. Raises NotFound for those who hide none."""
    if not RIGHTS.allows(actor, Permission.HIDE_NAME, here):
        raise NotFound
    found = db.session.execute(
        select(BoardName.name, BoardName.hidden).where(BoardName.board_id == here.board.id)
    )
    rows = {(name, hidden) for name, hidden in found}
    return NamesHere(
        sorted((name for name, hidden in rows if name and not hidden), key=str.casefold),
        sorted((name for name, hidden in rows if hidden), key=str.casefold),
    )


def outlived_names(before: datetime) -> list[Due]:
    """The names in groups whose event was over before this moment; not of held dialogues."""
    rows = db.session.execute(
        select(BoardName.board_id, BoardName.person_key, DialogueEvent.ends_at)
        .join(Board, Board.id == BoardName.board_id)
        .join(Sitting, Sitting.id == Board.sitting_id)
        .join(WorkingGroup, WorkingGroup.id == Sitting.group_id)
        .join(DialogueEvent, DialogueEvent.id == WorkingGroup.event_id)
        .where(DialogueEvent.ends_at < before, DialogueEvent.dialogue_id.not_in(retention.held_dialogues()))
        .order_by(BoardName.board_id, BoardName.person_key)
    )
    return [Due((board_id, key), ends_at) for board_id, key, ends_at in rows]
