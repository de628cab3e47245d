"""A request that only asks statements reads on one connection and gives it back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, g
from sqlalchemy import Engine, func, literal, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from core import reading
from core.actor import SYSTEM
from core.db import db
from core.journal import JournalEntry, record
from core.statements import Statement
from core.transaction import transaction
from tests.core.house import SomethingHappened, a_house

COUNT = Statement(lambda: select(func.count(JournalEntry.id)))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Flask]:
    with a_house(tmp_path) as app:
        reading.init(app)
        yield app


def in_use(engine: Engine) -> int:
    assert isinstance(engine.pool, QueuePool)
    return engine.pool.checkedout()


def something_happens(app: Flask) -> None:
    """In another request than the one that is open."""
    with app.app_context(), transaction():
        record(SYSTEM, SomethingHappened(1))


def test_statements_share_one_connection_and_need_no_session(house: Flask) -> None:
    with house.test_request_context():
        COUNT.peek()
        COUNT.first()
        COUNT.rows()
        assert in_use(db.engine) == 1
        assert not db.session.registry.has()
        engine = db.engine

    assert in_use(engine) == 0


def test_one_page_is_read_from_one_state(house: Flask) -> None:
    if house.config["SQLALCHEMY_DATABASE_URI"].startswith("postgresql"):
        pytest.skip("PostgreSQL reads each statement as of its own moment (read committed).")
    with house.test_request_context():
        before = COUNT.first()
        something_happens(house)
        assert COUNT.first() == before

    with house.test_request_context():
        assert COUNT.first() == (1,)


def test_peeking_sees_what_is_new_until_the_page_is_read(house: Flask) -> None:
    with house.test_request_context():
        assert COUNT.peek() == (0,)
        something_happens(house)
        assert COUNT.peek() == (1,)


def test_a_session_ends_the_reading(house: Flask) -> None:
    with house.test_request_context():
        assert COUNT.first() == (0,)
        assert db.session.scalar(select(func.count(JournalEntry.id))) == 0
        assert "reading" not in g
        assert in_use(db.engine) == 1
        assert COUNT.first() == (0,)
        assert in_use(db.engine) == 1


def test_a_transaction_ends_the_reading_and_what_it_did_is_read_afterwards(house: Flask) -> None:
    with house.test_request_context():
        assert COUNT.first() == (0,)
        with transaction():
            assert "reading" not in g
            record(SYSTEM, SomethingHappened(1))
            assert COUNT.first() == (1,)
        assert COUNT.first() == (1,)
        assert in_use(db.engine) == 1


def test_a_request_that_fails_gives_its_connection_back(house: Flask) -> None:
    @house.get("/fails")
    def fails() -> str:
        COUNT.first()
        raise RuntimeError

    house.config["PROPAGATE_EXCEPTIONS"] = False
    assert house.test_client().get("/fails").status_code == 500
    with house.app_context():
        assert in_use(db.engine) == 0


def test_after_a_statement_that_fails_one_can_still_ask(house: Flask) -> None:
    broken = Statement(lambda: select(literal(1)).where(text("nonsense = 1")))
    with house.test_request_context():
        assert COUNT.first() == (0,)
        with pytest.raises(DBAPIError):
            broken.first()
        assert "reading" not in g
        assert COUNT.first() == (0,)
        assert COUNT.peek() == (0,)
        assert in_use(db.engine) == 1
