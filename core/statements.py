"""Statements for the few places where many people wait: compiled once, then handed to the driver as text.

SQLAlchemy spends a quarter of a millisecond on a statement that takes SQLite five microseconds: building
it, finding its compiled form, making objects of its rows. A `Statement` is written with SQLAlchemy like any
other, for both databases, and its values pass through the same column types; but it is compiled once and
answers plain tuples. It runs in the session's transaction and sees what the session has changed; a request
that has no session needs none (`core.reading`).

Use it where a measurement asks for it. Everything else stays with `db.session`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from flask import g, has_request_context
from sqlalchemy import Dialect, Engine
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from core import reading
from core.db import db
from core.reading import Place

Row = tuple[Any, ...]
_Convert = Callable[[Any], Any]
_KNOWN = "vielstimmig.connection"
_GIVEN = object()


@dataclass(slots=True)
class _Compiled:
    """A statement as one database takes it."""

    sql: str
    is_positional: bool
    marks: list[tuple[str, Any, _Convert | None]]
    """For each mark: the name of its value, the fixed value or `_GIVEN`, how a given one is written."""
    types: list[Any]
    readers: list[tuple[int, _Convert]] | None = None


@dataclass(slots=True)
class Statement:
    """What `build` returns, with a `bindparam` for each value that changes; lists of values are not possible.

    `build` is called at the first use, within the application, once per kind of database.
    """

    build: Callable[[], Any]
    _compiled: dict[str, _Compiled] = field(default_factory=dict)

    def rows(self, **values: Any) -> list[Row]:
        """All rows it gives."""
        place, compiled = self._prepare()
        cursor = _execute(place, compiled, _parameters(compiled, values))
        try:
            found: list[Row] = cursor.fetchall()
            converts = _readers(place.engine.dialect, compiled, cursor)
            return [_read(row, compiled) for row in found] if converts else found
        finally:
            cursor.close()

    def first(self, **values: Any) -> Row | None:
        """The first row, or None."""
        place, compiled = self._prepare()
        return _one(place, compiled, _execute(place, compiled, _parameters(compiled, values)))

    def peek(self, **values: Any) -> Row | None:
        """The first row as the database has it now, without opening a transaction for it.

        For the one question with which a request begins: who asks, is there anything new. Where a
        transaction is open already, it is asked there.
        """
        # Looking for a session is cheaper than making one.
        if g.get("unit") is not None or (db.session.registry.has() and db.session().in_transaction()):
            return self.first(**values)
        if not has_request_context():
            return self.ask(db.engine, **values)
        place = reading.place(db.engine, begin=False)
        compiled = self._for(place.engine.dialect)
        return _one(place, compiled, _execute(place, compiled, _parameters(compiled, values)))

    def ask(self, engine: Engine, **values: Any) -> Row | None:
        """The first row as `engine` has it now, outside of everything that is open; needs no application."""
        compiled = self._for(engine.dialect)
        with closing(engine.raw_connection()) as connection:
            place = Place(engine, connection)
            return _one(place, compiled, _execute(place, compiled, _parameters(compiled, values)))

    def run(self, **values: Any) -> int:
        """Change something; gives the number of rows that were."""
        place, compiled = self._prepare()
        cursor = _execute(place, compiled, _parameters(compiled, values))
        changed = int(cursor.rowcount)
        cursor.close()
        return changed

    def run_for_each(self, many: Sequence[Mapping[str, Any]]) -> None:
        """Change something once per mapping of values, in their order."""
        if many:
            place, compiled = self._prepare()
            _execute(place, compiled, [_parameters(compiled, values) for values in many], many=True).close()

    def _prepare(self) -> tuple[Place, _Compiled]:
        place = _place()
        return place, self._for(place.engine.dialect)

    def _for(self, dialect: Dialect) -> _Compiled:
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            compiled = self._compiled[dialect.name] = _compile(self.build(), dialect)
        return compiled


def _place() -> Place:
    unit = g.get("unit")
    shared: Connection | None = None if unit is None else unit.connection
    if not db.session.registry.has():
        if shared is not None:
            return _known(unit, shared)
        if unit is None and has_request_context():
            return reading.place(db.engine, begin=True)
    session = db.session()
    session.flush()  # Like any query of the session, this one sees what is pending there.
    if shared is not None:
        return _known(unit, shared)
    # Asking the session takes longer than most statements, and the answer holds for the transaction.
    known: tuple[object, Place] | None = session.info.get(_KNOWN)
    if known is not None and known[0] is session.get_transaction():
        return known[1]
    connection = session.connection()
    place = Place(connection.engine, connection.connection)
    session.info[_KNOWN] = (session.get_transaction(), place)
    return place


def _known(unit: Any, shared: Connection) -> Place:
    place: Place | None = unit.place
    if place is None:
        place = unit.place = Place(shared.engine, shared.connection)
    return place


def _compile(statement: Any, dialect: Dialect) -> _Compiled:
    compiled = statement.compile(dialect=dialect)
    values: dict[str, tuple[str, Any, _Convert | None]] = {}
    for name, bind in compiled.binds.items():
        write = bind.type.dialect_impl(dialect).bind_processor(dialect)
        if bind.required:
            values[name] = (name, _GIVEN, write)
        else:
            fixed = write(bind.effective_value) if write else bind.effective_value
            values[name] = (name, fixed, None)
    return _Compiled(
        str(compiled),
        compiled.positional,
        [values[name] for name in compiled.positiontup] if compiled.positional else list(values.values()),
        [column.type for column in statement.exported_columns],
    )


def _parameters(compiled: _Compiled, values: Mapping[str, Any]) -> Any:
    if compiled.is_positional:
        return [
            fixed if fixed is not _GIVEN else write(values[name]) if write else values[name]
            for name, fixed, write in compiled.marks
        ]
    return {
        name: fixed if fixed is not _GIVEN else write(values[name]) if write else values[name]
        for name, fixed, write in compiled.marks
    }


def _execute(place: Place, compiled: _Compiled, parameters: Any, *, many: bool = False) -> Any:
    engine = place.engine
    dialect = engine.dialect
    cursor = None
    try:
        cursor = place.driver.cursor()
        for listener in engine.dispatch.before_cursor_execute:
            listener(engine, cursor, compiled.sql, parameters, None, many)
        (cursor.executemany if many else cursor.execute)(compiled.sql, parameters)
    except dialect.loaded_dbapi.Error as error:
        if cursor is not None:
            cursor.close()
        reading.spoiled(place)
        raise DBAPIError.instance(
            compiled.sql, None, error, dialect.loaded_dbapi.Error, hide_parameters=True, dialect=dialect
        ) from error
    return cursor


def _one(place: Place, compiled: _Compiled, cursor: Any) -> Row | None:
    try:
        row: Row | None = cursor.fetchone()
        if row is None or not _readers(place.engine.dialect, compiled, cursor):
            return row
        return _read(row, compiled)
    finally:
        cursor.close()


def _readers(dialect: Dialect, compiled: _Compiled, cursor: Any) -> bool:
    """Whether values must be converted; how is found out at the first answer, which names their types."""
    if compiled.readers is None:
        described = zip(compiled.types, cursor.description, strict=True)
        compiled.readers = [
            (place, read)
            for place, (kind, (_name, code, *_rest)) in enumerate(described)
            if (read := kind.dialect_impl(dialect).result_processor(dialect, code))
        ]
    return bool(compiled.readers)


def _read(row: Row, compiled: _Compiled) -> Row:
    values = list(row)
    for place, read in compiled.readers or ():
        values[place] = read(values[place])
    return tuple(values)
