"""R52, R56 and R57: what is acknowledged is on disk, on a database that can be trusted with it.

Sealing, anchoring and tampering with the journal (R52) are tried in tests/core/test_sealing.py. That the
answer leaves only after the commit is seen here by looking at the order of things; that SQLite waits for
the disk is its setting FULL, which the program insists on. A power cut itself is not simulated.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite
import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, event

from core.db import SAFE_SQLITE, UnsafeDatabase, check_engine, db, engine_options, prepare_engine
from tests.client import Client
from tests.conftest import Maker
from tests.site import Site

on_sqlite = pytest.mark.skipif(bool(os.environ.get("TEST_DATABASE_URL")), reason="about SQLite files")
PRAGMAS = {"synchronous": 2, "journal_mode": "wal", "foreign_keys": 1, "mmap_size": 0, "busy_timeout": 0}


def an_engine(file: Path) -> Engine:
    address = f"sqlite:///{file}"
    return create_engine(address, **engine_options(address))


@on_sqlite
def test_every_connection_waits_for_the_disk(app: Flask) -> None:
    with app.app_context():
        for _ in range(3):
            with db.engine.connect() as one, db.engine.connect() as other:
                for connection in (one, other):
                    for name, value in PRAGMAS.items():
                        assert connection.exec_driver_sql(f"PRAGMA {name}").scalar() == value


@pytest.mark.parametrize("weak", ["synchronous=NORMAL", "synchronous=OFF", "foreign_keys=OFF"])
def test_weaker_settings_are_refused(tmp_path: Path, weak: str) -> None:
    engine = an_engine(tmp_path / "weak.db")
    prepare_engine(engine)
    check_engine(engine)

    @event.listens_for(engine, "connect")
    def weaken(connection: Any, _record: Any) -> None:
        connection.execute(f"PRAGMA {weak}")

    engine.dispose()
    with pytest.raises(UnsafeDatabase):
        check_engine(engine)
    engine.dispose()


@pytest.mark.parametrize("version", ["3.40.1", "3.51.2", "3.7.0"])
def test_a_library_that_can_damage_its_file_is_refused(tmp_path: Path, version: str) -> None:
    engine = an_engine(tmp_path / "old.db")
    prepare_engine(engine)

    @event.listens_for(engine, "connect")
    def pretend(connection: Any, _record: Any) -> None:
        connection.create_function("sqlite_version", 0, lambda: version)

    with pytest.raises(UnsafeDatabase, match=version):
        check_engine(engine)
    engine.dispose()


def test_the_library_in_use_is_recent_enough() -> None:
    assert sqlite.sqlite_version_info >= SAFE_SQLITE


@on_sqlite
def test_what_was_answered_is_in_the_file_for_everybody_else(
    app: Flask, site: Site, make: Maker, browse: Any
) -> None:
    make.dialogue()
    person: Client = browse(make.participant())
    form = person.form("/dialogues/probe/contribute/need")
    copies = []
    for number in range(5):
        form = person.form("/dialogues/probe/contribute/need")
        person.send(form, {"text": f"Wunsch {number}", "field": "sprache", "municipality": "county"}, 303)
        # What a power cut would leave: file and log as they are now, opened by somebody else.
        copies.append(copy_of(site.database_file(), site.folder / f"cut-{number}.db"))

    for number, copy in enumerate(copies):
        with sqlite.connect(copy) as connection:
            assert connection.execute("SELECT count(*) FROM contributions").fetchone() == (number + 1,)
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        connection.close()


def copy_of(database: Path, to: Path) -> Path:
    for ending in ("", "-wal"):
        source = database.with_name(database.name + ending)
        if source.exists():
            to.with_name(to.name + ending).write_bytes(source.read_bytes())
    return to


def test_the_answer_comes_after_the_commit(app: Flask, make: Maker, browse: Any) -> None:
    make.dialogue()
    person: Client = browse(make.participant())
    form = person.form("/dialogues/probe/contribute/need")
    order: list[str] = []
    with app.app_context():
        engine = db.engine

    def committed(_connection: Any) -> None:
        order.append("commit")

    event.listen(engine, "commit", committed)
    app.after_request_funcs.setdefault(None, []).append(lambda answer: order.append("answer") or answer)
    try:
        person.send(form, {"text": "Wunsch", "field": "sprache", "municipality": "county"}, 303)
    finally:
        app.after_request_funcs[None].pop()
        event.remove(engine, "commit", committed)

    assert order == ["commit", "answer"]


@on_sqlite
def test_a_torn_end_of_the_log_loses_nothing_that_is_whole(
    app: Flask, site: Site, make: Maker, browse: Any
) -> None:
    make.dialogue()
    person: Client = browse(make.participant())
    for number in range(3):
        form = person.form("/dialogues/probe/contribute/need")
        person.send(form, {"text": f"Wunsch {number}", "field": "sprache", "municipality": "county"}, 303)
    copy = copy_of(site.database_file(), site.folder / "torn.db")
    log = copy.with_name("torn.db-wal")
    log.write_bytes(log.read_bytes() + os.urandom(2_000))

    with sqlite.connect(copy) as connection:
        assert connection.execute("SELECT count(*) FROM contributions").fetchone() == (3,)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
