"""Precision and recall of the first five proposals against the labels, on both halves."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from tools.bench_matching.measures import Measure, Scored, demo

LABELS = Path(__file__).with_name("labels.csv")
AT = 5
STEPS = 200
HALVES = ("tuning", "held-out")


@dataclass(frozen=True, slots=True)
class Label:
    """What fits a need."""

    need: int
    half: str
    offers: frozenset[int]


@dataclass(frozen=True, slots=True)
class Quality:
    """How one measure did on one half."""

    precision_at_5: float
    """Of five places, how many have an offer that fits; needs with offers only."""

    best_possible: float
    """The same for somebody who knows the labels: most needs have fewer than five offers."""

    recall_at_5: float
    shown_precision: float
    """Of what is proposed above the limit chosen on the tuning half, for all needs, how much fits."""

    shown_recall: float
    shown: float
    """Proposals above the limit for one need."""


def labels() -> list[Label]:
    """The labelled needs."""
    with LABELS.open(encoding="utf-8", newline="") as lines:
        return [
            Label(
                int(row["need"][2:]),
                row["half"],
                frozenset(int(offer[2:]) for offer in row["offers"].split()),
            )
            for row in csv.DictReader(lines)
        ]


def asked(measure: Measure) -> dict[int, Scored]:
    """The first five of every need, by its number."""
    needs, offers = demo()
    ask = measure(offers)
    return {need.number: ask(need) for need in needs}


def limit_of(found: dict[int, Scored], known: list[Label]) -> float:
    """The score from which proposals are best shown, by F1 over these labels."""
    top = max(score for scored in found.values() for score, _ in scored)

    def worth(limit: float) -> float:
        precision, recall, _ = _shown(found, known, limit)
        return 2 * precision * recall / (precision + recall) if precision + recall else 0.0

    return max((top * step / STEPS for step in range(STEPS)), key=worth)


def quality(found: dict[int, Scored], known: list[Label], limit: float) -> Quality:
    """The figures over these labels."""
    answered = [one for one in known if one.offers]
    hits = [len(one.offers & {number for _, number in found[one.need]}) for one in answered]
    precision, recall, number = _shown(found, known, limit)
    return Quality(
        precision_at_5=sum(hits) / (AT * len(answered)),
        best_possible=sum(min(AT, len(one.offers)) for one in answered) / (AT * len(answered)),
        recall_at_5=sum(hit / len(one.offers) for hit, one in zip(hits, answered, strict=True))
        / len(answered),
        shown_precision=precision,
        shown_recall=recall,
        shown=number,
    )


def half(name: str) -> list[Label]:
    """The labels of one half."""
    return [one for one in labels() if one.half == name]


def _shown(found: dict[int, Scored], known: list[Label], limit: float) -> tuple[float, float, float]:
    shown = fit = wanted = 0
    for one in known:
        offers = {number for score, number in found[one.need] if score >= limit}
        shown += len(offers)
        fit += len(offers & one.offers)
        wanted += len(one.offers)
    return fit / shown if shown else 0.0, fit / wanted, shown / len(known)
