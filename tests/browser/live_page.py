"""One page with a watched list, drawn with the real macros and scripts, served by gunicorn in the tests."""

import os

from flask import Flask, Response, g, render_template_string, request
from flask_login import LoginManager, UserMixin
from markupsafe import Markup, escape

from core import assets, http_headers, i18n, realtime
from core.actor import Actor
from core.config import ROOT, Config

PAGE = """{% import "components/live.html" as lives with context %}<!doctype html>
<html lang="{{ language }}"><head><title>List</title><link rel="icon" href="data:,">
<script type="module" src="{{ asset('core/main.js') }}"></script></head><body><main><h1>List</h1>
{% call lives.live() %}
{% call lives.live_region("list:all", version, url_for("region"), insert=insert) %}{{ region }}{% endcall %}
{% endcall %}
<p><input id="outside" aria-label="Elsewhere"></p></main></body></html>"""

entries: list[tuple[str, str]] = []
state = {"version": 1, "reads": 0, "online": 1}
sessions = {"anna"}


class Holder(UserMixin):
    actor = Actor(key="anna")


def draw_entry(number: str, text: str) -> Markup:
    return Markup(
        '<li class="vs-card" data-id="{0}"><details id="more-{0}"><summary>{1}</summary>more</details>'
        '<a href="#{0}">link {0}</a> <input aria-label="note {0}"></li>'
    ).format(number, text)


def draw_list() -> Markup:
    if not entries:
        return Markup("<p>Nothing yet</p>")
    items = Markup("").join(draw_entry(*entry) for entry in reversed(entries))
    return Markup('<h2 data-live-text="total">{} in all</h2><ul data-live-list>{}</ul>').format(
        len(entries), items
    )


def make_app() -> Flask:
    config = Config(public_url=os.environ["PUBLIC_URL"], testing=True)
    app = Flask("live_page", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    app.config.update(SETTINGS=config, DIGEST_KEY=b"a key of the tests", SECURE=False, TESTING=True)
    i18n.init(app, config)
    assets.init(app, config)
    realtime.init(app, config)
    manager = LoginManager(app)

    @manager.request_loader
    def who(_request: object) -> Holder | None:
        name = request.cookies.get("session", "")
        g.session_scope = name if name in sessions else None
        return Holder() if name in sessions else None

    realtime.region("list", lambda _actor, _key: True)

    @app.after_request
    def protect(response: Response) -> Response:
        http_headers.add(response)
        return response

    add_routes(app)
    return app


def add_routes(app: Flask) -> None:
    @app.get("/")
    def page() -> str:
        insert = request.args.get("insert", "start") or None
        version, region = state["version"], draw_list()
        return render_template_string(
            PAGE, version=version, region=region, insert=insert, language=i18n.language()
        )

    @app.get("/region")
    def region() -> Response:
        state["reads"] += 1
        return realtime.region_response(state["version"], draw_list, region="list:all")

    @app.post("/entries/<number>")
    def put(number: str) -> str:
        """Add an entry, or change it, or (without `text`) take it away; `quiet` pushes nothing."""
        text = request.args.get("text", "")
        known = dict(entries)
        if text:
            known[number] = text
        else:
            known.pop(number, None)
        entries[:] = known.items()
        state["version"] += 1
        html = draw_entry(number, text) if text else ""
        push = {
            "version": state["version"],
            "id": number,
            "html": str(html),
            "texts": {"total": f"{len(entries)} in all"},
        }
        if "quiet" not in request.args:
            realtime.push("list:all", lambda _language: push)
        return "done"

    @app.post("/whole")
    def whole() -> str:
        state["version"] += 1
        push = {"version": state["version"], "html": str(draw_list() + escape("whole"))}
        realtime.push("list:all", lambda _language: push)
        return "done"

    @app.post("/end")
    def end() -> str:
        sessions.clear()
        return str(realtime.disconnect_session("anna"))

    @app.post("/cut")
    def cut() -> str:
        """Cut all lines, as a restart does."""
        live = app.extensions["socketio"].server.eio
        for socket in list(live.sockets.values()):
            live.disconnect(socket.sid)
        return "done"

    @app.get("/state")
    def show() -> dict[str, int]:
        return state
