"""Counts of people against somebody who subtracts, and who looks twice."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialog.counts import Person, Snapshot, breakdown, numbers_of, rounded
from dialog.vocabulary import ORDINARY_CHANNEL

ANSWERS = ("resident", "volunteer", "professional")


def seen(answers: list[str]) -> tuple[int, dict[str, int]]:
    """What an attacker among the staff sees: the exact total, and the numbers."""
    return len(answers), breakdown(answers)


def people(counts: tuple[int, ...], silent: int) -> list[str]:
    return [answer for answer, number in zip(ANSWERS, counts, strict=True) for _ in range(number)] + [
        ""
    ] * silent


@pytest.mark.parametrize(("number", "shown"), [(0, 0), (4, 0), (5, 5), (9, 5), (10, 10), (123, 120)])
def test_numbers_are_rounded_down_to_fives(number: int, shown: int) -> None:
    assert rounded(number) == shown


def test_small_groups_and_those_who_say_nothing_are_left_out() -> None:
    assert breakdown(people((5, 4, 12), 30)) == {"resident": 5, "professional": 10}


def test_no_small_group_can_be_worked_out_by_subtraction() -> None:
    """All ways in which up to 14 people answer or say nothing: whoever sees the total and the numbers is left
    with at least two possible sizes of every group of one to four."""
    worlds: dict[str, list[tuple[int, ...]]] = {}
    for counts in product(range(15), repeat=4):
        if sum(counts) <= 14:
            worlds.setdefault(repr(seen(people(counts[:3], counts[3]))), []).append(counts)
    assert len(worlds) > 50

    for possible in worlds.values():
        for group in range(4):
            sizes = {world[group] for world in possible}
            assert len(sizes) > 1 or not 0 < next(iter(sizes)) < 5, possible


@given(st.lists(st.sampled_from(("", *ANSWERS))), st.sampled_from(ANSWERS))
def test_differences_of_numbers_are_fives_too(answers: list[str], one: str) -> None:
    shown = breakdown(answers)

    assert all(number >= 5 and number % 5 == 0 for number in shown.values())
    assert (rounded(len(answers)) - shown.get(one, 0)) % 5 == 0


def test_everything_but_the_ordinary_way_in_is_counted() -> None:
    people = [
        *[Person("resident", "08236039", "ar", ORDINARY_CHANNEL, here=True)] * 6,
        *[Person("resident", "", "de", "event_code", here=True)] * 5,
        *[Person("", "", "", "staff")] * 4,
    ]

    assert numbers_of(people, ["childcare"] * 7) == {
        "role": {"resident": 10},
        "municipality": {"08236039": 5},
        "language": {"ar": 5, "de": 5},
        "need": {"childcare": 5},
        "channel": {"event_code": 5},
        "presence": {"here": 10},
    }


def test_neither_ways_in_nor_presence_follow_from_the_total() -> None:
    """However up to 14 people have come: what is never told keeps small groups open."""
    worlds: dict[str, list[tuple[int, ...]]] = {}
    for form, code, staff in product(range(15), repeat=3):
        total = form + code + staff
        if total > 14:
            continue
        for here in range(total + 1):
            ways = [ORDINARY_CHANNEL] * form + ["event_code"] * code + ["staff"] * staff
            people = [Person(channel=way, here=n < here) for n, way in enumerate(ways)]
            shown = repr((total, numbers_of(people, ())))
            worlds.setdefault(shown, []).append((form, code, staff, here, total - here))

    for possible in worlds.values():
        if sum(possible[0][:3]) < 5:
            continue  # That so few people come at all is told, and is no part of anything.
        for group in range(5):
            sizes = {world[group] for world in possible}
            assert len(sizes) > 1 or not 0 < next(iter(sizes)) < 5, possible


somebody = st.builds(
    Person,
    role=st.sampled_from(("", "resident")),
    channel=st.sampled_from((ORDINARY_CHANNEL, "event_code")),
    here=st.booleans(),
)
people_changing = st.lists(
    # Who it is, what is known of them from now on (none: they have cancelled), whether they need childcare.
    st.tuples(st.integers(1, 20), st.one_of(somebody, somebody, somebody, st.none()), st.booleans()),
    min_size=40,
    max_size=80,
)


@settings(max_examples=40)
@given(people_changing)
def test_no_two_pages_differ_by_one_to_four_people(
    changes: list[tuple[int, Person | None, bool]],
) -> None:
    """People come, change, are seen at the door and go; whoever keeps all pages can subtract any of them."""
    event: dict[int, tuple[Person, bool]] = {}
    snapshot = Snapshot()
    pages = [snapshot.counts]
    since: set[int] = set()
    for number, person, needs_childcare in changes:
        if person is None:
            event.pop(number, None)
        else:
            event[number] = (person, needs_childcare)
        since.add(number)
        snapshot = snapshot.after(number)
        if snapshot.is_due:
            who = [person for person, _ in event.values()]
            snapshot = Snapshot(numbers_of(who, ["childcare" for _, needs in event.values() if needs]))
            if snapshot.counts != pages[-1]:
                assert len(since) >= 5
            since.clear()
        pages.append(snapshot.counts)

    numbers = {0}
    for page in pages:
        numbers.update(number for answers in page.values() for number in answers.values())
    assert all(abs(one - other) not in range(1, 5) for one, other in product(numbers, repeat=2))


@given(st.lists(st.integers(1, 8), max_size=40))
def test_between_two_pages_lie_five_different_people(changes: list[int]) -> None:
    snapshot = Snapshot()
    since: list[int] = []
    for person in changes:
        since.append(person)
        snapshot = snapshot.after(person)
        if snapshot.is_due:
            assert len(set(since)) >= 5
            snapshot, since = Snapshot(), []
        else:
            assert len(set(since)) < 5
