"""Statements for the few places where many people wait: compiled once, then handed to the driver as text.

SQLAlchemy spends a quarter of a millisecond on a statement that takes SQLite five microseconds: building
it, finding its compiled form, making objects of its rows. A `Statement` is written with SQLAlchemy like any
other, for both databases, and its values pass through the same column types; but it is compiled once and
answers plain tuples. It runs in the session's transaction and sees what the session has changed.

Use it where a measurement asks for it. Everything else stays with `db.session`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Dialect, Engine
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import PoolProxiedConnection

from core.db import db

Row = tuple[Any, ...]
_Convert = Callable[[Any], Any]
_KNOWN = "vielstimmig.connection"


@dataclass(slots=True)
class _Compiled:
    """A statement as one database takes it."""

    sql: str
    names: tuple[str, ...] | None
    """Names of the values in the order of their marks; None where the driver takes them by name."""
    fixed: dict[str, Any]
    writers: dict[str, _Convert]
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
        connection, compiled = self._prepare()
        cursor = self._run(connection, compiled, _parameters(compiled, values))
        with closing(cursor):
            found: list[Row] = cursor.fetchall()
            converts = _readers(connection.dialect, compiled, cursor)
            return [_read(row, compiled) for row in found] if converts else found

    def first(self, **values: Any) -> Row | None:
        """The first row, or None."""
        connection, compiled = self._prepare()
        cursor = self._run(connection, compiled, _parameters(compiled, values))
        return _one(connection.dialect, compiled, cursor)

    def peek(self, **values: Any) -> Row | None:
        """The first row as the database has it now, without opening a transaction for it.

        For the one question with which a request begins: who asks, is there anything new. Where a
        transaction is open already, it is asked there.
        """
        session = db.session()
        if session.in_transaction():
            return self.first(**values)
        engine = db.engine
        compiled = self._for(engine.dialect)
        with closing(engine.raw_connection()) as connection:
            cursor = _execute(engine, connection, compiled, _parameters(compiled, values))
            return _one(engine.dialect, compiled, cursor)

    def run(self, **values: Any) -> int:
        """Change something; gives the number of rows that were."""
        connection, compiled = self._prepare()
        cursor = self._run(connection, compiled, _parameters(compiled, values))
        with closing(cursor):
            return int(cursor.rowcount)

    def run_for_each(self, many: Sequence[Mapping[str, Any]]) -> None:
        """Change something once per mapping of values, in their order."""
        if many:
            connection, compiled = self._prepare()
            self._run(
                connection, compiled, [_parameters(compiled, values) for values in many], many=True
            ).close()

    def _prepare(self) -> tuple[Connection, _Compiled]:
        connection = _connection()
        return connection, self._for(connection.dialect)

    def _for(self, dialect: Dialect) -> _Compiled:
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            compiled = self._compiled[dialect.name] = _compile(self.build(), dialect)
        return compiled

    @staticmethod
    def _run(connection: Connection, compiled: _Compiled, parameters: Any, *, many: bool = False) -> Any:
        return _execute(connection.engine, connection.connection, compiled, parameters, many=many)


def _connection() -> Connection:
    session = db.session()
    session.flush()  # Like any query of the session, this one sees what is pending there.
    # Asking the session takes longer than most statements, and the answer holds for the transaction.
    known: tuple[object, Connection] | None = session.info.get(_KNOWN)
    if known is not None and known[0] is session.get_transaction():
        return known[1]
    connection = session.connection()
    session.info[_KNOWN] = (session.get_transaction(), connection)
    return connection


def _compile(statement: Any, dialect: Dialect) -> _Compiled:
    compiled = statement.compile(dialect=dialect)
    fixed: dict[str, Any] = {}
    writers: dict[str, _Convert] = {}
    for name, bind in compiled.binds.items():
        write = bind.type.dialect_impl(dialect).bind_processor(dialect)
        if bind.required:
            if write is not None:
                writers[name] = write
        else:
            fixed[name] = write(bind.effective_value) if write else bind.effective_value
    return _Compiled(
        str(compiled),
        tuple(compiled.positiontup) if compiled.positional else None,
        fixed,
        writers,
        [column.type for column in statement.exported_columns],
    )


def _parameters(compiled: _Compiled, values: Mapping[str, Any]) -> Any:
    given = {**compiled.fixed, **values}
    for name, write in compiled.writers.items():
        given[name] = write(given[name])
    return given if compiled.names is None else [given[name] for name in compiled.names]


def _execute(
    engine: Engine, driver: PoolProxiedConnection, compiled: _Compiled, parameters: Any, *, many: bool = False
) -> Any:
    cursor = driver.cursor()
    dialect = engine.dialect
    try:
        for listener in engine.dispatch.before_cursor_execute:
            listener(engine, cursor, compiled.sql, parameters, None, many)
        (cursor.executemany if many else cursor.execute)(compiled.sql, parameters)
    except dialect.loaded_dbapi.Error as error:
        cursor.close()
        raise DBAPIError.instance(
            compiled.sql, None, error, dialect.loaded_dbapi.Error, hide_parameters=True, dialect=dialect
        ) from error
    return cursor


def _one(dialect: Dialect, compiled: _Compiled, cursor: Any) -> Row | None:
    with closing(cursor):
        row: Row | None = cursor.fetchone()
        return _read(row, compiled) if row is not None and _readers(dialect, compiled, cursor) else row


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
