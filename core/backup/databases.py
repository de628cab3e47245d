"""What a backup does to a database, for the two kinds there are."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import pysqlite3.dbapi2 as sqlite
from sqlalchemy import URL, Engine, create_engine, inspect, make_url, text
from sqlalchemy.pool import NullPool

from core import schema, sealing
from core.backup.archive import NotABackup, Refused, sync_folder
from core.clock import now
from core.config import Config, environment
from core.db import engine_options


class Database(Protocol):
    """What both kinds of databases can do."""

    dialect: str

    def copy_to(self, file: Path) -> tuple[str | None, Mapping[str, int]]:
        """Write a consistent copy; gives revision and rows per table of exactly that state."""

    def is_empty(self) -> bool:
        """Whether no table holds a row."""

    def opened(self, copy: Path) -> AbstractContextManager[Engine]:
        """The copy as a database of its own, gone when the context ends."""

    def put_back(self, copy: Path) -> Path | None:
        """Put the copy in the place of the database; gives where the former one is kept."""


def database_of(config: Config) -> Database:
    """The database of an installation. Raises Refused for one in memory."""
    address = make_url(config.database)
    if config.is_sqlite:
        if not address.database or address.database == ":memory:":
            raise Refused("A database in memory cannot be backed up.")
        return _Sqlite(Path(address.database))
    return _Postgres(address, config.var_dir)


def rows_per_table(engine: Engine) -> dict[str, int]:
    """How many rows each table has."""
    names = sorted(inspect(engine).get_table_names())
    quote = engine.dialect.identifier_preparer.quote
    with engine.connect() as connection:
        return {
            name: connection.execute(text(f"SELECT count(*) FROM {quote(name)}")).scalar_one()  # noqa: S608
            for name in names
        }


class _Sqlite:
    """The embedded database."""

    dialect = "sqlite"

    def __init__(self, file: Path) -> None:
        self.file = file

    def copy_to(self, file: Path) -> tuple[str | None, Mapping[str, int]]:
        if not self.file.exists():
            raise NotABackup(f"There is no database at {self.file}.")
        file.touch(mode=0o600)
        try:
            with closing(sqlite.connect(self.file)) as source, closing(sqlite.connect(file)) as target:
                source.execute("PRAGMA busy_timeout=5000")
                # One step: the copy is of one moment, and in WAL mode nobody has to wait for it.
                source.backup(target)
                target.execute("PRAGMA journal_mode=DELETE")
            with self.opened(file) as engine:
                return schema.current(engine), rows_per_table(engine)
        except (sqlite.DatabaseError, NotABackup) as error:
            raise Refused(f"The database {self.file} cannot be copied: {error}") from error

    def is_empty(self) -> bool:
        if not self.file.exists() or self.file.stat().st_size == 0:
            return True
        engine = _engine(URL.create("sqlite", database=str(self.file)))
        try:
            counts = rows_per_table(engine)
        except Exception:
            # What cannot be read may still be wanted by somebody.
            return False
        finally:
            engine.dispose()
        return not any(number for name, number in counts.items() if name != "alembic_version")

    @contextmanager
    def opened(self, copy: Path) -> Iterator[Engine]:
        engine = _engine(URL.create("sqlite", database=str(copy)))
        try:
            with closing(sqlite.connect(copy)) as connection:
                sound = connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
                dangling = connection.execute("PRAGMA foreign_key_check").fetchone()
            if not sound or dangling is not None:
                raise NotABackup("The database within is damaged.")
            yield engine
        except sqlite.DatabaseError as error:
            raise NotABackup(f"The database within is damaged: {error}") from error
        finally:
            engine.dispose()

    def put_back(self, copy: Path) -> Path | None:
        kept = None
        if not self.is_empty():
            kept = self.file.with_name(f"{self.file.name}.before-restore-{now():%Y%m%dT%H%M%S%f}")
            with suppress(sqlite.DatabaseError), closing(sqlite.connect(self.file)) as former:
                former.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        for suffix in ("-wal", "-shm", ""):
            part = self.file.with_name(self.file.name + suffix)
            if part.exists() and kept is not None:
                part.rename(kept.with_name(kept.name + suffix))
            else:
                part.unlink(missing_ok=True)
        self.file.parent.mkdir(parents=True, exist_ok=True)
        copy.replace(self.file)
        sync_folder(self.file.parent)
        return kept


class _Postgres:
    """A PostgreSQL database, by its own tools."""

    dialect = "postgresql"

    def __init__(self, address: URL, var_dir: Path) -> None:
        self.address = address
        self.var_dir = var_dir

    def copy_to(self, file: Path) -> tuple[str | None, Mapping[str, int]]:
        engine = _engine(self.address)
        try:
            revision = schema.current(engine)
            with sealing.reading(engine) as connection:
                # The dump and the numbers of rows are of the same moment.
                snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
                names = sorted(inspect(connection).get_table_names())
                quote = engine.dialect.identifier_preparer.quote
                counts = {
                    name: connection.execute(text(f"SELECT count(*) FROM {quote(name)}")).scalar_one()  # noqa: S608
                    for name in names
                }
                self._run(
                    "pg_dump",
                    self.address,
                    "--format=custom",
                    "--no-owner",
                    "--no-privileges",
                    f"--snapshot={snapshot}",
                    f"--file={file}",
                )
        finally:
            engine.dispose()
        return revision, counts

    def is_empty(self) -> bool:
        engine = _engine(self.address)
        try:
            return not any(n for name, n in rows_per_table(engine).items() if name != "alembic_version")
        finally:
            engine.dispose()

    @contextmanager
    def opened(self, copy: Path) -> Iterator[Engine]:
        name = f"vielstimmig_verify_{uuid4().hex}"
        admin = create_engine(self.address, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with admin.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        address = self.address.set(database=name)
        engine = _engine(address)
        try:
            self._run("pg_restore", address, "--no-owner", "--exit-on-error", str(copy))
            yield engine
        finally:
            engine.dispose()
            with admin.connect() as connection:
                connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
            admin.dispose()

    def put_back(self, copy: Path) -> Path | None:
        kept = None
        if not self.is_empty():
            kept = self.var_dir / f"before-restore-{now():%Y%m%dT%H%M%S%f}.pgdump"
            kept.touch(mode=0o600)
            self._run("pg_dump", self.address, "--format=custom", "--no-owner", f"--file={kept}")
        self._run(
            "pg_restore",
            self.address,
            "--clean",
            "--if-exists",
            "--no-owner",
            "--single-transaction",
            "--exit-on-error",
            str(copy),
        )
        return kept

    def _run(self, tool: str, address: URL, *arguments: str) -> None:
        program = shutil.which(tool)
        if program is None:
            raise Refused(f"{tool} is not installed. On Debian run: apt install postgresql-client")
        host = address.query.get("host", address.host)
        target = {
            "--host": host if isinstance(host, str) else None,
            "--port": str(address.port) if address.port else None,
            "--username": address.username,
            "--dbname": address.database,
        }
        given = [f"{name}={value}" for name, value in target.items() if value]
        done = subprocess.run(
            [program, *given, "--no-password", *arguments],
            # A password among the arguments could be read by everybody on the machine.
            env=_with_password(address),
            capture_output=True,
            check=False,
        )
        if done.returncode != 0:
            reason = done.stderr.decode(errors="replace").strip().splitlines()
            raise NotABackup(f"{tool} failed: {reason[0] if reason else 'it gives no reason'}")


def _with_password(address: URL) -> dict[str, str]:
    return environment(pgpassword=str(address.password)) if address.password else environment()


def _engine(address: URL) -> Engine:
    options = engine_options(address.drivername)
    for name in ("pool_pre_ping", "pool_size", "max_overflow"):
        options.pop(name, None)
    return create_engine(address, poolclass=NullPool, **options)
