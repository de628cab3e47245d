"""The server side of live connections: who gets in, which region a page may watch, and who must leave."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import structlog
from engineio import json as engineio_json
from flask import Flask, current_app, request
from flask_socketio import ConnectionRefusedError, SocketIO
from socketio.packet import Packet

from core.config import BadSetting, Config
from core.permissions import Permission, entrances
from core.realtime import presence, regions, responses, tokens
from core.realtime.connections import (
    CONNECTION,
    EXTENSION,
    GONE,
    Connection,
    actor_of,
    leave_all,
    live_server,
    people_at,
)
from core.realtime.gate import Gate
from core.realtime.manager import RoomManager
from core.realtime.websocket import BoundedQueue, Empty, WebSocket

PING_SECONDS = 25
PONG_SECONDS = 20
LONGEST_MESSAGE = 4096
"""Characters of the longest packet a browser may send; ours have about 300."""

MOST_WATCHES = 100
"""Wishes to watch that one connection may utter."""

log = structlog.get_logger(__name__)


class Json:
    """JSON whose reading fails in one way only, whatever was sent."""

    JSONDecodeError = engineio_json.JSONDecodeError
    dumps = staticmethod(engineio_json.dumps)

    @staticmethod
    def loads(text: str, **options: Any) -> Any:
        """Read JSON. Raises ValueError also for what is nested too deeply."""
        try:
            return engineio_json.loads(text, **options)
        except RecursionError:
            raise ValueError("This is nested too deeply.") from None


class TextPacket(Packet):  # type: ignore[misc]
    """A packet of text; binary ones, which may announce attachments that never come, are refused."""

    uses_binary_events = False

    def decode(self, encoded_packet: Any) -> int:
        """Read a packet. Raises ValueError for anything but the text of a known kind."""
        if not isinstance(encoded_packet, str) or encoded_packet[:1] not in {"0", "1", "2", "3", "4"}:
            raise ValueError("Only packets of text are understood.")
        attachments = super().decode(encoded_packet)
        if attachments:
            raise ValueError("Attachments are not understood.")
        return 0


class _ClientErrors(logging.Handler):
    """Turns what the libraries log about a browser's nonsense into one line without its content."""

    def emit(self, record: logging.LogRecord) -> None:
        """Log the kind of error only: the message may repeat what somebody typed."""
        kind = record.exc_info[0] if record.exc_info else None
        log.warning("live_packet_refused", error=kind.__name__ if kind else "none")


def _quiet_logger() -> logging.Logger:
    logger = logging.getLogger("vielstimmig.live")
    logger.setLevel(logging.ERROR)
    logger.propagate = False
    if not logger.handlers:
        logger.addHandler(_ClientErrors())
    return logger


def init(app: Flask, config: Config) -> None:
    """Serve live connections beside `app`. Raises BadSetting if every origin, or none, would be let in."""
    origins = sorted(config.origins)
    if not origins or any("*" in origin for origin in origins) or any("*" in host for host in config.hosts):
        raise BadSetting("PUBLIC_URL and EXTRA_HOSTS must name each host of this site; * is not possible.")
    logger = _quiet_logger()
    socketio = SocketIO(
        app,
        async_mode="threading",
        manage_session=False,
        cors_allowed_origins=origins,
        cors_credentials=False,
        ping_interval=PING_SECONDS,
        ping_timeout=PONG_SECONDS,
        max_http_buffer_size=LONGEST_MESSAGE,
        http_compression=False,
        # One packet after the other: a browser cannot start more work than it waits for.
        async_handlers=False,
        client_manager=RoomManager(),
        serializer=TextPacket,
        json=Json,
        logger=logger,
        engineio_logger=logger,
    )
    engine = socketio.server.eio
    engine._async = {
        **engine._async,
        "websocket": WebSocket,
        "queue": BoundedQueue,
        "queue_empty": Empty,
    }
    app.wsgi_app = Gate(app.wsgi_app, config.hosts, origins, config.secure)  # type: ignore[method-assign]
    app.extensions[EXTENSION] = socketio
    app.jinja_env.globals.update(live_token=tokens.token, live_news=responses.news)
    socketio.on_event("connect", _connect)
    socketio.on_event("watch", _watch)
    socketio.on_event("disconnect", _disconnected)
    entrances.declare(
        socket_events={
            "connect": Permission.WATCH,
            "watch": Permission.WATCH,
            "disconnect": Permission.WATCH,
        }
    )


def _connect(auth: Any = None) -> None:
    text = auth.get("token") if isinstance(auth, Mapping) else None
    if not isinstance(text, str) or not 1 <= len(text) <= 200:
        raise ConnectionRefusedError("token")
    if tokens.is_visitors(text):
        request.environ[CONNECTION] = Connection(scope=None)
        return
    scope = tokens.session_scope()
    if scope is None or not tokens.belongs_to(text, scope):
        raise ConnectionRefusedError("token")
    connection = request.environ[CONNECTION] = Connection(scope)
    actor_of(connection)
    live_server().server.enter_room(request.sid, tokens.room_of(scope))  # type: ignore[attr-defined]


def _watch(wish: Any = None, *_rest: Any) -> dict[str, Any]:
    try:
        return _enter(wish)
    except Exception:
        log.exception("live_watch_failed")
        return {"ok": False, "code": "internal"}


def _disconnected(_reason: Any = None) -> None:
    connection = request.environ.get(CONNECTION)
    if connection is None:
        return
    try:
        leave_all(connection)
    except Exception:
        log.exception("live_leave_failed")


def _enter(wish: Any) -> dict[str, Any]:
    connection: Connection = request.environ[CONNECTION]
    connection.wishes += 1
    if connection.wishes > MOST_WATCHES:
        return {"ok": False, "code": "too_many"}
    name, language = (wish.get("region"), wish.get("language")) if isinstance(wish, Mapping) else (None, None)
    if (
        not isinstance(name, str)
        or not isinstance(language, str)
        or language not in current_app.config["LANGUAGES"]
    ):
        return {"ok": False, "code": "unknown"}
    looks = connection.looks
    actor = actor_of(connection)
    if actor is None:
        return {"ok": False, "code": "session_over"}
    audience = regions.audience_of(actor, name)
    if audience is None:
        return {"ok": False, "code": "unknown"}
    room = regions.room(name, audience, language)
    former = connection.watched.get(name)
    counts_already = connection.key in people_at(name)
    if connection.looks != looks:
        # A right has ended meanwhile, and what was answered may be older: the page asks again.
        live_server().emit(GONE, {"region": name}, to=request.sid)  # type: ignore[attr-defined]
        return {"ok": True}
    if former not in {None, room}:
        live_server().server.leave_room(request.sid, former)  # type: ignore[attr-defined]
    live_server().server.enter_room(request.sid, room)  # type: ignore[attr-defined]
    connection.watched[name] = room
    presence.forget_asked(name, connection.key)
    if not counts_already:
        presence.came_or_went(name)
    return {"ok": True}
