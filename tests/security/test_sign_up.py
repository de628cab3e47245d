"""R04 to R08 for those who come to an event: what others see of them, may change, and for how long."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask_socketio.test_client import SocketIOTestClient
from sqlalchemy import inspect, select, update

from accounts.actions import codes as code_actions
from accounts.models import PersonalCode
from accounts.permissions import Scope
from core.clock import now
from core.db import db
from core.transaction import transaction
from dialog.models import Contribution, DialogueEvent, GroupChoice, Participant, Registration, Sitting
from tests.client import Client
from tests.conftest import Maker
from tests.dialog.signing_up import groups_of
from tests.factories import STAFF, Person

Browse = Callable[[Person | None], Client]
HERE, THERE = "/dialogues/probe", "/dialogues/dort"
CANARY = "Kanarienvogel"


def registered(app: Flask, registration_id: int) -> dict[str, object]:
    """The row of a registration, as plain values."""
    with app.app_context():
        row = db.session.get_one(Registration, registration_id)
        return {column.key: getattr(row, column.key) for column in inspect(Registration).columns}


def sign_up(browser: Client, path: str, **chosen: str) -> str:
    """Sign up by the page; gives the personal code."""
    browser.send(browser.form(path), chosen, 200)
    return browser.page.find("p", class_="vs-code").text


def test_r04_ids_of_another_dialogue_are_worth_nothing(app: Flask, make: Maker, browse: Browse) -> None:
    """Staff of one dialogue know an id, a slip and a group of another one and send them everywhere."""
    today = now() - timedelta(minutes=20)
    make.day(starts_at=today, slug="tag")
    there = make.day(make.dialogue("dort"), starts_at=today, slug="fest")
    stranger = make.participant(make.dialogue("dort"))
    seat = make.seat(there, stranger, groups={1: 1})
    with app.app_context():
        group = groups_of(there)[0]
        slip = db.session.scalars(
            select(PersonalCode.slip_number).where(PersonalCode.holder_key == stranger.actor.key)
        ).one()
        taken = db.session.scalars(select(Sitting.taken).where(Sitting.group_id == group)).all()
    before = registered(app, seat)
    staff = browse(make.account("coordinator", Scope("dialogue", make.dialogue().id)))

    pages = [f"{THERE}/events/fest/{page}" for page in ("registrations", "check-in", "attendance", "screen")]
    for path in (*pages, f"{THERE}/help-desk", f"{THERE}/help-desk/{slip}", f"{THERE}/slips"):
        assert staff.get(path).status_code in {403, 404}, path
        assert slip not in staff.page.text
    # Their own pages take no ids of others either.
    door = f"{HERE}/events/tag/check-in"
    for number, sent in enumerate(
        ({"tick": str(seat)}, {"one": str(seat)}, {"step": "group", "group": str(group)}, {"slip": slip})
    ):
        staff.post(door, {"_key": f"key-of-another-door-{number}", **sent})
        staff.post(door, {"_key": f"key-of-the-other-one-{number}", **sent, "step": "undo"})
        assert slip not in staff.text.replace(f"„{slip}“", "")
    staff.get(f"{HERE}/help-desk/{slip}", 404)
    assert registered(app, seat) == before
    with app.app_context():
        assert db.session.scalars(select(Sitting.taken).where(Sitting.group_id == group)).all() == taken
    # Where they belong all these work.
    owner = browse(make.account("coordinator", Scope("dialogue", make.dialogue("dort").id)))
    owner.post(f"{THERE}/events/fest/check-in", {"_key": "key-of-their-own-door-1", "tick": str(seat)}, 303)
    assert registered(app, seat)["checked_in_at"] is not None


@pytest.mark.parametrize(
    ("who", "path"),
    [
        (None, f"{HERE}/register"),
        (None, f"{HERE}/register.csv"),
        ("coordinator", f"{HERE}/moderation"),
        ("coordinator", f"{HERE}/events/tag/check-in"),
        ("coordinator", f"{HERE}/events/tag/registrations"),
        ("coordinator", f"{HERE}/events/tag/attendance"),
    ],
)
def test_r05_no_column_of_a_table_is_a_filter(
    make: Maker, browse: Browse, time_stands_still: None, who: str | None, path: str
) -> None:
    """Whatever column is asked for, and whatever value: the same lines come back."""
    author = make.participant()
    make.contribution(author=author)
    make.seat(make.day(starts_at=now() - timedelta(minutes=20), slug="tag"), author)
    browser = browse(make.account(who) if who else None)
    # What these pages filter by is on them to be used.
    offered = {"field", "kind", "language", "municipality", "state", "origin", "group", "who", "version"}
    asked = {
        column.key
        for model in (Contribution, Participant, PersonalCode, Registration, GroupChoice)
        for column in inspect(model).columns
    } - offered

    def shown(**query: str) -> str:
        answer = browser.get(path, 200, query_string=query)
        return browser.text if answer.mimetype == "text/html" else answer.text

    plain = shown()
    for value in ("1", "x", author.actor.key):
        assert shown(**dict.fromkeys(asked, value)) == plain
        related = (f"{name}{end}" for name in asked for end in ("__eq", "_cont", "[]"))
        assert shown(**dict.fromkeys(related, value)) == plain
    # The search looks through words and not through what nobody sees.
    assert author.actor.key not in plain
    if "register" in path and "registrations" not in path:
        assert "B-001" in plain
        assert "B-001" not in shown(q=author.actor.key)


@pytest.fixture
def time_stands_still() -> object:
    """So that two pages differ by what was asked only."""
    with time_machine.travel(now(), tick=False):
        yield


def test_r06_signing_up_binds_only_what_the_form_names(app: Flask, make: Maker, client: Client) -> None:
    """Neither tier nor state nor anybody else's registration is set by sending their columns."""
    event = make.day(slug="tag")
    other = make.seat(event)
    before = registered(app, other)
    hostile = {
        column.key: "1"
        for model in (Registration, GroupChoice, Participant, PersonalCode, DialogueEvent)
        for column in inspect(model).columns
        if column.key not in {"role", "language"}
    }
    hostile |= {"id": str(other), "status": "cancelled", "channel": "staff", "tier": "A", "state": "seated"}
    hostile |= {"checked_in_at": "2026-01-01 00:00:00", "created_at": "2001-01-01", "demo": "1", "key": "x"}
    with app.app_context():
        group = groups_of(event)[0]
    page = f"{HERE}/events/tag/signup"
    # Everything besides the fields of the form goes along.
    client.post(page, {**hostile, **dict(client.form(page).values), f"group-{group}": "1"}, 200)
    code = client.page.find("p", class_="vs-code").text

    def mine() -> dict[str, object]:
        with app.app_context():
            ids = db.session.scalars(select(Registration.id).where(Registration.id != other)).all()
        (number,) = ids
        return registered(app, number)

    made = mine()
    assert (made["status"], made["channel"], made["checked_in_at"]) == ("registered", "form", None)
    assert (made["tier_before"], made["municipality_id"], made["reminded"]) == (None, None, False)
    client.enter(code)
    change = f"{HERE}/events/tag/registration/change"
    client.post(change, {**hostile, **dict(client.form(change).values)}, 303)
    kept = ("id", "event_id", "participant_id", "status", "channel", "created_at", "checked_in_at")
    assert {name: mine()[name] for name in kept} == {name: made[name] for name in kept}
    assert registered(app, other) == before
    with app.app_context():
        tiers = db.session.scalars(select(PersonalCode.tier).where(PersonalCode.demo.is_(False))).all()
        assert "A" not in tiers
        assert db.session.scalars(select(DialogueEvent.groups_per_person)).one() == 2


