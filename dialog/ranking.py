"""The order of a dot vote: by sum of points, then by the lower item number. No database, no Flask."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ranked:
    """Points and voters of one item; `position` is its number in the poll, from 1."""

    item_id: int
    position: int
    points: int
    voters: int


def rank(items: Iterable[Ranked]) -> list[tuple[int, Ranked]]:
    """Place (from 1) and item, most points first; ties go to the lower position, so no two share a place."""
    return list(enumerate(sorted(items, key=lambda item: (-item.points, item.position)), start=1))


def tiers_to_show(turnout: Mapping[str, int], smallest: int) -> list[tuple[str, int]]:
    """Ballots per tier, A first, or nothing where a tier has some but fewer than `smallest`.

    One small number would be told by the others and the sum, so then none is shown.
    """
    filled = sorted((tier, ballots) for tier, ballots in turnout.items() if ballots)
    return filled if all(ballots >= smallest for _tier, ballots in filled) else []


def recount(ballots: Iterable[Mapping[int, int]]) -> dict[int, tuple[int, int]]:
    """Sum of points and number of voters per item, counted from the ballots alone."""
    sums: dict[int, tuple[int, int]] = {}
    for ballot in ballots:
        for item, points in ballot.items():
            if points:
                before = sums.get(item, (0, 0))
                sums[item] = (before[0] + points, before[1] + 1)
    return sums
