"""A list knows since when its rows are gone, and only the entries that were made of them are left."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("list_imports") as table:
        table.add_column(sa.Column("rows_gone_at", sa.DateTime(timezone=True), nullable=True))


def downgrade():
    with op.batch_alter_table("list_imports") as table:
        table.drop_column("rows_gone_at")
