"""A small application that has the core and no feature, on a database of its own."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, current_app
from sqlalchemy import create_engine, make_url

from core import i18n, keys, sealing
from core.actor import SYSTEM
from core.config import Config
from core.db import Base, db, engine_options, prepare_engine
from core.journal import Fact, JournalEntry, record
from core.transaction import transaction


@dataclass(frozen=True)
class SomethingHappened(Fact):
    """A fact of the tests."""

    thing_id: int


@contextmanager
def a_database(folder: Path) -> Iterator[str]:
    """The address of an empty database, on PostgreSQL where the suite runs on it."""
    server = os.environ.get("TEST_DATABASE_URL")
    if not server:
        yield f"sqlite:///{folder / 'vielstimmig.db'}"
        return
    name = f"house_{uuid.uuid4().hex}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
        admin.dispose()


@contextmanager
def a_house(folder: Path) -> Iterator[Flask]:
    """An application with keys and the tables of the core."""
    config = Config(var_dir=folder, testing=True)
    keys.create(config.keys_dir)
    with a_database(folder) as address:
        app = Flask("house")
        app.config.update(
            TESTING=True,
            SETTINGS=config,
            KEYS=keys.load(config.keys_dir),
            LOCK_WAIT_SECONDS=1.0,
            SQLALCHEMY_DATABASE_URI=address,
            SQLALCHEMY_ENGINE_OPTIONS=engine_options(address),
        )
        db.init_app(app)
        i18n.init(app, config)
        with app.app_context():
            prepare_engine(db.engine)
            models = (JournalEntry, sealing.Seal, sealing.SealHead)
            tables = [Base.metadata.tables[model.__tablename__] for model in models]
            Base.metadata.create_all(db.engine, tables=tables)
            try:
                yield app
            finally:
                db.session.remove()
                db.engine.dispose()


def happen(*things: int) -> None:
    """Record one fact per number, each in a transaction of its own."""
    for thing in things:
        with transaction():
            record(SYSTEM, SomethingHappened(thing))


def seal_all(limit: int = sealing.BATCH) -> int:
    """Seal everything that waits; gives how much it was."""
    total = 0
    while True:
        with transaction():
            number = sealing.seal(limit, thorough=True)
        if not number:
            return total
        total += number


def look(anchor: str | None = None) -> sealing.Report:
    """What the verification says now."""
    with sealing.reading(db.engine) as connection:
        return sealing.verify(
            connection, current_app.config["KEYS"], sealing.Anchor.read(anchor) if anchor else None
        )
