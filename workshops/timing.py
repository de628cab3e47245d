"""The clock of a group as people read it: a function of what is stored and of the moment.

It knows no database. A step runs from its start to its end; while it is paused the clock stands still, and
going on moves the end by the length of the pause. A step's end is soft: nothing is cut off by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar

NOTHING_LEFT = timedelta()


class State(StrEnum):
    """How a group stands."""

    WAITING = "waiting"
    """No step was started yet."""
    RUNNING = "running"
    PAUSED = "paused"
    TIME_IS_UP = "time_is_up"
    """The step has lasted as long as it was meant to; it goes on until somebody starts the next one."""
    ENDED = "ended"
    """The round is over for this group."""


class Watched(Protocol):
    """What is looked at of a board."""

    @property
    def step_id(self) -> int | None:
        """The step it is at."""

    @property
    def step_started_at(self) -> datetime | None:
        """When that step was started."""

    @property
    def step_ends_at(self) -> datetime | None:
        """When it is meant to end; None for a step without an end."""

    @property
    def paused_at(self) -> datetime | None:
        """Since when the clock stands still."""

    @property
    def ended_at(self) -> datetime | None:
        """When the round was ended."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the clock shows: `left` is None for a step without an end, `share` what is left of it, 0 to 1."""

    state: State
    left: timedelta | None = None
    share: float = 0.0

    @property
    def minutes(self) -> int:
        """Minutes left; a begun one counts, as people count."""
        return -(-(self.left or NOTHING_LEFT) // timedelta(minutes=1))


def read(board: Watched, moment: datetime) -> Reading:
    """The clock of a board at a moment."""
    if board.ended_at is not None:
        return Reading(State.ENDED)
    if board.step_id is None or board.step_started_at is None:
        return Reading(State.WAITING)
    at = board.paused_at or moment
    state = State.PAUSED if board.paused_at else State.RUNNING
    if board.step_ends_at is None:
        return Reading(state)
    left = max(board.step_ends_at - at, NOTHING_LEFT)
    if not left and state is State.RUNNING:
        state = State.TIME_IS_UP
    whole = board.step_ends_at - board.step_started_at
    return Reading(state, left, min(1.0, left / whole) if whole > NOTHING_LEFT else 0.0)


def is_at_work(board: Watched, planned_end: datetime, moment: datetime) -> bool:
    """Whether the group of a board is in its round, also before or after the time the programme has for it.

    Behind that time only a clock that runs counts: one that is up or stands still has been forgotten.
    """
    reading = read(board, moment)
    if reading.state in (State.WAITING, State.ENDED):
        return False
    return moment < planned_end or (reading.state is State.RUNNING and reading.left is not None)


def after_pause(ends_at: datetime | None, paused_at: datetime, moment: datetime) -> datetime | None:
    """When a step ends that was paused and goes on now. A clock that was set back shortens nothing."""
    return None if ends_at is None else ends_at + max(moment - paused_at, NOTHING_LEFT)


def extended(ends_at: datetime, by: timedelta, moment: datetime) -> datetime:
    """When a step ends that gets more time; one whose time is up gets it from now on."""
    return max(ends_at, moment) + by


class Placed(Protocol):
    """A step by its place in the script."""

    @property
    def id(self) -> int:
        """What it is known by."""

    @property
    def position(self) -> int:
        """Where it stands."""


S = TypeVar("S", bound=Placed)


def step_after(steps: Sequence[S], present: Placed | None) -> S | None:
    """The step that comes next: the first one where none was begun, None behind the last.

    A step that has left the script meanwhile is followed by what stands behind its place.
    """
    if present is None:
        return steps[0] if steps else None
    for place, step in enumerate(steps):
        if step.id == present.id:
            return steps[place + 1] if place + 1 < len(steps) else None
    return next((step for step in steps if step.position > present.position), None)
