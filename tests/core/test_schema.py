"""The way between versions of the tables: wholly or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, inspect

from core import schema
from core.db import engine_options, prepare_engine
from tests.core.house import a_database

FIRST = """
import sqlalchemy as sa
from alembic import op

from core import append_only

revision, down_revision, branch_labels, depends_on = "0001", None, None, None

def upgrade():
    op.create_table(
        "parents", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(10))
    )
    op.create_table(
        "children",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "parent_id", sa.Integer, sa.ForeignKey("parents.id", name="fk_children_parent_id"), nullable=False
        ),
    )
    append_only.add_triggers(op.get_bind(), "children", ["id"])
    op.execute("INSERT INTO parents (id, name) VALUES (1, 'one')")
    op.execute("INSERT INTO children (id, parent_id) VALUES (1, 1)")

def downgrade():
    append_only.drop_triggers(op.get_bind(), "children")
    op.drop_table("children")
    op.drop_table("parents")
"""
SECOND = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "0002", "0001", None, None

def upgrade():
    with op.batch_alter_table("parents") as batch:
        batch.alter_column("name", type_=sa.String(20), nullable=False)

def downgrade():
    with op.batch_alter_table("parents") as batch:
        batch.alter_column("name", type_=sa.String(10), nullable=True)
"""
FAILING = """
from alembic import op

revision, down_revision, branch_labels, depends_on = "0003", "0002", None, None

def upgrade():
    op.execute("INSERT INTO parents (id, name) VALUES (2, 'two')")
    op.execute("{statement}")

def downgrade():
    pass
"""


@pytest.fixture
def versions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "a folder with 100 % of them"
    (folder / "versions").mkdir(parents=True)
    for name in ("env.py", "script.py.mako", "alembic.ini"):
        (folder / name).write_text((schema.MIGRATIONS / name).read_text())
    monkeypatch.setattr(schema, "MIGRATIONS", folder)
    (folder / "versions" / "0001_first.py").write_text(FIRST)
    (folder / "versions" / "0002_second.py").write_text(SECOND)
    return folder / "versions"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with a_database(tmp_path) as address:
        engine = create_engine(address, **engine_options(address))
        prepare_engine(engine)
        yield engine
        engine.dispose()


@pytest.mark.usefixtures("versions")
def test_up_and_down(engine: Engine) -> None:
    assert schema.head() == "0002"
    assert schema.revisions() == {"0001", "0002"}
    assert schema.current(engine) is None
    schema.upgrade(engine)
    schema.upgrade(engine)
    assert schema.current(engine) == "0002"
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM children").scalar() == 1
        if engine.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
            assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 0
    schema.downgrade(engine, "0001")
    assert schema.current(engine) == "0001"
    schema.downgrade(engine)
    assert schema.current(engine) is None
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}


@pytest.mark.parametrize(
    "statement", ["INSERT INTO nothing VALUES (1)", "INSERT INTO children VALUES (2, 9)"]
)
def test_a_migration_that_fails_leaves_nothing(engine: Engine, versions: Path, statement: str) -> None:
    schema.upgrade(engine)
    (versions / "0003_failing.py").write_text(FAILING.format(statement=statement))
    with pytest.raises(Exception, match=r"(nothing|nowhere|foreign key)"):
        schema.upgrade(engine)
    assert schema.current(engine) == "0002"
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM parents").scalar() == 1
