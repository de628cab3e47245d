"""A small application to be served by `core.server` in a process of its own."""

from __future__ import annotations

import time
from collections.abc import Iterator

from flask import Flask, Response, request

from core import i18n, keys, logs, sealing, views
from core.actor import SYSTEM
from core.config import Config
from core.db import Base, db, engine_options, prepare_engine
from core.errors import DomainError
from core.journal import JournalEntry, record
from core.transaction import transaction
from tests.core.house import SomethingHappened


def create_app() -> Flask:
    """The application; its settings come from the environment as in real life."""
    config = Config.from_environ()
    app = Flask("served")
    app.config.update(
        SETTINGS=config,
        KEYS=keys.load(config.keys_dir),
        LOCK_WAIT_SECONDS=config.lock_wait_seconds,
        SQLALCHEMY_DATABASE_URI=config.database,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(config.database),
    )
    logs.init(app, config)
    db.init_app(app)
    i18n.init(app, config)
    app.config["SECURE"] = False
    with app.app_context():
        prepare_engine(db.engine)
        models = (JournalEntry, sealing.Seal, sealing.SealHead)
        tables = [Base.metadata.tables[model.__tablename__] for model in models]
        Base.metadata.create_all(db.engine, tables=tables)
    views.init(app, config)

    @app.errorhandler(DomainError)
    def domain_error(error: DomainError) -> tuple[str, int]:
        return error.code, error.status

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> tuple[str, int]:
        return logs.incident(error), 500

    @app.post("/happen/<int:thing>")
    def happen(thing: int) -> str:
        with transaction():
            record(SYSTEM, SomethingHappened(thing))
        return "done"

    @app.get("/count")
    def count() -> str:
        return str(db.session.query(JournalEntry).count())

    @app.get("/sealed")
    def sealed() -> str:
        return str(db.session.query(sealing.Seal).count())

    @app.get("/slow")
    def slow() -> str:
        time.sleep(2)
        return "slept"

    @app.get("/endless")
    def endless() -> Response:
        def go_on() -> Iterator[str]:
            while True:
                yield "."
                time.sleep(0.2)

        return Response(go_on())

    @app.get("/fail")
    def fail() -> str:
        raise RuntimeError(f"Secret {request.args['canary']}")

    @app.get("/address")
    def address() -> str:
        return f"{request.remote_addr} {request.scheme}"

    return app
