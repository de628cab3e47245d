"""What the tests of dialogues share: looking at rows, facts and queries from outside the package."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import event, func, select
from werkzeug.test import TestResponse

from core.db import db
from core.journal import JournalEntry
from tests.client import Client

THREADS = 16


def facts(kind: str = "") -> list[tuple[str, str, dict[str, Any]]]:
    """What the journal says in order: actor, fact, payload; only facts of one kind if it is named."""
    rows = db.session.execute(
        select(JournalEntry.actor, JournalEntry.fact, JournalEntry.payload).order_by(JournalEntry.id)
    )
    return [(actor, fact, payload) for actor, fact, payload in rows if kind in {"", fact}]


def count(model: type[Any]) -> int:
    """How many rows a table has."""
    return db.session.scalar(select(func.count()).select_from(model)) or 0


@contextmanager
def nothing_changes(*models: type[Any]) -> Iterator[None]:
    """Neither the journal nor these tables have a row more or less afterwards."""
    db.session.rollback()
    before = [count(JournalEntry), *(count(model) for model in models)]
    yield
    db.session.rollback()
    assert [count(JournalEntry), *(count(model) for model in models)] == before


@contextmanager
def counted_queries() -> Iterator[list[str]]:
    """The statements sent to the database meanwhile, without those that only frame a transaction."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def at_once(number: int, act: Callable[[int], Any]) -> list[Any]:
    """Do `act` this often on THREADS threads that start together; gives the results in order."""
    results: list[Any] = [None] * number
    failures: list[BaseException] = []
    start = threading.Barrier(THREADS)

    def work(first: int) -> None:
        try:
            start.wait(timeout=30)
            for turn in range(first, number, THREADS):
                results[turn] = act(turn)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(first,)) for first in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert not failures, failures
    assert not any(thread.is_alive() for thread in threads)
    return results


def insist(post: Callable[[], TestResponse]) -> TestResponse:
    """Do as the page says where the machine is too busy (503): send the same again, up to five times."""
    answer = post()
    for _ in range(5):
        if answer.status_code != 503:
            break
        answer = post()
    return answer


def browsers(app: Flask, secret: str, number: int) -> list[Client]:
    """As many windows of one person."""
    made = [Client(app) for _ in range(number)]
    for browser in made:
        browser.plant(secret)
    return made
