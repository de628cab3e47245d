"""Which pieces of two lists are the same piece: by id, else by equal words, else by similar ones."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

T = TypeVar("T")

SIMILAR: Final = 0.45
"""Share of words two pieces must have in common to be one that was rewritten."""

NEAR: Final = 30
"""With how many pieces without a partner one is compared: those that come first."""

_WORD = re.compile(r"\w+")


@dataclass(slots=True)
class Pair(Generic[T]):
    """A piece before and after; one of both is None where it was added or removed."""

    old: T | None
    new: T | None
    moved: bool = False


def pairs(
    olds: Sequence[T],
    news: Sequence[T],
    *,
    key: Callable[[T], str | None],
    words: Callable[[T], str],
    alike: Callable[[T, T], bool],
    brought: Callable[[str], T | None],
    gone: Callable[[str], bool],
) -> list[Pair[T]]:
    """The pieces in the order of the new list; removed ones stand where they stood.

    `key` is the id of a piece, `words` its characters, `alike` whether two could be one at all. `brought`
    gives the piece of another list that has come here, `gone` says whether one of here stands in another now.
    """
    partner: dict[int, int] = {}
    taken: set[int] = set()
    by_key = {key(old): place for place, old in enumerate(olds) if key(old) is not None}

    def pair(new: int, old: int) -> None:
        partner[new] = old
        taken.add(old)

    for place, new in enumerate(news):
        found = by_key.get(key(new)) if key(new) is not None else None
        if found is not None and found not in taken and alike(olds[found], new):
            pair(place, found)
    arrived = {
        place: came
        for place, new in enumerate(news)
        if place not in partner and (name := key(new)) is not None and (came := brought(name)) is not None
    }
    left = [
        place
        for place, old in enumerate(olds)
        if place not in taken and not ((name := key(old)) is not None and gone(name))
    ]
    open_news = [place for place in range(len(news)) if place not in partner and place not in arrived]
    _pair_equal(olds, news, left, open_news, words, alike, pair)
    _pair_similar(
        olds,
        news,
        [p for p in left if p not in taken],
        [p for p in open_news if p not in partner],
        words,
        alike,
        pair,
    )
    steady = _in_order([(new, partner[new]) for new in sorted(partner)])
    removed = deque(place for place in left if place not in taken)
    result: list[Pair[T]] = []
    for place, new in enumerate(news):
        old = partner.get(place)
        if place in steady and old is not None:
            while removed and removed[0] < old:
                result.append(Pair(olds[removed.popleft()], None))
        if old is not None:
            result.append(Pair(olds[old], new, moved=place not in steady))
        elif place in arrived:
            result.append(Pair(arrived[place], new, moved=True))
        else:
            result.append(Pair(None, new))
    result += [Pair(olds[place], None) for place in removed]
    return result


def _pair_equal(
    olds: Sequence[T],
    news: Sequence[T],
    left: Sequence[int],
    open_news: Sequence[int],
    words: Callable[[T], str],
    alike: Callable[[T, T], bool],
    pair: Callable[[int, int], None],
) -> None:
    waiting: dict[str, deque[int]] = defaultdict(deque)
    for place in left:
        waiting[words(olds[place])].append(place)
    for place in open_news:
        found = waiting.get(words(news[place]))
        if found and alike(olds[found[0]], news[place]):
            pair(place, found.popleft())


def _pair_similar(
    olds: Sequence[T],
    news: Sequence[T],
    left: list[int],
    open_news: Sequence[int],
    words: Callable[[T], str],
    alike: Callable[[T, T], bool],
    pair: Callable[[int, int], None],
) -> None:
    bags = {place: Counter(_WORD.findall(words(olds[place]))) for place in left}
    for place in open_news:
        bag = Counter(_WORD.findall(words(news[place])))
        near = [old for old in left[:NEAR] if alike(olds[old], news[place])]
        best = max(near, key=lambda old: _share(bags[old], bag), default=None)
        if best is not None and _share(bags[best], bag) >= SIMILAR:
            pair(place, best)
            left.remove(best)


def _share(one: Counter[str], other: Counter[str]) -> float:
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 1.0


def _in_order(found: Sequence[tuple[int, int]]) -> set[int]:
    """The new places of the longest series that kept its order; everything else was moved."""
    ends: list[int] = []
    series: list[int] = []
    before: dict[int, int | None] = {}
    for index, (_, old) in enumerate(found):
        place = bisect_left(ends, old)
        before[index] = series[place - 1] if place else None
        if place == len(ends):
            ends.append(old)
            series.append(index)
        else:
            ends[place] = old
            series[place] = index
    steady: set[int] = set()
    at = series[-1] if series else None
    while at is not None:
        steady.add(found[at][0])
        at = before[at]
    return steady
