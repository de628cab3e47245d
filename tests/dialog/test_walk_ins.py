"""Walk-ins: with nothing in hand to a slip, a place and a check-in by one press, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from accounts import queries as account_queries
from accounts.models import PersonalCode
from core.actor import VISITOR
from core.clock import now
from core.db import db
from core.errors import Conflict, Forbidden, NotFound
from core.transaction import transaction
from dialog.actions import checkin, events, walk_ins
from dialog.actions.slips import WRITING_AFTER_EVENT
from dialog.models import DialogueEvent, Participant, Registration, Sitting
from tests import factories
from tests.client import Client
from tests.conftest import Maker
from tests.dialog import signing_up
from tests.dialog.ground import count, facts, nothing_changes
from tests.factories import STAFF, Person

DAY = "/dialogues/probe/events/tag"
PAGE = f"{DAY}/walk-in"
DESK = "/dialogues/probe/help-desk"
EVERYTHING = (PersonalCode, Participant, Registration)


@pytest.fixture
def event(make: Maker) -> DialogueEvent:
    """It began a quarter of an hour ago; group 1 has one place in each round."""
    made: DialogueEvent = make.day(places=(1, 20, 20), slug="tag", starts_at=now() - timedelta(minutes=15))
    return made


@pytest.fixture
def staff(event: DialogueEvent, client_as: Callable[..., Client]) -> Client:
    return client_as("coordinator")


@pytest.fixture
def places(app: Flask, event: DialogueEvent) -> Callable[[int, int], dict[str, str]]:
    """The field of a form by number of the round and of the group."""
    with app.app_context():
        groups = signing_up.groups_of(event)
        rounds = sorted(set(db.session.scalars(select(Sitting.round_id))))
    return lambda round, group: {f"round-{rounds[round - 1]}": str(groups[group - 1])}


def shown(browser: Client) -> tuple[str, str]:
    """Code and number of the slip on the page in hand."""
    code = browser.page.find("p", class_="vs-cut__digits").text
    return code, browser.page.find("p", class_="vs-cut__number").text


def links(browser: Client) -> list[str]:
    """Where the links of the page in hand lead."""
    return [str(one.get("href")) for one in browser.page.find("main").find_all("a")]


def test_one_press_makes_a_slip_a_place_and_a_check_in(
    app: Flask,
    staff: Client,
    event: DialogueEvent,
    places: Callable[[int, int], dict[str, str]],
) -> None:
    form = staff.form(PAGE)
    assert "Noch ein Platz" in staff.text
    chosen = {**places(1, 2), **places(2, 1)}

    answer = staff.send(form, chosen, 200)

    assert answer.headers["Cache-Control"] == "no-store"
    code, number = shown(staff)
    assert staff.heading == "Eingecheckt"
    assert staff.text.index("Gruppe 2") < staff.text.index("Gruppe 1"), "Each group in the round it was for."
    assert staff.page.find("p", class_="vs-code").text == code
    with app.app_context():
        made = db.session.scalars(select(Registration)).one()
        assert (made.status, made.channel, made.tier_before) == ("registered", "staff", None)
        assert made.checked_in_at is not None
        assert made.participant.tier == "B"
        assert [(one.group.number, one.round.names["de"]) for one in made.choices if one.round] == [
            (2, "Runde 1"),
            (1, "Runde 2"),
        ]
        kept = account_queries.usable_code(code)
        assert kept is not None
        assert (kept.tier, kept.write_until) == ("B", made.event.ends_at + WRITING_AFTER_EVENT)
        assert len(facts("PersonCheckedIn")) == len(facts("RegistrationMade")) == 1
        signing_up.everything_adds_up(event)
    person = Client(app).enter(code)
    person.get(f"{DAY}/registration", 200)
    assert "Gruppe 1" in person.text

    # Loaded anew it is the same slip; sent again with other groups it is refused.
    staff.send(form, chosen, 200)
    assert shown(staff) == (code, number)
    staff.send(form, places(1, 3), 422)
    assert "Das haben Sie schon gesendet" in staff.text
    with app.app_context():
        assert count(Registration) == 1

    # The next one is one press away, and what was done is still in sight.
    staff.send(form, chosen, 200)
    (link,) = [one for one in links(staff) if "last=" in one]
    staff.get(link, 200)
    assert f"Eingecheckt: Zettel {number}" in staff.page.text
    staff.send(staff.form_here(PAGE), status=200)
    assert shown(staff)[1] != number


def test_a_full_group_keeps_the_form_and_only_the_asked_for_list_is_joined(
    app: Flask, staff: Client, event: DialogueEvent, places: Callable[[int, int], dict[str, str]]
) -> None:
    first, second = staff.form(PAGE), staff.form(PAGE)
    wanted = {**places(1, 1), **places(2, 2)}
    staff.send(first, wanted, 200)

    staff.send(second, {**wanted, "language": "ar"}, 409)

    assert staff.errors == [
        "Hier ist kein Platz mehr frei: Gruppe 1. Bitte wählen Sie eine andere Gruppe oder kreuzen Sie die"
        " Warteliste an."
    ]
    again = staff.form_here(PAGE)
    assert {**wanted, "language": "ar"}.items() <= dict(again.values).items()
    assert "Voll" in staff.text
    assert "Viele Plätze frei" in staff.text
    with app.app_context():
        assert count(Registration) == 1

    staff.send(again, {"waiting": "y"}, 200)
    assert "Platz 1 auf der Liste" in staff.text
    with app.app_context():
        signing_up.everything_adds_up(event)
        last = db.session.scalars(select(Registration).order_by(Registration.id.desc())).first()
        assert last is not None
        assert sorted(one.state for one in last.choices) == ["seated", "waiting"]
        assert last.checked_in_at is not None


def test_groups_that_make_no_sense_are_refused_and_without_any_it_is_the_plenary(
    app: Flask, staff: Client, places: Callable[[int, int], dict[str, str]]
) -> None:
    with app.app_context():
        before = count(PersonalCode)
    staff.post_form(PAGE, {**places(1, 2), **places(2, 2)}, 422)
    assert "Niemand besucht dieselbe Gruppe zweimal." in staff.errors[0]
    for wrong in ({"round-999999": "1"}, {"round-x": "1"}, {next(iter(places(1, 2))): "999999"}):
        staff.post(PAGE, {"_key": "k" * 20, **wrong}, 422)
    with app.app_context():
        assert (count(Registration), count(PersonalCode)) == (0, before)

    staff.post_form(PAGE, status=200)
    assert "Ohne Gruppe, nur ins Plenum" in staff.text


@pytest.mark.usefixtures("inside")
def test_nobody_is_let_into_a_draft_on_another_day_or_after_the_end() -> None:
    today = factories.day(starts_at=now() - timedelta(minutes=15))
    coming = factories.day(starts_at=now() + timedelta(days=2))
    with transaction():
        events.take_event_back(STAFF, today)

    with nothing_changes(*EVERYTHING):
        for event, words in ((today, "Entwurf"), (coming, "ab dem Tag")):
            with pytest.raises(Conflict, match=words), transaction():
                walk_ins.admit_walk_in(STAFF, event, groups={})
    with transaction():
        events.publish_event(STAFF, today)
    with (
        nothing_changes(*EVERYTHING),
        time_machine.travel(today.ends_at, tick=False),
        pytest.raises(Conflict),
        transaction(),
    ):
        walk_ins.admit_walk_in(STAFF, today, groups={})
    person = factories.participant()
    with nothing_changes(*EVERYTHING):
        for nobody in (VISITOR, person.actor):
            with pytest.raises(Forbidden), transaction():
                walk_ins.admit_walk_in(nobody, today, groups={})
    with transaction():
        walk_ins.admit_walk_in(STAFF, today, groups={})


def test_the_page_says_why_nobody_can_be_let_in_and_others_do_not_find_it(
    make: Maker, staff: Client, browse: Callable[[Person | None], Client]
) -> None:
    make.day(slug="spaeter", starts_at=now() + timedelta(days=2))
    later = "/dialogues/probe/events/spaeter/walk-in"
    staff.get(later, 200)
    assert "Im Moment kann niemand eingelassen werden" in staff.text
    assert not staff.page.find("main").find_all("input", type="radio")
    staff.post(later, {"_key": "k" * 20}, 409)
    staff.post(f"{later}/undo", {"_key": "u" * 20, "slip": "Z-00000"}, 404)
    for person in (None, make.participant(), make.account("auditor")):
        stranger = browse(person)
        stranger.get(PAGE, 404)
        stranger.post(PAGE, {"_key": "k" * 20}, 404)
        stranger.post(f"{PAGE}/undo", {"_key": "u" * 20, "slip": "Z-00000"}, 404)


def test_a_wrong_one_is_taken_back_by_one_press(
    app: Flask, staff: Client, event: DialogueEvent, places: Callable[[int, int], dict[str, str]]
) -> None:
    form = staff.form(PAGE)
    staff.send(form, places(1, 1), 200)
    code, number = shown(staff)
    # Somebody has its other place, and somebody waits.
    staff.post_form(PAGE, places(2, 1), 200)
    staff.post_form(PAGE, {**places(1, 1), "waiting": "y"}, 200)
    staff.get(f"{PAGE}?last={number}", 200)
    undo = staff.form_here(f"{PAGE}/undo")

    staff.follow(staff.send(undo))

    assert f"Zurückgenommen: Der Zettel {number} ist ungültig" in staff.page.text
    Client(app).post_form("/code", {"code": code}, 422)
    with app.app_context():
        gone = db.session.scalars(select(Registration).order_by(Registration.id)).first()
        assert gone is not None
        assert (gone.status, gone.checked_in_at, gone.choices) == ("cancelled", None, [])
        assert len(facts("CheckInUndone")) == len(facts("RegistrationCancelled")) == 1
        assert len(facts("MovedUp")) == 1, "The place goes to who waited for it."
        signing_up.everything_adds_up(event)
    # Its form shows nothing any more, and a second press is told so.
    assert staff.send(form, places(1, 1), 303).location == PAGE
    staff.post(f"{PAGE}/undo", {"_key": "second-press-of-it", "slip": number}, 409)
    assert "Das wurde schon zurückgenommen." in staff.text


@pytest.mark.usefixtures("inside")
def test_only_walk_ins_of_today_are_taken_back_with_every_slip_they_have() -> None:
    event = factories.day(starts_at=now() - timedelta(minutes=15))

    def slip(code: str) -> PersonalCode:
        found = account_queries.usable_code(code)
        assert found is not None
        return found

    guest = factories.participant(tier="C")
    with transaction():
        walk_ins.admit_holder(STAFF, event, slip(guest.code), groups={})
    with pytest.raises(NotFound), transaction():
        walk_ins.undo_walk_in(STAFF, event, slip(guest.code))
    with transaction():
        done = walk_ins.admit_walk_in(STAFF, event, groups={})
    assert done.issued is not None
    first = slip(done.issued.code)
    with pytest.raises(Forbidden), transaction():
        walk_ins.undo_walk_in(guest.actor, event, first)
    with (
        time_machine.travel(now() + timedelta(days=1)),
        pytest.raises(Conflict, match="am selben Tag"),
        transaction(),
    ):
        walk_ins.undo_walk_in(STAFF, event, first)
    with transaction():
        new = walk_ins.code_actions.replace_code(STAFF, first.slip_number)
        # Somebody at the other door was quicker with half of it.
        checkin.undo_check_in(STAFF, event, [done.registration_id or 0])
    with transaction():
        walk_ins.undo_walk_in(STAFF, event, first)
    assert account_queries.usable_code(new.code) is None


def test_the_help_desk_checks_in_and_signs_up_by_the_slip(
    app: Flask, make: Maker, staff: Client, event: DialogueEvent, places: Callable[[int, int], dict[str, str]]
) -> None:
    registered, stranger = make.participant(tier="C"), make.participant(tier="C")
    make.seat(event, registered)
    with app.app_context():
        here, there = (factories.slip_number(one) for one in (registered, stranger))

    staff.get(f"{DESK}/{here}", 200)
    staff.follow(staff.post(f"{DESK}/{here}/check-in", {"_key": "k" * 20, "event": "tag"}))
    assert "Die Person ist eingecheckt." in staff.text
    assert not [form for form in staff.page.find_all("form") if form.get("action", "").endswith("/check-in")]

    # A slip without a registration is told so, at the door as well, and leads to the page that does both.
    staff.post(f"{DESK}/{there}/check-in", {"_key": "t" * 20, "event": "tag"}, 422)
    assert staff.errors == ["Zu diesem Zettel gibt es für diese Veranstaltung keine Anmeldung."]
    staff.post_form(f"{DAY}/check-in", {"slip": there}, 422)
    way = f"{PAGE}?slip={there}"
    assert way in links(staff)
    staff.get(f"{DESK}/{there}", 200)
    assert way in links(staff)
    staff.get(way, 200)
    assert staff.heading == "Mit Zettel anmelden"
    form = staff.form_here(PAGE)
    answer = staff.send(form, places(1, 2), 303)
    staff.follow(answer)
    assert "Die Person ist angemeldet und eingecheckt." in staff.text
    assert "Gruppe 2" in staff.text
    assert staff.send(form, places(1, 2), 303).location == answer.location

    with app.app_context():
        made = db.session.scalars(select(Registration).order_by(Registration.id.desc())).first()
        assert made is not None
        assert (made.channel, made.tier_before, made.participant.tier) == ("staff", "C", "B")
    staff.post(PAGE, {"_key": "a" * 20, "slip": there}, 409)
    staff.post(PAGE, {"_key": "b" * 20, "slip": "Z-00000"}, 404)
    staff.post(f"{DESK}/{there}/check-in", {"_key": "c" * 20, "event": "nowhere"}, 404)


def test_a_void_slip_lets_nobody_in(app: Flask, make: Maker, staff: Client) -> None:
    person = make.participant()
    with app.app_context():
        number = factories.slip_number(person)
    staff.post_form(f"{DESK}/{number}", to=f"{DESK}/{number}/revoke")

    staff.post(PAGE, {"_key": "a" * 20, "slip": number}, 409)

    assert f"Der Zettel {number} ist schon ungültig." in staff.text
    with app.app_context():
        assert count(Registration) == 0
