"""The table of organisations has the columns of a county's folder, so that it can be put there."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from region import queries
from tests import program
from tests.client import Client
from tests.region import folders

HEAD = "slug,name,kind,area,contact,note\r\n"


def test_the_table_put_into_the_folder_changes_nothing(app: Flask, client: Client, tmp_path: Path) -> None:
    folder = folders.write(tmp_path / "x")
    (folder / "organisations.csv").write_text(
        HEAD + "P01,Hilfe e. V.,Verein,county,+49 7231 308-0,- seit 2015 -\r\n"
    )
    assert program.run(app, "init", str(folder)).exit_code == 0
    (folder / "organisations.csv").write_bytes(client.get("/organisations.csv", 200).data)
    assert program.run(app, "init", str(folder)).exit_code == 0
    with app.app_context():
        found = queries.organisation_of("P01")
        assert found is not None
        assert (found.contact, found.note) == ("+49 7231 308-0", "- seit 2015 -")


def ended(app: Flask, slug: str) -> date | None:
    with app.app_context():
        found = queries.organisation_of(slug)
        assert found is not None
        return found.ended_on


def test_the_file_says_what_has_ended_and_without_that_column_nothing_about_it(
    app: Flask, tmp_path: Path
) -> None:
    folder = folders.write(tmp_path / "x")
    file = folder / "organisations.csv"
    file.write_text("slug,name,kind,ended_on\r\nP01,Hilfe e. V.,Verein,2024-06-30\r\n")
    assert program.run(app, "init", str(folder)).exit_code == 0
    assert ended(app, "P01") == date(2024, 6, 30)
    file.write_text("slug,name,kind\r\nP01,Hilfe e. V.,Verein\r\n")
    assert program.run(app, "init", str(folder)).exit_code == 0
    assert ended(app, "P01") == date(2024, 6, 30)
    file.write_text("slug,name,kind,ended_on\r\nP01,Hilfe e. V.,Verein,\r\n")
    assert program.run(app, "init", str(folder)).exit_code == 0
    assert ended(app, "P01") is None


@pytest.mark.parametrize("day", ["2199-01-01", "30.06.2024", "2024-02-30"])
def test_an_end_that_is_none_is_named_with_its_line(app: Flask, tmp_path: Path, day: str) -> None:
    folder = folders.write(tmp_path / "x")
    (folder / "organisations.csv").write_text(f"slug,name,kind,ended_on\r\nP01,Hilfe e. V.,Verein,{day}\r\n")
    answer = program.run(app, "init", str(folder))
    assert answer.exit_code == 2
    assert "organisations.csv" in answer.stderr
    assert "ended_on" in answer.stderr
