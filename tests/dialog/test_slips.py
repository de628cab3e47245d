"""Codes on paper: sheets of slips and lists of invitations, each made once and shown to one browser only."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from accounts.models import CodeBatch, PersonalCode
from accounts.permissions import Scope
from core.clock import now
from core.db import db
from core.errors import Forbidden, Invalid
from core.transaction import transaction
from dialog import roll_files
from dialog.actions import slips as actions
from dialog.models import Participant, RollEntry
from dialog.queries import dialogues, help_desk
from tests import factories
from tests.client import Client
from tests.conftest import Maker
from tests.dialog.ground import count, facts
from tests.factories import STAFF, Person

SLIPS = "/dialogues/probe/slips"
LIST = f"{SLIPS}/list"
MAKE = f"{LIST}/codes"
FILE = "Bezeichnung;Gemeinde;Rolle;Sprache\r\n=SG-014;Mühlacker;Ehrenamt;Arabisch\r\nSG-015;;Fachkraft;\r\n"


@pytest.fixture
def staff(make: Maker, client_as: Callable[..., Client]) -> Client:
    make.day(slug="tag")
    return client_as("coordinator")


def codes_on(page: Client) -> list[str]:
    return [one.text for one in page.page.find_all("p", class_="vs-cut__digits")]


def numbers_on(page: Client) -> list[str]:
    return [one.text for one in page.page.find_all("p", class_="vs-cut__number")]


def upload(browser: Client, text: str, **values: str) -> None:
    form = browser.form(LIST)
    sent = {**dict(form.values), "label": "Einladung", **values}
    file = (io.BytesIO(text.encode("cp1252")), "liste.csv")
    browser.post(LIST, {**sent, "file": file}, content_type="multipart/form-data")


def table(browser: Client, status: int = 200) -> list[list[str]]:
    answer = browser.post(f"{MAKE}?as=table", dict(browser.form_here(MAKE).values), status)
    return list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig")), delimiter=";"))


def test_slips_are_shown_once_and_made_once(
    app: Flask, staff: Client, client_as: Callable[..., Client]
) -> None:
    form = staff.form(SLIPS)
    sent = {"number": "12", "label": "Rathaus", "event": "tag", "language": "ar"}
    answer = staff.send(form, sent, 200)
    made, numbers = codes_on(staff), numbers_on(staff)

    assert answer.headers["Cache-Control"] == "no-store"
    assert len(set(made)) == len(set(numbers)) == 12
    assert len(staff.page.find_all("div", class_="vs-sheet")) == 2
    assert "Dialogtag" in staff.text
    assert "رمزكم الشخصي" in staff.text

    # The page loaded anew shows the same slips; another browser with the same form does not.
    staff.send(form, sent, 200)
    assert (codes_on(staff), numbers_on(staff)) == (made, numbers)
    other = client_as("coordinator")
    other.send(form, {**sent, "number": "1"}, 200)
    assert not set(codes_on(other)) & set(made)
    staff.send(form, {**sent, "number": "13"}, 422)
    assert codes_on(staff) == []

    for code in (made[0], made[11]):
        Client(app).enter(code)
    with app.app_context():
        assert count(CodeBatch) == 2
        assert [batch.size for batch in db.session.scalars(select(CodeBatch).order_by(CodeBatch.id))] == [
            12,
            1,
        ]
        kept = list(db.session.scalars(select(PersonalCode).where(PersonalCode.used)))
        assert [(code.tier, code.slip_number in numbers) for code in kept] == [("B", True)] * 2
        event = dialogues.access_event(STAFF, dialogues.access_dialogue(STAFF, "probe"), "tag")
        assert {code.write_until for code in kept} == {event.ends_at + timedelta(days=14)}
        assert {p.key for p in db.session.scalars(select(Participant))} == {
            code.holder_key for code in db.session.scalars(select(PersonalCode))
        }
        made_known = [payload for _, _, payload in facts("ParticipantsRegistered")]
        assert made_known[0] == {"batch_id": 1, "dialogue_id": 1, "tier": "B", "number": 12}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"number": "0"}, "Bitte geben Sie eine Zahl von 1 bis 500 ein."),
        ({"number": "501"}, "Bitte geben Sie eine Zahl von 1 bis 500 ein."),
        ({"number": "viele"}, "Bitte geben Sie eine Zahl von 1 bis 500 ein."),
        ({"label": " "}, "Bitte schreiben Sie, wofür diese Codes sind."),
        ({"until": "31.12."}, "Bitte geben Sie einen Tag ein, oder lassen Sie das Feld leer."),
        (
            {"until": "2020-01-01"},
            "Die Codes wären schon abgelaufen. Bitte wählen Sie einen Tag, der noch kommt.",
        ),
    ],
)
def test_what_makes_no_sense_is_said_and_nothing_is_made(
    app: Flask, staff: Client, wrong: dict[str, str], said: str
) -> None:
    staff.post_form(SLIPS, {"number": "3", "label": "Rathaus", **wrong}, 422)

    assert staff.errors == [said]
    with app.app_context():
        assert count(CodeBatch) == 0


def test_an_event_of_another_dialogue_cannot_be_chosen(staff: Client, make: Maker) -> None:
    make.day(make.dialogue("dort"), slug="tag-dort")
    form = staff.form(SLIPS)
    staff.post(SLIPS, {**dict(form.values), "number": "1", "label": "x", "event": "tag-dort"}, 404)


def test_others_than_coordinators_make_and_see_nothing(
    staff: Client, make: Maker, browse: Callable[[Person | None], Client]
) -> None:
    staff.post_form(SLIPS, {"number": "3", "label": "Rathaus"}, 200)
    sent = {"_key": "k" * 20, "number": "3", "label": "Rathaus"}
    people = [None, make.participant(), make.account("moderator", Scope("event", 1)), make.account("auditor")]
    for person in people:
        browser = browse(person)
        for path in (SLIPS, LIST):
            browser.get(path, 403)
            browser.post(path, sent, 403)
        browser.post(MAKE, sent, 403)
        browser.post(f"{SLIPS}/1/revoke", sent, 403)


def test_a_batch_says_how_many_are_used_only_where_nobody_can_be_made_out(
    app: Flask, staff: Client, make: Maker
) -> None:
    staff.post_form(SLIPS, {"number": "12", "label": "Rathaus"}, 200)
    made = codes_on(staff)
    said = []
    for used in (0, 4, 5, 7, 8, 12):
        with app.app_context(), transaction():
            for code in db.session.scalars(select(PersonalCode).order_by(PersonalCode.id).limit(used)):
                code.used = True
        staff.get(SLIPS, 200)
        said.append(staff.page.find("tbody").find_all("td")[-1].text)
    assert said == [
        "weniger als fünf",
        "weniger als fünf",
        "5 von 12",
        "7 von 12",
        "fast alle oder alle",
        "fast alle oder alle",
    ]
    assert not set(made) & set(staff.text.split()), "Codes are shown once."


def test_unused_slips_are_made_void_at_once(app: Flask, staff: Client) -> None:
    staff.post_form(SLIPS, {"number": "3", "label": "Rathaus"}, 200)
    made = codes_on(staff)
    Client(app).enter(made[0])

    staff.follow(staff.post_form(SLIPS, to=f"{SLIPS}/1/revoke"))

    assert "Die unbenutzten Zettel dieses Stapels sind jetzt ungültig." in staff.text
    Client(app).enter(made[0])
    Client(app).post_form("/code", {"code": made[1]}, 422)
    staff.post(f"{SLIPS}/1/revoke", {"_key": "k" * 20}, 409)
    staff.post(f"{SLIPS}/99/revoke", {"_key": "k" * 20}, 404)


# ------------------------------------------------------------------------------------------------- lists


def test_a_list_is_shown_first_and_then_gives_codes_of_tier_a(app: Flask, staff: Client) -> None:
    upload(staff, FILE, event="tag")
    assert "Wir haben 2 Zeilen ohne Fehler gelesen." in staff.text
    with app.app_context():
        assert count(CodeBatch) == 0

    answer = staff.post(f"{MAKE}?as=table", dict(staff.form_here(MAKE).values), 200)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.get_data().startswith(b"\xef\xbb\xbf")
    rows = table(staff)
    assert rows[0] == ["Bezeichnung", "Zettel", "Code", "Adresse"]
    assert [row[0] for row in rows[1:]] == ["'=SG-014", "SG-015"]

    # The same form gives the same codes as slips, each with the office's reference, and makes no others.
    staff.post(f"{MAKE}?as=slips&from=1", dict(staff.form_here(MAKE).values), 200)
    assert codes_on(staff) == [row[2] for row in rows[1:]]
    assert numbers_on(staff) == [row[1] for row in rows[1:]]
    assert [p.text for p in staff.page.find_all("p", class_="vs-cut__reference")] == ["=SG-014", "SG-015"]
    assert "رمزكم الشخصي" in staff.text, "The first asked for Arabic."
    assert table(staff) == rows

    for row in rows[1:]:
        assert row[3] == f"http://127.0.0.1:5000/code#{row[2].replace('-', '')}"
    with app.app_context():
        assert count(CodeBatch) == 1
        found = list(db.session.scalars(select(PersonalCode).order_by(PersonalCode.id)))
        assert [code.tier for code in found] == ["A", "A"]
        kept = {
            code.slip_number: (entry.role, entry.language, entry.municipality and entry.municipality.name)
            for code in found
            for person in [factories.person_of_code(next(r[2] for r in rows if r[1] == code.slip_number))]
            for entry in [help_desk.own_roll_entry(person.actor, dialogues.access_dialogue(STAFF, "probe"))]
            if entry is not None
        }
        assert kept == {
            rows[1][1]: ("volunteer", "ar", "Mühlacker"),
            rows[2][1]: ("professional", "", None),
        }
        everything = " ".join(str(row) for row in db.session.execute(select(CodeBatch.__table__)))
        assert "SG-014" not in everything, "The office's reference is not kept."


def test_the_same_list_is_not_read_in_twice(app: Flask, staff: Client) -> None:
    upload(staff, FILE)
    first = staff.form_here(MAKE)
    upload(staff, FILE)
    second = staff.form_here(MAKE)
    staff.post(f"{MAKE}?as=table", dict(first.values), 200)

    staff.post(f"{MAKE}?as=table", dict(second.values), 409)
    assert "Diese Liste wurde schon eingelesen" in staff.text
    lines = FILE.splitlines()
    upload(staff, "\r\n".join([lines[0], lines[2], lines[1]]))
    assert "Diese Liste wurde schon eingelesen" in staff.text, "In another order it is the same."
    upload(staff, FILE.replace("SG-015", "SG-016"))
    assert "Diese Liste wurde schon eingelesen" not in staff.text
    with app.app_context():
        assert (count(CodeBatch), count(PersonalCode)) == (1, 2)

    # Who has lost the codes makes them void first.
    staff.follow(staff.post_form(SLIPS, to=f"{SLIPS}/1/revoke"))
    upload(staff, FILE)
    assert len(table(staff)) == 3


def test_faults_are_shown_by_line_and_nothing_is_made(app: Flask, staff: Client) -> None:
    upload(staff, "Bezeichnung;Gemeinde\nA;Atlantis\nB;\n")
    assert "Zeile 2: „Atlantis“ ist keine Gemeinde dieses Landkreises." in staff.text
    assert "Einladung" in dict(staff.form_here(LIST).values)["label"]
    upload(staff, "")
    assert staff.errors == ["Bitte wählen Sie eine Datei mit Ihrer Liste."]
    upload(staff, "Bezeichnung\n" + "\n".join(f"{n};x" for n in range(20)))
    assert "Es gibt noch 10 weitere Fehler." in staff.text
    upload(staff, FILE, label="")
    assert staff.errors == ["Bitte schreiben Sie, wofür diese Codes sind."]
    staff.post(MAKE, {"_key": "k" * 20, "label": "x", "rows": "Bezeichnung;Gemeinde\nA;Atlantis\n"}, 422)
    with app.app_context():
        assert count(CodeBatch) == 0


def test_a_list_of_two_thousand_is_printed_in_parts(app: Flask, staff: Client) -> None:
    upload(staff, "Bezeichnung\n" + "\n".join(f"Ausländerbeirat Sitz Nummer {n:05}" for n in range(2_000)))
    form = staff.form_here(MAKE)
    parts = [b.get("formaction") for b in staff.page.find_all("button") if "as=slips" in b.get("formaction")]
    assert [part.split("from=")[1] for part in parts] == ["1", "501", "1001", "1501"]

    rows = staff.post(f"{MAKE}?as=table", dict(form.values), 200, content_type="multipart/form-data")
    assert len(rows.get_data().splitlines()) == 2_001
    staff.post(f"{MAKE}?as=slips&from=1999", dict(form.values), 200, content_type="multipart/form-data")
    assert len(codes_on(staff)) == 2
    assert codes_on(staff)[1] in rows.get_data(as_text=True)
    with app.app_context():
        assert (count(CodeBatch), count(RollEntry)) == (1, 2_000)


@pytest.mark.usefixtures("inside")
def test_actions_refuse_what_no_form_would_send() -> None:
    made = factories.dialogue()
    other = factories.account("moderator", Scope("event", 1)).actor
    for actor in (factories.participant().actor, other):
        with pytest.raises(Forbidden), transaction():
            actions.make_slips(actor, made, None, number=1, label="x", seed=b"s")
        with pytest.raises(Forbidden), transaction():
            actions.invite_roll(actor, made, None, places=[roll_files.Place()], label="x", seed=b"s")
    with pytest.raises(Invalid), transaction():
        actions.make_slips(STAFF, made, None, number=501, label="x", seed=b"s")
    with pytest.raises(Invalid), transaction():
        actions.invite_roll(STAFF, made, None, places=[], label="x", seed=b"s")
    with pytest.raises(Invalid), transaction():
        actions.make_slips(
            STAFF, made, None, number=1, label="x", seed=b"s", write_until=now() - timedelta(hours=1)
        )
    past = factories.day(made, starts_at=now() - timedelta(days=30), signup=False)
    with pytest.raises(Invalid), transaction():
        actions.make_slips(STAFF, made, past, number=1, label="x", seed=b"s")


def test_who_was_invited_finds_the_form_filled_in_and_nobody_else_does(
    app: Flask, staff: Client, make: Maker, as_participant: Callable[[str], Client]
) -> None:
    event = make.day(make.dialogue()).slug
    page = f"/dialogues/probe/events/{event}/signup"
    upload(staff, FILE)
    staff.post(f"{MAKE}?as=table", dict(staff.form_here(MAKE).values), 200)
    code = table(staff)[1][2]

    def said(browser: Client) -> dict[str, str]:
        names = ("role", "municipality", "language")
        return {name: value for name, value in browser.form(page).values if name in names and value}

    invited = as_participant(code)
    assert said(invited) == {"role": "volunteer", "municipality": "08236040", "language": "ar"}
    assert said(as_participant(make.participant().code)) == {}
    assert said(Client(app)) == {}
