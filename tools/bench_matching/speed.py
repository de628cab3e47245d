"""Time of the proposals for one need among many offers, beside bare rapidfuzz over the same texts."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from rapidfuzz import fuzz, process

from core.text import fold
from dialog.matching import Entry, Index
from tools.bench_matching.measures import demo

ASKED = 20
"""So many needs are asked; the median counts."""


@dataclass(frozen=True, slots=True)
class Speed:
    """Milliseconds with so many offers."""

    offers: int
    ours: float
    bare: float
    building: float


def speed(number: int) -> Speed:
    """Measure with so many offers: those of the demonstration over and over, each with a word of its own."""
    needs, offers = demo()
    many = [_another(offers[at % len(offers)], at) for at in range(number)]
    began = time.perf_counter()
    index = Index(many)
    building = 1000 * (time.perf_counter() - began)
    texts = [fold(f"{one.title} {one.text}") for one in many]
    asked = [replace(need, text=f"{need.text} Bezirk") for need in needs[:ASKED]]
    ours, bare = [], []
    for need in asked:
        text = fold(f"{need.title} {need.text}")
        ours.append(_milliseconds(partial(index.propose, need)))
        bare.append(
            _milliseconds(partial(process.extract, text, texts, scorer=fuzz.token_set_ratio, limit=5))
        )
    return Speed(number, statistics.median(ours), statistics.median(bare), building)


def _another(offer: Entry, at: int) -> Entry:
    letters = "".join(chr(97 + int(digit)) for digit in f"{at:06d}")
    return replace(offer, id=10_000 + at, number=at + 1, text=f"{offer.text} Ort{letters}")


def _milliseconds(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return 1000 * (time.perf_counter() - began)
