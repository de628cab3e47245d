"""Other people's pages while the served program makes a PDF of a concept of 220 pages (P8)."""

from __future__ import annotations

import threading
import time
import urllib.request
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import select

from concept.actions.blocks import write_paragraph
from concept.models import Section
from concept.vocabulary import Part
from core.actor import OPERATOR
from core.db import db
from core.transaction import transaction
from pages import demo
from tools.bench.figures import SLACK, Effort, Figure
from tools.bench.serving import Generator, Site, serve

GOAL = 2.0
REACHED = 4.0
"""What was reached when docs/decisions/0013 was written."""

PARAGRAPHS = 900
"""So many paragraphs besides what the demonstration says make about 220 pages."""

WORDS = "Im Landkreis wohnen Menschen, die an vielen Orten zu Hause waren und hier mitreden wollen. "
SECONDS = 4.0
"""So long people read in each stretch; making the PDF takes about as long."""


@dataclass
class Download:
    """Somebody who waits for the PDF beside the others."""

    address: str
    seconds: float = 0
    size: int = 0
    _thread: threading.Thread = field(init=False)

    def begin(self) -> None:
        """Ask for it."""
        self._thread = threading.Thread(target=self._wait)
        self._thread.start()

    def end(self) -> None:
        """Wait until it is there. Raises RuntimeError if it is no PDF."""
        self._thread.join()
        if not self.size:
            raise RuntimeError("The program gave no PDF.")

    def _wait(self) -> None:
        start = time.perf_counter()
        with urllib.request.urlopen(self.address, timeout=60) as answer:  # noqa: S310 - our own address
            data = answer.read()
        self.seconds = time.perf_counter() - start
        self.size = len(data) if data.startswith(b"%PDF") else 0


def compiling(site: Site, effort: Effort) -> list[Figure]:
    """The slowest hundredth of pages, idle and beside a compiling, in stretches that take turns."""
    with site.app().app_context():
        _lengthen(PARAGRAPHS)
        db.session.remove()
        db.engine.dispose()
    reading: dict[str, Any] = {
        "port": site.port,
        "path": site.register,
        # Drawn anew for everybody, as most pages are on a day on which much happens.
        "headers": {"X-Bench-Fresh": "change"},
        "clients": 4,
        "seconds": SECONDS,
        "pause": 0.05,
    }
    cache = site.folder / "cache" / "concept"
    readers = Generator()
    idle, meanwhile, worst, waited = [], [], [], []
    with serve(site):
        readers.run(**reading)
        for _ in range(effort.rounds):
            idle.append(readers.run(**reading).quantile(0.99))
            _forget(cache)
            download = Download(f"{site.url}/dialogues/{demo.SLUG}/concept.pdf")
            readers.begin(**reading)
            download.begin()
            load = readers.end()
            meanwhile.append(load.quantile(0.99))
            worst.append(load.times[-1] * 1000)
            download.end()
            waited.append(download.seconds)
    readers.close()
    seen = median(beside / alone for alone, beside in zip(idle, meanwhile, strict=True))
    return [
        Figure(
            "P8 other people's pages (p99) while 220 pages become a PDF, of the same when idle",
            "≤ 2 ×",
            f"{seen:.2f} × ({median(meanwhile):.0f} ms, idle {median(idle):.0f} ms,"
            f" worst {max(worst):.0f} ms; the PDF after {median(waited):.1f} s)",
            seen <= GOAL,
            "decision 13" if GOAL < seen <= REACHED / SLACK else "",
        )
    ]


def _lengthen(paragraphs: int) -> None:
    """Write that much into the sections on how things are."""
    wanted = select(Section).where(Section.part == Part.SITUATION).order_by(Section.id)
    sections = list(db.session.execute(wanted).scalars())
    with transaction():
        for number, section in zip(count(1), sections * paragraphs, strict=False):
            if number > paragraphs:
                return
            write_paragraph(OPERATOR, section, text=f"{number}. {WORDS * 7}")


def _forget(cache: Path) -> None:
    """Take the kept files away, so that the next one who asks has it made."""
    for path in cache.glob("*.pdf"):
        path.unlink()
