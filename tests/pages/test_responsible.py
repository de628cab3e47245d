"""Pages about who is responsible for what, and about organisations: what people read and staff write."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

from flask import Flask
from werkzeug.datastructures import MultiDict

from core.actor import OPERATOR
from core.transaction import transaction
from dialog.actions.contributions import import_contribution
from dialog.queries.dialogues import access_dialogue
from dialog.vocabulary import Kind
from region.data import ResponsibilityData
from region.queries import access_field
from tests.client import Client
from tests.conftest import Maker
from tests.dialog.ground import at_once, browsers
from tests.factories import Person

HERE = "/responsible?place=08236040"
TASK = "/responsible/tasks/beratung"


def test_a_resident_finds_who_is_responsible(
    make: Maker, client: Client, client_as: Callable[..., Client]
) -> None:
    make.task()
    client.get(HERE, 200)
    assert "noch nicht angegeben" in client.text
    make.organisation(name="Träger am Ort", languages=("ar",), contact="Beratungsstelle, 07231 1")
    staff = client_as("coordinator")
    form = staff.form(f"{TASK}?place=08236040", to=TASK)
    staff.follow(staff.send(form, {"form": "provider", "organisations": "P01", "since": "05.2019"}, 303))
    assert "Für 1 Gemeinde gespeichert." in staff.text
    client.get(HERE, 200)
    for words in ("durch einen Träger", "Träger am Ort", "Beratungsstelle, 07231 1", "العربية", "05.2019"):
        assert words in client.text
    client.get("/responsible?place=08236043", 200)
    assert "noch nicht angegeben" in client.text
    client.get("/responsible?place=99999999", 404)
    rows = list(csv.DictReader(io.StringIO(client.get("/responsible.csv", 200).text[1:]), delimiter=";"))
    assert [(row["place"], row["form"]) for row in rows] == [("Mühlacker", "provider"), ("Neuenbürg", "")]


def test_without_tasks_the_page_says_so(
    make: Maker, client: Client, client_as: Callable[..., Client]
) -> None:
    make.county()
    assert "Noch keine Aufgabe eingetragen" in client.get("/responsible", 200).text
    assert "/responsible/tasks/new" not in client.text
    staff = client_as("coordinator")
    staff.follow(staff.send(staff.form("/responsible/tasks/new"), {"title": "Wohnberatung"}, 303))
    assert staff.heading == "Wohnberatung"
    assert "Wohnberatung" in client.get("/responsible", 200).text


def test_several_municipalities_at_once_and_nothing_typed_is_lost(
    make: Maker, client_as: Callable[..., Client]
) -> None:
    make.task()
    staff = client_as("coordinator")
    values = dict(staff.form(TASK).values)
    sent = MultiDict({**values, "form": "own", "note": "Seit langem.", "since": "gestern"})
    staff.post(TASK, sent, 422)
    assert staff.errors
    assert "Seit langem." in staff.text
    sent.setlist("places", ["08236040", "08236043"])
    sent["since"] = "2019"
    assert "changed=2" in staff.post(TASK, sent, 303).headers["Location"]
    # The page of somebody who saw the state before shows what they typed and what is stated now.
    sent["_key"], sent["form"] = "another-key-of-the-same-page", "joint"
    staff.post(TASK, sent, 409)
    assert "Inzwischen hat jemand diese Aufgabe geändert" in staff.text
    assert "Seit langem." in staff.text
    sent.setlist("places", ["08236040", "99999999"])
    sent["_key"] = "a-third-key-of-the-same-page"
    staff.post(TASK, sent, 404)


def test_a_contact_that_looks_like_a_person_is_asked_about(
    make: Maker, client_as: Callable[..., Client]
) -> None:
    make.county()
    staff = client_as("coordinator")
    typed = {"name": "Träger", "kind": "Verein", "contact": "Frau Dr. Beispiel, 07231 1"}
    staff.send(staff.form("/organisations/new"), typed, 422)
    form = staff.form_here("/organisations/new")
    assert dict(form.values)["contact"] == typed["contact"]
    staff.send(form, {"person_seen": "y"}, 303)


def _offer(app: Flask, make: Maker, number: int, text: str, provider: str) -> None:
    """An offer as municipalities hand it in, which says who provides it."""
    field, dialogue = make.field(), make.dialogue()
    with app.app_context(), transaction():
        import_contribution(
            OPERATOR,
            access_dialogue(OPERATOR, dialogue.slug),
            kind=Kind.OFFER,
            number=number,
            title=text,
            text=text,
            field=access_field(OPERATOR, field.field_set_id, field.slug),
            municipality=None,
            provider=provider,
        )


def test_an_organisation_shows_its_offers_and_tasks(
    app: Flask, make: Maker, client: Client, client_as: Callable[..., Client]
) -> None:
    make.organisation(name="Träger e. V.")
    make.organisation("P02", name="Stelle")
    make.task()
    staff = client_as("coordinator")
    staff.send(staff.form(f"{TASK}?place=08236040", to=TASK), {"form": "joint", "organisations": "P01"}, 303)
    _offer(app, make, 1, "Nähtreff im Ort.", "Träger e. V. / Andere")
    _offer(app, make, 2, "Kochkurs.", "Träger e. V. Nord")
    client.get("/organisations/P01", 200)
    assert ("Nähtreff" in client.text, "Kochkurs" in client.text) == (True, False)
    assert "Mühlacker" in client.text
    client.get("/organisations/P02", 200)
    assert "Unter diesem Namen ist kein Angebot veröffentlicht." in client.text
    client.get("/organisations/P99", 404)


def test_what_is_stated_keeps_an_organisation_that_has_ended(
    make: Maker, client_as: Callable[..., Client]
) -> None:
    make.organisation()
    make.organisation("P02", name="Nie genannt")
    make.task("beratung", ResponsibilityData(None, "provider", ("P01",)))
    staff = client_as("coordinator")
    for slug in ("P01", "P02"):
        staff.send(staff.form(f"/organisations/{slug}/edit"), {"ended_on": "01.01.2020"}, 303)
    form = staff.form(f"{TASK}?place=all")
    assert ("organisations", "P01") in form.values
    assert "Nie genannt" not in staff.text
    staff.send(form, {"note": "Wird gesucht."}, 303)
    assert "hier nicht mehr tätig" in staff.get(HERE, 200).text


def test_a_name_typed_beside_another_one_is_not_lost(make: Maker, client_as: Callable[..., Client]) -> None:
    make.task()
    staff = client_as("coordinator")
    late = staff.form(f"{TASK}/name")
    staff.send(staff.form(f"{TASK}/name"), {"title": "Beratung vor Ort"}, 303)
    staff.send(late, {"title": "Wohnberatung"}, 409)
    assert dict(staff.form_here(f"{TASK}/name").values)["title"] == "Wohnberatung"
    assert "Beratung vor Ort" in staff.text
    staff.send(staff.form_here(f"{TASK}/name"), {}, 303)


def test_of_many_who_state_at_once_one_does(app: Flask, make: Maker) -> None:
    make.task()
    person: Person = make.account("coordinator")
    windows = browsers(app, make.session(person), 8)
    answers = at_once(
        8,
        lambda turn: windows[turn].post(
            TASK,
            {
                "_key": f"key-of-window-{turn:04}",
                "places": "all",
                "form": "own",
                "note": f"Grund {turn}",
                "based_on": "1",
            },
        ),
    )
    assert sorted(one.status_code for one in answers) == [303, *[409] * 7]


def test_a_task_is_removed_only_by_those_who_mean_it(make: Maker, client_as: Callable[..., Client]) -> None:
    make.task()
    staff = client_as("coordinator")
    remove = f"{TASK}/remove"
    staff.send(staff.form(f"{TASK}/name", to=remove), {}, 422)
    assert "Bitte bestätigen Sie, dass Sie es so meinen." in staff.text
    staff.follow(staff.send(staff.form_here(remove), {"sure": "y"}, 303))
    assert "Die Aufgabe ist entfernt." in staff.text
    staff.get(TASK, 404)


def test_only_staff_reach_the_forms(make: Maker, client: Client) -> None:
    make.task()
    make.organisation()
    for path in (
        "/organisations/new",
        "/organisations/P01/edit",
        "/responsible/tasks/new",
        TASK,
        f"{TASK}/name",
    ):
        client.get(path, 403)
    assert "P01/edit" not in client.get("/organisations/P01", 200).text


def test_nothing_is_said_of_all_by_accident(make: Maker, client_as: Callable[..., Client]) -> None:
    make.organisation()
    make.task("beratung", ResponsibilityData(None, "county"))
    staff = client_as("coordinator")
    blank = staff.form(TASK)
    # Neither a place nor anything that is said of others is chosen already.
    assert {name for name, value in blank.values if value} == {"_key", "based_on"}
    assert ("places", "all") in staff.form(f"{TASK}?place=all").values
    both = [("places", "all"), ("places", "08236040"), ("form", "own")]
    staff.post(TASK, MultiDict([*blank.values, *both]), 422)
    assert "entweder einzelne Gemeinden oder alle" in staff.text
    sent = MultiDict([*staff.form(TASK).values, ("places", "all"), ("form", "own")])
    staff.follow(staff.post(TASK, sent, 303))
    assert "Gespeichert für alle Gemeinden, für die nichts anderes angegeben ist." in staff.text
