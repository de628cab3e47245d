"""Writers that meet share a commit: one for all, and each for themselves when something goes wrong."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask, g
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError

from core import group
from core import transaction as transactions
from core.actor import SYSTEM
from core.db import db
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
