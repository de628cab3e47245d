"""The help desk: a slip number tells a little and opens nothing; a lost code is replaced once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask_socketio.test_client import SocketIOTestClient
from sqlalchemy import select

from accounts import codes
from accounts import queries as account_queries
from accounts.actions import codes as code_actions
from accounts.models import PersonalCode
from accounts.permissions import Scope
from core import logs
from core.actor import OPERATOR
from core.clock import now
from core.db import db
from core.transaction import transaction
from dialog.models import AccessNeed, GroupChoice, Participant, Registration
from dialog.queries import dialogues, help_desk
from dialog.queries.help_desk import SlipStatus
from tests import factories
from tests.client import Client
from tests.conftest import Maker
from tests.dialog.ground import at_once, browsers, facts
from tests.factories import STAFF, Person

DESK = "/dialogues/probe/help-desk"


@pytest.fixture
def staff(make: Maker, client_as: Callable[..., Client]) -> Client:
    make.dialogue()
    return client_as("coordinator")


def slip_of(app: Flask, person: Person) -> str:
    with app.app_context():
        return factories.slip_number(person)


def shown_code(browser: Client) -> str:
    return browser.page.find("p", class_="vs-cut__digits").text


def test_a_lost_code_is_replaced_and_the_person_keeps_everything(
    app: Flask, staff: Client, make: Maker, sockets: Callable[..., SocketIOTestClient]
) -> None:
    person = make.participant()
    make.contribution(author=person, text="Es fehlt ein Bus.")
    number = slip_of(app, person)
    phone = Client(app).enter(person.code)
    live = sockets(phone, "/dialogues/probe/register")

    staff.follow(staff.post_form(DESK, {"number": number.lower().replace("-", " ")}))
    assert staff.heading == f"Zettel {number}"
    form = staff.form_here(f"{DESK}/{number}/replace")
    answer = staff.send(form, status=200)
    new = shown_code(staff)

    assert answer.headers["Cache-Control"] == "no-store"
    assert not live.is_connected(), "An open connection ends with the code."
    assert phone.get("/dialogues/probe/mine").status_code == 404
    Client(app).post_form("/code", {"code": person.code}, 422)
    other = Client(app).enter(new)
    other.get("/dialogues/probe/mine", 200)
    assert "Es fehlt ein Bus." in other.text

    # Loaded anew it is the same slip, and nobody is replaced twice.
    staff.send(form, status=200)
    assert shown_code(staff) == new
    staff.get(f"{DESK}/{number}", 200)
    assert "Durch einen anderen Zettel ersetzt" in staff.text
    assert staff.page.find("ul", class_="vs-list").find("a").text == slip_of(app, Person(person.actor, new))
    staff.post(f"{DESK}/{number}/replace", {"_key": "k" * 20}, 409)
    assert f"Der Zettel {number} ist schon ungültig." in staff.text
    with app.app_context():
        assert [len(facts(kind)) for kind in ("CodeReplaced", "CodeRevoked")] == [1, 1]


def test_a_new_code_that_was_replaced_as_well_is_not_shown_again(
    app: Flask, staff: Client, make: Maker
) -> None:
    number = slip_of(app, make.participant())
    form = staff.form(f"{DESK}/{number}", f"{DESK}/{number}/replace")
    staff.send(form, status=200)
    second = slip_of(app, Person(STAFF, shown_code(staff)))
    staff.post_form(f"{DESK}/{second}", to=f"{DESK}/{second}/replace", status=200)

    staff.follow(staff.send(form, status=303))

    assert staff.heading == f"Zettel {second}"
    assert "Durch einen anderen Zettel ersetzt" in staff.text


def test_two_help_desks_replace_the_same_slip_at_once_and_one_succeeds(app: Flask, make: Maker) -> None:
    person = make.participant()
    number = slip_of(app, person)
    windows = browsers(app, make.session(make.account("coordinator")), 16)

    answers = at_once(
        16, lambda turn: windows[turn].post(f"{DESK}/{number}/replace", {"_key": f"key-of-window-{turn:04}"})
    )

    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 15}
    winner = windows[[answer.status_code for answer in answers].index(200)]
    with app.app_context():
        usable = [
            code
            for code in db.session.scalars(select(PersonalCode))
            if code.revoked_at is None and code.holder_key == person.actor.key
        ]
        assert [account_queries.usable_code(shown_code(winner))] == usable
        assert len(facts("CodeReplaced")) == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Bitte geben Sie die Nummer des Zettels ein."),
        (
            "Z-12",
            "Nach dem Z kommen fünf Buchstaben und Ziffern. Bitte vergleichen Sie die Nummer noch einmal.",
        ),
        (
            "Z-00000",
            "Einen Zettel mit dieser Nummer gibt es in diesem Dialog nicht."
            " Bitte vergleichen Sie sie noch einmal.",
        ),
        (
            "7K4QM-2XR9T",
            "Das ist ein persönlicher Code und keine Nummer. Bitte fragen Sie nicht nach Codes:"
            " Die kurze Nummer darunter genügt.",
        ),
    ],
)
def test_a_wrong_number_gets_a_clear_sentence(staff: Client, typed: str, said: str) -> None:
    staff.post_form(DESK, {"number": typed}, 422)

    assert staff.errors == [said]
    kept = dict(staff.form_here(DESK).values)["number"]
    assert kept == ("" if "2XR9T" in typed else typed)


def test_a_slip_of_another_dialogue_is_not_there(app: Flask, staff: Client, make: Maker) -> None:
    number = slip_of(app, make.participant(make.dialogue("dort")))

    staff.post_form(DESK, {"number": number}, 422)
    staff.get(f"{DESK}/{number}", 404)
    for step in ("replace", "revoke", "extend"):
        staff.post(f"{DESK}/{number}/{step}", {"_key": "k" * 20, "until": "2099-01-01"}, 404)
    staff.get("/dialogues/dort/help-desk/" + number, 200)


def test_others_than_coordinators_learn_nothing_from_a_number(
    app: Flask, make: Maker, browse: Callable[[Person | None], Client]
) -> None:
    person = make.participant()
    number = slip_of(app, person)
    elsewhere = Scope("dialogue", make.dialogue("dort").id)
    moderator = make.account("moderator", Scope("event", make.event().id))
    for who in (None, person, moderator, make.account("auditor"), make.account("coordinator", elsewhere)):
        browser = browse(who)
        for known in (number, "Z-00000"):
            browser.get(f"{DESK}/{known}", 403)
            for step in ("replace", "revoke", "extend"):
                browser.post(f"{DESK}/{known}/{step}", {"_key": "k" * 20}, 403)
    Client(app).enter(person.code)
    Client(app).post_form("/code", {"code": number}, 422)


def test_looking_changes_nothing_and_void_is_void(app: Flask, staff: Client, make: Maker) -> None:
    person = make.participant()
    number = slip_of(app, person)
    for _ in range(2):
        for step in ("replace", "revoke", "extend"):
            staff.get(f"{DESK}/{number}/{step}", 405)
        staff.get(f"{DESK}/{number}", 200)
    Client(app).enter(person.code)

    staff.follow(staff.post_form(f"{DESK}/{number}", to=f"{DESK}/{number}/revoke"))

    assert "Ungültig" in staff.text
    assert not [form for form in staff.page.find_all("form") if DESK in form.get("action")]
    Client(app).post_form("/code", {"code": person.code}, 422)
    for step in ("revoke", "replace"):
        staff.post(f"{DESK}/{number}/{step}", {"_key": f"key-to-{step}-twice"}, 409)


def test_writing_may_be_made_longer(app: Flask, staff: Client, make: Maker) -> None:
    person = make.participant(writes=False)
    number = slip_of(app, person)
    page = f"{DESK}/{number}"
    staff.get(page, 200)
    assert "Nur noch Lesen" in staff.text
    staff.post_form(page, {"until": "2020-01-01"}, 422, to=f"{page}/extend")
    assert staff.errors == ["Bitte wählen Sie einen Tag, der noch kommt."]
    staff.post_form(page, {"until": ""}, 422, to=f"{page}/extend")
    assert staff.errors == ["Bitte wählen Sie einen Tag."]

    day = (now() + timedelta(days=3)).date()
    staff.follow(staff.post_form(page, {"until": day.isoformat()}, to=f"{page}/extend"))

    assert "Gültig" in staff.text
    Client(app).enter(person.code).get("/dialogues/probe/contribute/need", 200)
    with app.app_context():
        assert account_queries.access_code(OPERATOR, number).write_until.date() == day  # type: ignore[union-attr]


@pytest.mark.usefixtures("inside")
def test_the_help_desk_sees_seats_and_nothing_the_person_said() -> None:
    event = factories.day()
    person = factories.participant()
    code = account_queries.usable_code(person.code)
    assert code is not None
    with transaction():
        participant = db.session.scalar(select(Participant).where(Participant.key == person.actor.key))
        assert participant is not None
        group = event.groups[0]
        db.session.add(
            Registration(
                event_id=event.id,
                participant_id=participant.id,
                channel="form",
                role="politics",
                language="am",
                created_at=now(),
                changed_at=now(),
                choices=[
                    GroupChoice(
                        group_id=group.id,
                        rank=1,
                        state="seated",
                        sitting_id=group.sittings[0].id,
                        round_id=group.sittings[0].round_id,
                    ),
                    GroupChoice(group_id=event.groups[1].id, rank=2, state="waiting", waiting_no=2),
                ],
                needs=[AccessNeed(need="sign_language")],
            )
        )
    dialogue = dialogues.access_dialogue(STAFF, "probe")
    state = help_desk.state_of_slip(STAFF, dialogue, help_desk.access_slip(STAFF, dialogue, code.slip_number))

    assert (state.status, state.used, state.tier) == (SlipStatus.VALID, False, "B")
    (seats,) = state.events
    assert [(seat.group, seat.name["de"]) for seat in seats.seats] == [(1, "Gruppe 1")]
    assert not re.search("politics|sign_language|'am'", repr(state))


@pytest.mark.usefixtures("inside")
def test_every_end_of_a_slip_has_its_name() -> None:
    dialogue = factories.dialogue()

    def status(**values: object) -> SlipStatus:
        with transaction():
            issued = code_actions.issue_code(OPERATOR, Scope("dialogue", dialogue.id), **values)  # type: ignore[arg-type]
        return status_of(issued.slip_number)

    def status_of(number: str) -> SlipStatus:
        here = dialogues.access_dialogue(STAFF, "probe")
        return help_desk.state_of_slip(STAFF, here, help_desk.access_slip(STAFF, here, number)).status

    past, future = now() - timedelta(hours=1), now() + timedelta(hours=1)
    assert status() == status(write_until=future, read_until=future) == SlipStatus.VALID
    assert status(write_until=past) == SlipStatus.READS
    assert status(write_until=past, read_until=past) == SlipStatus.EXPIRED
    with transaction():
        old = code_actions.issue_code(OPERATOR, Scope("dialogue", dialogue.id))
        new = code_actions.replace_code(OPERATOR, old.slip_number)
    assert (status_of(old.slip_number), status_of(new.slip_number)) == (SlipStatus.REPLACED, SlipStatus.VALID)
    with transaction():
        code_actions.revoke_code(OPERATOR, account_queries.access_code(OPERATOR, new.slip_number))
    assert status_of(new.slip_number) == SlipStatus.REVOKED


def test_r18_codes_on_paper_stand_in_no_log_and_no_address(
    app: Flask, staff: Client, make: Maker, capfd: pytest.CaptureFixture[str]
) -> None:
    # Another test may have left the log with errors only.
    logs.configure()
    person = make.participant()
    number = slip_of(app, person)
    secrets = [person.code, "7K4QM-2XR9T"]
    staff.post_form("/dialogues/probe/slips", {"number": "2", "label": "Rathaus"}, 200)
    secrets += [one.text for one in staff.page.find_all("p", class_="vs-cut__digits")]
    staff.post_form(DESK, {"number": "7K4QM-2XR9T"}, 422)
    staff.post_form(DESK, {"number": person.code}, 422)
    assert person.code not in staff.text
    staff.post_form(f"{DESK}/{number}", to=f"{DESK}/{number}/replace", status=200)
    secrets.append(shown_code(staff))
    links = [link.get("href") for link in staff.page.find_all("a")]

    written = "".join(capfd.readouterr())
    assert "dialog.replace_slip" in written
    assert len(secrets) == 5
    for secret in secrets:
        for form in (secret, codes.normalise(secret)):
            assert form not in written
            assert not [link for link in links if form in link]
