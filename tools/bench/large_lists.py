"""Lists of 5,000 needs taken over, beside the libraries and the SQL that nobody can do without."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import statistics
from collections import defaultdict
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
from openpyxl import Workbook, load_workbook
from rapidfuzz import fuzz, process

from core import keys, schema
from core.actor import OPERATOR
from core.config import Config
from core.db import Base, db
from core.text import fold
from core.transaction import transaction
from dialog.actions import lists
from dialog.models import Contribution, ListImport, ListRow, NeedDetails, Revision, Station
from dialog.municipal_lists.doubles import NEARLY_SAME
from dialog.municipal_lists.reading import sent_list
from dialog.queries import dialogues as dialogue_queries
from dialog.vocabulary import Kind
from tools.bench.figures import SLACK, Effort, Figure
from tools.bench.large_county import MUNICIPALITIES, SLUG, begin
from tools.bench.serving import Site

GOAL = 2
ROWS = 5_000
HEAD = ("Gemeinde", "Handlungsfeld", "Bedarf", "Beschreibung", "Zielgruppe")
WORDS = (
    *(
        "Kurs",
        "Treff",
        "Café",
        "Sprache",
        "Abend",
        "Kinder",
        "Eltern",
        "Fahrdienst",
        "Amt",
        "Wohnung",
        "Arbeit",
    ),
    *("Sport", "Schule", "Hilfe", "Beratung", "Dolmetschen", "Garten", "Musik", "Feier", "Spielplatz"),
)
STATE = {"origin": "import", "visibility": "public", "outcome": "adopted"}
Table = list[tuple[str, str, str, str, str]]


def large_lists(site: Site, effort: Effort) -> list[Figure]:
    """How long a list takes of what the bare libraries and statements take, as text and as a workbook.

    What was reached when docs/decisions/0015 was written stands beside each.
    """
    ours, bare = _Ours(site.folder / "lists"), _Bare(site.folder / "bare-lists")
    figures = []
    try:
        for what, make, reached in (("CSV", _text, 4.8), ("XLSX", _workbook, 3.2)):
            times: tuple[list[float], list[float]] = ([], [])
            # The first of each warms up.
            for at in range(effort.rounds + 1):
                content = make(_table(f"{what}{at}"))
                for act, kept in zip((ours.take_over, bare.take_over), times, strict=True):
                    began = _processor_time()
                    act(content)
                    kept.append(_processor_time() - began)
            mine, other = (statistics.median(kept[1:]) for kept in times)
            seen = mine / other
            figures.append(
                Figure(
                    f"P11 a list of {ROWS:,} needs taken over ({what}), of the bare libraries and SQL",
                    "≤ 2 ×",
                    f"{seen:.2f} × ({mine:.2f} s of {other:.2f} s of processor time)",
                    seen <= GOAL,
                    "decision 15" if GOAL < seen <= reached / SLACK else "",
                )
            )
    finally:
        ours.close()
        bare.close()
    return figures


def _processor_time() -> float:
    """Seconds that this process and the children it has waited for have used."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def _table(told: str) -> Table:
    """Needs that nobody has said before, with the same words and numbers in every run."""
    chance = random.Random(told)  # noqa: S311 - the same list in every run is what is wanted.
    return [
        (
            f"Gemeinde {chance.randrange(MUNICIPALITIES) + 1}",
            f"Feld {at % 8}",
            f"{' '.join(chance.sample(WORDS, 4))} {told} {at}",
            f"Es fehlt an {chance.choice(WORDS)} für {chance.choice(WORDS)}, sagen viele.",
            "Familien",
        )
        for at in range(ROWS)
    ]


def _text(table: Table) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows([HEAD, *table])
    return text.getvalue().encode()


def _workbook(table: Table) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in (HEAD, *table):
        sheet.append(row)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


