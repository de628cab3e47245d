"""The only commit in the program.

Entry points (views, commands, jobs) open `with transaction():` around one action. Before the commit
nothing is told to anybody; after it the reactions run. On SQLite writers of a process wait in one line and
share commits (`core.group`), because a connection that finds the file locked would otherwise block every
other request of the process; a lock held by another process is waited for in small sleeps that let others
work.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flask import current_app, g, has_app_context
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from core import bus, reading
from core.db import db
from core.errors import Crossed
from core.group import CommitFailed, Writer

if TYPE_CHECKING:
    from core.journal import Fact

_writer = Writer()

_CROSSED = frozenset({"40P01", "40001"})
"""What PostgreSQL says of a transaction that it gave up in favour of another: deadlock, serialisation."""


@dataclass(slots=True)
class Unit:
    """What one transaction has recorded so far."""

    facts: list[Fact] = field(default_factory=list)
    connection: Connection | None = None
    """Where it happens, if it shares a commit with others; the session and statements then use it, too."""
    place: Any = None
    """What `core.statements` remembers of it."""


def current_unit() -> Unit:
    """The transaction that is open. Raises RuntimeError outside of one."""
    unit: Unit | None = g.get("unit")
    if unit is None:
        raise RuntimeError("A change needs `with transaction():` around it.")
    return unit


@contextmanager
def transaction() -> Iterator[Unit]:
    """Commit what happens inside, or nothing of it; then run the reactions.

    Does not nest (RuntimeError). Raises Busy when the write lock could not be had in time, Crossed when it
    was given up in favour of another one, and CommitFailed when the database could not keep the change; then
    nothing happened. Objects loaded before are given up:
    load what you change inside.
    """
    if g.get("unit") is not None:
        raise RuntimeError("A transaction is open already; actions never open one themselves.")
    limit = time.monotonic() + float(current_app.config["LOCK_WAIT_SECONDS"])
    # What was read so far belongs to an older state of the database.
    if db.session.registry.has() and db.session().in_transaction():
        db.session.rollback()
    reading.end()
    engine = db.engine
    if engine.dialect.name == "sqlite":
        try:
            with _writer.unit(engine, limit) as connection:
                unit = yield from _run(connection)
        except CommitFailed:
            # The session would go on showing what was never kept.
            db.session.remove()
            raise
    else:
        unit = yield from _run(None)
    bus.run_reactions(unit.facts, raise_errors=bool(current_app.config["TESTING"]))


def let_go() -> None:
    """Give the connection back before a long wait; what was loaded is loaded again when it is asked for.

    Whoever waits without it keeps a connection from others, and there are not many. Inside a transaction it
    does nothing.
    """
    if not has_app_context() or g.get("unit") is not None:
        return
    if db.session.registry.has() and db.session().in_transaction():
        db.session.rollback()
    reading.end()


def _run(connection: Connection | None) -> Generator[Unit, None, Unit]:
    unit = Unit(connection=connection)
    g.unit = unit
    try:
        yield unit
        if db.session.registry.has():
            db.session.commit()
    except BaseException as error:
        if db.session.registry.has():
            db.session.rollback()
        if isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in _CROSSED:
            raise Crossed from error
        raise
    finally:
        g.unit = None
    return unit
