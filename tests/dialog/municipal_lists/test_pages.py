"""Handing in a list as a coordinator does it: upload, look, mend, take over, take back."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from core.actor import OPERATOR, SYSTEM
from core.clock import now
from core.db import db
from core.retention import RULES
from core.transaction import transaction
from dialog.actions import lists as actions
from dialog.models import Contribution, ListImport, ListRow
from dialog.vocabulary import Visibility
from tests import program
from tests.client import Client
from tests.conftest import Maker
from tests.dialog.ground import at_once, browsers, count
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


HINTED = (
    b"Gemeinde;Handlungsfeld;Bedarf;Beschreibung\n"
    b"Keltern;Freizeit;Treff;Bitte Frau Sommer anrufen: 07231 123456\n"
    b"Keltern;Freizeit;Garten;Ein Garten. Bitte vertraulich behandeln!\n"
    b"Keltern;Freizeit;Bolzplatz;Ein Platz zum Spielen.\n"
)


def test_what_names_somebody_or_is_confidential_is_published_only_when_it_was_read(
    app: Flask, staff: Client
) -> None:
    here = hand_in(staff, HINTED)
    assert "2 Zeilen nennen vielleicht eine Person" in staff.get(here).text
    hinted = staff.get(f"{here}?show=hints").text
    assert ('id="row-1"' in hinted, 'id="row-2"' in hinted, 'id="row-3"' in hinted) == (True, True, False)
    staff.post_form(here, status=422, to=f"{here}/import")
    assert "Bitte lesen Sie zuerst die Zeilen mit Hinweisen" in staff.text
    with app.app_context():
        assert count(Contribution) == 0
    # One is mended, one is left out; nothing is left to be read.
    staff.follow(staff.post_form(f"{here}/rows/1", {"text": "Bitte im Rathaus melden."}))
    staff.follow(staff.post_form(f"{here}/rows/2", {"leave": "y"}))
    assert "nennen vielleicht" not in staff.get(here).text
    assert "Jemand hat entschieden, sie wegzulassen." in staff.text
    staff.follow(staff.post_form(here, to=f"{here}/import"))
    with app.app_context():
        texts = db.session.execute(select(Contribution.text).order_by(Contribution.number)).scalars()
        assert list(texts) == ["Bitte im Rathaus melden.", "Ein Platz zum Spielen."]
    assert "Ein Garten." in staff.get(f"{here}/rows.csv").text


def test_whoever_has_read_the_hints_says_so(app: Flask, staff: Client) -> None:
    here = hand_in(staff, HINTED)
    staff.follow(staff.post_form(here, {"hints_read": "y"}, to=f"{here}/import"))
    with app.app_context():
        assert count(Contribution) == 3


def test_of_two_who_mend_a_row_the_second_finds_out(staff: Client) -> None:
    here = hand_in(staff)
    first, second = staff.form(f"{here}/rows/3"), staff.form(f"{here}/rows/3")
    staff.send(first, {"title": "Fahrdienst am Abend", "place": "08236046"}, 303)
    staff.send(second, {"title": "Rufbus"}, 409)
    assert "Fahrdienst am Abend" in staff.text
    assert ("title", "Rufbus") in staff.form_here(f"{here}/rows/3").values
    staff.follow(staff.send(staff.form_here(f"{here}/rows/3"), {}, 303))
    assert "Rufbus" in staff.text


def test_of_many_who_mend_a_row_at_once_one_does(app: Flask, make: Maker, staff: Client) -> None:
    here = hand_in(staff)
    seen = dict(staff.form(f"{here}/rows/3").values)["seen"]
    windows = browsers(app, make.session(make.account("coordinator")), 6)
    answers = at_once(
        6,
        lambda turn: windows[turn].post(
            f"{here}/rows/3", {"_key": f"key-of-window-{turn:04}", "title": f"Titel {turn}", "seen": seen}
        ),
    )
    assert sorted(one.status_code for one in answers) == [303, *[409] * 5]


def test_of_those_who_throw_away_and_take_over_at_once_one_does(
    app: Flask, make: Maker, staff: Client
) -> None:
    here = hand_in(staff)
    windows = browsers(app, make.session(make.account("coordinator")), 2)
    answers = at_once(
        2,
        lambda turn: windows[turn].post(
            f"{here}/{('drop', 'import')[turn]}", {"_key": f"key-of-window-{turn:04}"}
        ),
    )
    dropped, taken = (one.status_code for one in answers)
    assert (dropped, taken) in {(303, 404), (409, 303)}
    with app.app_context():
        assert count(Contribution) == (2 if taken == 303 else 0)


def test_a_page_of_a_list_that_was_thrown_away_acts_on_no_other(app: Flask, staff: Client) -> None:
    here = hand_in(staff)
    old = staff.form(here, f"{here}/import")
    staff.follow(staff.post_form(here, to=f"{here}/drop"))
    other = hand_in(staff, b"Gemeinde;Handlungsfeld;Bedarf\nKeltern;Freizeit;Anders\n")
    assert other != here
    staff.send(old, status=404)
    with app.app_context():
        assert count(Contribution) == 0


def test_no_column_is_lost_silently(staff: Client) -> None:
    here = hand_in(staff, b"Gemeinde;Handlungsfeld;Bedarf;Ende\nKeltern;Freizeit;Treff;2022\n")
    assert "Diese Spalten wurden nicht gelesen: <bdi>Ende</bdi>" in staff.get(here).text
    staff.post_form(f"{here}/columns", {"column_3": "title"}, 422)
    assert "Dasselbe ist schon für \u201eBedarf\u201c gewählt." in staff.text


def test_all_that_was_understood_can_be_read_before_it_is_published(staff: Client) -> None:
    offers = "Gemeinde;Handlungsfeld;Angebot;Träger;Kosten\nKeltern;Freizeit;Treff;Arbeitskreis;4,50\n"
    staff.get(hand_in(staff, offers.encode(), kind="offer"))
    assert "Träger: Arbeitskreis · Kosten: 4.5" in staff.text


def test_a_file_with_nothing_in_it_is_called_empty(staff: Client) -> None:
    hand_in(staff, b"", 422)
    assert "Die Datei ist leer." in staff.text


def test_rows_are_counted_as_in_the_spreadsheet(staff: Client) -> None:
    rows = ["Bedarfe der Gemeinden;;", "", *NEEDS.split("\n")[:2], NEEDS.split("\n")[1]]
    here = hand_in(staff, "\n".join(rows).encode())
    staff.get(here)
    # Two lines stand above the headings.
    assert staff.page.text.count("Zeile 4") >= 2, "the row itself, and the one that repeats it"
    assert "Zeile 4 hat dieselbe Gemeinde" in staff.page.text
    staff.get(f"{here}/rows/2")
    assert "Zeile 5" in staff.page.text


def test_whoever_names_columns_sees_what_stands_below_them(staff: Client) -> None:
    here = hand_in(staff, b"Bedarf;Was;Leer\nLotsen;gelb;\nTreff;gelb;\nKurs;blau;\n")
    staff.get(f"{here}/columns")
    assert "Zum Beispiel: Lotsen · Treff · Kurs" in staff.page.text
    assert "Zum Beispiel: gelb · blau" in staff.page.text
    assert "Darunter steht nichts." in staff.page.text


def test_after_its_period_nothing_is_left_of_a_list_but_its_entries(app: Flask, staff: Client) -> None:
    rule = RULES["dialog.list_rows"]
    here = hand_in(staff)
    looked_at = hand_in(staff, NEEDS.replace("Lotsen", "Paten").encode())
    staff.follow(staff.post_form(here, to=f"{here}/import"))
    with app.app_context():
        entries = count(Contribution)
        assert rule.find(now() - timedelta(days=365)) == [], "it was taken over today"
        found = [one.id for one in rule.find(now() + timedelta(days=1))]
        assert [f"{PAGE}/{one}" for one in found] == [here], "what was only looked at has another rule"
        with transaction():
            assert rule.remove(SYSTEM, found) == 1
        assert rule.find(now() + timedelta(days=1)) == []
        rows = db.session.scalars(select(ListRow).where(ListRow.import_id == found[0])).all()
        assert [(one.cells, one.understood, one.reasons, one.warnings, one.fix) for one in rows] == [
            ([], {}, [], [], {})
        ] * entries
        assert count(Contribution) == entries
    staff.get(here, 200)
    assert "Was in den Zeilen stand, wurde am" in staff.page.text
    assert "Bedarfe der" not in staff.page.text
    for part in ("rows/1", "rows/3"):
        staff.get(f"{here}/{part}", 404)
    # The same list again is known, though nothing of it is left to read.
    again = hand_in(staff)
    staff.get(again)
    assert staff.page.text.count("Diese Zeile wurde schon als") >= entries
    staff.get(looked_at, 200)
    # What the list has brought can still be taken back.
    staff.follow(staff.post_form(here, to=f"{here}/undo"))
    with app.app_context():
        assert {one.visibility for one in db.session.scalars(select(Contribution))} == {Visibility.WITHDRAWN}
    assert "Die Liste ist zurückgenommen." in staff.page.text
