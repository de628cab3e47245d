"""The script of a round: the steps of all groups, and those of a group that has its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from core.actor import Actor
from core.db import db
from core.errors import NotFound
from dialog.models import AgendaItem, DialogueEvent, WorkingGroup
from workshops.models import Board, ScriptStep
from workshops.permissions import RIGHTS, Permission
from workshops.queries.boards import rounds_of


@dataclass(frozen=True, slots=True)
class ScriptHere:
    """A script by its place: a round, and the group that has it for itself (None: all others)."""

    event: DialogueEvent
    round: AgendaItem
    round_no: int
    group: WorkingGroup | None

    @property
    def group_id(self) -> int | None:
        """The group that has the script for itself."""
        return self.group.id if self.group else None

    @property
    def number(self) -> int:
        """Number of the group, 0 for all groups."""
        return self.group.number if self.group else 0


def access_script(actor: Actor, event: DialogueEvent, round_no: int, number: int) -> ScriptHere:
    """The place of a script: of the group `number` (0: of all groups) in a round, counted from 1 by time.

    Raises NotFound where there is none, and for those who keep no scripts.
    """
    rounds = rounds_of(event)
    group = next((one for one in event.groups if one.number == number), None)
    if not RIGHTS.allows(actor, Permission.KEEP_SCRIPT, event):
        raise NotFound
    if not 1 <= round_no <= len(rounds) or (number and group is None):
        raise NotFound
    return ScriptHere(event, rounds[round_no - 1], round_no, group)


def script_for_all(event: DialogueEvent, item: AgendaItem, round_no: int) -> ScriptHere:
    """The place of the script of all groups of a round."""
    return ScriptHere(event, item, round_no, None)


def all_scripts(actor: Actor, event: DialogueEvent) -> list[ScriptHere]:
    """The places of all scripts of an event, by round: first that of all groups, then each group's own."""
    own = own_scripts(event.id)
    return [
        access_script(actor, event, round_no, number)
        for round_no, item in enumerate(rounds_of(event), start=1)
        for number in [0, *(g.number for g in event.groups if (item.id, g.id) in own)]
    ]


def own_scripts(event_id: int) -> set[tuple[int, int]]:
    """For which groups there is a script of their own: ids of round and group."""
    rows = db.session.execute(
        select(ScriptStep.round_id, ScriptStep.group_id)
        .join(AgendaItem, AgendaItem.id == ScriptStep.round_id)
        .where(AgendaItem.event_id == event_id, ScriptStep.group_id.is_not(None))
        .distinct()
    )
    return {(round_id, group_id) for round_id, group_id in rows if group_id is not None}


def steps_at(here: ScriptHere, *, lock: bool = False) -> list[ScriptStep]:
    """The steps that are written at this place, in order; `lock` keeps them as they are until the commit."""
    return _steps([here.round.id], here.group_id, lock=lock)


def step_at(here: ScriptHere, step_id: int, *, lock: bool = False) -> ScriptStep:
    """One step that is written at this place. Raises NotFound."""
    for step in steps_at(here, lock=lock):
        if step.id == step_id:
            return step
    raise NotFound


def script_of(group_id: int, round_id: int) -> list[ScriptStep]:
    """The steps that hold for a group in a round: its own if it has any, else those of all groups."""
    return _steps([round_id], group_id) or _steps([round_id], None)


def scripts_of_boards(boards: Sequence[Board]) -> dict[int, list[ScriptStep]]:
    """The steps that hold for each of these boards, by its id; two statements however many there are."""
    rounds = {board.sitting.round_id for board in boards}
    every = (
        db.session.execute(
            select(ScriptStep)
            .where(ScriptStep.round_id.in_(rounds))
            .order_by(ScriptStep.position, ScriptStep.id)
        )
        .scalars()
        .all()
    )
    found = {}
    for board in boards:
        of_round = [step for step in every if step.round_id == board.sitting.round_id]
        own = [step for step in of_round if step.group_id == board.sitting.group_id]
        found[board.id] = own or [step for step in of_round if step.group_id is None]
    return found


def has_script(round_id: int) -> bool:
    """Whether anything is written for a round, for all groups or for one."""
    wanted = select(ScriptStep.id).where(ScriptStep.round_id == round_id).limit(1)
    return db.session.execute(wanted).first() is not None


def somebody_is_at(step_ids: Sequence[int]) -> bool:
    """Whether the board of any group stands at one of these steps."""
    wanted = select(Board.id).where(Board.step_id.in_(step_ids)).limit(1)
    return db.session.execute(wanted).first() is not None


def _steps(round_ids: Sequence[int], group_id: int | None, *, lock: bool = False) -> list[ScriptStep]:
    wanted = (
        select(ScriptStep)
        .where(ScriptStep.round_id.in_(round_ids))
        .where(ScriptStep.group_id.is_(None) if group_id is None else ScriptStep.group_id == group_id)
        .order_by(ScriptStep.position, ScriptStep.id)
    )
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return list(db.session.execute(wanted).scalars())
