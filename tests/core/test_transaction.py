"""The only commit in the program: all or nothing, one at a time, and a sentence when it takes too long."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import pytest
from flask import Flask
from sqlalchemy import func, select

from core import bus
from core.actor import SYSTEM
from core.db import db
from core.errors import Busy
from core.journal import Fact, JournalEntry, record
from core.transaction import current_unit, transaction
from tests.core.house import SomethingHappened, a_house, happen


@dataclass(frozen=True)
class SomethingElseHappened(Fact):
    """Another fact of the tests."""

    thing_id: int


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    monkeypatch.setattr(bus, "_subscribers", defaultdict(list))
    monkeypatch.setattr(bus, "_reactions", defaultdict(list))
    with a_house(tmp_path) as app:
        yield app


def entries() -> int:
    db.session.rollback()
    return db.session.execute(select(func.count()).select_from(JournalEntry)).scalar_one()


@pytest.mark.usefixtures("house")
class TestAllOrNothing:
    def test_what_fails_leaves_nothing_and_tells_nobody(self) -> None:
        heard: list[Fact] = []
        bus.react(SomethingHappened)(heard.append)

        def fail() -> None:
            with transaction():
                record(SYSTEM, SomethingHappened(1))
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail()
        assert (entries(), heard) == (0, [])
        happen(2)
        assert (entries(), heard) == (1, [SomethingHappened(2)])

    def test_it_does_not_nest(self) -> None:
        def nest() -> None:
            with transaction():
                happen(1)

        with pytest.raises(RuntimeError, match="open already"):
            nest()
        assert entries() == 0

    def test_outside_nothing_can_be_recorded(self) -> None:
        with pytest.raises(RuntimeError):
            current_unit()
        with pytest.raises(RuntimeError):
            record(SYSTEM, SomethingHappened(1))

    def test_a_subscriber_belongs_to_the_change(self) -> None:
        @bus.subscribe(SomethingHappened)
        def also(actor: object, fact: SomethingHappened) -> None:
            if fact.thing_id == 2:
                raise ZeroDivisionError
            record(SYSTEM, SomethingElseHappened(fact.thing_id))

        happen(1)
        assert entries() == 2
        with pytest.raises(ZeroDivisionError):
            happen(2)
        assert entries() == 2

    def test_reactions_come_after_the_commit_and_may_change_things_themselves(self, house: Flask) -> None:
        seen: list[int] = []

        @bus.react(SomethingHappened)
        def look(fact: SomethingHappened) -> None:
            with ThreadPoolExecutor(1) as pool, house.app_context():
                seen.append(pool.submit(_entries_elsewhere, house).result())
            with transaction():
                record(SYSTEM, SomethingElseHappened(fact.thing_id))

        happen(1)
        assert (seen, entries()) == ([1], 2)

    def test_a_reaction_that_fails_stops_no_other_and_undoes_nothing(self, house: Flask) -> None:
        heard: list[Fact] = []

        @bus.react(SomethingHappened)
        def fail(fact: SomethingHappened) -> None:
            raise ZeroDivisionError

        bus.react(SomethingHappened)(heard.append)
        with pytest.raises(ZeroDivisionError):
            happen(1)
        house.config["TESTING"] = False
        happen(2)
        assert (entries(), heard) == (2, [SomethingHappened(2)])


def _entries_elsewhere(app: Flask) -> int:
    with app.app_context():
        return entries()


class TestManyAtOnce:
    def test_eight_writers_lose_nothing(self, house: Flask) -> None:
        house.config["LOCK_WAIT_SECONDS"] = 20.0

        def write(first: int) -> None:
            with house.app_context():
                happen(*range(first, first + 25))

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(write, range(0, 200, 25)))
        assert entries() == 200

    def test_a_lock_held_for_a_while_is_waited_for(self, house: Flask, tmp_path: Path) -> None:
        _only_sqlite()
        with closing(
            sqlite.connect(tmp_path / "vielstimmig.db", isolation_level=None, check_same_thread=False)
        ) as other:
            other.execute("BEGIN IMMEDIATE")
            threading.Timer(0.4, other.execute, ["COMMIT"]).start()
            started = time.monotonic()
            happen(1)
            assert 0.3 < time.monotonic() - started < 4
        assert entries() == 1

    def test_a_lock_held_too_long_is_said_and_nothing_happened(self, house: Flask, tmp_path: Path) -> None:
        _only_sqlite()
        house.config["LOCK_WAIT_SECONDS"] = 0.2
        with closing(sqlite.connect(tmp_path / "vielstimmig.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(Busy):
                happen(1)
            assert entries() == 0
            other.execute("COMMIT")
        happen(2)
        assert entries() == 1

    def test_a_writer_of_our_own_that_takes_too_long_is_said(self, house: Flask) -> None:
        _only_sqlite()
        house.config["LOCK_WAIT_SECONDS"] = 0.2
        inside, may_end = threading.Event(), threading.Event()

        def hold() -> None:
            with house.app_context(), transaction():
                inside.set()
                may_end.wait(5)

        thread = threading.Thread(target=hold)
        thread.start()
        inside.wait(5)
        with pytest.raises(Busy):
            happen(1)
        may_end.set()
        thread.join()
        happen(2)
        assert entries() == 1


def _only_sqlite() -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL has no lock of the whole database.")
