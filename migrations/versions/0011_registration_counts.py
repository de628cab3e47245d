"""What staff see of who comes to an event."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "registration_counts",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("changed", sa.JSON(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["dialogue_events.id"], name=op.f("fk_registration_counts_event_id")
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_registration_counts")),
    )


def downgrade():
    op.drop_table("registration_counts")
