"""Our live connections in a small application: a room to tell, and votes whose tally is watched."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask, g, request
from flask_login import LoginManager
from socketio.manager import Manager

from core import i18n, realtime
from core.config import Config
from core.realtime import server
from core.realtime.connections import live_server

REGION = "bench:all"
PADDING = "x" * 220


def payload(version: int) -> dict[str, Any]:
    """A message of about 300 bytes that says when it was sent."""
    return {"region": REGION, "version": version, "html": PADDING, "t": time.time()}


def _render(version: int, _language: str) -> dict[str, Any]:
    return payload(version)


def create_app() -> Flask:
    """The application; STOCK in the environment has the library's manager of rooms."""
    app = Flask("bench_live")
    config = Config(public_url=os.environ["PUBLIC_URL"], testing=True)
    app.config.update(SETTINGS=config, DIGEST_KEY=b"a key of the measurement", SECURE=False, TESTING=True)
    i18n.init(app, config)
    if os.environ.get("STOCK"):
        vars(server)["RoomManager"] = Manager
    realtime.init(app, config)
    manager = LoginManager(app)

    @manager.request_loader  # type: ignore[untyped-decorator]
    def nobody(_request: object) -> None:
        g.session_scope = None

    realtime.region("bench", lambda _actor, _key: True)
    _add_routes(app, Votes(Path(os.environ["VOTES"])))
    return app


class Votes:
    """Votes in a database of their own: each is durable, the tally is kept beside them."""

    def __init__(self, path: Path) -> None:
        self.database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self.database.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
            "CREATE TABLE IF NOT EXISTS votes (who TEXT PRIMARY KEY, item INT);"
            "CREATE TABLE IF NOT EXISTS tally (item INT PRIMARY KEY, dots INT, version INT);"
            "INSERT OR IGNORE INTO tally VALUES (1, 0, 0)"
        )

    def cast(self, who: str) -> None:
        """One person's vote."""
        self.database.execute("BEGIN IMMEDIATE")
        self.database.execute("INSERT OR REPLACE INTO votes VALUES (?, 1)", (who,))
        self.database.execute("UPDATE tally SET dots = dots + 1, version = version + 1")
        self.database.execute("COMMIT")

    def version(self) -> int:
        """How many votes were cast."""
        found: int = self.database.execute("SELECT version FROM tally").fetchone()[0]
        return found


def _add_routes(app: Flask, votes: Votes) -> None:
    @app.get("/token")
    def token() -> str:
        return realtime.token()

    @app.post("/send")
    def send() -> str:
        """Tell the room `count` times, `rate` times a second."""
        count, rate = request.args.get("count", 1, int), request.args.get("rate", 0.0, float)
        started = time.monotonic()
        for version in range(1, count + 1):
            realtime.push(REGION, partial(_render, version))
            if rate:
                live_server().sleep(max(0, started + version / rate - time.monotonic()))
        return "done"

    @app.post("/vote")
    def vote() -> str:
        votes.cast(request.args["who"])
        realtime.push_soon(REGION, lambda _language: payload(votes.version()), at_most_per_second=10)
        return json.dumps({"version": votes.version()})
