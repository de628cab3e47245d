"""R68: what is kept is declared, and the record of processing is made from that.

That every column is declared is a rule of the house: tests/architecture.
"""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import Column, Integer, MetaData, String, Table

from accounts.cookies import REGISTER
from core import inventory, logs, record
from core.config import ROOT
from core.i18n import force_locale
from core.inventory import Activity, DataClass
from tests.program import run


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch) -> MetaData:
    """A small database with one table that is declared and one that is not."""
    metadata = MetaData()
    Table("known", metadata, Column("id", Integer, primary_key=True), Column("text", String(10)))
    Table("unknown", metadata, Column("id", Integer, primary_key=True))
    activity = Activity("content", "t", "w", "p", "n", "r")
    monkeypatch.setattr(inventory, "ACTIVITIES", {"content": activity})
    monkeypatch.setattr(inventory, "TABLES", {"known": inventory.Table("content", internal="id gone")})
    return metadata


def test_what_is_missing_is_named_with_what_to_write(planted: MetaData) -> None:
    assert inventory.gaps(planted) == [
        "known.text: declare it as public, internal, personal, special or secret.",
        "known.gone: there is no such column; take it out.",
        "unknown: declare this table in the inventory.py of its package, like its neighbours.",
    ]


def test_personal_data_nobody_can_find_is_named(planted: MetaData, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(inventory.TABLES, "unknown", inventory.Table("content", internal="id"))
    monkeypatch.setitem(inventory.TABLES, "known", inventory.Table("nothing", internal="id", personal="text"))
    assert inventory.gaps(planted) == [
        "known: there is no activity “nothing”; declare it or name another.",
        "known: say in `person` how to find the rows of a person, or in `nobody` why nobody can.",
    ]


def test_every_cookie_and_log_field_is_declared(app: Flask) -> None:
    assert {entry.name for entry in REGISTER} == set(inventory.COOKIES)
    assert set(logs.FIELDS) >= inventory.LOG_FIELDS_OF_PEOPLE == {"actor"}


def test_people_read_the_name_of_every_language_kept_about_them(app: Flask) -> None:
    told = {name: table for name, table in inventory.TABLES.items() if "language" in table.told}
    assert len(told) > 5
    assert [name for name, table in told.items() if "language" not in table.shown] == []
    for table in told.values():
        name = table.shown["language"]
        assert [name(code) for code in ("de", "ar", "de-x-ls")] == ["Deutsch", "العربية", "Leichte Sprache"]


def test_every_file_to_take_away_is_declared(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}

    assert set(inventory.EXPORTS) <= endpoints
    assert {"dialog.register_table", "dialog.ballots_file", "concept.download"} <= set(inventory.EXPORTS)
    private = {endpoint for endpoint, export in inventory.EXPORTS.items() if export.kind != DataClass.PUBLIC}
    assert private == {
        "accounts.download_my_data",
        "dialog.failed_rows",
        "dialog.moderation_log",
        "dialog.invite",
    }


def test_the_reviewed_record_is_what_the_program_says(app: Flask) -> None:
    with app.app_context(), force_locale("de"):
        made = record.as_markdown()

    kept = (ROOT / "docs" / "privacy-record.md").read_text("utf-8")
    assert kept == made, "Run: vielstimmig privacy record > docs/privacy-record.md and read what has changed."


def test_the_command_prints_it(app: Flask) -> None:
    assert run(app, "privacy", "record").stdout == (ROOT / "docs" / "privacy-record.md").read_text("utf-8")
    assert '"personal_codes"' in run(app, "privacy", "record", "--json").stdout
