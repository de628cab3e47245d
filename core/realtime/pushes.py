"""Telling the pages that watch a region what has changed, once per audience and language."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import structlog
from flask import Flask, current_app, g
from werkzeug.test import create_environ

from core.i18n import force_locale
from core.realtime import regions
from core.realtime.connections import is_watched, live_server, settle

CHANGED = "changed"
_MOST_REMEMBERED = 1000

Render = Callable[[str], Mapping[str, Any]]
_Key = tuple[str, str]
log = structlog.get_logger(__name__)


def push(region: str, render: Render, *, audience: str = regions.PUBLIC) -> None:
    """Tell everybody who watches `region` (such as `register:enzkreis`) as `audience` what has changed.

    `render(language)` is called once for each language that is being watched, with that language in use and
    in a request of nobody, so that nothing in it can depend on a viewer; it reads the database anew. It
    gives what the page needs, such as `{"version": 12, "id": "B-071", "html": "…"}`; `version` is a must.
    Call it from reactions: it raises RuntimeError while a transaction is open, and whatever `render` raises.
    """
    if g.get("unit") is not None:
        raise RuntimeError("Push from a reaction: before the commit nothing is told to anybody.")
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    socketio = live_server()
    for language in app.config["LANGUAGES"]:
        room = regions.room(region, audience, language)
        settle(app, socketio, room)
        if not is_watched(socketio, room):
            continue
        with _request_of_nobody(app, language):
            payload = dict(render(language))
        if "version" not in payload:
            raise ValueError("A push names the version of its region.")
        socketio.emit(CHANGED, {"region": region, **payload}, to=room)
        # A long row of pushes must leave the senders their turn, or every reader would seem slow.
        socketio.sleep(0)


def push_soon(
    region: str, render: Render, *, audience: str = regions.PUBLIC, at_most_per_second: float = 4
) -> None:
    """Like `push`, for what changes in bursts (a ballot counter): at most so often, and the last state wins.

    The first is pushed at once; what comes too early is rendered when its time has come, after this returned.
    """
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    coalescer: Coalescer = app.extensions.setdefault("live_coalescer", Coalescer())
    wait = coalescer.ask((region, audience), render, 1 / at_most_per_second)
    if wait == 0:
        push(region, render, audience=audience)
    elif wait is not None:
        live_server().start_background_task(_push_later, app, coalescer, (region, audience), wait)


class Coalescer:
    """Remembers per region when it was last pushed and what waits for its turn."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last: dict[_Key, float] = {}
        self._waiting: dict[_Key, Render] = {}

    def ask(self, key: _Key, render: Render, interval: float) -> float | None:
        """Seconds to wait before `take`; 0 means now, None that somebody waits already and takes it along."""
        with self._lock:
            is_waited_for = key in self._waiting
            moment = time.monotonic()
            wait = self._last.get(key, -interval) + interval - moment
            if is_waited_for or wait > 0:
                self._waiting[key] = render
                return None if is_waited_for else wait
            if len(self._last) >= _MOST_REMEMBERED:
                self._last = {k: at for k, at in self._last.items() if at + interval > moment}
            self._last[key] = moment
            return 0

    def take(self, key: _Key) -> Render:
        """What waits, whose time has come."""
        with self._lock:
            self._last[key] = time.monotonic()
            return self._waiting.pop(key)


def _push_later(app: Flask, coalescer: Coalescer, key: _Key, wait: float) -> None:
    time.sleep(wait)
    region, audience = key
    try:
        with app.app_context():
            push(region, coalescer.take(key), audience=audience)
    except Exception:
        log.exception("live_push_failed", region=region)


@contextmanager
def _request_of_nobody(app: Flask, language: str) -> Iterator[None]:
    environ = app.extensions.get("live_environ")
    if environ is None:
        environ = create_environ(base_url=app.config["SETTINGS"].public_url)
        app.extensions["live_environ"] = environ
    with app.request_context(environ.copy()), force_locale(language):
        yield
