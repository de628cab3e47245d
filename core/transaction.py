"""The only commit in the program.

Entry points (views, commands, jobs) open `with transaction():` around one action. Before the commit
nothing is told to anybody; after it the reactions run. On SQLite one lock per process keeps writers
in line, because a connection that finds the file locked would otherwise block every other request
of the process; a lock held by another process is waited for in small sleeps that let others work.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask import current_app, g
from sqlalchemy.exc import OperationalError

from core import bus
from core.db import BEGIN_IMMEDIATE, db
from core.errors import Busy

if TYPE_CHECKING:
    from core.journal import Fact

_RETRY_SECONDS = 0.02
_write_lock = threading.Lock()


@dataclass(slots=True)
class Unit:
    """What one transaction has recorded so far."""

    facts: list[Fact] = field(default_factory=list)


def current_unit() -> Unit:
    """The transaction that is open. Raises RuntimeError outside of one."""
    unit: Unit | None = g.get("unit")
    if unit is None:
        raise RuntimeError("A change needs `with transaction():` around it.")
    return unit


@contextmanager
def transaction() -> Iterator[Unit]:
    """Commit what happens inside, or nothing of it; then run the reactions.

    Does not nest (RuntimeError). Raises Busy when the write lock could not be had in time, in which
    case nothing happened. Objects loaded before are given up: load what you change inside.
    """
    if g.get("unit") is not None:
        raise RuntimeError("A transaction is open already; actions never open one themselves.")
    limit = time.monotonic() + float(current_app.config["LOCK_WAIT_SECONDS"])
    # What was read so far belongs to an older state of the database.
    if db.session().in_transaction():
        db.session.rollback()
    if db.engine.dialect.name == "sqlite":
        if not _write_lock.acquire(timeout=max(0.0, limit - time.monotonic())):
            raise Busy
        try:
            _begin_on_sqlite(limit)
            unit = yield from _run()
        finally:
            _write_lock.release()
    else:
        unit = yield from _run()
    bus.run_reactions(unit.facts, raise_errors=bool(current_app.config["TESTING"]))


def _begin_on_sqlite(limit: float) -> None:
    while True:
        try:
            db.session.connection(execution_options={BEGIN_IMMEDIATE: True})
            return
        except OperationalError as error:
            db.session.rollback()
            if "locked" not in str(error.orig) and "busy" not in str(error.orig):
                raise
            if time.monotonic() >= limit:
                raise Busy from None
            time.sleep(_RETRY_SECONDS)


def _run() -> Generator[Unit, None, Unit]:
    unit = Unit()
    g.unit = unit
    try:
        yield unit
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    finally:
        g.unit = None
    return unit
