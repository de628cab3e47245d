"""Statements that are compiled once behave like those of the session: same types, same transaction."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import bindparam, event, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from core.actor import SYSTEM
from core.db import db
from core.journal import JournalEntry, record
from core.statements import Statement
from core.transaction import transaction
from tests.core.house import SomethingHappened, a_house

WRITE = Statement(
    lambda: insert(JournalEntry).values(
        id=bindparam("number"),
        at=bindparam("moment"),
        actor="somebody",
        fact=bindparam("kind"),
        payload=bindparam("content"),
    )
)
READ = Statement(
    lambda: (
        select(JournalEntry.at, JournalEntry.payload, JournalEntry.fact)
        .where(JournalEntry.actor == "somebody", JournalEntry.fact == bindparam("kind"))
        .order_by(JournalEntry.id)
    )
)
COUNT = Statement(lambda: select(func.count(JournalEntry.id)))
NOON = datetime(2021, 11, 19, 12, tzinfo=UTC)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Flask]:
    with a_house(tmp_path) as app, app.app_context():
        yield app


def an_entry(number: int, kind: str = "Kind") -> dict[str, object]:
    return {"number": number, "moment": NOON, "kind": kind, "content": {"n": number, "word": "ü"}}


def test_values_pass_through_the_columns_types_both_ways(house: Flask) -> None:
    with transaction():
        assert WRITE.run(**an_entry(1)) == 1
        WRITE.run_for_each([an_entry(2), an_entry(3, "Other")])

    assert READ.rows(kind="Kind") == [(NOON, {"n": n, "word": "ü"}, "Kind") for n in (1, 2)]
    assert READ.first(kind="Other") == (NOON, {"n": 3, "word": "ü"}, "Other")
    assert READ.first(kind="None") is None
    assert READ.rows(kind="None") == []


def test_a_time_without_a_zone_is_refused_as_everywhere(house: Flask) -> None:
    with pytest.raises(ValueError, match="time zone"), transaction():
        WRITE.run(**{**an_entry(1), "moment": datetime(2021, 11, 19)})  # noqa: DTZ001 - what is refused


def test_nothing_stays_of_what_was_not_committed(house: Flask) -> None:
    def fail_late() -> None:
        with transaction():
            WRITE.run(**an_entry(1))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_late()

    assert COUNT.first() == (0,)


def test_what_is_pending_in_the_session_is_seen(house: Flask) -> None:
    with transaction():
        db.session.add(JournalEntry(at=NOON, actor="somebody", fact="Kind", payload={}))
        assert READ.rows(kind="Kind") == [(NOON, {}, "Kind")]


def test_every_transaction_asks_its_own_connection(house: Flask) -> None:
    for expected in (0, 1, 2):
        with transaction():
            assert COUNT.first() == (expected,)
            record(SYSTEM, SomethingHappened(expected))


def test_peeking_opens_no_transaction_but_joins_an_open_one(house: Flask) -> None:
    assert COUNT.peek() == (0,)
    assert not db.session().in_transaction()
    with transaction():
        record(SYSTEM, SomethingHappened(1))
        assert COUNT.peek() == (1,)
    assert COUNT.peek() == (1,)


def test_the_drivers_errors_come_as_sqlalchemys_and_tell_no_values(house: Flask) -> None:
    with transaction():
        WRITE.run(**an_entry(1))

    with pytest.raises(IntegrityError) as caught, transaction():
        WRITE.run(**an_entry(1, "Secret"))

    assert "Secret" not in str(caught.value)


def test_listeners_hear_of_them(house: Flask) -> None:
    said: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *given: said.append(given[2]))

    COUNT.first()
    COUNT.peek()

    assert [statement.split()[0] for statement in said] == ["SELECT", "SELECT"]


def test_the_number_of_changed_rows_is_told(house: Flask) -> None:
    change = Statement(lambda: update(JournalEntry).where(JournalEntry.id == bindparam("n")).values(fact="x"))
    with transaction():
        assert change.run(n=77) == 0
