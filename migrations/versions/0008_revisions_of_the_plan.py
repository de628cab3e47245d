"""Revisions of what coordinators plan, so that nobody overwrites what they have not read."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

COUNTED = ("dialogues", "dialogue_events", "agenda_items", "working_groups")


def upgrade():
    for table in COUNTED:
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("dialogue_events") as batch_op:
        batch_op.add_column(sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade():
    with op.batch_alter_table("dialogue_events") as batch_op:
        batch_op.drop_column("changed_at")
    for table in reversed(COUNTED):
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_column("revision")
