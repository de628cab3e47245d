"""One whole application per worker; its database is put back from a template before every test.

The journal refuses DELETE and TRUNCATE, so the program cannot clean up: a file is copied on SQLite, a
database is created from a template on PostgreSQL, or its rows are put back by a superuser.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, LiteralString, Protocol

import psycopg
from argon2 import PasswordHasher
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine, create_engine, make_url
from sqlalchemy.engine import URL
from sqlalchemy.orm import close_all_sessions

from accounts import passwords, throttle
from app import create_app
from core import front, keys, schema
from core.config import Config
from core.db import db
from core.realtime import responses
from dialog.queries import matches
from pages import demo

WORK = "work"


class Databases(Protocol):
    """The database in use, and the states of it that were kept."""

    address: str

    def alone(self, name: str) -> AbstractContextManager[bool]:
        """Make a state while no other worker does; says whether one of them has made it already."""

    def keep(self, name: str) -> None:
        """Remember the present state under a name. Nobody may be connected."""

    def rewind(self, name: str) -> bool:
        """Make a kept state the present one while the program stays connected; False if that cannot be."""

    def put_back(self, name: str) -> None:
        """Make a kept state the present one. Nobody may be connected."""

    def remove(self) -> None:
        """Leave nothing behind."""


class SqliteFiles:
    """States are copies of the file. All workers share those that everybody starts from."""

    def __init__(self, folder: Path, shared: Path) -> None:
        self._folder = folder
        self._shared = shared
        self._file = folder / "vielstimmig.db"
        self.address = f"sqlite:///{self._file}"

    @contextmanager
    def alone(self, name: str) -> Iterator[bool]:
        with (self._shared / "making").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield self._kept(name).exists()

    def keep(self, name: str) -> None:
        # The last connection to leave has written the log back into the file.
        assert not self._beside("-wal").exists(), "Somebody is still connected to the database."
        shutil.copyfile(self._file, self._kept(name))

    def rewind(self, name: str) -> bool:
        return False

    def put_back(self, name: str) -> None:
        for ending in ("-wal", "-shm"):
            self._beside(ending).unlink(missing_ok=True)
        # A connection that a test forgot keeps the old file and cannot harm the new one.
        self._file.unlink(missing_ok=True)
        shutil.copyfile(self._kept(name), self._file)

    def remove(self) -> None:
        pass

    def _kept(self, name: str) -> Path:
        return (self._shared if name in _STATES else self._folder) / f"{name}.kept"

    def _beside(self, ending: str) -> Path:
        return self._file.with_name(self._file.name + ending)


class PostgresDatabases:
    """States are databases that nobody uses, from which the one in use is made."""

    def __init__(self, server: str, shared: Path) -> None:
        self._shared = shared
        self._prefix = f"site_{uuid.uuid4().hex[:12]}"
        self._admin: Engine = create_engine(server, isolation_level="AUTOCOMMIT")
        self._kept: list[str] = []
        self._rows: PostgresRows | None = None
        url: URL = make_url(server).set(database=self._name(WORK))
        self.address = url.render_as_string(hide_password=False)
        self._run(f"CREATE DATABASE {self._name(WORK)}")

    @contextmanager
    def alone(self, name: str) -> Iterator[bool]:
        with (self._shared / "making").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield self._note(name).exists()

    def keep(self, name: str) -> None:
        self._leave_rows()
        if name in _STATES:
            # It goes with the server, when everybody has gone.
            self._note(name).write_text(f"{self._prefix}_{name}")
        else:
            self._kept.append(name)
        self._run(f"CREATE DATABASE {self._name(name)} TEMPLATE {self._name(WORK)}")

    def rewind(self, name: str) -> bool:
        return self._rows is not None and self._rows.state == name and self._rows.put_back()

    def put_back(self, name: str) -> None:
        self._leave_rows()
        self._run(f"DROP DATABASE {self._name(WORK)} WITH (FORCE)")
        self._run(f"CREATE DATABASE {self._name(WORK)} TEMPLATE {self._name(name)}")
        self._rows = PostgresRows(self.address, name) if name in _NEARLY_EMPTY else None

    def remove(self) -> None:
        self._leave_rows()
        for name in (WORK, *self._kept):
            self._run(f"DROP DATABASE IF EXISTS {self._name(name)} WITH (FORCE)")
        self._admin.dispose()

    def _leave_rows(self) -> None:
        if self._rows is not None:
            self._rows.close()
            self._rows = None

    def _note(self, name: str) -> Path:
        """Where the name of a state stands that all workers share."""
        return self._shared / f"{name}.database"

    def _name(self, name: str) -> str:
        note = self._note(name)
        return note.read_text() if name in _STATES and note.exists() else f"{self._prefix}_{name}"

    def _run(self, statement: str) -> None:
        with self._admin.connect() as connection:
            connection.exec_driver_sql(statement)


class PostgresRows:
    """A state of few rows, put back row by row: a new database takes ten times as long.

    The program keeps its connections, and the server what it has learned about the tables for each of them.
    Only rows and the counters of ids are put back, so the tables must be as they were.
    """

    TIMES = 40
    """So often; then a new database is due, because deleted rows stay in the files."""

    def __init__(self, address: str, state: str) -> None:
        self.state = state
        self._left = self.TIMES
        self._connection = psycopg.connect(
            make_url(address).set(drivername="postgresql").render_as_string(hide_password=False),
            autocommit=True,
        )
        tables = self._names("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'")
        self._content = {table: self._copied(table) for table in tables if self._any(table)}
        self._connection.execute(self._emptying(tables))
        self._structure = self._shape()

    def put_back(self) -> bool:
        """Make it the state again; False if that takes a new database."""
        self._left -= 1
        if not self._left:
            return False
        # Whoever is in the middle of something could hold a lock, or write once more.
        self._connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"
        )
        if self._shape() != self._structure:
            return False
        with self._connection.transaction():
            self._connection.execute("SET LOCAL session_replication_role = replica")
            self._connection.execute("SELECT pg_temp.empty_tables()")
            for table, content in self._content.items():
                with self._connection.cursor().copy(f"COPY {table} FROM STDIN") as copy:
                    copy.write(content)
        return True

    def close(self) -> None:
        """Leave the database."""
        self._connection.close()

    def _names(self, query: LiteralString) -> list[str]:
        return [row[0] for row in self._connection.execute(query).fetchall()]

    def _any(self, table: str) -> bool:
        found = self._connection.execute(f"SELECT EXISTS (SELECT FROM {table})").fetchone()
        return bool(found and found[0])

    def _copied(self, table: str) -> bytes:
        with self._connection.cursor().copy(f"COPY {table} TO STDOUT") as copy:
            return b"".join(bytes(part) for part in copy)

    def _emptying(self, tables: list[str]) -> Any:
        """A function of this session that empties what has rows; superusers need not ask triggers."""
        counters = self._connection.execute(
            "SELECT quote_ident(sequencename), coalesce(last_value, start_value), last_value IS NOT NULL"
            " FROM pg_sequences WHERE schemaname = 'public'"
        ).fetchall()
        steps = [f"IF EXISTS (SELECT FROM {table}) THEN DELETE FROM {table}; END IF;" for table in tables]
        steps += [f"PERFORM setval('{name}', {value}, {called});" for name, value, called in counters]
        return (
            "CREATE FUNCTION pg_temp.empty_tables() RETURNS void LANGUAGE plpgsql AS"
            f" $$ BEGIN {' '.join(steps)} END $$"
        )

    def _shape(self) -> list[tuple[Any, ...]]:
        """What changes with tables, columns, triggers, functions and rights."""
        return self._connection.execute(
            "SELECT (SELECT sum(hashtext(concat(oid, relname, relacl, relnatts, relhastriggers)))"
            "        FROM pg_class WHERE relnamespace = 'public'::regnamespace),"
            "       (SELECT sum(hashtext(concat(oid, tgenabled, tgname))) FROM pg_trigger),"
            "       (SELECT sum(hashtext(concat(oid, proacl, prosrc))) FROM pg_proc"
            "        WHERE pronamespace = 'public'::regnamespace),"
            "       (SELECT sum(hashtext(concat(attrelid, attname, atttypid, attnotnull, attacl)))"
            "        FROM pg_attribute WHERE attrelid > 16383),"
            "       (SELECT sum(hashtext(concat(oid, nspacl))) FROM pg_namespace WHERE nspname = 'public')"
        ).fetchall()


@dataclass
class Site:
    """The application of this worker with its database."""

    app: Flask
    databases: Databases
    folder: Path
    _made: set[str] = field(default_factory=set)

    def start_from(self, state: str, build: Callable[[], object] | None = None) -> Flask:
        """Put the database into a state (`empty` or `demo`) and forget what the program remembers.

        `build` makes any other state out of empty tables, in an application context, once per worker.
        """
        self._close_sessions()
        if not self.databases.rewind(state):
            self._let_go()
            if state not in self._made:
                self._make(state, build or _STATES[state])
            self.databases.put_back(state)
        responses.fragments.clear()
        front.answers.clear()
        matches.INDEXES.clear()
        throttle.init(self.app)
        self.app.extensions.pop("live_coalescer", None)
        self.app.extensions.pop("live_presence", None)
        return self.app

    def database_file(self) -> Path:
        """The present database as a file of its own; SQLite only."""
        return self.folder / "vielstimmig.db"

    def _make(self, state: str, build: Callable[[], object]) -> None:
        with self.databases.alone(state) as made:
            if not made:
                if state != "empty":
                    self.databases.put_back("empty")
                with self.app.app_context():
                    build()
                self._let_go()
                self.databases.keep(state)
        self._made.add(state)

    def _close_sessions(self) -> None:
        close_all_sessions()
        with self.app.app_context():
            db.session.remove()

    def _let_go(self) -> None:
        # A connection that a session still holds would outlive the pool it came from.
        self._close_sessions()
        with self.app.app_context():
            db.engine.dispose()


def _make_tables() -> None:
    if schema.head() is None:
        db.create_all()
    else:
        schema.upgrade(db.engine)


def _load_demo() -> None:
    with quick_hashes():
        demo.load()


_STATES: dict[str, Callable[[], None]] = {"empty": _make_tables, "demo": _load_demo}
_NEARLY_EMPTY = {"empty"}


@contextmanager
def quick_hashes() -> Iterator[None]:
    """Hash passwords with little work for a while."""
    slow, passwords._hasher = passwords._hasher, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    try:
        yield
    finally:
        passwords._hasher = slow


@contextmanager
def a_site(folder: Path, shared: Path | None = None) -> Iterator[Site]:
    """The application on the kind of database the suite runs on ($TEST_DATABASE_URL, else SQLite).

    What is in `shared` is made once for all who name the same folder.
    """
    shared = shared or folder
    server = os.environ.get("TEST_DATABASE_URL")
    databases: Databases = PostgresDatabases(server, shared) if server else SqliteFiles(folder, shared)
    config = Config(var_dir=folder, database_url=databases.address, testing=True)
    # A database can be read with the keys only that it was written with.
    keys.create(shared / "keys")
    if shared != folder:
        shutil.copytree(shared / "keys", config.keys_dir)
    site = Site(create_app(config), databases, folder)
    # Each of hundreds of templates is put into Python once for all workers.
    site.app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(shared))
    try:
        site.start_from("empty")
        yield site
    finally:
        site._let_go()
        databases.remove()