def test_r07_a_draft_of_an_event_shows_on_no_surface(app: Flask, make: Maker, browse: Browse) -> None:
    """Pages, calendars, the door and the sign-up give one answer about an event that is not public yet."""
    event = make.day(slug="tag")
    with app.app_context(), transaction():
        db.session.execute(
            update(DialogueEvent)
            .where(DialogueEvent.id == event.id)
            .values(published=False, titles={"de": CANARY, "en": CANARY}, code="EVENT8")
        )
    own = ["", "/programme", "/programme.ics", "/event.ics", "/signup", "/registration", "/mine.ics", "/now"]
    own += ["/registration/change", "/registration/cancel", "/screen", "/attendance", "/check-in"]
    listing = ["/", HERE, f"{HERE}/events", f"{HERE}/join", f"{HERE}/register", f"{HERE}/moderation-rules"]
    participant = make.participant()
    for person in (None, participant, make.account("auditor")):
        browser = browse(person)
        for path in own:
            answer = browser.get(f"{HERE}/events/tag{path}", 404)
            assert CANARY not in answer.text
        for path in listing:
            assert CANARY not in browser.get(path).text, path
        if person is None or person is participant:
            browser.post(f"{HERE}/join", {"_key": "key-of-the-draft-01", "code": "EVENT8"}, 422)
            assert CANARY not in browser.page.text
    # Whoever prepares it sees it.
    staff = browse(make.account("coordinator"))
    assert CANARY in staff.get(f"{HERE}/events/tag", 200).text


def test_r08_a_code_that_was_made_void_opens_and_changes_nothing(
    app: Flask,
    make: Maker,
    browse: Browse,
    client: Client,
    sockets: Callable[..., SocketIOTestClient],
) -> None:
    """The page was open and the form filled in; the help desk makes the slip void in between."""
    event = make.day(slug="tag")
    with app.app_context():
        groups = groups_of(event)
    code = sign_up(client, f"{HERE}/events/tag/signup", **{f"group-{groups[0]}": "1"})
    client.enter(code)
    mine = f"{HERE}/events/tag/registration"
    change, cancel = client.form(f"{mine}/change"), client.form(f"{mine}/cancel")
    watching = sockets(client, f"{HERE}/register")
    with app.app_context():
        (registration_id,) = db.session.scalars(select(Registration.id)).all()
        slip = db.session.scalars(select(PersonalCode.slip_number)).one()
    before = registered(app, registration_id)

    with app.app_context(), transaction():
        found = db.session.scalars(select(PersonalCode).where(PersonalCode.slip_number == slip)).one()
        code_actions.revoke_code(STAFF, found)

    assert not watching.is_connected()
    for form in (change, cancel):
        assert client.send(form).status_code in {403, 404}
    client.get(mine, 403)
    client.get(f"{HERE}/events/tag/mine.ics", 404)
    assert registered(app, registration_id) == before
    client.post_form("/code", {"code": code}, 422)
