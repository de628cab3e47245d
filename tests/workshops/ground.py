"""What the tests of boards share: watching them, and a day that goes on now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask_socketio.test_client import SocketIOTestClient
from sqlalchemy import event

from accounts.permissions import Scope
from core.actor import OPERATOR, Actor
from core.clock import now
from core.db import db
from core.transaction import transaction
from dialog.models import DialogueEvent
from tests.client import Client
from tests.conftest import Maker
from tests.factories import BoardMade, Person
from workshops.actions import boards as board_actions
from workshops.queries import boards as board_queries
from workshops.queries.boards import BoardHere

Browse = Callable[[Person | None], Client]
Connect = Callable[..., SocketIOTestClient]


def watch(connection: SocketIOTestClient, region: str, language: str = "de") -> Any:
    """Ask to be told of a region."""
    return connection.emit("watch", {"region": region, "language": language}, callback=True)


def news(connection: SocketIOTestClient) -> list[dict[str, Any]]:
    """What this connection was told of, in order."""
    return [packet["args"][0] for packet in connection.get_received() if packet["name"] == "changed"]


def written(at: BoardMade, text: str, kind: str = "need", *, key: str = "") -> dict[str, str]:
    """What the form of a card sends."""
    return {
        "_key": key or f"key-of-the-card-{abs(hash(text)):020}",
        "lane": str(at.lanes[kind]),
        "text": text,
        "field": "sprache",
        "language": "de",
    }


def questions(client: Client, path: str) -> list[str]:
    """The statements that a page asks the database."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    with client.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        client.get(path, 200)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return seen


@dataclass(frozen=True)
class Ground:
    """A day of two rounds and three groups, whose first round goes on."""

    slug: str
    event_id: int
    seated: Person
    """Somebody with a place in the first group in the first round."""
    stranger: Person
    """Somebody who takes part in the dialogue and has a place elsewhere."""
    leader: Person
    """The moderator of the first group."""
    coordinator: Person

    @property
    def event(self) -> str:
        """Where the pages of the event begin."""
        return f"/dialogues/probe/events/{self.slug}"

    @property
    def board(self) -> str:
        """Where the pages of the first group in the first round begin."""
        return f"{self.event}/boards/1/1"

    def here(self, actor: Actor) -> BoardHere:
        """The board of the first group in the first round, as this actor sees it."""
        return board_queries.access_board(actor, db.session.get_one(DialogueEvent, self.event_id), 1, 1)


def lay(make: Maker) -> Ground:
    """Make the day with its boards and people."""
    day = make.day(starts_at=now() - timedelta(minutes=45))
    seated, stranger = make.participant(), make.participant()
    make.seat(day, seated, groups={1: 1})
    make.seat(day, stranger, groups={1: 2})
    with make._app.app_context(), transaction():
        event = db.session.get_one(DialogueEvent, day.id)
        board_actions.prepare_boards(OPERATOR, event)
        group = event.groups[0].id
    return Ground(
        day.slug,
        day.id,
        seated,
        stranger,
        make.account("moderator", Scope("group", group)),
        make.account("coordinator"),
    )
