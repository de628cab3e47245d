"""Documents of 220 pages: all formats against Typst alone, again unchanged, and two of them compared."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import time
from dataclasses import replace
from statistics import median

from concept.compile import FONTS, Order, compiled, order
from concept.queries import contents
from core.actor import OPERATOR
from core.config import ROOT, Config
from core.documents.compare import words_of
from core.documents.printable import Printer
from core.documents.tree import (
    Block,
    Document,
    Paragraph,
    Section,
    Text,
    canonical_json,
    content_hash,
    document_from_json,
)
from core.documents.typst import _Walker
from core.documents.worker import FORMATS, render_in_child
from dialog.queries import dialogues as dialogue_queries
from pages import demo
from tools.bench.figures import Effort, Figure, cpu_of_children, limit_figure
from tools.bench.serving import Site

TIMES = 3
"""So often the demonstration's concept stands in the large one, which then has about 220 pages."""

EDITS = 200
"""Paragraphs in which the second version has other words."""

ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "RAYON_NUM_THREADS": "1"}
_WORD = re.compile(r"\w+|\s+|[^\w\s]")


def documents(site: Site, effort: Effort) -> list[Figure]:
    """P8 for HTML, Markdown and PDF, and a comparison beside bare diff-match-patch."""
    with site.app().app_context():
        dialogue = dialogue_queries.access_dialogue(OPERATOR, demo.SLUG)
        small = order(contents.whole_content(OPERATOR, dialogue, None), Config(public_url=site.url))
    large = _large(small.document)
    wanted = Order(large, small.labels, content_hash(large))
    return [_formats(wanted, effort), _again(wanted, effort), _comparison(wanted, effort)]


def _formats(wanted: Order, effort: Effort) -> Figure:
    data = json.dumps(_Walker(wanted.document, Printer(FONTS, wanted.labels), wanted.labels).data())

    def bare() -> None:
        _alone("tools.bench.bare_typst", data.encode(), str(FONTS))

    def ours() -> None:
        render_in_child(wanted.document, FORMATS, fonts_dir=FONTS, labels=wanted.labels)

    times = [(cpu_of_children(bare), cpu_of_children(ours)) for _ in range(min(effort.rounds, 3))]
    seen = median(whole / alone for alone, whole in times)
    return limit_figure(
        "220 pages as HTML, Markdown and PDF, of Typst alone",
        "≤ 4 ×",
        f"{seen:.2f} × ({median(whole for _, whole in times):.2f} s of processor time)",
        seen,
        4.0,
    )


def _again(wanted: Order, effort: Effort) -> Figure:
    """A file that is there already, against making it."""
    config = Config.from_environ()
    start = time.perf_counter()
    compiled(wanted, "pdf", config)
    first = time.perf_counter() - start
    times = []
    for _ in range(effort.rounds):
        start = time.perf_counter()
        compiled(wanted, "pdf", config)
        times.append(time.perf_counter() - start)
    seen = median(times) / first
    return limit_figure("the same file again, unchanged", "≤ 0.05 ×", f"{seen:.3f} ×", seen, 0.05)


def _comparison(wanted: Order, effort: Effort) -> Figure:
    other = _edited(wanted.document)
    words = [
        [word for block in document.children for word in _WORD.findall(words_of(block))]
        for document in (wanted.document, other)
    ]
    data = json.dumps(words).encode()

    def bare() -> None:
        _alone("tools.bench.bare_diff", data)

    def ours() -> None:
        render_in_child(other, ("changes",), fonts_dir=FONTS, labels=wanted.labels, former=wanted.document)

    times = [(cpu_of_children(bare), cpu_of_children(ours)) for _ in range(min(effort.rounds, 3))]
    seen = median(whole / alone for alone, whole in times)
    return limit_figure(
        f"two versions of 220 pages compared ({EDITS} edits), of diff-match-patch alone",
        "≤ 2 ×",
        f"{seen:.2f} × ({median(whole for _, whole in times):.2f} s of"
        f" {median(alone for alone, _ in times):.2f} s of processor time)",
        seen,
        2.0,
    )


def _alone(module: str, data: bytes, *words: str) -> None:
    subprocess.run(
        [sys.executable, "-m", module, *words],
        cwd=ROOT,
        env=ENVIRONMENT,
        input=data,
        check=True,
        capture_output=True,
    )


def _large(small: Document) -> Document:
    """The same chapters several times, each with anchors of its own."""
    plain = canonical_json(small).decode()
    parts = [
        document_from_json(re.sub(r'"id":"([^"]+)"', rf'"id":"\g<1>-{number}"', plain)).children
        for number in range(TIMES)
    ]
    return replace(small, children=tuple(block for part in parts for block in part))


def _edited(document: Document) -> Document:
    """The document with other words in some paragraphs, the same ones every time."""
    dice = random.Random(1)  # noqa: S311 - the same edits every time
    places = set(dice.sample(range(1_000), EDITS))
    count = -1

    def edit(block: Block) -> Block:
        nonlocal count
        if isinstance(block, Section):
            return replace(block, children=tuple(edit(child) for child in block.children))
        if isinstance(block, Paragraph):
            count += 1
            if count in places:
                return replace(block, inlines=(*block.inlines, Text(f" Neu ist Satz {count}.")))
        return block

    return replace(document, children=tuple(edit(child) for child in document.children))
