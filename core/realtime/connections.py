"""What every open connection may hear, asked anew when a right may have ended.

A connection outlives the request that made it. Who loses a role, a place or a session must hear nothing more
within two seconds: facts that end such a thing call `recheck_people` or `disconnect_session`. What ends by
itself, such as a session whose time is up, is noticed before the next push; and every connection is looked at
again after a few minutes, whatever was forgotten.
"""

from __future__ import annotations

import random
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from flask import Flask, current_app, g
from flask_socketio import SocketIO

from core import web
from core.actor import VISITOR, Actor
from core.clock import now
from core.realtime import presence, regions, tokens

LOOK_AGAIN_SECONDS = 240
"""After so many seconds at most it is asked again whether somebody may still watch."""

MOST_AT_ONCE = 5
"""Connections that are looked at again before one push because their time has come."""

GONE = "gone"
EXTENSION = "live"
CONNECTION = "vielstimmig.connection"
log = structlog.get_logger(__name__)


def _later() -> float:
    # Those who came together are not looked at together.
    return time.monotonic() + LOOK_AGAIN_SECONDS * random.uniform(0.5, 1)  # noqa: S311 - nobody guesses at it


@dataclass(slots=True)
class Connection:
    """What is remembered of one open connection; `scope` names its session, None is a visitor."""

    scope: str | None
    key: str = ""
    """That of the actor."""

    until: datetime | None = None
    """When the session ends if nobody does anything."""

    wishes: int = 0
    looks: int = 0
    """How often it was asked again what may be heard."""

    watched: dict[str, str] = field(default_factory=dict)
    """The room by the region that is watched."""

    due: float = field(default_factory=_later)


def live_server() -> SocketIO:
    """The live connections of the current app."""
    return current_app.extensions[EXTENSION]


def members(socketio: SocketIO, room: str) -> list[tuple[str, str]]:
    """Who is in this room, as the library's and the line's names of them."""
    rooms = socketio.server.manager.rooms.get("/", {})
    return list(rooms[room].items()) if room in rooms else []


def is_watched(socketio: SocketIO, room: str) -> bool:
    """Whether anybody is in this room."""
    return any(True for _ in members(socketio, room))


def disconnect_session(scope: str) -> int:
    """End all live connections of the session named `scope` (its `g.session_scope`); gives their number."""
    socketio = live_server()
    leaving = members(socketio, tokens.room_of(scope))
    for sid, engine_sid in leaving:
        _disconnect(socketio, sid, engine_sid)
    return len(leaving)


def _disconnect(socketio: SocketIO, sid: str, engine_sid: str) -> None:
    # The first ends the membership of all rooms, the second closes the line even if the browser does not.
    socketio.server.disconnect(sid)
    socketio.server.eio.disconnect(engine_sid)


def recheck_people(keys: Collection[str]) -> None:
    """Ask for all connections of the actors with these keys what they may still watch.

    Call it from a reaction when somebody may have lost a place. Who may no longer watch a region hears
    nothing more of it when this returns; whoever may watch it as somebody else hears that from now on.
    """
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    socketio = live_server()
    for sid, engine_sid, environ, connection in list(_connections(socketio)):
        if connection.key in keys:
            _look_again(app, socketio, (sid, engine_sid), environ, connection)


def settle(app: Flask, socketio: SocketIO, room: str) -> None:
    """Before something is told in this room: send away whose time is up, and look at some others again."""
    moment, clock = time.monotonic(), now()
    environs = socketio.server.environ
    # Nearly always nobody: this is asked of everybody for whatever they are told.
    late = [
        (sid, engine_sid, environ, connection)
        for sid, engine_sid in members(socketio, room)
        if (environ := environs.get(engine_sid)) is not None
        and (connection := environ.get(CONNECTION)) is not None
        and (connection.due <= moment or (connection.until is not None and connection.until <= clock))
    ]
    looked_at = 0
    for sid, engine_sid, environ, connection in late:
        is_over = connection.until is not None and connection.until <= clock
        if is_over or looked_at < MOST_AT_ONCE:
            looked_at += 1
            _look_again(app, socketio, (sid, engine_sid), environ, connection)


def _connections(socketio: SocketIO) -> Iterator[tuple[str, str, dict[str, Any], Connection]]:
    for engine_sid, environ in list(socketio.server.environ.items()):
        sid = socketio.server.manager.sid_from_eio_sid(engine_sid, "/")
        connection = environ.get(CONNECTION)
        if sid is not None and connection is not None:
            yield sid, engine_sid, environ, connection


def _look_again(
    app: Flask, socketio: SocketIO, names: tuple[str, str], environ: dict[str, Any], connection: Connection
) -> None:
    sid, engine_sid = names
    connection.looks += 1
    # An application context of its own, because `g` would otherwise be that of whoever made the change.
    with app.app_context(), app.request_context(environ):
        try:
            actor = actor_of(connection)
        except Exception:
            log.exception("live_recheck_failed")
            actor = None
        if actor is None:
            _disconnect(socketio, sid, engine_sid)
            return
        for name, room in list(connection.watched.items()):
            language = room.rpartition(":")[2]
            audience = _audience(actor, name)
            fitting = None if audience is None else regions.room(name, audience, language)
            if fitting == room:
                continue
            socketio.server.leave_room(sid, room)
            del connection.watched[name]
            if fitting is not None:
                socketio.server.enter_room(sid, fitting)
                connection.watched[name] = fitting
            else:
                _left(connection, name)
            # The page asks again to watch it, reads it, and says so if it may not.
            socketio.emit(GONE, {"region": name}, to=sid)
    connection.due = _later()


def people_at(name: str) -> frozenset[str]:
    """The keys of the people who are at a region now, each once."""
    watching = {
        connection.key
        for *_, connection in _connections(live_server())
        if connection.key and name in connection.watched
    }
    return presence.asked(name) | watching


def leave_all(connection: Connection) -> None:
    """This connection watches nothing any more: tell those who count."""
    left, connection.watched = list(connection.watched), {}
    for name in left:
        _left(connection, name)


def _left(connection: Connection, name: str) -> None:
    # With another page open they are still there.
    if connection.key not in people_at(name):
        presence.came_or_went(name)


def _audience(actor: Actor, name: str) -> str | None:
    try:
        return regions.audience_of(actor, name)
    except Exception:
        # Whatever is wrong with asking, nobody goes on listening for that.
        log.exception("live_recheck_failed")
        return None


def actor_of(connection: Connection) -> Actor | None:
    """Who is at this connection, in a request made of what it sent; None if its session is over."""
    if connection.scope is None:
        return VISITOR
    if tokens.session_scope() != connection.scope:
        return None
    actor = web.current_actor()
    connection.key = actor.key
    connection.until = g.get("session_until")
    return actor
