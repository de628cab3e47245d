"""Whether a group or the county has hidden something, and names in groups that were taken out of sight."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade():
    # What was hidden before counts as hidden by the county: only the county shows it again.
    op.add_column(
        "contribution_decisions",
        sa.Column("in_group", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column("board_names", sa.Column("hidden", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade():
    op.drop_column("board_names", "hidden")
    op.drop_column("contribution_decisions", "in_group")
