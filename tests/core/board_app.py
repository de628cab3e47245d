"""Six boards with a real database and live regions, for the test in which a server dies under 360 people."""

import os

from flask import Flask, Response, g, jsonify, request
from flask_login import LoginManager, UserMixin
from markupsafe import Markup
from sqlalchemy import text
from wtforms import StringField

from core import i18n, realtime, web
from core.actor import Actor
from core.config import Config
from core.db import Base, db, engine_options, prepare_engine
from core.forms import Form
from core.idempotency import IdempotencyKey


class Words(Form):
    text = StringField()


class Holder(UserMixin):
    def __init__(self, name: str) -> None:
        self.actor = Actor(key=name)


def draw_card(number: int, words: str) -> Markup:
    return Markup('<p data-id="{}">{}</p>').format(number, words)


def make_app() -> Flask:
    config = Config(public_url=os.environ["PUBLIC_URL"], testing=True)
    path = f"sqlite:///{os.environ['BOARD_DATABASE']}"
    app = Flask("board_app")
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
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
        Base.metadata.create_all(db.engine, tables=[Base.metadata.tables[IdempotencyKey.__tablename__]])
        db.session.execute(
            text("CREATE TABLE IF NOT EXISTS cards (id INTEGER PRIMARY KEY, board, version, words)")
        )
        db.session.execute(text("CREATE TABLE IF NOT EXISTS boards (id INTEGER PRIMARY KEY, version)"))
        for number in range(1, 7):
            db.session.execute(text("INSERT OR IGNORE INTO boards VALUES (:id, 0)"), {"id": number})
        db.session.commit()
    realtime.init(app, config)
    manager = LoginManager(app)

    @manager.request_loader
    def who(_request: object) -> Holder | None:
        g.session_scope = request.cookies.get("session")
        return Holder(g.session_scope) if g.session_scope else None

    @app.before_request
    def load() -> None:
        # The scope of a form's key is known from here on, as in the whole application.
        web.current_actor()

    realtime.region("board", lambda actor, _key: not actor.is_visitor)
    add_routes(app)
    return app


def add_routes(app: Flask) -> None:
    def version_of(board: int) -> int:
        found: int = db.session.execute(
            text("SELECT version FROM boards WHERE id = :id"), {"id": board}
        ).scalar_one()
        return found

    def draw(board: int) -> str:
        rows = db.session.execute(
            text("SELECT id, words FROM cards WHERE board = :id ORDER BY version"), {"id": board}
        )
        return "".join(draw_card(*row) for row in rows)

    @app.post("/boards/<int:board>/cards")
    def write(board: int) -> Response:
        made: list[tuple[int, int]] = []

        def act() -> web.Answer:
            version = db.session.execute(
                text("UPDATE boards SET version = version + 1 WHERE id = :id RETURNING version"),
                {"id": board},
            ).scalar_one()
            number = db.session.execute(
                text(
                    "INSERT INTO cards (board, version, words) VALUES (:board, :version, :words) RETURNING id"
                ),
                {"board": board, "version": version, "words": request.form["text"]},
            ).scalar_one()
            made.append((number, version))
            return web.Answer(f"/boards/{board}")

        response = web.submit(Words(request.form), act, lambda _form: "refused")
        for number, version in made:
            html = str(draw_card(number, request.form["text"]))
            push = {"version": version, "id": str(number), "html": html}
            realtime.push(f"board:{board}", lambda _language, push=push: push)
        return response

    @app.get("/boards/<int:board>")
    def read(board: int) -> Response:
        return realtime.region_response(version_of(board), lambda: draw(board), region=f"board:{board}")

    @app.get("/token")
    def token() -> str:
        return realtime.token()

    @app.get("/cards")
    def cards() -> Response:
        rows = db.session.execute(text("SELECT words FROM cards ORDER BY id")).scalars().all()
        return jsonify(list(rows))

    @app.get("/state")
    def state() -> dict[str, int]:
        return {"sockets": len(app.extensions["socketio"].server.eio.sockets)}
