"""The day through the front door: scripts, the clock, calls for help, messages, big screens, paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from accounts.permissions import Scope
from core.clock import now
from core.idempotency import new_key
from core.transaction import transaction
from dialog.models import DialogueEvent
from dialog.queries import dialogues as dialogue_queries
from tests import factories, pages_check
from tests.client import Client
from tests.conftest import Maker
from tests.factories import STAFF, Person
from workshops.actions import clock as clock_actions
from workshops.actions import help as help_actions
from workshops.queries import boards, control
from workshops.queries import script as script_queries
from workshops.queries.boards import BoardHere

BEGIN = datetime(2026, 11, 20, 10, tzinfo=UTC)
BASE = "/dialogues/probe/events/tag"
MINUTE = timedelta(minutes=1)

Browse = Callable[[Person | None], Client]


@pytest.fixture(autouse=True)
def ten_o_clock(app: Flask) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(BEGIN, tick=False) as traveller:
        yield traveller


@pytest.fixture
def day(make: Maker) -> DialogueEvent:
    made: DialogueEvent = make.day(places=(20, 20), starts_at=BEGIN - 40 * MINUTE, signup=False, slug="tag")
    return made


def press(client: Client, path: str, step: str, status: int = 303, **more: str) -> Any:
    return client.post(path, {"_key": new_key(), "step": step, **more}, status)


def board(app: Flask, number: int = 1) -> BoardHere:
    event = dialogue_queries.access_event(STAFF, factories.dialogue(), "tag")
    return boards.access_board(STAFF, event, number, 1)


def test_from_nothing_to_a_running_round(day: DialogueEvent, client_as: Callable[..., Client]) -> None:
    lead = client_as("coordinator")
    lead.get(f"{BASE}/control", 200)
    assert "4 Gruppen haben noch kein Board" in lead.text
    assert "Für diese Runde gibt es noch keinen Ablauf" in lead.text
    lead.follow(press(lead, f"{BASE}/control/round/1", "prepare"))
    press(lead, f"{BASE}/control/round/1", "start", 409)
    assert "Keine Gruppe konnte beginnen" in lead.text

    lead.follow(press(lead, f"{BASE}/script/1/0", "propose"))
    assert "Was fehlt in Ihrer Gemeinde?" in lead.text
    lead.follow(press(lead, f"{BASE}/control/round/1", "start"))
    assert "Die Gruppen haben begonnen." in lead.text
    assert lead.text.count("Ankommen") == 2
    lead.follow(press(lead, f"{BASE}/boards/1/1/clock", "extend-5", back="control"))
    assert lead.heading == "Runde 1"
    lead.get(f"{BASE}/boards/1/1/clock", 200)
    assert "Was fehlt in Ihrer Gemeinde?" in lead.text
    press(lead, f"{BASE}/boards/1/1/clock", "nothing", 422)
    assert lead.errors == ["Bitte drücken Sie einen der Knöpfe der Uhr."]


def test_a_script_is_written_step_by_step(day: DialogueEvent, client_as: Callable[..., Client]) -> None:
    lead = client_as("coordinator")
    step = {"name": "Sammeln", "minutes": "12", "prompt": "Was fehlt?", "allows": "cards", "asks_for": "need"}
    lead.post_form(f"{BASE}/script/1/0/new", step)
    lead.post_form(f"{BASE}/script/1/0/new", {**step, "name": "Punkte", "allows": "dots"})
    lead.get(f"{BASE}/script/1/0", 200)
    assert lead.text.index("Sammeln") < lead.text.index("Punkte")
    lead.post_form(f"{BASE}/script/1/0/new", {**step, "name": " ", "minutes": "0"}, 422)
    assert lead.errors == ["Bitte geben Sie dem Schritt einen Namen.", "Bitte wählen Sie 1 bis 180 Minuten."]

    # Two people change the same step: the second one sees what the first has saved, and both texts stay.
    edit = next(
        a["href"]
        for a in lead.get(f"{BASE}/script/1/0", 200) and lead.page.find_all("a")
        if "Sammeln" in a.text and "Ändern" in a.text
    )
    first, second = lead.form(edit), lead.form(edit)
    lead.send(first, {"minutes": "20"}, 303)
    lead.send(second, {"minutes": "30"}, 409)
    assert "20" in lead.text
    assert lead.page.find("input", name="minutes")["value"] == "30"

    # One group gets its own, taken over from all.
    lead.follow(press(lead, f"{BASE}/script/1/2", "copy", source="1-0"))
    assert "20 Minuten" in lead.text
    press(lead, f"{BASE}/script/1/2", "copy", 422, source="1-2")
    press(lead, f"{BASE}/script/1/2", "copy", 422, source="9-9")
    press(lead, f"{BASE}/script/1/2", "clear")
    lead.get(f"{BASE}/script/1/2", 200)
    assert "Solange hier nichts steht" in lead.text


def test_a_group_calls_for_help_and_waits_no_longer_than_it_must(
    app: Flask,
    day: DialogueEvent,
    make: Maker,
    browse: Browse,
    ten_o_clock: time_machine.Traveller,
    client_as: Callable[..., Client],
) -> None:
    make.boards(day)
    anna, bert = make.participant(), make.participant()
    make.seat(day, anna, groups={1: 1})
    make.seat(day, bert, groups={1: 2})
    phone = browse(anna)
    phone.follow(phone.post_form(f"{BASE}/boards/1/1/help", {"text": "Kein Ton."}))
    assert phone.heading == "Hilfe ist unterwegs"
    phone.post_form(f"{BASE}/boards/1/1/help", {}, 409)
    ten_o_clock.move_to(BEGIN + 3 * MINUTE)
    browse(bert).post_form(f"{BASE}/boards/2/1/help", {"text": "Zu laut."})
    browse(bert).get(f"{BASE}/boards/1/1/help", 404)

    with app.app_context():
        event = dialogue_queries.access_event(STAFF, factories.dialogue(), "tag")
        item, _ = control.round_here(STAFF, event, 1)
        waiting = [
            (room.group.number, BEGIN + 3 * MINUTE - call.at)
            for room in control.rooms_of(STAFF, event, item)
            for call in room.calls
        ]
        call_id = control.rooms_of(STAFF, event, item)[0].calls[0].id
    assert waiting == [(1, 3 * MINUTE), (2, 0 * MINUTE)]

    lead = client_as("coordinator")
    lead.get(f"{BASE}/control", 200)
    assert lead.text.index("Gruppe 1 ruft Hilfe") < lead.text.index("Gruppe 2 ruft Hilfe")
    assert "Kein Ton." in lead.text
    press(phone, f"{BASE}/boards/1/1/help/{call_id}", "x", 403)
    lead.follow(press(lead, f"{BASE}/boards/1/1/help/{call_id}", "x", back="control"))
    assert "Gruppe 1 ruft Hilfe" not in lead.text
    press(lead, f"{BASE}/boards/1/1/help/{call_id}", "again", 409)
    press(lead, f"{BASE}/boards/2/1/help/{call_id}", "x", 404)


def test_a_message_stands_until_it_is_taken_down(
    day: DialogueEvent, make: Maker, client_as: Callable[..., Client]
) -> None:
    ids = make.boards(day)
    lead = client_as("coordinator")
    to = f"{BASE}/control/messages/1"
    lead.get(f"{BASE}/control", 200)
    lead.send(lead.form_here(to), {"text": " "}, 422)
    assert "Bitte schreiben Sie zuerst die Nachricht." in lead.text
    lead.follow(lead.send(lead.form_here(to), {"text": "An alle.", "to": "0"}, 303))
    lead.follow(lead.send(lead.form_here(to), {"text": "Nur an Gruppe 2.", "to": str(ids[1])}, 303))

    def reads(number: int) -> list[str]:
        html = lead.get(f"{BASE}/boards/{number}/1/now", 200).get_data(as_text=True)
        return [text for text in ("An alle.", "Nur an Gruppe 2.") if text in html]

    assert [reads(1), reads(2)] == [["An alle."], ["An alle.", "Nur an Gruppe 2."]]
    lead.get(f"{BASE}/control", 200)
    down = next(form.action for form in pages_check.forms(lead.page) if form.action.startswith(f"{to}/"))
    press(lead, down, "x")
    press(lead, down, "again", 409)
    assert [reads(1), reads(2)] == [["An alle."], ["An alle."]]


def test_who_sees_what_of_the_day(
    day: DialogueEvent, make: Maker, browse: Browse, client_as: Callable[..., Client]
) -> None:
    make.boards(day)
    member = make.participant()
    make.seat(day, member, groups={1: 1})
    moderator = make.account("moderator", Scope("event", day.id))
    lead, phone, other = browse(moderator), browse(member), browse(make.participant())

    for page in (
        "control",
        "control/region",
        "script",
        "script/1/0",
        "projector",
        "boards/1/1/projector",
        "boards/1/1/clock",
        "control/emergency-card",
        "control/printed-boards",
        "control/snapshot.html",
    ):
        lead.get(f"{BASE}/{page}", 200)
        phone.get(f"{BASE}/{page}", 404)
        other.get(f"{BASE}/{page}", 404)
    phone.get(f"{BASE}/boards/1/1/now", 200)
    other.get(f"{BASE}/boards/1/1/now", 404)
    for everybody in (lead, phone, other, browse(None)):
        everybody.get(f"{BASE}/plenary", 200)
    # Moving people needs their slips, which only staff of the day handle.
    lead.get(f"{BASE}/control/move", 404)
    client_as("coordinator").get(f"{BASE}/control/move", 200)


def test_somebody_is_moved_by_the_number_of_their_slip(
    app: Flask, day: DialogueEvent, make: Maker, browse: Browse, client_as: Callable[..., Client]
) -> None:
    make.boards(day)
    anna = make.participant()
    make.seat(day, anna, groups={1: 1})
    slip = make.slip_number(anna)
    phone, lead = browse(anna), client_as("coordinator")
    phone.get(f"{BASE}/boards/1/1/now", 200)
    form = lead.form(f"{BASE}/control/move")
    rounds, groups = (
        [field["value"] for field in lead.page.find_all("input", name=name)] for name in ("round", "group")
    )
    lead.send(form, {"slip": slip, "round": rounds[0], "group": groups[1]}, 303)

    phone.get(f"{BASE}/boards/1/1/now", 404)
    phone.get(f"{BASE}/boards/2/1/now", 200)
    # Who loads the board of the former group again is led to where they are now; strangers find nothing.
    assert phone.get(f"{BASE}/boards/1/1", 303).headers["Location"] == f"{BASE}/now"
    phone.get(f"{BASE}/boards/2/1", 200)
    browse(make.participant()).get(f"{BASE}/boards/1/1", 404)
    # What they were typing there is not lost, with a script and without.
    write = f"{BASE}/boards/1/1/write"
    card = {"_key": "a-card-of-who-was-moved", "text": "Ein Kurs am Abend.", "lane": "1"}
    assert phone.get(write, 303).headers["Location"] == f"{BASE}/now"
    phone.post(write, card, 409)
    assert "Ein Kurs am Abend." in phone.text
    assert phone.page.find_all("a", href=f"{BASE}/now")
    told = phone.post(write, card, 409, headers={"Accept": "application/json"}).get_json()
    assert "Sie haben jetzt einen Platz in einer anderen Gruppe" in told["sentence"]
    browse(make.participant()).post(write, card, 404)
    form = lead.form(f"{BASE}/control/move")
    lead.send(form, {"slip": slip, "round": rounds[0], "group": groups[1]}, 409)
    assert "hat dort schon einen Platz" in lead.text
    lead.send(
        lead.form(f"{BASE}/control/move"), {"slip": "Z-00000", "round": rounds[0], "group": groups[0]}, 422
    )
    with app.app_context():
        event = dialogue_queries.access_event(STAFF, factories.dialogue(), "tag")
        taken = {(g.number, s.round_id == int(rounds[0])): s.taken for g in event.groups for s in g.sittings}
    assert (taken[1, True], taken[2, True]) == (0, 1)


def test_the_clock_is_told_to_the_group_and_nobody_else(
    app: Flask,
    day: DialogueEvent,
    make: Maker,
    browse: Browse,
    client_as: Callable[..., Client],
    sockets: Callable[..., Any],
) -> None:
    ids = make.boards(day)
    anna, bert = make.participant(), make.participant()
    make.seat(day, anna, groups={1: 1})
    make.seat(day, bert, groups={1: 2})
    phones = {"anna": browse(anna), "bert": browse(bert), "lead": client_as("coordinator")}
    watchers = {name: sockets(phone, "/dialogues/probe/register") for name, phone in phones.items()}

    def watch(name: str, region: str) -> bool:
        answer = watchers[name].emit("watch", {"region": region, "language": "de"}, callback=True)
        return bool(answer["ok"])

    assert watch("anna", f"now:{ids[0]}")
    assert watch("lead", f"now:{ids[0]}")
    assert not watch("bert", f"now:{ids[0]}")
    assert watch("lead", f"control:{day.id}")
    assert watch("lead", f"show:{ids[0]}")
    assert not watch("anna", f"control:{day.id}")
    assert not watch("anna", f"show:{ids[0]}")
    assert not watch("anna", "now:999999")
    assert not watch("anna", f"now:{'9' * 60}")

    with app.app_context(), transaction():
        here = board(app)
        steps = script_queries.script_of(here.group.id, here.round.id)
        clock_actions.start_step(STAFF, here, steps[1].id)

    def got(name: str) -> list[dict[str, Any]]:
        return [p["args"][0] for p in watchers[name].get_received() if p["name"] == "changed"]

    (told,) = got("anna")
    assert "Was fehlt in Ihrer Gemeinde?" in told["html"]
    assert told["html"] == phones["anna"].get(f"{BASE}/boards/1/1/now", 200).get_data(as_text=True)
    assert {push["region"] for push in got("lead")} == {
        f"now:{ids[0]}",
        f"show:{ids[0]}",
        f"control:{day.id}",
    }
    assert got("bert") == []

    with app.app_context(), transaction():
        help_actions.call_for_help(anna.actor, boards.access_board_by_id(anna.actor, ids[0]), text="Geheim")
    (told,) = got("anna")
    assert "Hilfe ist gerufen" in told["html"]
    assert "Geheim" not in told["html"]


def test_a_silent_group_stands_out(
    app: Flask,
    day: DialogueEvent,
    make: Maker,
    ten_o_clock: time_machine.Traveller,
    client_as: Callable[..., Client],
) -> None:
    make.boards(day)

    def moods() -> list[str]:
        with app.app_context():
            event = dialogue_queries.access_event(STAFF, factories.dialogue(), "tag")
            item, _ = control.round_here(STAFF, event, 0)
            return [" ".join(room.moods(now())) for room in control.rooms_of(STAFF, event, item)]

    assert moods() == ["waiting", "waiting"]
    with app.app_context(), transaction():
        here = board(app)
        steps = script_queries.script_of(here.group.id, here.round.id)
        clock_actions.start_step(STAFF, here, steps[1].id)
    assert moods() == ["fine", "waiting"]
    ten_o_clock.move_to(BEGIN + 5 * MINUTE)
    assert moods() == ["silent", "waiting"]
    ten_o_clock.move_to(BEGIN + timedelta(hours=3))
    assert moods() == ["silent late", "waiting"]
    staff = client_as("coordinator")
    staff.get(f"{BASE}/control", 200)
    marks = staff.page.find("section", class_="vs-room").text
    assert "Still" in marks
    assert "Hinter dem Plan" in marks
    ten_o_clock.move_to(BEGIN + 5 * MINUTE)
    with app.app_context(), transaction():
        clock_actions.pause(STAFF, board(app))
    assert moods() == ["paused", "waiting"]


def test_the_snapshot_needs_nothing_else(
    day: DialogueEvent, make: Maker, client_as: Callable[..., Client]
) -> None:
    make.boards(day)
    lead = client_as("coordinator")
    file = lead.get(f"{BASE}/control/snapshot.html", 200)

    html = file.get_data(as_text=True)
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert "Gruppe 2" in html
    assert not [sign for sign in ("<script", "<link", "src=", "href=") if sign in html]
