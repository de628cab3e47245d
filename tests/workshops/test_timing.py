"""The clock as a function of what is stored and of the moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from workshops import timing
from workshops.timing import State

pytestmark = pytest.mark.without_database

BEGIN = datetime(2026, 11, 20, 10, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def board(**values: Any) -> Any:
    usual: dict[str, Any] = {
        "step_id": 1,
        "step_started_at": BEGIN,
        "step_ends_at": BEGIN + 20 * MINUTE,
        "paused_at": None,
        "ended_at": None,
    }
    return SimpleNamespace(**usual | values)


@pytest.mark.parametrize(
    ("values", "after", "at_work"),
    [
        ({"step_id": None}, 5, False),
        ({}, -5, True),
        ({}, 15, True),
        ({}, 25, True),
        ({"paused_at": BEGIN}, 25, True),
        # From here on the programme has gone on to something else.
        ({"step_ends_at": BEGIN + 40 * MINUTE}, 35, True),
        ({"step_ends_at": BEGIN + 40 * MINUTE, "paused_at": BEGIN}, 35, False),
        ({"step_ends_at": None}, 35, False),
        ({}, 35, False),
        ({"ended_at": BEGIN}, 5, False),
    ],
)
def test_behind_its_planned_time_only_a_running_clock_counts(
    values: dict[str, Any], after: float, at_work: bool
) -> None:
    planned_end = BEGIN + 30 * MINUTE
    assert timing.is_at_work(board(**values), planned_end, BEGIN + after * MINUTE) == at_work


@pytest.mark.parametrize(
    ("values", "after", "state", "minutes"),
    [
        ({"step_id": None}, 0, State.WAITING, 0),
        ({}, 0, State.RUNNING, 20),
        ({}, 7.5, State.RUNNING, 13),
        ({}, 20, State.TIME_IS_UP, 0),
        ({}, 45, State.TIME_IS_UP, 0),
        ({"paused_at": BEGIN + 5 * MINUTE}, 45, State.PAUSED, 15),
        ({"paused_at": BEGIN + 30 * MINUTE}, 45, State.PAUSED, 0),
        ({"step_ends_at": None}, 45, State.RUNNING, 0),
        ({"ended_at": BEGIN + MINUTE}, 5, State.ENDED, 0),
        # A clock that was set back shows no more than the whole step.
        ({}, -3, State.RUNNING, 23),
    ],
)
def test_the_clock_shows(values: dict[str, Any], after: float, state: State, minutes: int) -> None:
    reading = timing.read(board(**values), BEGIN + after * MINUTE)

    assert (reading.state, reading.minutes) == (state, minutes)
    assert 0 <= reading.share <= 1


def test_a_pause_moves_the_end_by_its_length_and_never_back() -> None:
    ends = BEGIN + 20 * MINUTE

    assert timing.after_pause(ends, BEGIN + 5 * MINUTE, BEGIN + 12 * MINUTE) == ends + 7 * MINUTE
    assert timing.after_pause(ends, BEGIN + 5 * MINUTE, BEGIN + 4 * MINUTE) == ends
    assert timing.after_pause(None, BEGIN, BEGIN + MINUTE) is None


def test_more_time_counts_from_the_end_or_from_now_if_that_has_passed() -> None:
    ends = BEGIN + 20 * MINUTE

    assert timing.extended(ends, 5 * MINUTE, BEGIN) == ends + 5 * MINUTE
    assert timing.extended(ends, 5 * MINUTE, BEGIN + 30 * MINUTE) == BEGIN + 35 * MINUTE


def step(id: int, position: int) -> Any:
    return SimpleNamespace(id=id, position=position)


def test_the_next_step_is_found_even_if_the_present_one_has_left_the_script() -> None:
    first, second, third = steps = [step(7, 1), step(4, 2), step(9, 3)]

    assert timing.step_after(steps, None) is first
    assert timing.step_after(steps, first) is second
    assert timing.step_after(steps, third) is None
    assert timing.step_after(steps, step(1, 2)) is third
    assert timing.step_after([], None) is None
