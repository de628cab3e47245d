"""Handing in a list as a coordinator does it: upload, look, mend, take over, take back."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from core.actor import OPERATOR
from core.db import db
from core.transaction import transaction
from dialog.actions import lists as actions
from dialog.models import Contribution, ListImport
from tests import program
from tests.client import Client
from tests.conftest import Maker
from tests.dialog.ground import count
from tests.dialog.municipal_lists import museum
from tests.dialog.municipal_lists.test_import import NEEDS
from tests.factories import Person
from tests.region import folders

PAGE = "/dialogues/probe/lists"


@pytest.fixture
def staff(app: Flask, client_as: Callable[..., Client]) -> Client:
    assert program.run(app, "init", str(folders.ENZKREIS)).exit_code == 0
    assert program.run(app, "dialogue", "create", "probe", "--fields", "enzkreis-2021").exit_code == 0
    return client_as("coordinator")


def hand_in(client: Client, content: bytes = NEEDS.encode(), status: int = 303, kind: str = "need") -> str:
    key = dict(client.form(PAGE).values)["_key"]
    sent = {"_key": key, "kind": kind, "file": (io.BytesIO(content), "bedarfe.csv")}
    return str(client.post(PAGE, sent, status).headers.get("Location", ""))


def test_a_list_is_handed_in_mended_taken_over_and_taken_back(app: Flask, staff: Client) -> None:
    here = hand_in(staff)
    staff.get(here)
    # What was understood, what is asked about, and what is not.
    for words in ("Keltern · Freizeit", "Niefern-Öschelbronn", "Bretten", "Kürzere Wartezeit"):
        assert words in staff.text
    with app.app_context():
        assert count(Contribution) == 0
    open_rows = staff.get(f"{here}?show=open").text
    assert 'id="row-3"' in open_rows
    assert 'id="row-1"' not in open_rows

    staff.get(f"{here}/rows/3")
    assert "Zum Amt" in staff.text
    staff.follow(staff.post_form(f"{here}/rows/3", {"title": "Fahrdienst zum Amt", "place": "08236046"}))
    assert "Fahrdienst zum Amt" in staff.text

    staff.follow(staff.post_form(here, to=f"{here}/import"))
    assert "B-002" in staff.text
    with app.app_context():
        titles = db.session.execute(select(Contribution.title).order_by(Contribution.number)).scalars()
        assert list(titles) == ["Offener Treff", "Fahrdienst zum Amt", "Kürzere Wartezeit"]
    failed = staff.get(f"{here}/rows.csv")
    assert failed.text.startswith("\ufeffNr;Gemeinde;")
    assert "Bretten" in failed.text
    assert "Offener Treff" not in failed.text

    staff.follow(staff.post_form(here, to=f"{here}/undo"))
    with app.app_context():
        assert {one.visibility for one in db.session.execute(select(Contribution)).scalars()} == {"withdrawn"}
    assert "bedarfe.csv" in staff.get(PAGE).text


def test_columns_are_named_once_and_remembered(app: Flask, staff: Client) -> None:
    strange = b"Wo;Worum es geht;Handlungsfeld\nKeltern;Treff;Freizeit\n"
    here = hand_in(staff, strange)
    assert f'{here}/columns"' in staff.get(here).text
    staff.get(f"{here}/columns")
    wish = {"column_0": "place", "column_1": "title", "column_2": "field"}
    staff.follow(staff.post_form(f"{here}/columns", wish))
    assert "Keltern · Freizeit" in staff.text
    # The next list with these headings is understood at once.
    staff.get(hand_in(staff, strange.replace(b"Treff", b"Garten")))
    assert "Keltern · Freizeit" in staff.text
    assert "Garten" in staff.text


@pytest.mark.parametrize("name", ["nothing", "a PDF", "entities that grow", "a workbook cut off at the end"])
def test_what_is_no_list_comes_back_with_a_sentence(app: Flask, staff: Client, name: str) -> None:
    hand_in(staff, dict(museum.unreadable())[name], 422)
    assert staff.errors
    with app.app_context():
        assert count(ListImport) == 0


def test_a_list_of_no_kind_comes_back(staff: Client) -> None:
    hand_in(staff, NEEDS.encode(), 422, kind="song")
    assert staff.errors


def test_a_failed_row_is_no_formula_in_the_file_that_goes_back(staff: Client) -> None:
    here = hand_in(staff, b"Gemeinde;Handlungsfeld;Bedarf\nBretten;Freizeit;=1+1\n")
    assert "'=1+1" in staff.get(f"{here}/rows.csv").text


def test_what_was_only_looked_at_can_be_thrown_away(app: Flask, staff: Client) -> None:
    here = hand_in(staff)
    staff.follow(staff.post_form(here, to=f"{here}/drop"))
    staff.get(here, 404)
    with app.app_context():
        assert count(ListImport) == 0


def test_others_find_nothing(
    app: Flask, make: Maker, staff: Client, browse: Callable[[Person | None], Client]
) -> None:
    here = hand_in(staff)
    for person in (None, make.account("auditor"), make.account("administrator")):
        browse(person).get(PAGE, 403)
        # That there is a list is nobody else's business.
        for path in (here, f"{here}/rows/1", f"{here}/rows.csv", f"{here}/columns"):
            browse(person).get(path, 404)


def test_a_list_taken_over_in_another_window_is_said(app: Flask, staff: Client) -> None:
    here = hand_in(staff)
    form = staff.form(here, f"{here}/import")
    with app.app_context(), transaction():
        found = db.session.execute(select(ListImport)).scalar_one()
        actions.import_list(OPERATOR, found)
    staff.send(form, status=409)
    assert staff.errors
