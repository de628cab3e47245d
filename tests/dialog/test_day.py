"""“Where do I have to go now?” through the day, the screen in the hall, and the group of a moderator."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event as sqlalchemy_event

from accounts import landing
from accounts.permissions import Scope
from core.db import db
from core.transaction import transaction
from dialog.models import DialogueEvent
from dialog.queries import dialogues as dialogue_queries
from tests import factories, pages_check
from tests.client import Client
from tests.conftest import Maker
from tests.factories import STAFF, Person

# Ten o'clock in Berlin.
START = datetime(2027, 6, 4, 8, 0, tzinfo=UTC)
PLENARY_LINK = "https://video.example/plenum"
GROUP_LINKS = ["https://video.example/g1", "https://video.example/g2"]


@pytest.fixture
def event(app: Flask, make: Maker) -> DialogueEvent:
    """A day with two groups that have rooms, links and one place each."""
    made: DialogueEvent = make.day(starts_at=START, places=(1, 2), slug="tag")
    with app.app_context(), transaction():
        found = dialogue_queries.access_event(
            STAFF, dialogue_queries.access_dialogue(STAFF, "probe"), made.slug
        )
        found.link, found.place = PLENARY_LINK, "Großer Saal"
        for group, link in zip(found.groups, GROUP_LINKS, strict=True):
            group.room, group.link = f"Raum {group.number}", link
    return made


def at(minutes: float) -> time_machine.travel:
    return time_machine.travel(START + timedelta(minutes=minutes), tick=False)


PAGE = "/dialogues/probe/events/tag/now"


def links(browser: Client) -> list[str]:
    """The addresses elsewhere that the page leads to."""
    return [a["href"] for a in browser.page.find("main").find_all("a") if a.get("href").startswith("https:")]


def test_the_answer_follows_the_day(make: Maker, event: DialogueEvent) -> None:
    person = make.participant(tier="C")
    make.seat(event, person, groups={1: 2})
    browser = Client(make._app)

    def look(minute: float) -> str:
        with at(minute):
            browser.plant(make.session(person))
            browser.get(PAGE, 200)
        return browser.text

    early = look(-2 * 24 * 60)
    assert "4. Juni 2027" in browser.heading
    assert "in 2 Tagen" in early
    assert "in 12 Minuten" in look(-12)

    assert "Bis 10:30 Uhr." in look(5)
    assert (browser.heading, links(browser)) == ("Plenum", [PLENARY_LINK])
    assert "Danach, um 10:30 Uhr: Gruppe 2: Gruppe 2, Raum 2" in browser.text

    assert "Bis 11:30 Uhr." in look(35)
    assert (browser.heading, links(browser)) == ("Gruppe 2: Gruppe 2", [GROUP_LINKS[1]])
    link = next(a for a in browser.page.find_all("a") if a.get("href") == GROUP_LINKS[1])
    assert (link["rel"], link["target"]) == ("noopener noreferrer", "_blank")

    assert "Um 12:00 Uhr geht es weiter." in look(95)
    assert browser.heading == "Pause"

    look(125)
    assert browser.heading == "Sie haben jetzt keine Gruppe"
    assert links(browser) == []

    look(185)
    assert browser.heading == "Danke, dass Sie da waren"


def test_links_are_for_those_who_have_a_place_there(
    make: Maker,
    event: DialogueEvent,
    browse: Callable[[Person | None], Client],
    client_as: Callable[..., Client],
) -> None:
    one, unregistered = make.participant(tier="C"), make.participant(tier="C")
    make.seat(event, one, groups={1: 1})
    stranger = make.participant(make.dialogue("dort"))
    with at(35):
        mine, other, staff = browse(one), browse(unregistered), client_as("coordinator")
        mine.get(PAGE, 200)
        assert links(mine) == [GROUP_LINKS[0]]
        other.get(PAGE, 200)
        assert links(other) == []
        assert "Sie sind für diese Veranstaltung noch nicht angemeldet." in other.text
        staff.get(PAGE, 200)
        assert links(staff) == GROUP_LINKS
        browse(stranger).get(PAGE, 404)
        assert browse(None).get(PAGE, 303).location.endswith(f"/code?next={PAGE}")
    with at(5):
        mine.get(PAGE, 200)
        assert links(mine) == [PLENARY_LINK]
        other.get(PAGE, 200)
        assert links(other) == []


def test_the_page_says_when_to_look_again(make: Maker, event: DialogueEvent) -> None:
    person = make.participant(tier="C")
    make.seat(event, person)
    for minute, seconds in ((-60, 300), (-1, 60), (29.5, 30), (31, 300)):
        with at(minute):
            browser = Client(make._app)
            browser.plant(make.session(person))
            browser.get(PAGE)
            root = next(e for e in browser.page.walk() if e.has("data-again"))
            assert int(root["data-again"]) == seconds


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """What requests ask the database meanwhile."""
    with app.app_context():
        engine = db.engine
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    sqlalchemy_event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sqlalchemy_event.remove(engine, "before_cursor_execute", note)


def test_one_day_costs_the_same_with_many_groups(make: Maker, app: Flask) -> None:
    costs = []
    for number, groups in enumerate((2, 8)):
        event = make.day(starts_at=START, places=[3] * groups, slug=f"tag-{number}")
        person = make.participant(tier="C")
        make.seat(event, person, groups={1: 1})
        with at(35):
            browser = Client(app)
            browser.plant(make.session(person))
            path = f"/dialogues/probe/events/tag-{number}/now"
            browser.get(path)
            with statements(app) as seen:
                browser.get(path, 200)
            costs.append(len(seen))
    assert costs[0] == costs[1] <= 25


@pytest.mark.usefixtures("inside")
def test_on_the_day_people_begin_with_it(app: Flask) -> None:
    event = factories.day(starts_at=START, slug="tag")
    second = factories.day(starts_at=START - timedelta(hours=1), slug="anderer-tag")
    person = factories.participant()
    mine = factories.participant()
    factories.seat(event, mine)
    lead = factories.account("moderator", Scope("event", event.id))
    assert second

    def place(who: Person, moment: datetime) -> str:
        with time_machine.travel(moment, tick=False), app.test_request_context():
            return landing.place_for(who.actor)

    now_page = "/dialogues/probe/events/tag/now"
    assert place(mine, START - timedelta(hours=9)) == now_page
    assert place(mine, START - timedelta(hours=11)) == "/"
    assert place(mine, START + timedelta(hours=15)) == "/"
    # Who is registered nowhere begins with the one that ends first.
    assert place(person, START) == "/dialogues/probe/events/anderer-tag/now"
    assert place(lead, START) == "/dialogues/probe/events/tag/my-groups"


def test_a_moderator_sees_their_group_and_nothing_else_until_the_role_ends(
    make: Maker, app: Flask, event: DialogueEvent, browse: Callable[[Person | None], Client]
) -> None:
    for _ in range(2):
        make.seat(event, groups={1: 2})
    make.seat(event, groups={1: 1})
    group = event.groups[1]
    page = "/dialogues/probe/events/tag/my-groups"
    lead = make.account("note_taker", Scope("group", group.id))
    whole = make.account("moderator", Scope("event", event.id))

    browser = browse(lead)
    browser.get(page, 200)
    assert [h.text for h in browser.page.find("main").find_all("h2")] == ["Gruppe 2: Gruppe 2"]
    assert "weniger als fünf Personen erwartet" in browser.text
    assert "Raum 2" in browser.text
    assert links(browser) == [GROUP_LINKS[1]]
    everything = browse(whole)
    everything.get(page, 200)
    assert len(everything.page.find("main").find_all("h2")) == 2

    for person in (None, make.participant(), make.account("moderator", Scope("event", event.id + 1))):
        browse(person).get(page, 404)
    for path in ("check-in", "attendance", "screen"):
        browser.get(f"/dialogues/probe/events/tag/{path}", 404)
    make.end_roles(lead)
    browser.get(page, 404)


def test_enough_people_are_told_to_the_moderator(
    make: Maker, browse: Callable[[Person | None], Client]
) -> None:
    event = make.day(starts_at=START, places=(20,), slug="tag")
    for _ in range(6):
        make.seat(event, groups={1: 1})
    browser = browse(make.account("moderator", Scope("group", event.groups[0].id)))
    browser.get("/dialogues/probe/events/tag/my-groups", 200)
    assert "6 Personen erwartet" in browser.text


def test_the_screen_shows_the_way_in_and_staff_renew_it(
    make: Maker,
    event: DialogueEvent,
    client_as: Callable[..., Client],
    browse: Callable[[Person | None], Client],
) -> None:
    make.seat(event, groups={1: 1})
    page = "/dialogues/probe/events/tag/screen"
    with at(35):
        staff = client_as("coordinator")
        staff.get(page, 200)
        assert staff.heading == "Runde 1"
        assert "Schluss ist in 55 Minuten." in staff.text
        assert "Alle Plätze sind vergeben." in staff.text
        assert "2 Plätze sind frei." in staff.text
        code = staff.page.find("p", class_="vs-screen__code").text
        assert code.endswith(str(event.code))
        assert staff.page.find("svg", class_="vs-qr")
        assert staff.page.find("div", role="img").find_all("svg")

        to = "/dialogues/probe/events/tag/event-code"
        staff.follow(staff.post(to, {"_key": "n" * 20, "step": "open"}))
        renewed = staff.page.find("p", class_="vs-screen__code").text
        assert renewed != code
        staff.follow(staff.post(to, {"_key": "c" * 20, "step": "close"}))
        assert not staff.page.find_all("p", class_="vs-screen__code")
        staff.post(to, {"_key": "d" * 20, "step": "close"}, 303)

        for person in (None, make.participant(), make.account("auditor")):
            stranger = browse(person)
            stranger.get(page, 404)
            stranger.post(to, {"_key": "e" * 20, "step": "open"}, 404)


def test_who_has_no_group_now_goes_into_a_free_one_by_one_press(make: Maker, event: DialogueEvent) -> None:
    person = make.participant(tier="C")
    make.seat(event, person, groups={2: 1})
    make.seat(event, groups={1: 1})
    with at(40):
        browser = Client(make._app)
        browser.plant(make.session(person))
        browser.get(PAGE, 200)
        assert browser.heading == "Sie haben jetzt keine Gruppe"
        ways_in = [form for form in pages_check.forms(browser.page) if form.action.endswith("/join")]
        assert len(ways_in) == 1, "The other group is full."
        browser.follow(browser.send(ways_in[0]))
        assert browser.heading == "Gruppe 2: Gruppe 2"
        assert GROUP_LINKS[1] in links(browser)
        unknown = make.participant(tier="C")
        stranger = Client(make._app)
        stranger.plant(make.session(unknown))
        stranger.get(PAGE, 200)
        ways = [a.get("href") for a in stranger.page.find("main").find_all("a")]
        assert "/dialogues/probe/events/tag/signup" in ways or "/dialogues/probe/join" in ways
        stranger.post("/dialogues/probe/events/tag/registration/join", {"_key": "s" * 20, "group": "1"}, 404)
