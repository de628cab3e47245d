"""Codes made in batches, for slips and for lists of invitations."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "code_batches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scope_kind", sa.String(length=64), nullable=False),
        sa.Column("scope_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("tier", sa.String(length=1), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_batches")),
        sa.UniqueConstraint(
            "scope_kind", "scope_id", "digest", name=op.f("uq_code_batches_scope_kind_scope_id_digest")
        ),
    )
    with op.batch_alter_table("personal_codes", schema=None) as batch_op:
        batch_op.add_column(sa.Column("batch_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("used", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.create_foreign_key(
            batch_op.f("fk_personal_codes_batch_id"), "code_batches", ["batch_id"], ["id"]
        )
        batch_op.create_index(batch_op.f("ix_personal_codes_batch_id"), ["batch_id"], unique=False)
    op.execute(
        "UPDATE personal_codes SET used = true"
        " WHERE id IN (SELECT personal_code_id FROM login_sessions WHERE personal_code_id IS NOT NULL)"
    )

    op.create_table(
        "roll_entries",
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["dialogue_events.id"], name=op.f("fk_roll_entries_event_id")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipalities.id"], name=op.f("fk_roll_entries_municipality_id")
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name=op.f("fk_roll_entries_participant_id")
        ),
        sa.PrimaryKeyConstraint("participant_id", name=op.f("pk_roll_entries")),
    )
    with op.batch_alter_table("roll_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_roll_entries_event_id"), ["event_id"], unique=False)


def downgrade():
    with op.batch_alter_table("roll_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_roll_entries_event_id"))
    op.drop_table("roll_entries")
    with op.batch_alter_table("personal_codes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_personal_codes_batch_id"))
        batch_op.drop_constraint(batch_op.f("fk_personal_codes_batch_id"), type_="foreignkey")
        batch_op.drop_column("used")
        batch_op.drop_column("batch_id")
    op.drop_table("code_batches")
