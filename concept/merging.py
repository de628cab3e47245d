"""Brings together what two people have made of one text at the same time, block by block.

Nothing here knows a database. A text is a list of blocks as `concept.splitting` gives them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_MINE, _OTHER, _END = "<<<<<<<", "|||||||", ">>>>>>>"
_SIGN = re.compile(r"^(?:<{7}|\|{7}|>{7})", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Merged:
    """The blocks that came of it; `conflicts` is the number of places at which somebody has to decide."""

    blocks: tuple[str, ...]
    conflicts: int


def is_undecided(text: str) -> bool:
    """Whether a sign of `merge` still stands in a text."""
    return _SIGN.search(text) is not None


def merge(
    base: Sequence[str] | None, mine: Sequence[str], theirs: Sequence[str], *, labels: tuple[str, str]
) -> Merged:
    """The changes of both; where both changed the same, their words stand one above the other.

    There they are between lines of signs that carry the `labels` (of mine, of theirs), and `is_undecided` is
    true until these are gone. Without a `base` nobody knows who took something out: what either has is kept.
    """
    if base is None:
        base = [mine[at] for at, _ in _common(mine, theirs)]
    blocks: list[str] = []
    conflicts = 0
    with_mine, with_theirs = dict(_common(base, mine)), dict(_common(base, theirs))
    anchors = [at for at in range(len(base)) if at in with_mine and at in with_theirs]
    start = (0, 0, 0)
    for at in [*anchors, None]:
        end = (len(base), len(mine), len(theirs)) if at is None else (at, with_mine[at], with_theirs[at])
        was, one, other = (
            list(text[first:last]) for text, first, last in zip((base, mine, theirs), start, end, strict=True)
        )
        if one == other or other == was:
            blocks += one
        elif one == was:
            blocks += other
        else:
            conflicts += 1
            blocks += [f"{_MINE} {labels[0]}", *one, f"{_OTHER} {labels[1]}", *other, _END]
        if at is not None:
            blocks.append(base[at])
            start = (at + 1, with_mine[at] + 1, with_theirs[at] + 1)
    return Merged(tuple(blocks), conflicts)


def _common(one: Sequence[str], other: Sequence[str]) -> list[tuple[int, int]]:
    """The places of a longest common row of blocks, in order."""
    first = 0
    while first < min(len(one), len(other)) and one[first] == other[first]:
        first += 1
    last = 0
    while last < min(len(one), len(other)) - first and one[-1 - last] == other[-1 - last]:
        last += 1
    middle, others = one[first : len(one) - last], other[first : len(other) - last]
    lengths = [[0] * (len(others) + 1) for _ in range(len(middle) + 1)]
    for row in reversed(range(len(middle))):
        below, here = lengths[row + 1], lengths[row]
        for column in reversed(range(len(others))):
            if middle[row] == others[column]:
                here[column] = below[column + 1] + 1
            else:
                here[column] = max(below[column], here[column + 1])
    found = [(at, at) for at in range(first)]
    row = column = 0
    while row < len(middle) and column < len(others):
        if middle[row] == others[column]:
            found.append((first + row, first + column))
            row, column = row + 1, column + 1
        elif lengths[row + 1][column] >= lengths[row][column + 1]:
            row += 1
        else:
            column += 1
    return found + [(len(one) - at, len(other) - at) for at in range(last, 0, -1)]
