"""R24: a place that is lost while its region is being opened."""

from __future__ import annotations

from flask import Flask

from core import realtime
from core.actor import Actor
from core.db import db
from dialog.models import DialogueEvent, Sitting
from tests.conftest import Maker
from tests.core.test_realtime_rights import (
    PAGE,
    Browse,
    Connect,
    event,
    give_up,
    names,
    push,
    region,
    sit_down,
    state,
    watch,
)
from workshops.queries.boards import is_seated

__all__ = ["event", "region"]


def test_a_place_lost_while_it_is_asked_for_is_not_watched(
    app: Flask, make: Maker, browse: Browse, sockets: Connect, event: DialogueEvent
) -> None:
    person, registration = sit_down(app, make, event)
    connection = sockets(browse(person), PAGE)
    lost: list[str] = []

    def access(actor: Actor, key: str) -> bool:
        return is_seated(actor, db.session.get_one(Sitting, state["sitting"]))

    def audience(actor: Actor, key: str) -> str:
        # Another request, between the answer of the database and the room: on PostgreSQL each statement lets
        # others have their turn.
        if not lost:
            lost.append("now")
            give_up(app, person, registration, "cancelled")
        return "member"

    realtime.region("of_tests", access, audience)
    watch(connection)
    names(connection)
    push(app)
    assert "changed" not in names(connection)
