"""What is now and next: tables of clock cases, the nights in which clocks change among them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog.agenda import Pace, Phase, Wait, follow, is_day_of, pace_of_all, wait_until, where_we_are

DAY = datetime(2027, 6, 4, 8, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Item:
    """An entry of a programme."""

    id: int
    starts_at: datetime
    ends_at: datetime
    format: str


def item(number: int, begin: int, end: int, format: str) -> Item:
    return Item(number, at(begin), at(end), format)


def at(minutes: float) -> datetime:
    return DAY + timedelta(minutes=minutes)


PLAN = [
    item(1, 0, 30, "plenary"),
    item(2, 30, 90, "groups"),
    item(3, 90, 110, "break"),
    # Ten minutes of nothing.
    item(4, 120, 180, "groups"),
]


@pytest.mark.parametrize(
    ("minute", "phase", "now", "next", "changes"),
    [
        (-600, Phase.BEFORE, None, 1, 0),
        (-0.01, Phase.BEFORE, None, 1, 0),
        (0, Phase.PLENARY, 1, 2, 30),
        (29.9, Phase.PLENARY, 1, 2, 30),
        (30, Phase.ROUND, 2, 3, 90),
        (90, Phase.BREAK, 3, 4, 110),
        (110, Phase.BREAK, None, 4, 120),
        (120, Phase.ROUND, 4, None, 180),
        (180, Phase.BREAK, None, None, 200),
        (200, Phase.AFTER, None, None, None),
        (10_000, Phase.AFTER, None, None, None),
    ],
)
def test_a_day_from_before_to_after(
    minute: float, phase: Phase, now: int | None, next: int | None, changes: int | None
) -> None:
    here = where_we_are(PLAN, at(minute), starts_at=at(0), ends_at=at(200))

    assert here.phase == phase
    assert (here.now and here.now.id, here.next and here.next.id) == (now, next)
    assert here.changes_at == (None if changes is None else at(changes))


@pytest.mark.parametrize(
    ("mine", "now"),
    [((), 3), ({1}, 1), ({2}, 2), ({1, 2}, 2)],
    ids=["nothing", "the long one", "the one inside", "both"],
)
def test_of_several_at_once_ones_own_comes_first_then_the_latest(mine: set[int], now: int) -> None:
    plan = [item(1, 0, 100, "plenary"), item(2, 20, 60, "groups"), item(3, 20, 50, "break")]

    here = where_we_are(plan, at(30), starts_at=at(0), ends_at=at(100), mine=mine)

    assert here.now is not None
    assert here.now.id == now


@pytest.mark.parametrize(
    ("minute", "paces", "phase", "now", "next"),
    [
        (20, {2: Pace.ON}, Phase.ROUND, 2, 3),
        (20, {2: Pace.OVER}, Phase.PLENARY, 1, 2),
        (40, {2: Pace.ON}, Phase.ROUND, 2, 3),
        (40, {2: Pace.OVER}, Phase.BREAK, None, 3),
        (95, {2: Pace.ON}, Phase.ROUND, 2, 3),
        (115, {2: Pace.ON}, Phase.ROUND, 2, 4),
        (130, {2: Pace.ON}, Phase.ROUND, 2, 4),
        (130, {2: Pace.ON, 4: Pace.ON}, Phase.ROUND, 4, None),
        (190, {4: Pace.ON}, Phase.ROUND, 4, None),
        (-5, {2: Pace.ON}, Phase.BEFORE, None, 1),
        (210, {2: Pace.OVER, 4: Pace.OVER}, Phase.AFTER, None, None),
    ],
)
def test_people_follow_the_clock_of_their_group_and_not_the_paper(
    minute: float, paces: dict[int, Pace], phase: Phase, now: int | None, next: int | None
) -> None:
    here = where_we_are(PLAN, at(minute), starts_at=at(0), ends_at=at(200))

    led = follow(here, PLAN, at(minute), paces)

    assert led.phase == phase
    assert (led.now and led.now.id, led.next and led.next.id) == (now, next)
    assert led.changes_at == here.changes_at


def test_a_round_goes_as_it_goes_for_more_than_half_of_its_groups() -> None:
    paces = {(1, 2): Pace.ON, (2, 2): Pace.ON, (3, 2): None, (1, 4): Pace.OVER, (2, 4): Pace.ON}
    assert pace_of_all(paces) == {2: Pace.ON}


def test_the_programme_may_be_longer_than_the_event_or_empty() -> None:
    early = where_we_are([item(1, -30, 300, "break")], at(-10), starts_at=at(0), ends_at=at(60))
    assert (early.phase, early.changes_at) == (Phase.BREAK, at(300))
    empty = where_we_are([], at(10), starts_at=at(0), ends_at=at(60))
    assert (empty.phase, empty.now, empty.changes_at) == (Phase.BREAK, None, at(60))
    nothing = where_we_are([item(1, 10, 10, "groups")], at(10), starts_at=at(0), ends_at=at(60))
    assert nothing.now is None


@given(
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 90)), max_size=8),
    st.integers(-60, 500),
)
def test_the_answer_holds_until_it_changes(plan: list[tuple[int, int]], minute: int) -> None:
    items = [item(n, b, b + length, "groups") for n, (b, length) in enumerate(plan)]
    here = where_we_are(items, at(minute), starts_at=at(0), ends_at=at(300))
    if here.changes_at is None:
        assert here.phase == Phase.AFTER
        return
    assert here.changes_at > at(minute)
    just_before = here.changes_at - timedelta(milliseconds=1)
    later = where_we_are(items, just_before, starts_at=at(0), ends_at=at(300))
    assert (later.phase, later.now, later.next) == (here.phase, here.now, here.next)


@pytest.mark.parametrize(
    ("then", "moment", "wait"),
    [
        (at(0), at(-12), Wait(0, 0, 12)),
        (at(0), at(0) - timedelta(seconds=61), Wait(0, 0, 2)),
        (at(0), at(-130), Wait(0, 2, 10)),
        (at(0), at(5), Wait(0, 0, 0)),
        # 10:00 in Berlin, seen from 22:30 of the evening before and from 21:00.
        (at(0), datetime(2027, 6, 3, 20, 30, tzinfo=UTC), Wait(0, 11, 30)),
        (at(0), datetime(2027, 6, 3, 19, 0, tzinfo=UTC), Wait(1, 0, 0)),
        (at(0), datetime(2027, 6, 1, 21, 59, tzinfo=UTC), Wait(3, 0, 0)),
        (at(0), datetime(2027, 6, 1, 22, 1, tzinfo=UTC), Wait(2, 0, 0)),
        # The night has 23 hours, then 25: it is tomorrow all the same.
        (datetime(2027, 3, 28, 17, tzinfo=UTC), datetime(2027, 3, 27, 18, 30, tzinfo=UTC), Wait(1, 0, 0)),
        (datetime(2027, 10, 31, 18, tzinfo=UTC), datetime(2027, 10, 30, 17, 30, tzinfo=UTC), Wait(1, 0, 0)),
        # Within the night only time that passes counts, not the hands of the clock.
        (datetime(2027, 3, 28, 1, 30, tzinfo=UTC), datetime(2027, 3, 28, 0, 30, tzinfo=UTC), Wait(0, 1, 0)),
        (datetime(2027, 10, 31, 2, 0, tzinfo=UTC), datetime(2027, 10, 31, 0, 0, tzinfo=UTC), Wait(0, 2, 0)),
    ],
)
def test_how_long_until(then: datetime, moment: datetime, wait: Wait) -> None:
    assert wait_until(then, moment) == wait


@pytest.mark.parametrize(
    ("moment", "is_it"),
    [
        (datetime(2027, 6, 3, 21, 59, tzinfo=UTC), False),
        (datetime(2027, 6, 3, 22, 0, tzinfo=UTC), True),
        (datetime(2027, 6, 4, 21, 59, tzinfo=UTC), True),
        (datetime(2027, 6, 4, 22, 0, tzinfo=UTC), False),
    ],
)
def test_the_day_is_that_on_the_wall(moment: datetime, is_it: bool) -> None:
    assert is_day_of(at(0), at(200), moment) == is_it
