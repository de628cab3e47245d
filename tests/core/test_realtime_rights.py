"""R08, R24: whoever loses a place, a role or a session hears nothing more, and nobody else is disturbed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask_socketio.test_client import SocketIOTestClient
from sqlalchemy import delete, select

from accounts import queries as account_queries
from accounts.actions import codes as code_actions
from accounts.models import LoginSession
from core import realtime
from core.actor import OPERATOR, Actor
from core.clock import now
from core.db import db
from core.realtime import connections, regions
from core.transaction import transaction
from dialog.actions import registrations as actions
from dialog.models import DialogueEvent, Registration, Sitting
from tests.client import Client
from tests.conftest import Maker
from tests.factories import Person
from workshops.queries.boards import is_seated

Browse = Callable[[Person | None], Client]
Connect = Callable[..., SocketIOTestClient]
PAGE = "/dialogues/probe/register"
HERE = "of_tests:board"

state: dict[str, Any] = {}


@pytest.fixture(autouse=True)
def region() -> Iterator[None]:
    """A region that those may watch who sit in the first group, and staff as moderators."""

    def access(actor: Actor, key: str) -> bool:
        return actor.has("moderator") or is_seated(actor, db.session.get_one(Sitting, state["sitting"]))

    def audience(actor: Actor, key: str) -> str:
        return "moderator" if actor.has("moderator") or state.get("raised") else "member"

    state.clear()
    realtime.region("of_tests", access, audience)
    yield
    del regions._regions["of_tests"]


@pytest.fixture
def event(make: Maker) -> DialogueEvent:
    made: DialogueEvent = make.day(make.dialogue())
    return made


def watch(connection: SocketIOTestClient) -> Any:
    return connection.emit("watch", {"region": HERE, "language": "de"}, callback=True)


def push(app: Flask, audience: str = "member") -> None:
    with app.app_context():
        realtime.push(HERE, lambda _language: {"version": 1}, audience=audience)


def names(connection: SocketIOTestClient) -> list[str]:
    """What this connection was told; the library's client hides that once it is gone."""
    if connection.is_connected():
        return [packet["name"] for packet in connection.get_received()]
    return [packet["name"] for packet in connection.queue if "name" in packet]


def sit_down(app: Flask, make: Maker, event: DialogueEvent) -> tuple[Person, int]:
    person = make.participant(make.dialogue())
    registration = make.seat(event, person, groups={1: 1})
    with app.app_context():
        first = db.session.execute(select(Sitting.id).order_by(Sitting.id).limit(1)).scalar_one()
    state["sitting"] = first
    return person, registration


def give_up(app: Flask, person: Person, registration: int, how: str) -> None:
    with app.app_context(), transaction():
        known = db.session.get_one(Registration, registration)
        if how == "cancelled":
            actions.cancel_registration(person.actor, known)
        else:
            actions.leave_group(person.actor, known, known.choices[0].group_id)


@pytest.mark.parametrize("how", ["cancelled", "moved"])
def test_who_loses_a_place_hears_nothing_more_of_the_group(
    app: Flask, make: Maker, browse: Browse, sockets: Connect, event: DialogueEvent, how: str
) -> None:
    person, registration = sit_down(app, make, event)
    other, _ = sit_down(app, make, event)
    leaving, staying = sockets(browse(person), PAGE), sockets(browse(other), PAGE)
    register = {"region": "register:probe", "language": "de"}
    assert watch(leaving) == watch(staying) == leaving.emit("watch", register, callback=True) == {"ok": True}
    push(app)
    assert names(leaving) == names(staying) == ["changed"]

    give_up(app, person, registration, how)
    assert names(leaving) == ["gone"]
    push(app)

    assert names(leaving) == []
    assert names(staying) == ["changed"]
    assert watch(leaving) == {"ok": False, "code": "unknown"}
    # What everybody may read goes on.
    with app.app_context():
        realtime.push("register:probe", lambda _language: {"version": 1})
    assert names(leaving) == ["changed"]


def test_who_becomes_another_audience_hears_only_that(
    app: Flask, make: Maker, browse: Browse, sockets: Connect, event: DialogueEvent
) -> None:
    person, _ = sit_down(app, make, event)
    connection = sockets(browse(person), PAGE)
    assert watch(connection) == {"ok": True}
    state["raised"] = True
    with app.app_context():
        realtime.recheck_people({person.actor.key})
    assert names(connection) == ["gone"]
    push(app, "member")
    assert names(connection) == []
    push(app, "moderator")
    assert names(connection) == ["changed"]
    assert watch(connection) == {"ok": True}


def test_a_session_whose_time_is_up_hears_nothing_more(
    app: Flask, make: Maker, browse: Browse, sockets: Connect, event: DialogueEvent
) -> None:
    person, _ = sit_down(app, make, event)
    connection = sockets(browse(person), PAGE)
    assert watch(connection) == {"ok": True}
    with app.app_context(), transaction():
        for session in db.session.execute(select(LoginSession)).scalars():
            session.expires_at = now() - timedelta(seconds=1)
    # As the connection would remember it, had it been made with this end.
    [of_session] = [found for *_, found in all_connections(app) if found.scope]
    of_session.until = now() - timedelta(seconds=1)
    push(app)
    assert not connection.is_connected()
    assert "changed" not in names(connection)


def test_a_session_that_nobody_reported_is_noticed_after_minutes(
    app: Flask, make: Maker, browse: Browse, sockets: Connect, event: DialogueEvent
) -> None:
    person, _ = sit_down(app, make, event)
    connection = sockets(browse(person), PAGE)
    assert watch(connection) == {"ok": True}
    with app.app_context(), transaction():
        db.session.execute(delete(LoginSession))
    push(app)
    assert names(connection) == ["changed"]
    for *_, found in all_connections(app):
        assert found.due > 0
        found.due = 0
    push(app)
    assert not connection.is_connected()


def test_a_right_that_nobody_reported_is_noticed_after_minutes(
    app: Flask, make: Maker, browse: Browse, sockets: Connect, event: DialogueEvent
) -> None:
    person, registration = sit_down(app, make, event)
    connection = sockets(browse(person), PAGE)
    assert watch(connection) == {"ok": True}
    with app.app_context(), transaction():
        db.session.get_one(Registration, registration).status = "cancelled"
    for *_, found in all_connections(app):
        found.due = 0
    push(app)
    assert names(connection) == ["gone"]
    assert connection.is_connected()


def test_a_code_that_is_made_void_ends_the_connections_of_its_holder(
    app: Flask, make: Maker, browse: Browse, sockets: Connect, event: DialogueEvent
) -> None:
    person, _ = sit_down(app, make, event)
    other, _ = sit_down(app, make, event)
    leaving, staying = sockets(browse(person), PAGE), sockets(browse(other), PAGE)
    assert watch(leaving) == watch(staying) == {"ok": True}
    with app.app_context(), transaction():
        code_actions.revoke_code(OPERATOR, account_queries.usable_code(person.code))
    assert not leaving.is_connected()
    push(app)
    assert names(staying) == ["changed"]


def all_connections(app: Flask) -> list[tuple[str, str, dict[str, Any], connections.Connection]]:
    with app.app_context():
        return list(connections._connections(connections.live_server()))
