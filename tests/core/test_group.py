"""Writers that meet share a commit: one for all, and each for themselves when something goes wrong."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite
import pytest
from flask import Flask, g
from sqlalchemy import create_engine, event, func, select
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError

from core import group
from core import transaction as transactions
from core.actor import SYSTEM
from core.clock import now
from core.db import db, engine_options, prepare_engine
from core.group import CommitFailed, Writer
from core.journal import JournalEntry, record
from core.transaction import transaction
from tests.core.house import SomethingHappened, a_house, happen

Body = Callable[[], None]
Share = Callable[[Sequence[Body]], list[Future[None]]]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Flask]:
    with a_house(tmp_path) as app:
        if db.engine.dialect.name != "sqlite":
            pytest.skip("PostgreSQL groups commits itself.")
        app.config["LOCK_WAIT_SECONDS"] = 10.0
        yield app


@pytest.fixture
def commits(house: Flask) -> list[int]:
    seen: list[int] = []
    event.listen(db.engine, "commit", lambda connection: seen.append(1))
    return seen


@pytest.fixture
def ended() -> list[str]:
    """What happened in the end, in order."""
    return []


@pytest.fixture
def share(house: Flask, ended: list[str], monkeypatch: pytest.MonkeyPatch) -> Share:
    """Run changes at once, so that all of them are in one group before it is committed."""

    def run(bodies: Sequence[Body]) -> list[Future[None]]:
        writer = Writer()
        monkeypatch.setattr(transactions, "_writer", writer)
        monkeypatch.setattr(group, "LONGEST_SECONDS", 10.0)

        def wait_for_the_others(seconds: float) -> None:
            limit = time.monotonic() + 5
            while writer._group and writer._group.units < len(bodies) and time.monotonic() < limit:
                threading.Event().wait(0.005)

        monkeypatch.setattr(group.time, "sleep", wait_for_the_others)

        def change(body: Body) -> None:
            with house.app_context():
                try:
                    with transaction():
                        body()
                finally:
                    ended.append("told")

        with ThreadPoolExecutor(len(bodies)) as pool:
            made = [pool.submit(change, body) for body in bodies]
        monkeypatch.undo()
        return made

    return run


def entry(number: int) -> Body:
    return lambda: record(SYSTEM, SomethingHappened(number))


def things() -> list[int]:
    db.session.rollback()
    rows = db.session.execute(select(JournalEntry.payload).order_by(JournalEntry.id)).scalars()
    return sorted(row["thing_id"] for row in rows)


def test_those_who_meet_share_one_commit(share: Share, commits: list[int]) -> None:
    for done in share([entry(number) for number in range(6)]):
        done.result()

    assert (things(), len(commits)) == ([0, 1, 2, 3, 4, 5], 1)


def test_who_comes_alone_commits_alone(house: Flask, commits: list[int]) -> None:
    happen(1, 2, 3)

    assert (things(), len(commits)) == ([1, 2, 3], 3)


def test_a_group_has_a_bound(share: Share, commits: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group, "MOST_UNITS", 2)
    writer_of_one = [entry(number) for number in range(6)]
    for done in share(writer_of_one):
        done.result()

    assert things() == [0, 1, 2, 3, 4, 5]
    assert len(commits) >= 3


def test_one_that_fails_takes_no_other_along(share: Share) -> None:
    def fail() -> None:
        record(SYSTEM, SomethingHappened(99))
        raise ZeroDivisionError

    def fail_with_the_session() -> None:
        db.session.add(JournalEntry(id=1, at=None, actor="", fact="", payload={}))
        raise KeyError

    *sound, broken, other = share([entry(1), entry(2), fail, fail_with_the_session])

    assert [done.exception() for done in sound] == [None, None]
    assert isinstance(broken.exception(), ZeroDivisionError)
    assert isinstance(other.exception(), KeyError)
    assert things() == [1, 2]


def test_the_session_shares_the_transaction_and_never_ends_it(share: Share) -> None:
    def with_session() -> None:
        record(SYSTEM, SomethingHappened(1))
        seen = db.session.execute(select(func.count()).select_from(JournalEntry)).scalar_one()
        assert seen >= 1
        record(SYSTEM, SomethingHappened(seen + 100))

    for done in share([with_session, entry(2)]):
        done.result()

    assert things()[:2] == [1, 2]


def test_a_commit_that_fails_fails_for_all_and_for_nobody_after(share: Share) -> None:
    broken = [True]

    def refuse(connection: object) -> None:
        if broken:
            broken.clear()
            raise OperationalError("COMMIT", None, Exception("disk I/O error"))

    event.listen(db.engine, "commit", refuse)
    for done in share([entry(1), entry(2), entry(3)]):
        assert isinstance(done.exception(), CommitFailed)

    assert things() == []
    happen(4)
    assert things() == [4]


def test_what_was_not_kept_is_not_in_the_session_either(house: Flask) -> None:
    def refuse(connection: object) -> None:
        event.remove(db.engine, "commit", refuse)
        raise OperationalError("COMMIT", None, Exception("disk I/O error"))

    event.listen(db.engine, "commit", refuse)
    made = JournalEntry(id=77, at=now(), actor="somebody", fact="Fact", payload={})

    def add() -> None:
        with transaction():
            db.session.add(made)

    with pytest.raises(CommitFailed) as told:
        add()
    assert "disk I/O error" in str(told.value.__cause__)
    assert db.session.get(JournalEntry, 77) is None


def test_a_transaction_the_database_gave_up_is_nobodys(share: Share) -> None:
    def lose_everything() -> None:
        # What SQLite does by itself when the disk is full.
        record(SYSTEM, SomethingHappened(1))
        g.unit.connection.connection.driver_connection.execute("ROLLBACK")
        raise OperationalError("INSERT", None, Exception("database or disk is full"))

    for done in share([lose_everything]):
        assert isinstance(done.exception(), CommitFailed)

    assert things() == []
    happen(2)
    assert things() == [2]


def test_nobody_is_told_before_the_commit_not_even_who_failed(share: Share, ended: list[str]) -> None:
    event.listen(db.engine, "commit", lambda connection: ended.append("commit"))

    def fail() -> None:
        raise ZeroDivisionError

    share([entry(1), fail, fail])

    assert ended == ["commit", "told", "told", "told"]


def test_who_stops_while_leading_leaves_nobody_waiting(house: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request may be stopped at any moment; those who share its group commit without it."""
    writer = Writer()
    monkeypatch.setattr(transactions, "_writer", writer)
    settle = Writer._settle
    inside = threading.Event()

    def stopped(self: Writer, of: object, leads: bool) -> None:
        if leads:
            inside.wait(5)
            raise SystemExit
        inside.set()
        settle(self, of, leads)  # type: ignore[arg-type]

    monkeypatch.setattr(Writer, "_settle", stopped)
    monkeypatch.setattr(group, "LONGEST_SECONDS", 10.0)
    joins = threading.Event()

    def lead() -> None:
        with house.app_context(), transaction():
            record(SYSTEM, SomethingHappened(1))
            joins.set()

    def follow() -> None:
        joins.wait(5)
        with house.app_context(), transaction():
            record(SYSTEM, SomethingHappened(2))

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.submit(lead), pool.submit(follow)
        second.result(timeout=5)
        assert isinstance(first.exception(timeout=5), SystemExit)
    assert things() == [1, 2]


