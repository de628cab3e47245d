"""The rule of a dot vote: by sum, then by the lower number."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog.ranking import Ranked, rank, recount, tiers_to_show

ITEMS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 30)), max_size=40).map(
    lambda sums: [Ranked(100 + n, n, points, voters) for n, (points, voters) in enumerate(sums, start=1)]
)
BALLOTS = st.lists(st.dictionaries(st.integers(1, 12), st.integers(0, 2), max_size=5), max_size=30)


@pytest.mark.parametrize(
    ("points", "order"),
    [
        ([], []),
        ([0], [1]),
        ([0, 0, 0], [1, 2, 3]),
        ([1, 2, 3], [3, 2, 1]),
        ([3, 3, 1], [1, 2, 3]),
        ([1, 3, 3], [2, 3, 1]),
        ([5, 0, 5, 5], [1, 3, 4, 2]),
    ],
)
def test_most_points_first_and_ties_to_the_lower_number(points: list[int], order: list[int]) -> None:
    items = [Ranked(n, n, sum_, 1) for n, sum_ in enumerate(points, start=1)]

    placed = rank(reversed(items))

    assert [item.position for _, item in placed] == order
    assert [place for place, _ in placed] == list(range(1, len(points) + 1))


def test_voters_do_not_decide() -> None:
    few, many = Ranked(1, 2, 6, 3), Ranked(2, 1, 5, 5)

    assert [item for _, item in rank([many, few])] == [few, many]


@given(ITEMS, st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(items: list[Ranked], random: object) -> None:
    shuffled = list(items)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    placed = rank(shuffled)

    assert placed == rank(items)
    assert sorted(item.item_id for _, item in placed) == [item.item_id for item in items]
    for (place, upper), (next_place, lower) in pairwise(placed):
        assert next_place == place + 1
        assert (upper.points, -upper.position) > (lower.points, -lower.position)


@given(ITEMS, st.integers(0, 39))
def test_one_more_point_never_lowers_a_place(items: list[Ranked], which: int) -> None:
    if not items:
        return
    lucky = items[which % len(items)]
    raised = [Ranked(i.item_id, i.position, i.points + 1, i.voters) if i is lucky else i for i in items]

    def place_in(these: list[Ranked]) -> int:
        return next(place for place, item in rank(these) if item.item_id == lucky.item_id)

    assert place_in(raised) <= place_in(items)


@given(BALLOTS)
def test_a_recount_counts_every_point_and_every_voter_once(ballots: list[dict[int, int]]) -> None:
    sums = recount(ballots)

    assert sum(points for points, _ in sums.values()) == sum(sum(b.values()) for b in ballots)
    for item, (points, voters) in sums.items():
        assert points == sum(b.get(item, 0) for b in ballots)
        assert voters == sum(1 for b in ballots if b.get(item, 0))
        assert voters <= points
    assert recount(reversed(ballots)) == sums


def test_zeros_are_no_votes() -> None:
    assert recount([{1: 0, 2: 2}, {1: 0}, {}]) == {2: (2, 1)}


@pytest.mark.parametrize(
    ("turnout", "shown"),
    [
        ({"B": 43}, [("B", 43)]),
        ({"C": 5, "A": 12, "B": 30}, [("A", 12), ("B", 30), ("C", 5)]),
        ({"A": 4, "B": 30}, []),
        ({"A": 0, "B": 30}, [("B", 30)]),
        ({"B": 30, "C": 1}, []),
        ({}, []),
    ],
)
def test_tiers_are_shown_unless_one_would_tell_of_few_people(
    turnout: dict[str, int], shown: list[tuple[str, int]]
) -> None:
    assert tiers_to_show(turnout, 5) == shown
