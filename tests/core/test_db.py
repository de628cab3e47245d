"""The database: settings that keep what was acknowledged, and times that know their zone (R56, R57)."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import column, create_engine, event, insert, select
from sqlalchemy import table as lightweight
from sqlalchemy.exc import StatementError
from sqlalchemy.pool import NullPool

from core import db as core_db
from core.config import ROOT
from core.db import UnsafeDatabase, UtcDateTime, check_engine, db, engine_options, prepare_engine
from tests.core.house import a_house


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Flask]:
    with a_house(tmp_path) as app:
        yield app


@pytest.mark.usefixtures("house")
class TestSqlite:
    @pytest.fixture(autouse=True)
    def only_sqlite(self, house: Flask) -> None:
        if db.engine.dialect.name != "sqlite":
            pytest.skip("The settings of SQLite.")

    @pytest.mark.parametrize(
        ("pragma", "value"),
        [
            ("synchronous", 2),
            ("journal_mode", "wal"),
            ("foreign_keys", 1),
            ("secure_delete", 1),
            ("busy_timeout", 0),
            ("mmap_size", 0),
        ],
    )
    def test_every_connection_is_set_up(self, pragma: str, value: object) -> None:
        for _ in range(2):
            with db.engine.connect() as connection:
                assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value

    def test_a_sound_database_is_accepted(self) -> None:
        check_engine(db.engine)

    @pytest.mark.parametrize("setting", ["synchronous=NORMAL", "synchronous=OFF", "foreign_keys=OFF"])
    def test_an_unsafe_setting_is_refused(self, tmp_path: Path, setting: str) -> None:
        address = f"sqlite:///{tmp_path / 'unsafe.db'}"
        engine = create_engine(address, poolclass=NullPool, **engine_options(address))
        prepare_engine(engine)
        check_engine(engine)
        event.listen(engine, "connect", lambda connection, _record: connection.execute(f"PRAGMA {setting}"))
        with pytest.raises(UnsafeDatabase, match=setting.split("=")[0]):
            check_engine(engine)

    @pytest.mark.parametrize(("version", "safe"), [((3, 51, 3), True), ((3, 99, 0), False)])
    def test_an_old_library_is_refused(
        self, monkeypatch: pytest.MonkeyPatch, version: tuple[int, ...], safe: bool
    ) -> None:
        monkeypatch.setattr(core_db, "SAFE_SQLITE", version)
        if safe:
            check_engine(db.engine)
        else:
            with pytest.raises(UnsafeDatabase, match=r"3\.99\.0"):
                check_engine(db.engine)


@pytest.mark.skipif(not Path("/usr/bin/strace").exists(), reason="strace is not installed")
def test_the_answer_leaves_after_the_disk_has_it(tmp_path: Path) -> None:
    """Between the insert and the acknowledgement the WAL is synchronised (R56)."""
    program = (
        "import os, pathlib; from tests.core.house import *\n"
        f"with a_house(pathlib.Path({str(tmp_path)!r})):\n"
        "    happen(0)\n"
        "    for n in range(5):\n"
        "        os.write(2, b'BEFORE'); happen(n); os.write(2, b'ACKNOWLEDGED')\n"
    )
    environment = {name: value for name, value in os.environ.items() if name != "TEST_DATABASE_URL"}
    done = subprocess.run(
        ["strace", "-f", "-e", "trace=fdatasync,fsync,write", sys.executable, "-c", program],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    parts = done.stderr.split('"BEFORE"')[1:]
    assert len(parts) == 5
    assert all("sync(" in part.split('"ACKNOWLEDGED"')[0] for part in parts)


class FakeConnection:
    """Answers as a PostgreSQL with one unsafe setting would."""

    def __init__(self, off: str) -> None:
        self.off = off

    def __enter__(self) -> FakeConnection:
        return self

    def __exit__(self, *_arguments: object) -> None:
        pass

    def exec_driver_sql(self, statement: str) -> FakeConnection:
        self.answer = "off" if statement == f"SHOW {self.off}" else "on"
        return self

    def scalar(self) -> str:
        return self.answer


class FakeEngine:
    """An engine of PostgreSQL without a server."""

    class dialect:  # noqa: N801 - the name SQLAlchemy gives it
        name = "postgresql"

    def __init__(self, off: str) -> None:
        self.off = off

    def connect(self) -> FakeConnection:
        return FakeConnection(self.off)


@pytest.mark.parametrize("setting", ["fsync", "synchronous_commit", "full_page_writes"])
def test_an_unsafe_postgresql_is_refused(setting: str) -> None:
    check_engine(FakeEngine("none"))  # type: ignore[arg-type]
    with pytest.raises(UnsafeDatabase, match=setting):
        check_engine(FakeEngine(setting))  # type: ignore[arg-type]


class TestTimes:
    @pytest.fixture
    def table(self, house: Flask) -> str:
        kind = "TIMESTAMP WITH TIME ZONE" if db.engine.dialect.name == "postgresql" else "DATETIME"
        with db.engine.begin() as connection:
            connection.exec_driver_sql(f"CREATE TABLE moments (at {kind})")
        return "moments"

    def test_any_zone_comes_back_as_utc(self, table: str) -> None:
        moments = lightweight(table, column("at", UtcDateTime()))
        moment = datetime(2021, 11, 19, 16, 30, tzinfo=timezone(timedelta(hours=1)))
        with db.engine.begin() as connection:
            connection.execute(insert(moments).values(at=moment))
            found = connection.execute(select(moments.c.at)).scalar_one()
        assert found == moment
        assert found.tzinfo is UTC or found.utcoffset() == timedelta(0)

    def test_a_time_without_zone_is_refused(self, table: str) -> None:
        moments = lightweight(table, column("at", UtcDateTime()))
        with pytest.raises(StatementError, match="time zone"), db.engine.begin() as connection:
            connection.execute(insert(moments).values(at=datetime(2021, 11, 19)))  # noqa: DTZ001


def test_sqlite_comes_from_the_recent_library() -> None:
    engine = create_engine("sqlite://", **engine_options("sqlite://"))
    prepare_engine(engine)
    with engine.connect() as connection:
        version = str(connection.exec_driver_sql("SELECT sqlite_version()").scalar())
    assert tuple(map(int, version.split("."))) >= core_db.SAFE_SQLITE
    engine.dispose()
