"""What a ballot weighs where items stand together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog.uniting import Together, heads_of, settle, united, weights

DOTS, MOST = 5, 2


def test_supporters_of_two_are_united_per_person() -> None:
    # A has the voters 1, 2, 3 and B the voters 3, 4: together they are four people.
    ballots = [{1: 1}, {1: 1}, {1: 2, 2: 2}, {2: 1}]
    assert united(ballots, {1: 1, 2: 1}, MOST) == {1: (5, 4)}


def test_the_head_is_the_lead_or_the_lowest_item() -> None:
    assert heads_of([Together(7, 70, 71), Together(8, 71, 71), Together(9, 72, 71)]) == dict.fromkeys(
        [7, 8, 9], 8
    )
    assert heads_of([Together(7, 70, 99), Together(9, 72, 99)]) == {7: 7, 9: 7}
    assert heads_of([Together(7, 70, 99), Together(7, 70, 99)]) == {}


@pytest.mark.parametrize(
    ("sent", "before", "kept"),
    [
        ({1: 2, 3: 1}, {1: 1, 2: 1}, {1: 1, 2: 1, 3: 1}),  # The same weight stays where it was.
        ({1: 1, 3: 1}, {1: 1, 2: 1}, {1: 1, 3: 1}),  # Less: it is for the lead from now on.
        ({1: 2, 3: 2, 4: 1}, {1: 2, 2: 2, 3: 1}, {1: 2, 3: 2, 4: 1}),  # The surplus was given to others.
        ({1: 2, 3: 1}, {1: 2, 2: 2}, {1: 2, 2: 2, 3: 1}),  # Everything fits as it is.
        ({1: 0, 3: 1}, {1: 2, 2: 2}, {3: 1}),
        ({1: 2, 2: 0, 3: 1}, {1: 1, 2: 1}, {1: 2, 3: 1}),  # A page from before they stood together.
        ({1: 2, 2: 2, 3: 2, 4: 1}, {}, {1: 2, 3: 2, 4: 1}),
    ],
)
def test_what_is_kept_of_what_was_sent(
    sent: dict[int, int], before: dict[int, int], kept: dict[int, int]
) -> None:
    assert settle(sent, before, {1: 1, 2: 1}, dots=DOTS, most=MOST) == kept


def _ballots(items: int) -> st.SearchStrategy[dict[int, int]]:
    points = st.dictionaries(st.integers(1, items), st.integers(1, MOST), max_size=items)
    return points.filter(lambda choices: sum(choices.values()) <= DOTS)


@given(before=_ballots(6), sent=st.dictionaries(st.sampled_from([1, 4, 6]), st.integers(0, MOST)))
def test_whatever_is_sent_leaves_a_ballot_that_is_valid_with_and_without_the_group(
    before: dict[int, int], sent: dict[int, int]
) -> None:
    heads = {1: 1, 2: 1, 3: 1, 4: 4, 5: 4}
    if sum(weights(sent, heads, MOST).values()) > DOTS:
        return
    kept = settle(sent, before, heads, dots=DOTS, most=MOST)
    assert sum(kept.values()) <= DOTS
    assert all(1 <= points <= MOST for points in kept.values())
    assert weights(kept, heads, MOST) == {item: points for item, points in sent.items() if points}


@given(ballots=st.lists(_ballots(4), max_size=12), group=st.sets(st.integers(1, 4), min_size=2))
def test_supporters_are_the_union_and_nobody_weighs_more_than_one_item_can(
    ballots: list[dict[int, int]], group: set[int]
) -> None:
    head = min(group)
    points, voters = united(ballots, dict.fromkeys(group, head), MOST)[head]
    by_item = [{voter for voter, one in enumerate(ballots) if item in one} for item in group]
    assert voters == len(set().union(*by_item)) >= max(map(len, by_item))
    assert points == sum(min(sum(one.get(i, 0) for i in group), MOST) for one in ballots) <= voters * MOST
