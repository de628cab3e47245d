"""`init FOLDER` as the operator meets it."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from core.db import db
from core.journal import JournalEntry
from region.models import ActionField, County, Municipality
from tests import program
from tests.accounts import house
from tests.region import folders

ENZKREIS = "Enzkreis: 28 municipalities, 5 fields of action.\nSets of fields for dialogues: enzkreis-2021.\n"


def run(app: Flask, folder: Path) -> tuple[int, str, str]:
    result = program.run(app, "init", str(folder))
    return result.exit_code, result.stdout, result.stderr


def count(app: Flask, model: type[object]) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_the_enzkreis_twice(app: Flask) -> None:
    first = run(app, folders.ENZKREIS)
    facts = count(app, JournalEntry)
    second = run(app, folders.ENZKREIS)

    assert first == second == (0, ENZKREIS, "")
    assert (count(app, Municipality), count(app, ActionField), count(app, JournalEntry)) == (28, 5, facts)


def test_a_larger_county(app: Flask, tmp_path: Path) -> None:
    code, out, _ = run(app, folders.write(tmp_path / "ortenau"))

    assert code == 0
    assert out.startswith("Ortenaukreis: 51 municipalities, 8 fields of action.\n")


def test_bad_files_are_told_and_nothing_is_loaded(app: Flask, tmp_path: Path) -> None:
    rows = folders.municipalities(51)
    rows[49][0] = rows[0][0]
    folder = folders.write(tmp_path / "ortenau", towns=folders.table(folders.MUNICIPALITY_COLUMNS, rows))

    code, out, err = run(app, folder)

    assert (code, out) == (2, "")
    assert err == "municipalities.csv, line 51: The official key “08317001” is in line 2 already.\n"
    assert (count(app, County), count(app, Municipality), count(app, JournalEntry)) == (0, 0, 0)
    assert run(app, tmp_path / "nowhere")[0] == 2


def test_a_second_county_is_refused(app: Flask, tmp_path: Path) -> None:
    run(app, folders.ENZKREIS)

    code, out, err = run(app, folders.write(tmp_path / "ortenau"))

    assert (code, out) == (3, "")
    assert "Enzkreis (08236)" in err
    assert count(app, Municipality) == 28


def test_the_frame_names_the_county(app: Flask) -> None:
    run(app, folders.ENZKREIS)

    text = house.browser(app).get("/code").text

    assert "Landratsamt Enzkreis, Stabsstelle Integration" in text
    assert '<span class="vs-logo__sub">Enzkreis</span>' in text