class _Ours:
    """A county with one dialogue that takes lists over."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        keys.create(folder / "keys")
        self._context = Site(folder, 0, [], 0, []).app().app_context()
        self._context.push()
        schema.upgrade(db.engine)
        with transaction():
            begin()

    def take_over(self, content: bytes) -> None:
        """Read, judge and take over; every row has to come into the register."""
        with transaction():
            dialogue = dialogue_queries.access_dialogue(OPERATOR, SLUG)
            sent = sent_list("liste", content)
            _, _, references = lists.take_over(OPERATOR, dialogue, kind=Kind.NEED, sent=sent)
        if len(references) < 0.99 * ROWS:
            raise RuntimeError(f"Only {len(references)} rows were taken over.")

    def close(self) -> None:
        """Leave the application."""
        db.session.remove()
        db.engine.dispose()
        self._context.pop()


class _Bare:
    """The same tables, filled by hand."""

    def __init__(self, folder: Path) -> None:
        ours = _Ours(folder)
        ours.close()
        self._file = sqlite.connect(Config(var_dir=folder).var_dir / "vielstimmig.db")
        self._file.execute("PRAGMA synchronous=FULL")
        self._last = 0
        self._known: dict[str, list[str]] = defaultdict(list)

    def take_over(self, content: bytes) -> None:
        """Read the file, compare each title with earlier ones of its place, insert what belongs to it."""
        if content.startswith(b"PK"):
            book = load_workbook(io.BytesIO(content), read_only=True)
            rows = list(book.worksheets[0].iter_rows(values_only=True))[1:]
        else:
            rows = list(csv.reader(io.StringIO(content.decode(), newline=""), delimiter=";"))[1:]
        for place, _, title, _, _ in rows:
            words = fold(str(title))
            process.extract(words, self._known[str(place)], scorer=fuzz.ratio, score_cutoff=NEARLY_SAME)
            self._known[str(place)].append(words)
        self._insert([(str(a), str(b), str(c), str(d), str(e)) for a, b, c, d, e in rows])

    def _insert(self, rows: Table) -> None:
        first, moment = self._last + 1, datetime.now(UTC)
        self._last += len(rows)
        entries, wordings, details, kept = [], [], [], []
        ways: list[dict[str, object]] = []
        for number, row in enumerate(rows, first):
            _, _, title, text, group = row
            said = {"kind": "need", "field_id": 1, "title": title, "text": text, "language": "de"}
            known = {"dialogue_id": 1, "target_group": group, "provider": "", "revision": 1, **STATE}
            entries.append(
                {
                    **said,
                    **known,
                    "id": number,
                    "number": number,
                    "search_text": fold(f"{title} {text} {group}"),
                    "created_at": moment,
                    "published_at": moment,
                }
            )
            of = {"contribution_id": number}
            wordings.append(
                {**said, **of, "number": 1, "register_number": number, "by_key": "operator", "at": moment}
            )
            way = {**of, "label": "Taken over from a list", "values": "{}", "url": "", "at": moment}
            ways.extend({**way, "kind": kind} for kind in ("imported", "published"))
            details.append({**of, "remark": "", "reported_by": "", "revision": 1})
            kept.append(
                {
                    **of,
                    "import_id": first,
                    "record": number - first + 1,
                    "number": str(number),
                    "cells": json.dumps(row),
                    "digest": "0" * 64,
                    "outcome": "ok",
                    "reasons": "[]",
                    "warnings": "[]",
                    "understood": json.dumps(dict(zip(HEAD, row, strict=True))),
                    "fix": "{}",
                }
            )
        read = {"id": first, "dialogue_id": 1, "kind": "need", "state": "imported", "file_name": "liste"}
        about = {"digest": "0" * 64, "header": "[]", "by_hand": "{}", "counts": "{}", "by_key": "operator"}
        with closing(self._file.cursor()) as cursor:
            cursor.execute("BEGIN IMMEDIATE")
            for model, values in (
                (ListImport, [{**read, **about, "read_at": moment}]),
                (Contribution, entries),
                (Revision, wordings),
                (Station, ways),
                (NeedDetails, details),
                (ListRow, kept),
            ):
                cursor.executemany(_statement(model, values[0]), values)
            cursor.execute("COMMIT")

    def close(self) -> None:
        """Leave the file."""
        self._file.close()


def _statement(model: type[Base], values: dict[str, object]) -> str:
    """The INSERT of these columns, as the driver takes it."""
    columns, places = ", ".join(f'"{name}"' for name in values), ", ".join(f":{name}" for name in values)
    return f"INSERT INTO {model.__tablename__} ({columns}) VALUES ({places})"  # noqa: S608 - names of ours.
