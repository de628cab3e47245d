"""The pages of signing up: success and refusal side by side, as people see them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import update

from core.clock import now
from core.db import db
from core.transaction import transaction
from dialog.models import DialogueEvent, Registration
from tests.client import Client
from tests.conftest import Maker
from tests.dialog import signing_up
from tests.dialog.ground import count, facts
from tests.factories import Person

pytestmark = pytest.mark.without_database

HOME = "/dialogues/probe"
Browse = Callable[[Person | None], Client]


@pytest.fixture
def event(make: Maker) -> DialogueEvent:
    made: DialogueEvent = make.day(places=(1, 20, 20), slug="tag")
    return made


@pytest.fixture
def groups(app: Flask, event: DialogueEvent) -> list[int]:
    with app.app_context():
        return signing_up.groups_of(event)


PAGE = f"{HOME}/events/tag/signup"
MINE = f"{HOME}/events/tag/registration"


def take_places(app: Flask, event: DialogueEvent, group: int, number: int = 2) -> None:
    with app.app_context():
        for _ in range(number):
            signing_up.sign_up(event, group)


def registrations(app: Flask) -> int:
    with app.app_context():
        return count(Registration)


def code_shown(client: Client) -> str:
    return client.page.find("p", class_="vs-code").text


def test_from_the_page_to_the_code_and_back_in(client: Client, groups: list[int]) -> None:
    form = client.form(PAGE)
    shown = client.send(form, {f"group-{groups[0]}": "1", f"group-{groups[1]}": "2", "role": "resident"}, 200)

    assert shown.headers["Cache-Control"] == "no-store"
    code = code_shown(client)
    assert "Gruppe 1" in client.text
    assert "Runde 1" in client.text
    assert client.page.find("div", role="img")["aria-label"]
    # Nothing of it stands in an address.
    assert code.replace("-", "") not in client.app.config["SETTINGS"].public_url
    going_on = client.form_here("/code")
    client.follow(client.send(going_on, {"next": MINE}, 303))
    assert client.heading == "Meine Anmeldung"

    other = Client(client.app).enter(code)
    other.get(MINE, 200)
    assert "Gruppe 2" in other.text
    # Who is registered is led to their registration.
    assert other.get(PAGE, 303).location == MINE


def test_the_same_form_twice_shows_the_same_code_and_registers_once(
    client: Client, app: Flask, groups: list[int]
) -> None:
    form = client.form(PAGE)
    client.send(form, {f"group-{groups[1]}": "1"}, 200)
    code = code_shown(client)

    client.send(form, {f"group-{groups[1]}": "1"}, 200)
    assert code_shown(client) == code
    client.send(form, {f"group-{groups[2]}": "1"}, 422)
    assert "Das haben Sie schon gesendet" in client.text
    assert registrations(app) == 1
    # Another browser with the number of this form gets another code.
    other = Client(app)
    other.get(PAGE, 200)
    other.post(PAGE, {"_key": dict(form.values)["_key"], f"group-{groups[1]}": "1"}, 200)
    assert code_shown(other) != code


def test_nothing_that_is_kept_contains_the_code(client: Client, app: Flask, groups: list[int]) -> None:
    client.send(client.form(PAGE), {f"group-{groups[1]}": "1"}, 200)
    code = code_shown(client).replace("-", "")

    with app.app_context(), db.engine.connect() as connection:
        for table in db.metadata.tables.values():
            for row in connection.execute(table.select()):
                assert code not in str(row).replace("-", "").upper()


def test_of_two_people_who_want_the_last_place_one_keeps_the_form(app: Flask, groups: list[int]) -> None:
    small, other, _ = groups
    first, second = Client(app), Client(app)
    forms = [browser.form(PAGE) for browser in (first, second)]
    for _ in range(2):
        # One place in each of two rounds.
        first.send(first.form(PAGE), {f"group-{small}": "1"}, 200)

    second.send(
        forms[1],
        {f"group-{small}": "2", f"group-{other}": "1", "language": "ar", "municipality": "08236040"},
        409,
    )

    assert "kein Platz mehr frei: Gruppe 1" in second.errors[0]
    again = second.form_here(PAGE)
    typed = dict(again.values)
    assert (typed[f"group-{small}"], typed[f"group-{other}"], typed["language"]) == ("2", "1", "ar")
    assert "Voll – Warteliste möglich" in second.text
    assert registrations(app) == 2
    second.send(again, status=200)
    assert "Sie stehen auf Platz 1 der Warteliste." in second.text


@pytest.mark.parametrize("language", ["de", "en", "ar"])
def test_a_third_group_is_refused_with_a_clear_sentence(
    client: Client, app: Flask, groups: list[int], language: str
) -> None:
    form = client.form(f"{PAGE}?lang={language}", PAGE)

    client.post(PAGE, {**dict(form.values), **{f"group-{group}": "1" for group in groups}}, 422)

    said = {
        "de": "Bitte wählen Sie höchstens zwei Gruppen. Sie haben drei gewählt.",
        "en": "Please choose two groups at most. You have chosen three.",
        "ar": "يرجى اختيار مجموعتين على الأكثر. اخترت ثلاث.",
    }
    assert client.errors == [said[language]]
    assert registrations(app) == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"role": "spy"},
        {"language": "tlh"},
        {"municipality": "99999999"},
        {"needs": "money"},
        {"group-99999": "1"},
        {"group-x": "1"},
        {"group-1": "first"},
    ],
    ids=str,
)
def test_what_is_not_on_the_page_is_refused(
    client: Client, app: Flask, groups: list[int], wrong: dict[str, str]
) -> None:
    form = client.form(PAGE)

    client.post(PAGE, {**dict(form.values), **wrong}, 422)

    assert len(client.errors) == 1
    assert registrations(app) == 0


STATES = {
    "not yet": ({"signup_from": None}, "Die Anmeldung hat noch nicht begonnen."),
    "closed": ({"signup_until": now() - timedelta(hours=1)}, "Die Anmeldung hier ist zu Ende."),
    "running": ({"starts_at": now() - timedelta(hours=1)}, "Die Anmeldung hier ist zu Ende."),
    "over": (
        {"starts_at": now() - timedelta(hours=2), "ends_at": now() - timedelta(hours=1)},
        "Diese Veranstaltung ist vorbei.",
    ),
}


@pytest.mark.parametrize("state", STATES)
def test_outside_of_its_time_the_page_says_so_and_keeps_what_is_sent_all_the_same(
    client: Client, app: Flask, event: DialogueEvent, groups: list[int], state: str
) -> None:
    form = client.form(PAGE)
    values, sentence = STATES[state]
    with app.app_context(), transaction():
        db.session.execute(update(DialogueEvent).values(**values))  # type: ignore[arg-type]

    client.get(PAGE, 200)
    assert sentence in client.text
    assert not client.page.find_all("fieldset")
    client.send(form, {f"group-{groups[1]}": "1"}, 409)
    assert dict(client.form_here(PAGE).values)[f"group-{groups[1]}"] == "1"
    assert registrations(app) == 0


def test_staff_read_that_this_is_not_for_them(client_as: Callable[..., Client], groups: list[int]) -> None:
    staff = client_as("coordinator")
    staff.get(PAGE, 200)
    assert "Sie sind als Personal angemeldet." in staff.text
    staff.post(PAGE, {"_key": "k" * 20}, 403)


def test_changing_leaving_cancelling_and_coming_again(
    client: Client, app: Flask, event: DialogueEvent, groups: list[int]
) -> None:
    small, second, third = groups
    client.send(client.form(PAGE), {f"group-{second}": "1", f"group-{third}": "2"}, 200)
    client.follow(client.send(client.form_here("/code"), {"next": MINE}, 303))
    take_places(app, event, small)

    change = client.form(f"{MINE}/change")
    assert dict(change.values)[f"group-{second}"] == "1"
    client.follow(client.send(change, {f"group-{second}": "", f"group-{small}": "1"}, 303))
    assert "Ihre Auswahl ist gespeichert." in client.text
    assert "Sie stehen auf Platz 1 der Warteliste." in client.text
    assert "Gruppe 2" not in client.text

    leave = client.form_here(f"{MINE}/leave")
    client.follow(client.post(leave.action, {**dict(leave.values), "group": str(small)}, 303))
    assert "Gruppe 1" not in client.text
    assert "Gruppe 3" in client.text

    client.follow(client.post_form(f"{MINE}/cancel"))
    assert client.heading == "Sie haben abgesagt"
    for page in ("change", "cancel"):
        client.follow(client.get(f"{MINE}/{page}", 303))
        assert client.heading == "Sie haben abgesagt"
        client.post(f"{MINE}/{page}", {"_key": "k" * 20}, 404)
    client.follow(client.post_form(PAGE, {f"group-{second}": "1"}, 303))
    assert "Gruppe 2" in client.text
    assert registrations(app) == 3


def test_nobody_sees_a_registration_but_who_made_it(
    client: Client,
    app: Flask,
    browse: Browse,
    client_as: Callable[..., Client],
    groups: list[int],
    make: Maker,
) -> None:
    client.send(client.form(PAGE), {f"group-{groups[1]}": "1"}, 200)
    visitor, other, staff = Client(app), browse(make.participant()), client_as("coordinator")
    for path in (f"{MINE}/change", f"{MINE}/cancel", f"{HOME}/events/tag/mine.ics"):
        for stranger in (visitor, other, staff):
            stranger.get(path, 404)
    visitor.get(MINE, 403)
    assert "Code" in visitor.text
    other.get(MINE, 404)
    staff.get(MINE, 404)


def test_the_calendar_has_the_own_groups_and_no_code(client: Client, groups: list[int]) -> None:
    client.send(client.form(PAGE), {f"group-{groups[0]}": "1", f"group-{groups[1]}": "2"}, 200)
    code = code_shown(client)
    file = f"{HOME}/events/tag/mine.ics"

    answer = client.send(client.form_here("/code"), {"next": file}, 303)

    got = client.get(answer.location, 200)
    assert got.mimetype == "text/calendar"
    calendar = Calendar.from_ical(got.data)
    titles = [str(entry["summary"]) for entry in calendar.walk("VEVENT")]
    assert sorted(titles) == ["Gruppe 1 – Dialogtag", "Gruppe 2 – Dialogtag"]
    assert code not in got.text
    assert code.replace("-", "") not in got.text


def test_who_needs_support_reads_whom_to_call(client: Client, groups: list[int]) -> None:
    client.send(client.form(PAGE), {"needs": "sign_language"}, 200)

    assert "Landratsamt Enzkreis" in client.text
    assert "sprechen Sie es ab" in client.text
    assert "Sie kommen ohne Gruppe." in client.text


def test_staff_see_numbers_and_nobody_else_does(
    client: Client, app: Flask, client_as: Callable[..., Client], event: DialogueEvent, groups: list[int]
) -> None:
    take_places(app, event, groups[0])
    page = f"{HOME}/events/tag/registrations"
    staff = client_as("coordinator")

    staff.get(page, 200)

    assert "2 Personen sind angemeldet." in staff.text
    assert "Je weniger als fünf." in staff.text
    client.get(page, 404)
    client_as("auditor").get(page, 404)


def test_the_page_of_the_event_leads_to_signing_up_while_that_is_possible(
    client: Client, app: Flask, client_as: Callable[..., Client], groups: list[int]
) -> None:
    links = lambda browser: {a.get("href") for a in browser.page.find_all("a")}  # noqa: E731
    client.get(f"{HOME}/events/tag", 200)
    assert PAGE in links(client)
    staff = client_as("coordinator")
    staff.get(f"{HOME}/events/tag", 200)
    assert f"{HOME}/events/tag/registrations" in links(staff)
    with app.app_context(), transaction():
        db.session.execute(update(DialogueEvent).values(signup_from=None))
    client.get(f"{HOME}/events/tag", 200)
    assert PAGE not in links(client)


def test_whoever_has_registered_finds_the_registration_again(client: Client, groups: list[int]) -> None:
    links = lambda: {a.get("href"): a.text for a in client.page.find("main").find_all("a")}  # noqa: E731
    client.send(client.form(PAGE), {f"group-{groups[1]}": "1"}, 200)
    client.follow(client.send(client.form_here("/code"), {"next": "/account"}, 303))
    assert links()[MINE].startswith("Meine Anmeldung: ")
    client.get(f"{HOME}/events/tag", 200)
    assert MINE in links()
    assert PAGE not in links()
    assert f"{HOME}/join" not in links()
    client.follow(client.post_form(f"{MINE}/cancel"))
    client.get("/account", 200)
    assert MINE not in links()
    client.get(f"{HOME}/events/tag", 200)
    assert PAGE in links()
    assert MINE not in links()


@pytest.mark.usefixtures("groups")
def test_where_the_personal_code_is_asked_for_stands_the_way_for_the_event_code(client: Client) -> None:
    links = lambda: {a.get("href") for a in client.page.find("main").find_all("a")}  # noqa: E731
    client.get("/code", 200)
    assert f"{HOME}/join" in links()
    client.send(client.form("/code"), {"code": "ABC123"}, 422)
    assert f"{HOME}/join" in links()


# ----------------------------------------------------------------------------------------- the event code


def test_the_event_code_leads_to_a_group_with_one_press(
    client: Client, app: Flask, event: DialogueEvent, groups: list[int]
) -> None:
    client.post_form(f"{HOME}/join?lang=en", {"code": "WRONG"}, 422)
    assert "does not work" in client.errors[0]
    client.get(f"{HOME}/join?lang=de")
    client.post_form(f"{HOME}/join", {"code": f" {event.code} ".lower()}, 200)
    press = client.form_here(f"{HOME}/join")

    client.post(press.action, {**dict(press.values), "group": str(groups[0])}, 200)

    code = code_shown(client)
    assert "Gruppe 1" in client.text
    client.post(press.action, {**dict(press.values), "group": str(groups[0])}, 200)
    assert code_shown(client) == code
    assert registrations(app) == 1
    # Whoever is in already is led to their page.
    person = Client(app).enter(code)
    assert person.post_form(f"{HOME}/join", {"code": event.code or ""}, 303).location == MINE


def test_a_group_that_fills_up_while_somebody_reads_is_shown_as_full(
    client: Client, app: Flask, event: DialogueEvent, groups: list[int]
) -> None:
    client.post_form(f"{HOME}/join", {"code": event.code or ""}, 200)
    press = client.form_here(f"{HOME}/join")
    take_places(app, event, groups[0])

    client.post(press.action, {**dict(press.values), "group": str(groups[0])}, 409)

    assert "Auf die Warteliste" in client.text
    again = client.form_here(f"{HOME}/join")
    client.post(again.action, {**dict(again.values), "group": str(groups[0])}, 200)
    assert "Sie stehen auf Platz 1 der Warteliste." in client.text


def test_an_event_code_gives_a_personal_code_that_works(client: Client, make: Maker) -> None:
    make.event()
    client.post_form(f"{HOME}/join?lang=en", {"code": "WRONG"}, 422)
    assert dict(client.form_here(f"{HOME}/join").values)["code"] == "WRONG"

    shown = client.post_form(f"{HOME}/join", {"code": "event 7"}, 200)

    assert shown.headers["Cache-Control"] == "no-store"
    code = code_shown(client)
    writing = Client(client.app).enter(code).get(f"{HOME}/contribute/need", 200)
    assert writing.status_code == 200


def test_who_moved_up_reads_it_in_their_language(
    client: Client, app: Flask, event: DialogueEvent, groups: list[int], browse: Browse
) -> None:
    with app.app_context():
        holder = signing_up.person(signing_up.sign_up(event, groups[0]))
        signing_up.sign_up(event, groups[0])
        waiting = signing_up.person(signing_up.sign_up(event, groups[0], full=[groups[0]]))
    leaving = browse(holder)
    leaving.follow(leaving.post_form(f"{MINE}/cancel"))

    person = browse(waiting)
    person.get(f"{MINE}?lang=en", 200)

    assert "You have got a place: Group 1, Runde" in person.text
    with app.app_context():
        assert len(facts("MovedUp")) == 1


def test_a_form_without_the_cookie_it_came_with_shows_no_other_code(app: Flask, groups: list[int]) -> None:
    form: Any = Client(app).form(PAGE)
    codes = set()
    for _ in range(2):
        browser = Client(app)
        browser.post(PAGE, dict(form.values), 200)
        codes.add(code_shown(browser))
    assert len(codes) == 2


def test_the_slip_is_in_the_readers_language_and_in_german(client: Client, groups: list[int]) -> None:
    client.get(f"{PAGE}?lang=en", 200)
    client.send(client.form_here(PAGE), status=200)

    languages = {e["lang"] for e in client.page.find_all("div", class_="vs-only-print")}
    assert languages == {"en", "de"}
