"""The tables' version: which one the database has, which one the program needs, and the way between."""

from __future__ import annotations

from collections.abc import Callable

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from core.config import ROOT
from core.db import BEGIN_IMMEDIATE

MIGRATIONS = ROOT / "migrations"


class SchemaDamaged(RuntimeError):
    """A migration would have left rows that point nowhere; it was undone. The message is a sentence."""


def head() -> str | None:
    """The revision this program needs, or None if it has no migrations."""
    return _scripts().get_current_head()


def revisions() -> frozenset[str]:
    """All revisions this program knows."""
    return frozenset(script.revision for script in _scripts().walk_revisions())


def current(engine: Engine) -> str | None:
    """The revision the database has, or None if it has none."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database to `revision`, wholly or not at all. Raises SchemaDamaged."""
    _migrate(engine, lambda config: command.upgrade(config, revision))


def downgrade(engine: Engine, revision: str = "base") -> None:
    """Take the database back to `revision`, wholly or not at all; what only newer tables hold is lost."""
    _migrate(engine, lambda config: command.downgrade(config, revision))


def _config() -> AlembicConfig:
    config = AlembicConfig(str(MIGRATIONS / "alembic.ini"))
    # Alembic reads % as the start of a placeholder.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _migrate(engine: Engine, step: Callable[[AlembicConfig], None]) -> None:
    config = _config()
    sqlite = engine.dialect.name == "sqlite"
    with engine.connect().execution_options(**{BEGIN_IMMEDIATE: True}) as connection:
        driver = connection.connection.driver_connection
        if sqlite and driver is not None:
            # Rebuilding a table drops it for a moment; the references are checked at the end instead.
            driver.execute("PRAGMA foreign_keys=OFF")
            driver.execute("PRAGMA busy_timeout=5000")
        try:
            with connection.begin():
                config.attributes["connection"] = connection
                step(config)
                if sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
                    raise SchemaDamaged("After the migration rows would point nowhere, so it was undone.")
        finally:
            if sqlite and driver is not None:
                driver.execute("PRAGMA busy_timeout=0")
                driver.execute("PRAGMA foreign_keys=ON")
