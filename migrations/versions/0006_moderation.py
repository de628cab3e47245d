"""Decisions on many contributions, objections, texts to use again, reminders; words that staff took down."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column(
        "contributions", sa.Column("noted_down", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.create_table(
        "moderation_batches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dialogue_id", sa.Integer(), nullable=False),
        sa.Column("decision", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("by_key", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.JSON(), nullable=False),
        sa.Column("poll_items", sa.JSON(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_number", sa.Integer(), nullable=False),
        sa.Column("left_alone", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dialogue_id"], ["dialogues.id"], name=op.f("fk_moderation_batches_dialogue_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_batches")),
    )
    op.create_index("ix_moderation_batches_by_key_at", "moderation_batches", ["by_key", "at"])
    op.create_index(op.f("ix_moderation_batches_dialogue_id"), "moderation_batches", ["dialogue_id"])
    op.create_table(
        "moderation_batch_items",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("contribution_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("visibility", sa.String(length=10), nullable=False),
        sa.Column("visible_before", sa.String(length=10), nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["moderation_batches.id"], name=op.f("fk_moderation_batch_items_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["contributions.id"],
            name=op.f("fk_moderation_batch_items_contribution_id"),
        ),
        sa.PrimaryKeyConstraint("batch_id", "contribution_id", name=op.f("pk_moderation_batch_items")),
    )
    op.create_index(
        op.f("ix_moderation_batch_items_contribution_id"), "moderation_batch_items", ["contribution_id"]
    )
    op.create_table(
        "objections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contribution_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("hidden_by_key", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("decided_by_key", sa.String(length=64), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('open', 'granted', 'upheld', 'withdrawn')", name=op.f("ck_objections_outcome")
        ),
        sa.CheckConstraint(
            "decided_by_key IS NULL OR decided_by_key != hidden_by_key",
            name=op.f("ck_objections_second_person"),
        ),
        sa.ForeignKeyConstraint(
            ["contribution_id"], ["contributions.id"], name=op.f("fk_objections_contribution_id")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["contribution_decisions.id"], name=op.f("fk_objections_decision_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objections")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_objections_decision_id")),
    )
    op.create_index(op.f("ix_objections_contribution_id"), "objections", ["contribution_id"])
    op.create_table(
        "text_blocks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dialogue_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["dialogue_id"], ["dialogues.id"], name=op.f("fk_text_blocks_dialogue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_blocks")),
        sa.UniqueConstraint("dialogue_id", "title", name=op.f("uq_text_blocks_dialogue_id")),
    )
    op.create_table(
        "moderation_reminders",
        sa.Column("dialogue_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dialogue_id"], ["dialogues.id"], name=op.f("fk_moderation_reminders_dialogue_id")
        ),
        sa.PrimaryKeyConstraint("dialogue_id", name=op.f("pk_moderation_reminders")),
    )


def downgrade():
    op.drop_table("moderation_reminders")
    op.drop_table("text_blocks")
    op.drop_table("objections")
    op.drop_table("moderation_batch_items")
    op.drop_table("moderation_batches")
    op.drop_column("contributions", "noted_down")
