"""Writers of one process that meet share one commit on SQLite.

A commit with `synchronous=FULL` costs more than most changes. So the changes of those who come at the same
moment go into one transaction of the database, each within a savepoint of its own, and one commit makes all
of them durable. Nobody is answered before that. A change that fails is undone alone; if the commit itself
fails, all who shared it are told that nothing happened. docs/decisions/0005 says more.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.engine import Connection, RootTransaction
from sqlalchemy.exc import OperationalError

from core.db import BEGIN_IMMEDIATE
from core.errors import Busy

MOST_UNITS = 64
"""Changes in one commit at most."""

LONGEST_SECONDS = 0.05
"""A change that comes later after the group's beginning than this belongs to the next group."""

_RETRY_SECONDS = 0.02
_PATIENCE = 0.1
"""Seconds after which somebody who waits for a commit looks whether they must do it themselves."""


class CommitFailed(RuntimeError):
    """The database could not make the changes durable; none of them happened."""


@dataclass(slots=True)
class _Group:
    connection: Connection
    driver: Any
    """The same connection as the driver knows it."""
    transaction: RootTransaction
    since: float
    units: int = 0
    done: threading.Event = field(default_factory=threading.Event)
    error: BaseException | None = None


class Writer:
    """The line in which changes of one SQLite database wait. One per process and database."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._group: _Group | None = None

    @contextmanager
    def unit(self, engine: Engine, limit: float) -> Iterator[Connection]:
        """What happens inside, on the connection given, is durable or undone when this returns.

        `limit` is the moment of `time.monotonic()` until which to wait for the lock of the database; Busy is
        raised then. Raises CommitFailed, or whatever is raised inside.
        """
        if not self._lock.acquire(timeout=max(0.0, limit - time.monotonic())):
            raise Busy
        group, leads, failure = None, False, None
        try:
            group, leads = self._join(engine, limit)
            try:
                group.driver.execute("SAVEPOINT unit")
                yield group.connection
                group.driver.execute("RELEASE unit")
            except BaseException as error:
                failure = error
                if not _undo(group.driver):
                    # The database gave up the whole transaction, as it does when the disk is full.
                    self._end(group, error)
        finally:
            self._lock.release()
        # Also a change that failed waits: it may have failed because of one that shares the group.
        try:
            self._settle(group, leads)
        except CommitFailed:
            if failure is None or isinstance(failure, Exception):
                raise
        if failure is not None:
            raise failure

    def _join(self, engine: Engine, limit: float) -> tuple[_Group, bool]:
        group = self._group
        if group is not None and (
            group.units >= MOST_UNITS
            or time.monotonic() - group.since > LONGEST_SECONDS
            or group.connection.engine is not engine
        ):
            self._commit(group)
            group = None
        leads = group is None
        if group is None:
            group = self._group = _begin(engine, limit)
        group.units += 1
        return group, leads

    def _settle(self, group: _Group, leads: bool) -> None:
        try:
            if leads:
                # Those who are ready to write by now come along.
                time.sleep(0)
        finally:
            # Nobody depends on the first one alone, which may be stopped while it waits.
            while not group.done.is_set() and (leads or not group.done.wait(_PATIENCE)):
                if self._lock.acquire(timeout=_PATIENCE):
                    try:
                        if self._group is group:
                            self._commit(group)
                    finally:
                        self._lock.release()
        if group.error is not None:
            raise CommitFailed("The database did not take the changes.") from group.error

    def _commit(self, group: _Group) -> None:
        try:
            group.transaction.commit()
        except Exception as error:
            self._end(group, error)
        except BaseException as interrupt:
            # It may have come just after the commit; then nothing is lost.
            self._end(group, interrupt if group.driver.in_transaction else None)
            raise
        else:
            self._end(group)

    def _end(self, group: _Group, error: BaseException | None = None) -> None:
        self._group = None
        group.error = error
        try:
            if group.driver.in_transaction:
                group.driver.execute("ROLLBACK")
        except Exception as stuck:
            # Whatever state this connection is in, nobody gets it again.
            group.connection.invalidate(stuck)
        finally:
            group.connection.close()
            group.done.set()


def _begin(engine: Engine, limit: float) -> _Group:
    """Take the database's write lock; another process may hold it."""
    while True:
        connection = None
        try:
            connection = engine.connect().execution_options(**{BEGIN_IMMEDIATE: True})
            driver = connection.connection.driver_connection
            return _Group(connection, driver, connection.begin(), time.monotonic())
        except OperationalError as error:
            if connection is not None:
                connection.close()
            if "locked" not in str(error.orig) and "busy" not in str(error.orig):
                raise
            if time.monotonic() >= limit:
                raise Busy from None
            time.sleep(_RETRY_SECONDS)
        except BaseException:
            if connection is not None:
                connection.close()
            raise


def _undo(driver: Any) -> bool:
    """Take back what one unit did; False if the transaction as a whole is lost."""
    try:
        if driver.in_transaction:
            driver.execute("ROLLBACK TO unit")
            driver.execute("RELEASE unit")
            return True
    except Exception:
        return False
    return False
