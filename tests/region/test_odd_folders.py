"""Folders of counties that are taken for sensible and end in a crash."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests import program
from tests.client import Client
from tests.region import folders


@pytest.mark.parametrize(
    "county",
    [
        {"population": 10**20},
        {"population": 10**12},
        {"name": "L" * 5_000},
        {"state": "B" * 300},
        {"name": "Ortenau\x00kreis"},
        {"languages": ["de", "xx"]},
        {"languages": ["de", "zzz"]},
        {"ags": "08317\n"},
    ],
    ids=str,
)
def test_a_county_that_makes_no_sense_is_refused_in_a_sentence(
    app: Flask, tmp_path: Path, county: dict[str, Any]
) -> None:
    folder = folders.write(tmp_path / "x", county=county)
    ended = program.run(app, "init", str(folder))
    assert ended.exception is None or isinstance(ended.exception, SystemExit), repr(ended.exception)[:300]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("name", "N" * 300),
        ("kind", "K" * 200),
        ("name", "A\x00B"),
        ("population", "999999999"),
        ("lat", "999"),
        ("lon", "-999.5"),
    ],
)
def test_a_municipality_that_makes_no_sense_is_refused_in_a_sentence(
    app: Flask, client: Client, tmp_path: Path, column: str, value: str
) -> None:
    rows = folders.municipalities(3)
    rows[0][folders.MUNICIPALITY_COLUMNS.index(column)] = value
    folder = folders.write(tmp_path / "x", towns=folders.table(folders.MUNICIPALITY_COLUMNS, rows))
    ended = program.run(app, "init", str(folder))
    assert ended.exception is None or isinstance(ended.exception, SystemExit), repr(ended.exception)[:300]
    client.get("/", 200)


@pytest.mark.parametrize(
    "languages", [["de", "xx"], ["de", "zzz"], ["de", "en-xx"], ["de", "de"], ["de", "und"]]
)
def test_pages_live_with_the_languages_of_the_county(
    app: Flask, client: Client, tmp_path: Path, languages: list[str]
) -> None:
    folder = folders.write(tmp_path / "x", county={"languages": languages})
    ended = program.run(app, "init", str(folder))
    if ended.exit_code == 0:
        program.run(app, "dialogue", "create", "probe", "--fields", "themen")
        for path in (
            "/",
            "/dialogues/probe",
            "/dialogues/probe/gaps",
            f"/?lang={languages[1]}",
            "/organisations",
            "/responsible",
        ):
            assert client.get(path).status_code < 500, path
    assert ended.exception is None or isinstance(ended.exception, SystemExit), repr(ended.exception)[:300]


def test_a_large_county_has_all_its_pages(app: Flask, client: Client, tmp_path: Path) -> None:
    folder = folders.write(tmp_path / "x")
    assert program.run(app, "init", str(folder)).exit_code == 0
    assert program.run(app, "dialogue", "create", "probe", "--fields", "themen").exit_code == 0
    for path in (
        "gaps",
        "gaps.csv",
        "gaps.xlsx",
        "gaps.pdf",
        "gaps/groups",
        "gaps/uncovered",
        "gaps/08317001",
        "gaps/08317001/sheet",
        "offers",
        "offers.csv",
        "offers.ics",
    ):
        client.get(f"/dialogues/probe/{path}", 200)
