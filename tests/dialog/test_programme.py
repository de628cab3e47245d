"""The programme as times and names: what is proposed fills the day, what overlaps is named."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from core.db import Names
from core.errors import Invalid
from dialog import programme

NINE = datetime(2027, 11, 19, 8, tzinfo=UTC)


class Entry(NamedTuple):
    starts_at: datetime
    ends_at: datetime
    names: Names


def entry(name: str, begin: int, end: int) -> Entry:
    return Entry(NINE + timedelta(minutes=begin), NINE + timedelta(minutes=end), {"de": name})


def test_the_proposal_for_a_whole_day() -> None:
    items = programme.proposal(NINE, NINE + timedelta(minutes=450))
    assert [(programme.clock(item.starts_at), item.format) for item in items] == [
        ("09:00", "plenary"),
        ("10:00", "groups"),
        ("12:00", "break"),
        ("13:00", "groups"),
        ("15:00", "plenary"),
        ("16:00", "plenary"),
    ]


@given(st.integers(1, 3_000))
def test_a_proposal_fills_its_time_without_gap_or_overlap(minutes: int) -> None:
    end = NINE + timedelta(minutes=minutes)
    items = programme.proposal(NINE, end)
    assert items[0].starts_at == NINE
    assert items[-1].ends_at == end
    assert all(former.ends_at == item.starts_at for former, item in pairwise(items))
    assert all(item.starts_at < item.ends_at for item in items)


@pytest.mark.parametrize(
    ("entries", "at", "sentence"),
    [
        (
            [entry("A", 0, 60), entry("B", 59, 90)],
            "begins",
            "„B“ beginnt, bevor „A“ zu Ende ist. Das endet um 10:00 Uhr.",
        ),
        (
            [entry("B", 0, 10), entry("A", 0, 60)],
            "begins",
            "„A“ beginnt, bevor „B“ zu Ende ist. Das endet um 09:10 Uhr.",
        ),
        (
            [entry("A", -1, 60)],
            "begins",
            "„A“ beginnt vor der Veranstaltung. Sie beginnt um 09:00 Uhr.",
        ),
        ([entry("A", 60, 121)], "ends", "„A“ endet nach der Veranstaltung. Sie endet um 11:00 Uhr."),
        ([entry("A", 60, 60)], "ends", "„A“ muss enden, nachdem es begonnen hat."),
    ],
)
def test_what_does_not_fit_is_named(app: Flask, entries: list[Entry], at: str, sentence: str) -> None:
    with app.test_request_context(), pytest.raises(Invalid) as refused:
        programme.check(NINE, NINE + timedelta(minutes=120), entries)
    with app.test_request_context():
        assert str(refused.value) == sentence
    assert list(refused.value.fields) == [at]


def test_gaps_and_neighbours_fit() -> None:
    programme.check(
        NINE, NINE + timedelta(minutes=120), [entry("B", 70, 120), entry("A", 0, 30), entry("C", 30, 60)]
    )


@given(st.integers(1, 90), st.integers(0, 60), st.integers(1, 90))
def test_neighbours_that_change_places_keep_their_lengths_and_the_gap(
    first: int, gap: int, second: int
) -> None:
    one, other = entry("A", 0, first), entry("B", first + gap, first + gap + second)
    mine, theirs = programme.swapped(one, other)
    assert theirs[0] == one.starts_at
    assert mine[1] == other.ends_at
    assert mine[1] - mine[0] == timedelta(minutes=first)
    assert theirs[1] - theirs[0] == timedelta(minutes=second)
    assert mine[0] - theirs[1] == timedelta(minutes=gap)


def test_the_days_of_an_event_are_those_on_the_wall() -> None:
    assert len(programme.days(NINE, NINE + timedelta(hours=7))) == 1
    # 23:30 in the county is still the same day in UTC half an hour later.
    late = datetime(2027, 11, 19, 22, 30, tzinfo=UTC)
    assert [day.day for day in programme.days(late, late + timedelta(hours=1))] == [19, 20]
