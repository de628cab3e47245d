"""`dialogue create` as the operator meets it."""

from __future__ import annotations

import json

import pytest
from flask import Flask

from core.journal import JournalEntry
from dialog.models import Dialogue
from tests import program
from tests.accounts import house
from tests.dialog.ground import count
from tests.region import folders

CREATE = ("integration", "--fields", "enzkreis-2021", "--title", "Integration im Enzkreis")


def run(app: Flask, *words: str) -> tuple[int, str, str]:
    result = program.run(app, "dialogue", "create", *words)
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def enzkreis(app: Flask) -> Flask:
    assert program.run(app, "init", str(folders.ENZKREIS)).exit_code == 0
    return app


def test_a_dialogue_is_set_up_once_however_often_it_is_said(enzkreis: Flask) -> None:
    assert run(enzkreis, *CREATE) == (0, "integration\n", "")
    with enzkreis.app_context():
        facts = count(JournalEntry)

    code, out, _ = run(enzkreis, *CREATE, "--json")

    assert (code, json.loads(out)) == (0, {"dialogue": "integration"})
    with enzkreis.app_context():
        assert (count(Dialogue), count(JournalEntry)) == (1, facts)
    assert "Integration im Enzkreis" in house.browser(enzkreis).get("/").text


def test_another_dialogue_of_the_same_address_is_refused(enzkreis: Flask) -> None:
    run(enzkreis, *CREATE)

    code, out, err = run(enzkreis, *CREATE[:3], "--title", "Anders")

    assert (code, out) == (3, "")
    assert "Adresse gibt es schon" in err
    with enzkreis.app_context():
        assert count(Dialogue) == 1


@pytest.mark.parametrize("slug", ["Integration", "1", "zwei worte", "ä", "x" * 61])
def test_a_bad_address_is_said(enzkreis: Flask, slug: str) -> None:
    code, _, err = run(enzkreis, slug, *CREATE[1:])
    assert code == 2
    assert "small letters" in err


def test_an_unknown_set_of_fields_names_the_known_ones(enzkreis: Flask) -> None:
    assert run(enzkreis, "integration", "--fields", "enzkreis") == (
        2,
        "",
        "There is no set of fields called enzkreis. There is: enzkreis-2021.\n",
    )


def test_without_a_county_the_way_to_one_is_said(app: Flask) -> None:
    code, _, err = run(app, *CREATE)
    assert code == 2
    assert "vielstimmig init FOLDER" in err


def test_a_dialogue_without_contributions_does_not_show_numbers(enzkreis: Flask) -> None:
    run(enzkreis, *CREATE)

    page = house.browser(enzkreis).get("/").text

    assert "Noch ist nichts veröffentlicht" in page
    assert '<svg class="vs-chart' not in page
    assert "vs-fact" not in page
