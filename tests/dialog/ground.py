"""What the tests of dialogues share: looking at rows, facts and queries from outside the package."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, func, select

from core.db import db
from core.journal import JournalEntry


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
