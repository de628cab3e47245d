"""Times on the wall and the moments they mean, also in the two nights in which the clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog.local_time import later_on_the_wall, moment_of, on_the_wall


@pytest.mark.parametrize(
    ("wall", "last", "moment"),
    [
        ("2027-11-19T09:00", False, "2027-11-19T08:00"),
        ("2027-06-19T09:00", False, "2027-06-19T07:00"),
        ("2027-03-28T02:30", False, None),
        ("2027-03-28T02:30", True, None),
        ("2027-03-28T03:00", False, "2027-03-28T01:00"),
        ("2027-10-31T02:30", False, "2027-10-31T00:30"),
        ("2027-10-31T02:30", True, "2027-10-31T01:30"),
    ],
)
def test_a_time_on_the_wall_is_a_moment_or_there_is_none(wall: str, last: bool, moment: str | None) -> None:
    expected = datetime.fromisoformat(moment).replace(tzinfo=UTC) if moment else None
    assert moment_of(datetime.fromisoformat(wall), last=last) == expected


@given(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)))  # noqa: DTZ001 - as on the wall
def test_every_moment_is_shown_on_the_wall_and_found_again(naive: datetime) -> None:
    moment = naive.replace(tzinfo=UTC)
    wall = on_the_wall(moment)
    assert moment in {moment_of(wall), moment_of(wall, last=True)}


def test_nine_o_clock_stays_nine_o_clock_on_a_day_with_another_offset() -> None:
    summer = datetime(2027, 10, 30, 7, tzinfo=UTC)
    assert later_on_the_wall(summer, timedelta(days=1)) == datetime(2027, 10, 31, 8, tzinfo=UTC)
    night = datetime(2027, 3, 27, 1, 30, tzinfo=UTC)
    assert later_on_the_wall(night, timedelta(days=1)) is None
