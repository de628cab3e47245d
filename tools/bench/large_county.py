"""P11: a county of 51 municipalities, 8 fields and 50,000 contributions, beside bare SQL and rapidfuzz."""

from __future__ import annotations

import itertools
import json
import sqlite3
import statistics
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert

from core import keys, schema
from core.actor import OPERATOR, VISITOR
from core.config import Config
from core.db import db
from core.text import fold
from core.transaction import transaction
from dialog.actions import dialogues
from dialog.models import Contribution, Dialogue
from dialog.queries import dialogues as dialogue_queries
from dialog.queries import gaps, register
from dialog.queries.register import RegisterFilter
from dialog.vocabulary import Kind, Origin, Outcome, Visibility
from pages import demo
from region import actions as region_actions
from region import queries as region_queries
from region.appearance import APPEARANCES
from region.data import CountyData, CountyFolder, FieldData, FieldSetData, MunicipalityData
from tools.bench.figures import Effort, Figure, limit_figure
from tools.bench.serving import Site
from tools.bench_matching.speed import speed

MUNICIPALITIES, FIELDS = 51, 8
SLUG = "gross"
"""The dialogue of the county."""

SIZES = (1_000, 10_000, 50_000)
SEARCHED = "deutschkurs kinder"
PUBLIC = """
    FROM contributions WHERE dialogue_id = ? AND visibility = 'public'
    AND NOT EXISTS (SELECT 1 FROM merges WHERE member_id = contributions.id AND undone_at IS NULL)
"""
"""What counts everywhere: published, and not standing with another one."""
MATRIX = f"""
    SELECT municipality_id, field_id, kind, count(*) {PUBLIC} AND kind IN ('need', 'offer')
    GROUP BY municipality_id, field_id, kind
"""
PLACES = "SELECT * FROM municipalities ORDER BY sort_name"
COUNT = f"SELECT count(*) {PUBLIC} AND search_text LIKE ? AND search_text LIKE ?"
ENTRIES = f"""
    SELECT * {PUBLIC} AND search_text LIKE ? AND search_text LIKE ?
    ORDER BY published_at DESC, id DESC LIMIT 50
"""
START = datetime(2021, 11, 19, 10, tzinfo=UTC)
Timed = Callable[[], object]


def large_county(site: Site, effort: Effort) -> list[Figure]:
    """The matrix, the search and the proposals, each as a ratio, and how they grow."""
    seen = {number: _measured(site.folder / f"county-{number}", number, effort) for number in SIZES}
    figures = []
    for what, at in (("gap matrix", 10_000), ("search in the register", 50_000)):
        ours, bare = seen[at][what]
        figures.append(
            limit_figure(
                f"P11 {what}, {at:,} contributions × {MUNICIPALITIES} × {FIELDS}, of the bare SQL",
                "≤ 2 ×",
                f"{ours / bare:.2f} × ({ours:.1f} ms of {bare:.1f} ms)",
                ours / bare,
                2,
            )
        )
        least, most = (seen[number][what][0] for number in (SIZES[0], SIZES[-1]))
        growth = most / least / (SIZES[-1] / SIZES[0])
        figures.append(
            limit_figure(
                f"P11 {what}: how it grows from {SIZES[0]:,} to {SIZES[-1]:,}",
                "≤ 1 × linear",
                f"{growth:.2f} × ({least:.1f} ms, {most:.1f} ms)",
                growth,
                1,
            )
        )
    few, many = speed(SIZES[0]), speed(10_000)
    figures.append(
        limit_figure(
            "P11 proposals for one need among 10,000 offers, of bare rapidfuzz",
            "≤ 2 ×",
            f"{many.ours / many.bare:.2f} × ({many.ours:.1f} ms; {few.ours:.1f} ms among 1,000)",
            many.ours / many.bare,
            2,
        )
    )
    return figures


