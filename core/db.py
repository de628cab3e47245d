"""The database: typed base class, UTC times, SQLite's settings, and the gate against unsafe engines."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import import_module
from typing import Annotated, Any

from flask import g
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy import JSON, DateTime, Dialect, Engine, MetaData, String, Text, TypeDecorator, event
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import DeclarativeBase, mapped_column, registry
from sqlalchemy.pool import ConnectionPoolEntry

from core import reading

SAFE_SQLITE = (3, 51, 3)
"""First SQLite release without the WAL-reset bug (two connections writing and checkpointing)."""

BEGIN_IMMEDIATE = "vielstimmig_write"
"""Execution option of a connection whose transaction will write."""


class UnsafeDatabase(RuntimeError):
    """The database could lose what was acknowledged; the message says which setting to change."""


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, stored in UTC and always aware; naive values are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times and turn aware ones into UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A time without a time zone cannot be stored.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back an aware time, also where the database keeps none."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Names = dict[str, str]
"""One short text in several languages, `{"de": …, "en": …}`; German is always there."""

int_pk = Annotated[int, mapped_column(primary_key=True)]
key_str = Annotated[str, mapped_column(String(64))]
short_str = Annotated[str, mapped_column(String(200))]
long_str = Annotated[str, mapped_column(Text)]


class Base(DeclarativeBase):
    """Base of every table; constraints carry names so that migrations can speak of them."""

    registry = registry(
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(table_name)s_%(column_0_N_name)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_N_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
        type_annotation_map={datetime: UtcDateTime, Names: JSON, dict[str, Any]: JSON, list[str]: JSON},
    )


class UnitSession(Session):
    """Works where the open transaction happens, perhaps on a connection that others share (`core.group`)."""

    def get_bind(self, *arguments: Any, **named: Any) -> Engine | Connection:
        """The connection of the open transaction if it has one of its own, else the engine."""
        unit = g.get("unit")
        if unit is not None and unit.connection is not None:
            shared: Connection = unit.connection
            return shared
        reading.end()
        return super().get_bind(*arguments, **named)


db = SQLAlchemy(
    model_class=Base,
    disable_autonaming=True,
    session_options={
        "class_": UnitSession,
        "expire_on_commit": False,
        # On a shared connection the session must neither commit nor roll back what is not its own.
        "join_transaction_mode": "create_savepoint",
    },
)


def engine_options(database: str) -> dict[str, Any]:
    """SQLAlchemy's engine options for this address (SQLite through `pysqlite3`, which is recent enough)."""
    if database.startswith("sqlite"):
        import pysqlite3.dbapi2

        return {"module": pysqlite3.dbapi2, "connect_args": {"timeout": 0, "check_same_thread": False}}
    return {"pool_pre_ping": True, "pool_size": 10, "max_overflow": 20}


def prepare_engine(engine: Engine) -> None:
    """Give every connection of `engine` the settings the promises rest on. Call once per engine."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def set_pragmas(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
        # The driver must not open transactions by itself: `begin` below decides which kind.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "busy_timeout=0",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            # What somebody has withdrawn is not to be found in the free space of the file or of a backup.
            "secure_delete=ON",
            "mmap_size=0",
            "cache_size=-16000",
            "temp_store=MEMORY",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A transaction that will write takes the lock at once: upgrading a reader fails under load.
        if connection.get_execution_options().get(BEGIN_IMMEDIATE):
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            return
        # This takes no lock and cannot fail; every page does it, so it goes to the driver as it is.
        driver = connection.connection.driver_connection
        if driver is not None:
            driver.execute("BEGIN")


def check_engine(engine: Engine) -> None:
    """Raise UnsafeDatabase if an acknowledged change could be lost with this database."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            version = tuple(
                int(part)
                for part in str(connection.exec_driver_sql("SELECT sqlite_version()").scalar()).split(".")
            )
            if version < SAFE_SQLITE:
                raise UnsafeDatabase(
                    f"SQLite {'.'.join(map(str, version))} can damage its file; "
                    f"{'.'.join(map(str, SAFE_SQLITE))} or later is needed."
                )
            if connection.exec_driver_sql("PRAGMA synchronous").scalar() != 2:
                raise UnsafeDatabase("SQLite must run with synchronous=FULL.")
            if connection.exec_driver_sql("PRAGMA foreign_keys").scalar() != 1:
                raise UnsafeDatabase("SQLite must run with foreign_keys=ON.")
        else:
            for name in ("fsync", "synchronous_commit", "full_page_writes"):
                if connection.exec_driver_sql(f"SHOW {name}").scalar() == "off":
                    raise UnsafeDatabase(f"PostgreSQL must not run with {name}=off.")


def upsert(table: type[Base]) -> Any:
    """An INSERT of the database in use that knows `on_conflict_do_update` and `on_conflict_do_nothing`.

    Whether it wrote something is asked by `returning`: PostgreSQL does not tell the number of rows.
    """
    # The dialect in use is loaded already; importing the other one would slow every start down.
    return import_module(f"sqlalchemy.dialects.{db.engine.dialect.name}").insert(table)
