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
                with _savepoint(group.driver):
                    yield group.connection
            except BaseException as error:
                failure = error
                if not group.driver.in_transaction:
                    # The database gave up the whole transaction, as it does when the disk is full.
                    self._end(group, error)
        finally:
            self._lock.release()
        # Also a change that failed waits: it may have failed because of one that shares the group.
        try:
            self._settle(group, leads)
        except CommitFailed as error:
            raise error from failure
        if failure is not None:
            raise failure

    def _join(self, engine: Engine, limit: float) -> tuple[_Group, bool]:
        group = self._group
        if group is not None and (
            group.units >= MOST_UNITS or time.monotonic() - group.since > LONGEST_SECONDS
        ):
            self._commit(group)
            group = None
        leads = group is None
        if group is None:
            group = self._group = _begin(engine, limit)
        group.units += 1
        return group, leads

    def _settle(self, group: _Group, leads: bool) -> None:
        if leads:
            try:
                # Those who are ready to write by now come along.
                time.sleep(0)
            finally:
                with self._lock:
                    if self._group is group:
                        self._commit(group)
        group.done.wait()
        if group.error is not None:
            raise CommitFailed("The database did not take the changes.") from group.error

    def _commit(self, group: _Group) -> None:
        try:
            group.transaction.commit()
        except BaseException as error:
            self._end(group, error)
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
        connection = engine.connect().execution_options(**{BEGIN_IMMEDIATE: True})
        try:
            driver = connection.connection.driver_connection
            return _Group(connection, driver, connection.begin(), time.monotonic())
        except OperationalError as error:
            connection.close()
            if "locked" not in str(error.orig) and "busy" not in str(error.orig):
                raise
            if time.monotonic() >= limit:
                raise Busy from None
            time.sleep(_RETRY_SECONDS)
        except BaseException:
            connection.close()
            raise


@contextmanager
def _savepoint(driver: Any) -> Iterator[None]:
    driver.execute("SAVEPOINT unit")
    try:
        yield
    except BaseException:
        if driver.in_transaction:
            driver.execute("ROLLBACK TO unit")
            driver.execute("RELEASE unit")
        raise
    driver.execute("RELEASE unit")
