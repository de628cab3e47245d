"""Contributions that were divided into parts."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("contributions", sa.Column("split_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "contribution_parts",
        sa.Column("part_id", sa.Integer(), nullable=False),
        sa.Column("whole_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("by_key", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["part_id"], ["contributions.id"], name=op.f("fk_contribution_parts_part_id")
        ),
        sa.ForeignKeyConstraint(
            ["whole_id"], ["contributions.id"], name=op.f("fk_contribution_parts_whole_id")
        ),
        sa.PrimaryKeyConstraint("part_id", name=op.f("pk_contribution_parts")),
    )
    op.create_index("ix_contribution_parts_whole_id", "contribution_parts", ["whole_id"])


def downgrade():
    op.drop_table("contribution_parts")
    op.drop_column("contributions", "split_at")
