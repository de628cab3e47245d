"""A map of the county as a picture: outlines in degrees become paths, nothing is fetched from anywhere."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

Ring = Sequence[Sequence[float]]

WIDTH = 640.0
"""Width of the picture in its own units."""

MARGIN = 6.0
LEVELS = 24
"""So many level lines are tried for the place of a word."""

BLOCK = (-7.0, 3.0, 13.0)
"""Above, in and below its place a number with its word needs room, in units of the picture."""

WORD = 60.0
"""More room than this no word needs."""


@dataclass(frozen=True, slots=True)
class Shape:
    """One municipality on the map: its path, and where its number or sign stands."""

    ags: str
    path: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class County:
    """All shapes, and how large the picture is."""

    shapes: Sequence[Shape]
    width: float
    height: float


def draw(outlines: Mapping[str, Sequence[Ring]]) -> County | None:
    """The shapes of these outlines (key → rings of longitude and latitude in degrees); None without any.

    An equirectangular projection, true to scale along the county's middle: over some tens of kilometres it
    differs from a survey by less than the width of a line.
    """
    points = [point for rings in outlines.values() for ring in rings for point in ring]
    if not points:
        return None
    west, east = min(point[0] for point in points), max(point[0] for point in points)
    south, north = min(point[1] for point in points), max(point[1] for point in points)
    narrow = math.cos(math.radians((south + north) / 2))
    scale = (WIDTH - 2 * MARGIN) / max((east - west) * narrow, 1e-9)

    def place(point: Sequence[float]) -> tuple[float, float]:
        return MARGIN + (point[0] - west) * narrow * scale, MARGIN + (north - point[1]) * scale

    shapes = []
    for ags, rings in outlines.items():
        drawn = [[place(point) for point in ring] for ring in rings]
        largest = max(drawn, key=lambda ring: abs(_area(ring)))
        x, y = _roomiest(largest)
        path = "".join("M" + "L".join(f"{px:.1f} {py:.1f}" for px, py in ring) + "Z" for ring in drawn)
        shapes.append(Shape(ags, path, round(x, 1), round(y, 1)))
    return County(shapes, WIDTH, round(2 * MARGIN + (north - south) * scale, 1))


def _area(ring: Sequence[tuple[float, float]]) -> float:
    """Signed area of a closed ring (shoelace formula)."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring)) / 2


def _roomiest(ring: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Where a number with a word below it fits best within a closed ring; its middle where nothing does."""
    x, y = _middle(ring)
    top, bottom = min(point[1] for point in ring), max(point[1] for point in ring)
    best, widest = (x, y), 0.0
    for step in range(LEVELS + 1):
        level = top + (bottom - top) * step / LEVELS
        first, *others = (_inside(ring, level + offset) for offset in BLOCK)
        for begin, end in first:
            rooms = [(begin, end)]
            for lines in others:
                rooms = [
                    (max(one, begin), min(other, end))
                    for begin, end in rooms
                    for one, other in lines
                    if max(one, begin) < min(other, end)
                ]
            for begin, end in rooms:
                # Of places about as wide the one nearest to the middle is where people look.
                worth = min(end - begin, WORD) - abs(level - y) / 4 - abs((begin + end) / 2 - x) / 8
                if worth > widest:
                    best, widest = ((begin + end) / 2, level), worth
    return best


def _inside(ring: Sequence[tuple[float, float]], level: float) -> list[tuple[float, float]]:
    """The parts of a level line that are within a closed ring, from west to east."""
    crossed = sorted(
        a[0] + (level - a[1]) / (b[1] - a[1]) * (b[0] - a[0])
        for a, b in pairwise(ring)
        if (a[1] > level) != (b[1] > level)
    )
    return list(zip(crossed[::2], crossed[1::2], strict=False))


def _middle(ring: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Centre of gravity of a closed ring; the mean of its points where it has no area."""
    area = _area(ring)
    if abs(area) < 1e-9:
        return sum(x for x, _ in ring) / len(ring), sum(y for _, y in ring) / len(ring)
    pairs = list(pairwise(ring))
    x = sum((a[0] + b[0]) * (a[0] * b[1] - b[0] * a[1]) for a, b in pairs) / (6 * area)
    y = sum((a[1] + b[1]) * (a[0] * b[1] - b[0] * a[1]) for a, b in pairs) / (6 * area)
    return x, y
