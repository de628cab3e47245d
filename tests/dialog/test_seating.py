"""Who sits where: no clashes, no lost places, nobody passed over. Pure, so everything small is tried."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog.seating import Choice, Free, Seating, Wish, fill, fit_together, seat

ROUNDS = (1, 2, 3)


def frees(groups: int = 4) -> st.SearchStrategy[dict[int, dict[int, int | None]]]:
    places = st.one_of(st.none(), st.integers(0, 2))
    return st.dictionaries(
        st.integers(1, groups), st.dictionaries(st.sampled_from(ROUNDS), places), min_size=1
    )


def most_seats(groups: list[int], free: Free, kept: dict[int, int]) -> int:
    """By trying every assignment in which whoever has a place keeps one."""
    best = 0
    options = [
        [None, *(r for r, places in free.get(g, {}).items() if places is None or places > 0)] for g in groups
    ]
    for rounds in product(*options):
        seated = [r for r in rounds if r is not None]
        keeps = all(r is not None for g, r in zip(groups, rounds, strict=True) if g in kept)
        if len(set(seated)) == len(seated) and keeps:
            best = max(best, len(seated))
    return best


@given(frees(), st.permutations([1, 2, 3, 4]), st.integers(1, 4), st.booleans(), st.data())
def test_as_many_wishes_as_possible_get_a_place_and_nobody_loses_theirs(
    free: dict[int, dict[int, int | None]], order: list[int], number: int, reserve: bool, data: st.DataObject
) -> None:
    groups = order[:number]
    kept: dict[int, int] = {}
    for group in groups:
        open_ = [r for r, p in free.get(group, {}).items() if p != 0 and r not in kept.values()]
        if open_ and data.draw(st.booleans()):
            kept[group] = data.draw(st.sampled_from(open_))
    wishes = [Wish(group) for group in groups]
    if reserve and number < 4:
        wishes.append(Wish(order[number], is_reserve=True))

    found = seat(wishes, free, kept=kept)

    main = [group for group in groups if group in found.seats]
    assert len(set(found.seats.values())) == len(found.seats)
    assert all(free[group][round] != 0 for group, round in found.seats.items())
    assert set(kept) <= set(main)
    assert len(main) == most_seats(groups, free, kept)
    assert set(found.waiting) == {w.group for w in wishes} - set(found.seats) or not (
        set(groups) - set(found.seats)
    )
    if set(groups) <= set(found.seats):
        assert not found.waiting
        assert set(found.seats) == set(groups)


def test_the_earlier_wish_gets_the_only_round() -> None:
    free = {1: {1: 1}, 2: {1: 5}}

    assert seat([Wish(1), Wish(2)], free) == Seating({1: 1}, (2,))
    assert seat([Wish(2), Wish(1)], free) == Seating({2: 1}, (1,))


def test_a_wish_moves_to_another_round_to_make_room() -> None:
    assert seat([Wish(1), Wish(2)], {1: {1: 3, 2: 1}, 2: {1: 1}}).seats == {1: 2, 2: 1}
    assert seat([Wish(2)], {2: {1: 1, 2: 1}}, occupied=[1]).seats == {2: 2}


def test_who_has_a_place_is_not_pushed_out_by_a_better_wish_of_their_own() -> None:
    assert seat([Wish(1), Wish(2)], {1: {1: 1}, 2: {1: 1}}, kept={2: 1}) == Seating({2: 1}, (1,))


@pytest.mark.parametrize(
    ("free", "expected"),
    [
        ({1: {1: 1}, 2: {2: 1}}, Seating({1: 1}, ())),
        ({1: {1: 0}, 2: {2: 1}}, Seating({2: 2}, (1,))),
        ({1: {1: 0}, 2: {2: 0}}, Seating({}, (1, 2))),
    ],
    ids=["not needed", "needed", "needed and full"],
)
def test_the_reserve_counts_only_while_another_wish_has_no_place(free: Free, expected: Seating) -> None:
    assert seat([Wish(1), Wish(2, is_reserve=True)], free) == expected


def test_groups_that_always_clash_do_not_fit_together() -> None:
    assert fit_together([1, 2], {1: [1, 2], 2: [1]})
    assert not fit_together([1, 2], {1: [1], 2: [1]})
    assert not fit_together([1, 2, 3], {1: [1, 2], 2: [1, 2], 3: [1, 2]})


# ------------------------------------------------------------------------------------------ waiting lists


def waits(person: int, group: int, since: int, *, reserve: bool = False) -> Choice:
    return Choice(person, group, reserve, "waiting", None, (since, person))


def sits(person: int, group: int, round: int, *, reserve: bool = False) -> Choice:
    return Choice(person, group, reserve, "seated", round)


def test_the_first_in_line_gets_the_place() -> None:
    filled = fill([waits(7, 1, 20), waits(8, 1, 10), waits(9, 1, 30)], {1: {1: 2}}, limit=2, number=99)

    assert filled.moved_up == ((7, 1), (8, 1))
    assert {c.person: c.round for c in filled.changed} == {7: 1, 8: 1}


def test_who_sits_elsewhere_in_that_round_is_passed_over_and_keeps_the_line() -> None:
    filled = fill([waits(7, 1, 10), sits(7, 2, 1), waits(8, 1, 20)], {1: {1: 1}}, limit=2, number=99)

    assert filled.moved_up == ((8, 1),)
    assert [c.person for c in filled.changed] == [8]


def test_nobody_gets_more_places_than_allowed() -> None:
    assert not fill([waits(7, 1, 1), sits(7, 2, 1)], {1: {2: 5}}, limit=1, number=9).moved_up


def test_the_reserve_is_given_up_for_the_wish_and_the_next_takes_it() -> None:
    filled = fill(
        [waits(7, 1, 10), sits(7, 2, 1, reserve=True), waits(8, 2, 20)],
        {1: {1: 1}, 2: {1: 0}},
        limit=2,
        number=99,
    )

    assert filled.moved_up == ((7, 1), (8, 2))
    assert {(c.person, c.group): (c.state, c.round) for c in filled.changed} == {
        (7, 1): ("seated", 1),
        (7, 2): ("spare", None),
        (8, 2): ("seated", 1),
    }


def test_a_reserve_that_is_still_needed_waits_at_the_end_of_its_line() -> None:
    filled = fill(
        [waits(7, 1, 10), waits(7, 3, 11), sits(7, 2, 1, reserve=True)],
        {1: {1: 1}, 2: {1: 0}},
        limit=3,
        number=99,
    )

    assert {c.group: (c.state, c.order[0]) for c in filled.changed} == {1: ("seated", 10), 2: ("waiting", 99)}


def test_a_reserve_that_waits_gets_a_place_only_while_it_is_needed() -> None:
    both = [waits(7, 1, 10), waits(7, 2, 10, reserve=True)]

    assert fill(both, {1: {1: 0}, 2: {2: 1}}, limit=2, number=9).moved_up == ((7, 2),)
    done = fill(both, {1: {1: 1}, 2: {2: 1}}, limit=2, number=9)
    assert done.moved_up == ((7, 1),)
    assert [c.state for c in done.changed if c.is_reserve] == ["spare"]


PERSON = st.tuples(
    st.permutations([1, 2, 3]),
    st.integers(1, 2),
    st.booleans(),
    st.lists(st.sampled_from(["seated", "waiting"]), min_size=3, max_size=3),
    st.permutations(ROUNDS),
)


@given(st.lists(PERSON, max_size=6), frees(3))
def test_afterwards_nobody_waits_for_a_place_they_could_have(
    people: list[tuple[list[int], int, bool, list[str], list[int]]], free: dict[int, dict[int, int | None]]
) -> None:
    limit = 2
    choices = []
    for number, (groups, wished, with_reserve, states, rounds) in enumerate(people, start=1):
        main = groups[:wished]
        misses = "waiting" in states[:wished]
        for index, group in enumerate(main):
            seated = states[index] == "seated"
            choices.append(sits(number, group, rounds[index]) if seated else waits(number, group, number))
        if with_reserve and misses:
            seated = states[2] == "seated"
            choices.append(
                sits(number, groups[wished], rounds[2], reserve=True)
                if seated
                else waits(number, groups[wished], number, reserve=True)
            )
    places = {(g, r): p for g, rounds in free.items() for r, p in rounds.items()}

    filled = fill(choices, free, limit=limit, number=99)

    now = {(c.person, c.group): c for c in choices} | {(c.person, c.group): c for c in filled.changed}
    for key, place in places.items():
        before = sum(1 for c in choices if (c.group, c.round) == key)
        after = sum(1 for c in now.values() if (c.group, c.round) == key)
        assert place is None or after - before <= place
    for person in {c.person for c in choices}:
        own = [c for c in now.values() if c.person == person]
        seats = [c for c in own if c.state == "seated"]
        assert len({c.round for c in seats}) == len(seats) <= limit
        still_waits = any(c.state == "waiting" and not c.is_reserve for c in own)
        assert still_waits or all(c.state == "spare" for c in own if c.is_reserve)
        assert all(
            now[(c.person, c.group)].state == "seated"
            for c in choices
            if c.person == person and c.state == "seated" and not c.is_reserve
        )
        for choice in (c for c in own if c.state == "waiting"):
            busy = {c.round for c in seats if choice.is_reserve or not c.is_reserve}
            held = len([c for c in seats if choice.is_reserve or not c.is_reserve])
            for (group, round), place in places.items():
                used = sum(1 for c in now.values() if (c.group, c.round) == (group, round)) - sum(
                    1 for c in choices if (c.group, c.round) == (group, round)
                )
                has_room = place is None or place - used > 0
                assert not (group == choice.group and has_room and round not in busy and held < limit)
