"""Where a request reads that has no session of SQLAlchemy: one connection, one state of the database.

Making a session, its transaction and its connection costs as much as five statements. Pages that ask only
`core.statements` never need one. Whatever opens a session or a transaction ends this reading first, so that
a request holds one connection at a time.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, g, has_app_context
from sqlalchemy import Engine
from sqlalchemy.pool import PoolProxiedConnection


@dataclass(slots=True)
class Place:
    """Where a statement is run: the driver's connection, and the engine whose listeners are told."""

    engine: Engine
    driver: PoolProxiedConnection
    has_begun: bool = False
    """Whether all that is read here belongs to one state of the database."""


def place(engine: Engine, *, begin: bool) -> Place:
    """The connection on which this request reads, until the request or the reading ends.

    With `begin` everything from here on is read from one state of the database, as far as the database does
    that at all.
    """
    found: Place | None = g.get("reading")
    if found is None:
        found = g.reading = Place(engine, engine.raw_connection())
    if begin and not found.has_begun:
        if engine.dialect.name == "sqlite":
            # Other drivers begin by themselves. This takes no lock.
            found.driver.cursor().execute("BEGIN")
        found.has_begun = True
    return found


def end() -> None:
    """Give the connection back, if there is one; what is read next may be newer.

    Whoever is going to wait, for a slow sender or for another request, ends the reading before.
    """
    found: Place | None = g.pop("reading", None)
    if found is not None:
        found.driver.close()


def spoiled(place: Place) -> None:
    """Read no more where a statement has failed: some databases refuse everything after it."""
    if has_app_context() and g.get("reading") is place:
        end()


def init(app: Flask) -> None:
    """Let no request keep its connection."""

    @app.teardown_request
    def give_back(_error: BaseException | None) -> None:
        end()
