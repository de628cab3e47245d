"""A page with a form for cards and one for a ballot, with real scripts and database, served in the tests.

A cookie names a session, which belongs to a person. What was written is told by /told.
"""

import os
import time
from pathlib import Path

from flask import Flask, Response, g, jsonify, render_template_string, request
from flask_login import LoginManager, UserMixin
from sqlalchemy import text
from wtforms import StringField

from core import assets, http_headers, i18n, outbox, web
from core.actor import VISITOR, Actor
from core.config import ROOT, Config
from core.db import Base, db, engine_options, prepare_engine
from core.errors import Conflict, DomainError, Invalid
from core.forms import Form
from core.idempotency import IdempotencyKey

PAGE = """<!doctype html><html lang="de"><head><title>Board</title><link rel="icon" href="data:,">
<script type="module" src="{{ asset('core/main.js') }}"></script></head>
<body{% if shared %} data-idle="900"{% endif %}><main><h1>Board</h1>
{% import "components/unsent.html" as unsents %}{{ unsents.unsent("/") }}
<form method="post" action="/cards" data-outbox="card">
<input type="hidden" name="_key" value="{{ key }}">
<input type="hidden" name="lane" value="need"><label>Text <textarea name="text" required></textarea></label>
<button>Send card</button></form>
<form method="post" action="/ballot" data-module="dialog/ballot" data-outbox="own" data-dots="5" data-most="5"
data-left="{left}" data-saved="Saved" data-saving="Saving" data-failed="Not saved" data-refused="Refused">
<input type="hidden" name="_key" value="{{ other }}">
<p role="status" data-ballot-state></p><p data-ballot-left></p>
<div data-item="1"><input type="hidden" name="dots" value="{{ dots }}" data-saved="{{ dots }}">
<button name="step" value="minus-1" disabled>Less</button>
<span data-given="{given}"></span>
<button name="step" value="plus-1">More</button></div></form>
</main></body></html>"""

SESSIONS = {"one": "anna", "two": "anna", "other": "bert"}


class Holder(UserMixin):
    def __init__(self, name: str) -> None:
        self.actor = Actor(key=name)


class Words(Form):
    text = StringField()


def make_app() -> Flask:
    config = Config(public_url=os.environ["PUBLIC_URL"], testing=True)
    path = f"sqlite:///{os.environ['OUTBOX_DATABASE']}"
    app = Flask("outbox_page", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    app.config.update(
        SETTINGS=config,
        DIGEST_KEY=b"a key of the tests",
        SECURE=False,
        TESTING=True,
        LOCK_WAIT_SECONDS=5,
        SQLALCHEMY_DATABASE_URI=path,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(path),
    )
    i18n.init(app, config)
    assets.init(app, config)
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
        Base.metadata.create_all(db.engine, tables=[Base.metadata.tables[IdempotencyKey.__tablename__]])
        db.session.execute(text("CREATE TABLE IF NOT EXISTS told (id INTEGER PRIMARY KEY, who, what)"))
        db.session.commit()
    manager = LoginManager(app)
    app.jinja_env.globals["outbox_owner"] = web.outbox_owner

    @manager.request_loader
    def who(_request: object) -> Holder | None:
        name = request.cookies.get("session", "")
        ended = Path(os.environ["OUTBOX_DATABASE"]).with_name(f"ended-{name}").exists()
        known = name in SESSIONS and not ended
        g.session_scope = name if known else None
        return Holder(SESSIONS[name]) if known else None

    @app.before_request
    def guard() -> None:
        outbox.check(web.current_actor())

    @app.after_request
    def protect(response: Response) -> Response:
        return http_headers.add(response) or response

    @app.errorhandler(DomainError)
    def refused(error: DomainError) -> tuple[Response, int]:
        return jsonify({"code": error.code, "sentence": str(error.sentence)}), error.status

    add_routes(app)
    return app


def add_routes(app: Flask) -> None:
    app.add_url_rule("/code", "accounts.code", lambda: "code")

    @app.get("/")
    def page() -> str:
        shared = "shared" in request.args
        last = db.session.execute(
            text("SELECT what FROM told WHERE who = :who AND what LIKE 'dots %' ORDER BY id DESC"),
            {"who": web.current_actor().key},
        ).scalar()
        dots = (last or "dots 0").split()[1]
        return render_template_string(
            PAGE, shared=shared, key=Words().key, other=Words().key, dots=dots, language="de"
        )

    @app.post("/cards")
    def cards() -> Response:
        return web.submit(Words(request.form), lambda: tell(request.form["text"]), lambda form: "refused")

    @app.post("/ballot")
    def ballot() -> Response:
        return web.submit(
            Words(request.form), lambda: tell(f"dots {request.form['dots']}"), lambda form: "no"
        )

    def tell(words: str) -> web.Answer:
        if web.current_actor() == VISITOR:
            raise Conflict("visitor")
        if "forbidden" in words:
            raise Invalid("Dieses Wort geht nicht.")
        if "breaks" in words:
            raise RuntimeError
        db.session.execute(
            text("INSERT INTO told (who, what) VALUES (:who, :what)"),
            {"who": web.current_actor().key, "what": words},
        )
        return web.Answer("/")

    @app.get("/told")
    def told() -> Response:
        rows = db.session.execute(text("SELECT who, what FROM told ORDER BY id")).all()
        return jsonify([list(row) for row in rows])

    @app.get("/state")
    def state() -> dict[str, float]:
        return {"now": time.time()}
