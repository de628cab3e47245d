"""A small application with live regions, served by gunicorn in the tests: sessions by name, no database."""

import os
from itertools import count
from pathlib import Path

from flask import Flask, Response, g, request
from flask_login import LoginManager, UserMixin
from socketio.manager import Manager

from core import i18n, realtime
from core.actor import Actor
from core.config import Config
from core.realtime import server

sessions = {"anna", "bert", "carla"}
versions = count(1)
renderings = {"push": [], "region": []}
state = {"version": 1}


class Holder(UserMixin):
    def __init__(self, name: str) -> None:
        self.actor = Actor(key=name)


def make_app() -> Flask:
    config = Config(public_url=os.environ["PUBLIC_URL"], testing=True)
    app = Flask("live_app")
    app.config.update(SETTINGS=config, DIGEST_KEY=b"a key of the tests", SECURE=False, TESTING=True)
    i18n.init(app, config)
    # A ping in the making keeps the memory of its connection; the tests do not wait 25 seconds for that.
    server.PING_SECONDS = 1
    if "STOCK_MANAGER" in os.environ:
        server.RoomManager = Manager
    realtime.init(app, config)
    manager = LoginManager(app)

    @manager.request_loader
    def who(_request: object) -> Holder | None:
        name = request.cookies.get("session", "")
        g.session_scope = name if name in sessions else None
        return Holder(name) if name in sessions else None

    realtime.region("register", lambda _actor, key: key == "enzkreis")
    realtime.region("staff", lambda actor, _key: not actor.is_visitor, lambda _actor, _key: "moderator")
    realtime.region("broken", lambda _actor, _key: bool(1 / 0))
    add_routes(app)
    return app


def add_routes(app: Flask) -> None:
    @app.get("/token")
    def token() -> str:
        return realtime.token()

    @app.post("/push")
    def push() -> str:
        """Push `times` changes of `size` characters to a region; `soon` bundles them."""
        args = request.args
        name, audience = args.get("region", "register:enzkreis"), args.get("audience", "public")
        for _ in range(args.get("times", 1, int)):
            version = state["version"] = next(versions)

            def render(language: str, version: int = version) -> dict[str, object]:
                renderings["push"].append([language, version])
                return {"version": version, "html": i18n.language() + "x" * args.get("size", 0, int)}

            if "soon" in args:
                realtime.push_soon(
                    name, render, audience=audience, at_most_per_second=args.get("soon", 4, float)
                )
            else:
                realtime.push(name, render, audience=audience)
        return "done"

    @app.get("/region")
    def region() -> Response:
        def render() -> str:
            renderings["region"].append(state["version"])
            return f"<p>{i18n.language()} {state['version']}</p>"

        return realtime.region_response(state["version"], render)

    @app.post("/end/<name>")
    def end(name: str) -> str:
        sessions.discard(name)
        return str(realtime.disconnect_session(name))

    @app.get("/state")
    def show() -> dict[str, object]:
        live = app.extensions["socketio"].server
        return {
            "renderings": renderings,
            "sockets": len(live.eio.sockets),
            "environs": len(live.environ),
            "rooms": len(live.manager.rooms.get("/", {})),
            "half_packets": len(live._binary_packet),
            "memory_kb": int(Path("/proc/self/statm").read_text().split()[1])
            * os.sysconf("SC_PAGE_SIZE")
            // 1024,
        }
