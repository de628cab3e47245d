"""Measure and write: `make bench-matching ARGS="--offers 1000,10000"`."""

from __future__ import annotations

import argparse
import csv
import os
import statistics
import sys
from importlib.util import find_spec
from pathlib import Path

from core.clock import now
from core.config import ENCODER
from dialog.matching import Entry, Index
from tools.bench_matching.measures import ENCODED, PLAIN, Measure
from tools.bench_matching.quality import HALVES, asked, half, limit_of, quality
from tools.bench_matching.speed import Speed, speed

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "performance.md"
PAIRS = ROOT.parent / "shared" / "data" / "text" / "paare_gleich_verschieden.csv"
BEGIN = "<!-- matching: begin -->"
END = "<!-- matching: end -->"


def main() -> int:
    """Measure quality and speed; gives the status for the shell."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--offers", default="1000,10000,50000")
    wanted.add_argument("--no-write", action="store_true")
    args = wanted.parse_args()
    lines = [BEGIN, "## Proposals of offers for needs", ""]
    lines += [
        f"Written by `make bench-matching` on {now().date().isoformat()}; do not edit it. {os.cpu_count()} "
        f"cores, load {os.getloadavg()[0]:.1f}.",
        "",
        *_quality(),
        "",
        *_pairs(PAIRS),
        *_speed([speed(int(number)) for number in args.offers.split(",")]),
        END,
    ]
    text = "\n".join(lines) + "\n"
    print(text)
    if not args.no_write:
        _write(text)
    return 0


def _measures() -> dict[str, Measure]:
    return PLAIN | ENCODED if find_spec(ENCODER) else PLAIN


def _quality() -> list[str]:
    lines = [
        "| measure | half | precision at 5 | recall at 5 | shown: precision | shown: recall | shown a need |",
        "|---|---|---|---|---|---|---|",
    ]
    best = {}
    for name, measure in _measures().items():
        found = asked(measure)
        limit = limit_of(found, half("tuning"))
        for part in HALVES:
            seen = quality(found, half(part), limit)
            best[part] = seen.best_possible
            lines.append(
                f"| {name} | {part} | {seen.precision_at_5:.2f} | {seen.recall_at_5:.2f} "
                f"| {seen.shown_precision:.2f} | {seen.shown_recall:.2f} | {seen.shown:.1f} |"
            )
    possible = ", ".join(f"{value:.2f} ({part})" for part, value in best.items())
    return [
        *lines,
        "",
        f"Precision at 5 cannot exceed {possible}: most needs have fewer than five "
        "offers that fit. *Shown* is what "
        "lies above a limit that each measure got by the best F1 on the tuning half. The labels are "
        "one person's (tools/bench_matching/labels.md). What needs the encoder is measured "
        "where it is installed (`make meaning`).",
    ]


def _pairs(path: Path) -> list[str]:
    """Pairs of sentences that say the same or only look so, where they are at hand."""
    if not path.exists():
        return []
    scores: dict[str, list[float]] = {"1": [], "0": []}
    with path.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            one, other = (
                Entry(number, number, row[side], row[side], 1, None) for number, side in enumerate(("a", "b"))
            )
            found = Index([other]).propose(one, least=0.0)
            scores[row["gleich"]].append(found[0].score if found else 0.0)
    same, different = (statistics.mean(scores[which]) for which in ("1", "0"))
    return [
        f"Sentence pairs written to mislead words: mean score {same:.2f} for those that say the same, "
        f"{different:.2f} for those that only look so. "
        "Words alone do not tell these apart when the first is lower.",
        "",
    ]


def _speed(found: list[Speed]) -> list[str]:
    lines = ["| offers | one need | bare rapidfuzz over all texts | ratio | making the index, once |"]
    lines += ["|---|---|---|---|---|"]
    return lines + [
        f"| {one.offers:,} | {one.ours:.1f} ms | {one.bare:.1f} ms | {one.ours / one.bare:.2f} "
        f"| {one.building:,.0f} ms |"
        for one in found
    ]


def _write(text: str) -> None:
    page = PAGE.read_text(encoding="utf-8")
    if BEGIN in page:
        before, _, rest = page.partition(BEGIN)
        page = before + text + rest.partition(END)[2].lstrip("\n")
    else:
        page = f"{page.rstrip()}\n\n{text}"
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
