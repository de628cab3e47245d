"""Tables whose rows may be added but never changed or deleted: triggers on SQLite and PostgreSQL.

On SQLite the owner of the file can remove the triggers; what is changed then is not prevented but found
by `core.sealing`. On PostgreSQL the role that serves should not own the tables (see docs/operate.md).
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Table, event
from sqlalchemy.engine import Connection

_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only', ERRCODE = 'restrict_violation';
END $$
"""


def protect(table: Table) -> None:
    """Protect `table` whenever `create_all` makes it; migrations call `add_triggers` themselves."""

    @event.listens_for(table, "after_create")
    def after_create(_table: Table, connection: Connection, **_arguments: object) -> None:
        add_triggers(connection, table.name, [column.name for column in table.primary_key])


def add_triggers(connection: Connection, table: str, key: Sequence[str]) -> None:
    """Make `table` append-only; `key` are the columns of its primary key."""
    for statement in _creating(connection.dialect.name, table, key):
        connection.exec_driver_sql(statement)


def drop_triggers(connection: Connection, table: str) -> None:
    """Let `table` be changed again; for migrations that go back."""
    for statement in _dropping(connection.dialect.name, table):
        connection.exec_driver_sql(statement)


def _creating(dialect: str, table: str, key: Sequence[str]) -> list[str]:
    if dialect == "postgresql":
        return [
            _FUNCTION,
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
            f"CREATE TRIGGER {table}_never_emptied BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        ]
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    same = " AND ".join(f"{column} = NEW.{column}" for column in key)
    exists = f"SELECT 1 FROM {table} WHERE {same}"  # noqa: S608 - names of our own tables
    return [
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}",
        # INSERT OR REPLACE deletes the former row without asking the trigger above.
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN EXISTS ({exists}) {refuse}",
    ]


def _dropping(dialect: str, table: str) -> list[str]:
    if dialect == "postgresql":
        return [f"DROP TRIGGER {table}_{name} ON {table}" for name in ("append_only", "never_emptied")]
    return [f"DROP TRIGGER {table}_{name}" for name in ("no_update", "no_delete", "no_replace")]
