"""Work on long lists that goes on beside the pages."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "list_works",
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("task", sa.String(length=10), nullable=False),
        sa.Column("by_key", sa.String(length=64), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("claim", sa.String(length=64), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint("task IN ('judge', 'take_over')", name=op.f("ck_list_works_task")),
        sa.ForeignKeyConstraint(["import_id"], ["list_imports.id"], name=op.f("fk_list_works_import_id")),
        sa.PrimaryKeyConstraint("import_id", name=op.f("pk_list_works")),
    )


def downgrade():
    op.drop_table("list_works")
