"""What typed-in cards, moved cards and arrivals tell those who watch."""

from __future__ import annotations

import time

import pytest
from flask import Flask

from core.db import db
from core.transaction import transaction
from dialog.actions import checkin
from dialog.models import DialogueEvent, Registration
from dialog.queries.contributions import contribution_by_id
from tests.conftest import Maker
from tests.workshops.ground import Browse, Connect, Ground, lay, news, watch
from tests.workshops.test_typing import type_in
from workshops.actions import cards as card_actions
from workshops.actions import typing as actions
from workshops.models import Board
from workshops.queries import cards as card_queries


@pytest.fixture
def ground(make: Maker) -> Ground:
    return lay(make)


def test_a_card_typed_in_is_pushed_with_the_version_it_made(
    app: Flask, ground: Ground, browse: Browse, sockets: Connect
) -> None:
    phone = browse(ground.seated)
    connection = sockets(phone, ground.board)
    with app.app_context():
        here = ground.here(ground.leader.actor)
        board_id, before = here.board.id, here.board.version
    assert watch(connection, f"board:{board_id}") == {"ok": True}
    with app.app_context():
        type_in(ground, ground.leader)
    with app.app_context():
        after = db.session.get_one(Board, board_id).version
    told = [one for one in news(connection) if one["region"] == f"board:{board_id}"]
    assert after > before
    assert [one["version"] for one in told] == [after], "a browser ignores a version that it has passed"


def test_the_screen_of_a_group_is_told_when_a_card_is_taken_back(
    app: Flask, ground: Ground, browse: Browse, sockets: Connect
) -> None:
    connection = sockets(browse(ground.leader), f"{ground.board}/projector")
    with app.app_context():
        made = type_in(ground, ground.leader)
        board_id = ground.here(ground.leader.actor).board.id
        number = made.id
    assert watch(connection, f"show:{board_id}") == {"ok": True}
    news(connection)
    with app.app_context(), transaction():
        actions.take_back_card(
            ground.leader.actor, ground.here(ground.leader.actor), contribution_by_id(number)
        )
    # On a busy machine what was told of the typing, a second later at most, comes only now.
    assert {one["region"] for one in news(connection)} == {f"show:{board_id}"}


def test_the_screen_of_a_group_is_told_when_a_card_is_moved(
    app: Flask, ground: Ground, browse: Browse, sockets: Connect
) -> None:
    connection = sockets(browse(ground.leader), f"{ground.board}/projector")
    with app.app_context():
        number = type_in(ground, ground.leader).id
        here = ground.here(ground.leader.actor)
        board_id, other = here.board.id, here.board.lanes[1].id
    assert watch(connection, f"show:{board_id}") == {"ok": True}
    time.sleep(1.1)  # What the card itself told: at most one push a second.
    news(connection)
    with app.app_context(), transaction():
        at = card_queries.access_card(
            ground.leader.actor, db.session.get_one(DialogueEvent, ground.event_id), number
        )
        card_actions.move_card(ground.leader.actor, at, lane_id=other)
    assert [one["region"] for one in news(connection)] == [f"show:{board_id}"]


def test_the_control_room_is_told_when_somebody_is_checked_in(
    app: Flask, ground: Ground, browse: Browse, sockets: Connect
) -> None:
    connection = sockets(browse(ground.coordinator), f"{ground.event}/control")
    region = f"control:{ground.event_id}"
    assert watch(connection, region) == {"ok": True}
    news(connection)
    with app.app_context(), transaction():
        event = db.session.get_one(DialogueEvent, ground.event_id)
        one = db.session.query(Registration).filter_by(event_id=event.id).order_by(Registration.id).first()
        checkin.check_in(ground.coordinator.actor, event, [one.id])
    assert [one["region"] for one in news(connection)] == [region]
