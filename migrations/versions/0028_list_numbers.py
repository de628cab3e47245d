"""The number of a list that was thrown away is never that of another one."""

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade():
    _make_anew(never_again=True)


def downgrade():
    _make_anew(never_again=False)


def _make_anew(*, never_again):
    # A sequence of PostgreSQL never goes back.
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table(
            "list_imports", recreate="always", table_kwargs={"sqlite_autoincrement": never_again}
        ):
            pass
