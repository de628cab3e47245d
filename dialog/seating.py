"""Who sits where: places people into rounds, and moves waiting lists up. Pure: no database, no Flask.

Nobody sits in two groups of one round, and nobody in more than one round of the same group. Places that
somebody has stay theirs; of several ways for the rest that is chosen which gives a place to as many wishes as
possible, and among those to the earlier ones.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

State = Literal["seated", "waiting", "spare"]
Free = Mapping[int, Mapping[int, int | None]]
"""Places still free by group and round; None is as many as come. A round that is not named is not offered."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A group somebody wants; the reserve counts only while another wish has no place."""

    group: int
    is_reserve: bool = False


@dataclass(frozen=True, slots=True)
class Seating:
    """What came of the wishes: a round for each group with a place, and the groups to wait for."""

    seats: Mapping[int, int]
    waiting: tuple[int, ...]


def seat(
    wishes: Sequence[Wish],
    free: Free,
    *,
    occupied: Collection[int] = (),
    kept: Mapping[int, int] | None = None,
) -> Seating:
    """Find rounds for the wishes, which stand in the order of their ranks.

    `occupied` are rounds in which the person sits already, for good. `kept` says in which round a group had a
    place so far: it keeps one, perhaps in another round; a wish that never had one does not push it out. The
    reserve gets a place only if another wish gets none, and waits only then.
    """
    held = kept or {}
    options = {
        wish.group: [r for r in _rounds(free.get(wish.group, {}), held.get(wish.group)) if r not in occupied]
        for wish in wishes
    }
    holder: dict[int, int] = {}
    main = [wish.group for wish in wishes if not wish.is_reserve]
    for group in sorted(main, key=lambda group: group not in held):
        _find(group, options, holder, set())
    waiting = [group for group in main if group not in holder.values()]
    if waiting:
        waiting += [
            wish.group for wish in wishes if wish.is_reserve and not _find(wish.group, options, holder, set())
        ]
    return Seating({group: round for round, group in holder.items()}, tuple(waiting))


def fit_together(groups: Sequence[int], rounds: Mapping[int, Iterable[int]]) -> bool:
    """Whether somebody could sit in all these groups if every place were free."""
    return not seat([Wish(g) for g in groups], {g: dict.fromkeys(r) for g, r in rounds.items()}).waiting


def _rounds(free: Mapping[int, int | None], kept: int | None) -> list[int]:
    """The rounds with a place: the one held so far, then the emptiest, then the earliest."""
    open_ = [round for round, places in free.items() if places is None or places > 0]
    return sorted(open_, key=lambda r: (r != kept, -_many(free[r]), r))


def _many(places: int | None) -> float:
    return float("inf") if places is None else places


def _find(group: int, options: Mapping[int, list[int]], holder: dict[int, int], tried: set[int]) -> bool:
    """Give a group a round, moving others to another round of theirs where that makes room.

    Nobody who has a round ever loses it altogether; so wishes taken in the order of their ranks get as many
    places as there can be, the earlier ones first.
    """
    for round in options[group]:
        if round in tried:
            continue
        tried.add(round)
        if round not in holder or _find(holder[round], options, holder, tried):
            holder[round] = group
            return True
    return False


@dataclass(frozen=True, slots=True)
class Choice:
    """One group choice of one person, as `fill` needs it; `order` is the place in line (smaller first)."""

    person: int
    group: int
    is_reserve: bool
    state: State
    round: int | None = None
    order: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Filled:
    """What `fill` changed: choices as they are now, and which of them are somebody's wish come true."""

    changed: tuple[Choice, ...]
    moved_up: tuple[tuple[int, int], ...]
    """Person and group of everybody who has a place and waited for it before."""


def fill(choices: Iterable[Choice], free: Free, *, limit: int, number: int) -> Filled:
    """Give free places to those who wait, group by group in the order of its list, until nothing moves.

    Skipped is who sits in another group in that round or has `limit` places already. A seat in the reserve
    hinders nobody: it is given up when the last wish has come true, or when the wish needs its round; then,
    if the person still waits for something, the reserve waits, too, with `number` as its place in line.
    """
    hall = _Hall(
        {(c.person, c.group): c for c in choices}, {g: dict(r) for g, r in free.items()}, limit, number
    )
    while hall.move_one():
        pass
    return hall.result()


class _Hall:
    """The event while places are given away."""

    def __init__(
        self,
        choices: dict[tuple[int, int], Choice],
        free: dict[int, dict[int, int | None]],
        limit: int,
        number: int,
    ) -> None:
        self._before = dict(choices)
        self._choices = choices
        self._free = free
        self._limit = limit
        self._number = number
        self._of_person: dict[int, list[tuple[int, int]]] = {}
        for key in choices:
            self._of_person.setdefault(key[0], []).append(key)

    def move_one(self) -> bool:
        """Give one free place to the first who can take it; False if nobody can."""
        line = sorted(
            (c for c in self._choices.values() if c.state == "waiting"), key=lambda c: (c.group, c.order)
        )
        for choice in line:
            round = self._place_for(choice)
            if round is not None:
                self._take(choice, round)
                return True
        return False

    def _own(self, person: int) -> list[Choice]:
        return [self._choices[key] for key in self._of_person[person]]

    def _place_for(self, choice: Choice) -> int | None:
        seated = [c for c in self._own(choice.person) if c.state == "seated"]
        # A reserve in the reserve's way does not exist: there is one.
        hindering = [c for c in seated if choice.is_reserve or not c.is_reserve]
        if len(hindering) >= self._limit:
            return None
        busy = {c.round for c in hindering}
        # Better a round that leaves the reserve alone.
        softly = {c.round for c in seated if c.is_reserve}
        rounds = [r for r in _rounds(self._free.get(choice.group, {}), None) if r not in busy]
        return min(rounds, key=lambda r: r in softly, default=None)

    def _take(self, choice: Choice, round: int) -> None:
        self._count(choice.group, round, -1)
        self._set(replace(choice, state="seated", round=round))
        if choice.is_reserve:
            return
        own = self._own(choice.person)
        still_waits = any(c.state == "waiting" and not c.is_reserve for c in own)
        for reserve in [c for c in own if c.is_reserve]:
            if not still_waits:
                self._give_up(reserve, "spare")
            elif reserve.state == "seated" and reserve.round == round:
                self._give_up(reserve, "waiting")

    def _give_up(self, reserve: Choice, state: State) -> None:
        if reserve.round is not None:
            self._count(reserve.group, reserve.round, +1)
        self._set(replace(reserve, state=state, round=None, order=(self._number, reserve.person)))

    def _count(self, group: int, round: int, by: int) -> None:
        # A round that is over has no places to give, and nobody needs to know how many it has.
        places = self._free.get(group, {}).get(round)
        if places is not None:
            self._free[group][round] = places + by

    def _set(self, choice: Choice) -> None:
        self._choices[(choice.person, choice.group)] = choice

    def result(self) -> Filled:
        """What is different now."""
        changed = [c for key, c in self._choices.items() if c != self._before[key]]
        moved = [
            (c.person, c.group)
            for key, c in self._choices.items()
            if c.state == "seated" and self._before[key].state == "waiting"
        ]
        return Filled(tuple(changed), tuple(moved))
