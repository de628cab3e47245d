"""The decisions of a harvest, so that each can be taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "harvest_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("contribution_id", sa.Integer(), nullable=False),
        sa.Column("decision", sa.String(length=10), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("visibility", sa.String(length=10), nullable=False),
        sa.Column("priority", sa.String(length=10), nullable=False),
        sa.Column("open_question", sa.String(length=1000), nullable=False),
        sa.Column("merges", sa.JSON(), nullable=False),
        sa.Column("by_key", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "decision IN ('taken_up', 'joined', 'not_taken', 'later')", name=op.f("ck_harvest_steps_decision")
        ),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_harvest_steps_board_id")),
        sa.ForeignKeyConstraint(
            ["contribution_id"], ["contributions.id"], name=op.f("fk_harvest_steps_contribution_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_harvest_steps")),
    )
    op.create_index("ix_harvest_steps_board_id_undone_at", "harvest_steps", ["board_id", "undone_at"])
    op.create_index(op.f("ix_harvest_steps_contribution_id"), "harvest_steps", ["contribution_id"])


def downgrade():
    op.drop_index(op.f("ix_harvest_steps_contribution_id"), "harvest_steps")
    op.drop_index("ix_harvest_steps_board_id_undone_at", "harvest_steps")
    op.drop_table("harvest_steps")