def _measured(folder: Path, number: int, effort: Effort) -> dict[str, tuple[float, float]]:
    """Milliseconds of ours and of the bare SQL, by what was done, with so many contributions."""
    folder.mkdir()
    keys.create(folder / "keys")
    site = Site(folder, 0, [], 0, [])
    app = site.app()
    with app.app_context():
        schema.upgrade(db.engine)
        with transaction():
            dialogue_id = _filled(number)
        found = db.session.get_one(Dialogue, dialogue_id)
        fields = register.field_labels(found)
        wish = RegisterFilter(words=SEARCHED)
        words = [f"%{word}%" for word in fold(SEARCHED).split()]
        with closing(sqlite3.connect(Config(var_dir=folder).var_dir / "vielstimmig.db")) as bare:

            def asked(*statements: str) -> None:
                for statement in statements:
                    values = [dialogue_id, *words][: statement.count("?")]
                    bare.execute(statement, values).fetchall()

            pairs: dict[str, tuple[Timed, Timed]] = {
                "gap matrix": (lambda: gaps.matrix(VISITOR, found), lambda: asked(MATRIX, PLACES)),
                "search in the register": (
                    lambda: (
                        register.count_register(VISITOR, found, wish),
                        register.visible_register(VISITOR, found, wish, fields),
                    ),
                    lambda: asked(COUNT, ENTRIES),
                ),
            }
            seen = {what: _beside(ours, other, effort) for what, (ours, other) in pairs.items()}
        db.session.remove()
        db.engine.dispose()
    return seen


def _beside(ours: Timed, other: Timed, effort: Effort) -> tuple[float, float]:
    """Medians of both, in milliseconds, done in turns; the first of each warms up."""
    rounds = max(3, effort.rounds) * 3
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds + 1):
        for act, kept in zip((ours, other), times, strict=True):
            began = time.perf_counter()
            act()
            kept.append(1000 * (time.perf_counter() - began))
    return statistics.median(times[0][1:]), statistics.median(times[1][1:])


def _filled(number: int) -> int:
    """A county with this many contributions in one dialogue; gives its id."""
    begin()
    dialogue = dialogue_queries.access_dialogue(OPERATOR, SLUG)
    places = [one.id for one in region_queries.visible_municipalities(OPERATOR)]
    topics = [one.id for one in dialogue_queries.fields_of(dialogue)]
    data = json.loads((demo.FOLDER / "enzkreis-demo.json").read_text("utf-8"))
    entries = itertools.cycle([*data["needs"], *data["offers"]])
    rows = []
    for at, entry in zip(range(number), entries, strict=False):
        title, text = f"{entry['title']} {at}", entry["text"]
        moment = START + timedelta(seconds=at)
        rows.append(
            {
                "dialogue_id": dialogue.id,
                "kind": Kind.NEED if entry["id"].startswith("B") else Kind.OFFER,
                "number": at + 1,
                "field_id": topics[at * 5 % len(topics)],
                "municipality_id": places[at * 7 % len(places)],
                "title": title,
                "text": text,
                "language": "de",
                "search_text": fold(f"{title} {text}"),
                "origin": Origin.IMPORT,
                "visibility": Visibility.PUBLIC,
                "outcome": Outcome.ADOPTED,
                "created_at": moment,
                "published_at": moment,
            }
        )
    db.session.execute(insert(Contribution), rows)
    return dialogue.id


def begin() -> None:
    """The county with its one dialogue, in the open transaction."""
    region_actions.set_up_county(OPERATOR, county())
    dialogues.found_dialogue(
        OPERATOR,
        region_queries.access_field_set(OPERATOR, "themen"),
        slug=SLUG,
        titles={"de": "Groß"},
        questions={"de": "Was fehlt?"},
        introductions={"de": ""},
    )


def county() -> CountyFolder:
    """A county as large as the largest we know of."""
    county = CountyData(
        "08317", "Kreis", "Land", "Stadt", "Amt", 400_000, date(2018, 12, 31), ("de",), notices={}
    )
    towns = [
        MunicipalityData(
            f"08317{at:03d}", f"Gemeinde {at}", "Gemeinde", 5_000, date(2018, 12, 31), 48.5, 7.9, False
        )
        for at in range(1, MUNICIPALITIES + 1)
    ]
    looks = itertools.cycle(APPEARANCES)
    fields = [
        FieldData(f"feld-{at}", {"de": f"Feld {at}"}, look, look)
        for at, look in zip(range(FIELDS), looks, strict=False)
    ]
    return CountyFolder(county, towns, [FieldSetData("themen", {"de": "Themen"}, fields)])
