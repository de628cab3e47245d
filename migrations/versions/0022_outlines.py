"""Outlines of the municipalities."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("counties", sa.Column("outlines", sa.JSON(), nullable=True))


def downgrade():
    op.drop_column("counties", "outlines")
