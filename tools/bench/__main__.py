"""The command line of `make bench`; ends with 1 if a figure misses its goal, and no decision explains it."""

from __future__ import annotations

import argparse
import logging
import shutil
import sys

from core.config import ROOT
from tools.bench import compiling, documents, figures, large_county, large_lists, report, signing_up
from tools.bench.figures import Effort, Figure
from tools.bench.serving import bench_folder, prepare
from tools.bench_live import report as live_report

PAGE = ROOT / "docs" / "performance.md"
ALL = {
    **figures.ALL,
    "signups": signing_up.signups,
    "documents": documents.documents,
    "compiling": compiling.compiling,
    "county": large_county.large_county,
    "lists": large_lists.large_lists,
}
"""What is measured, by name."""


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, and write the page if everything was measured."""
    parser = argparse.ArgumentParser(
        prog="tools.bench", description="Measure the ratios of docs/performance.md."
    )
    parser.add_argument("--rounds", type=int, default=Effort.rounds)
    parser.add_argument("--seconds", type=float, default=Effort.seconds, help="of each stretch of load")
    parser.add_argument("--only", default=",".join(ALL), help="names, separated by commas")
    parser.add_argument("--no-write", action="store_true", help="leave docs/performance.md alone")
    given = parser.parse_args(arguments)
    names = given.only.split(",")
    unknown = set(names) - set(ALL)
    if unknown or given.rounds < 1:
        parser.error(f"Choose from {', '.join(ALL)}, and at least one round.")
    effort = Effort(given.rounds, given.seconds)
    machine = figures.machine()
    logging.disable(logging.WARNING)
    folder = bench_folder()
    found: list[Figure] = []
    try:
        site = prepare(folder, figures.CLIENTS)
        for name in names:
            for figure in ALL[name](site, effort):
                print(report.line(figure), flush=True)
                found.append(figure)
    finally:
        shutil.rmtree(folder)
    if not given.no_write and names == list(ALL):
        live = live_report.kept(PAGE.read_text(encoding="utf-8"))
        PAGE.write_text(report.page(found, effort, machine) + live, encoding="utf-8")
        print(f"Written to {PAGE.relative_to(ROOT)}.")
    return 1 if any(figure.kept is False and not figure.known for figure in found) else 0


if __name__ == "__main__":
    sys.exit(main())
