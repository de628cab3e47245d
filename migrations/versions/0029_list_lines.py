"""A list knows where its headings stand, so that its rows are counted as in the spreadsheet."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("list_imports") as table:
        table.add_column(sa.Column("headings_at", sa.Integer(), nullable=False, server_default="1"))


def downgrade():
    with op.batch_alter_table("list_imports") as table:
        table.drop_column("headings_at")
