"""Which texts say nearly the same as another one; no database here."""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from typing import NamedTuple

from rapidfuzz import fuzz

VERY = 80
SOMEWHAT = 58


class Similar(NamedTuple):
    """What was found, and whether it is very similar or somewhat."""

    key: int
    very: bool


def similar(text: str, others: Mapping[int, str], *, most: int = 3) -> list[Similar]:
    """The most similar of these folded texts by their keys, the best first; none that is not similar at all.

    Words may stand in another order, and one text may say more than the other.
    """
    scored = ((_likeness(text, other), key) for key, other in others.items() if text and other)
    found = heapq.nlargest(most, (one for one in scored if one[0] >= SOMEWHAT))
    return [Similar(key, score >= VERY) for score, key in found]


def _likeness(one: str, other: str) -> float:
    # A short text that is wholly contained in a long one says less than that one does.
    ordered = fuzz.token_sort_ratio(one, other)
    shared = fuzz.token_set_ratio(one, other)
    return max(ordered, 0.85 * shared)