def test_an_interrupt_after_the_commit_does_not_deny_it(
    house: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = Connection._commit_impl

    def interrupted(self: Connection) -> None:
        commit(self)
        raise KeyboardInterrupt

    monkeypatch.setattr(Connection, "_commit_impl", interrupted)
    with pytest.raises(KeyboardInterrupt):
        happen(1)
    monkeypatch.undo()

    assert things() == [1]
    happen(2)
    assert things() == [1, 2]


def test_a_change_that_cannot_be_taken_back_takes_its_group_along(house: Flask) -> None:
    """Better nobody's change than half of one."""

    class Stubborn:
        """A driver's connection that runs out of memory when something is to be undone."""

        def __init__(self, driver: Any) -> None:
            self._driver = driver

        def __getattr__(self, name: str) -> Any:
            return getattr(self._driver, name)

        def execute(self, statement: str) -> Any:
            if statement.startswith("ROLLBACK TO"):
                raise MemoryError
            return self._driver.execute(statement)

    def fail() -> None:
        with transaction():
            record(SYSTEM, SomethingHappened(1))
            found = transactions._writer._group
            assert found is not None
            found.driver = Stubborn(found.driver)
            raise ZeroDivisionError

    with pytest.raises(CommitFailed):
        fail()
    assert things() == []
    happen(2)
    assert things() == [2]


def test_each_database_has_groups_of_its_own(tmp_path: Path) -> None:
    engines = []
    for name in ("one", "two"):
        address = f"sqlite:///{tmp_path / name}.db"
        engine = create_engine(address, **engine_options(address))
        prepare_engine(engine)
        with engine.connect() as connection:
            connection.exec_driver_sql("CREATE TABLE things (n INTEGER)")
            connection.commit()
        engines.append(engine)
    writer, inside = Writer(), threading.Event()

    def write(number: int, first: bool) -> None:
        if not first:
            inside.wait(5)
        with writer.unit(engines[number], time.monotonic() + 5) as connection:
            inside.set()
            connection.exec_driver_sql("INSERT INTO things VALUES (?)", (number,))

    for _ in range(10):
        inside.clear()
        with ThreadPoolExecutor(2) as pool:
            for done in [pool.submit(write, 0, True), pool.submit(write, 1, False)]:
                done.result()
    for number, engine in enumerate(engines):
        with engine.connect() as connection:
            assert connection.exec_driver_sql("SELECT n FROM things").scalars().all() == [number] * 10
        engine.dispose()


def test_a_file_that_is_locked_when_the_first_connection_is_made_is_waited_for(house: Flask) -> None:
    happen(1)
    db.session.remove()
    db.engine.dispose()
    with closing(
        sqlite.connect(str(db.engine.url.database), isolation_level=None, check_same_thread=False)
    ) as other:
        for statement in ("PRAGMA locking_mode=EXCLUSIVE", "BEGIN IMMEDIATE", "SELECT id FROM journal"):
            other.execute(statement).fetchall()
        timer = threading.Timer(0.3, lambda: (other.execute("ROLLBACK"), other.close()))
        timer.start()
        happen(2)
        timer.join()
    assert things() == [1, 2]
