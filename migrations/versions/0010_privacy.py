"""Privacy: erased people, wishes to be erased, periods of retention, legal holds, notices of the county."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "erasures",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("texts", sa.String(length=10), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_erasures")),
    )
    op.create_table(
        "retention_periods",
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("rule", name=op.f("pk_retention_periods")),
    )
    op.create_table(
        "erasure_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("holder_key", sa.String(length=64), nullable=True),
        sa.Column("scope_kind", sa.String(length=64), nullable=False),
        sa.Column("scope_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("texts", sa.String(length=10), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("requested_by", sa.String(length=64), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "decided_by IS NULL OR status = 'dropped' OR decided_by != requested_by",
            name=op.f("ck_erasure_requests_four_eyes"),
        ),
        sa.CheckConstraint(
            "(holder_key IS NULL) = (status != 'waiting')",
            name=op.f("ck_erasure_requests_names_nobody_afterwards"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure_requests")),
        sa.UniqueConstraint("holder_key", name=op.f("uq_erasure_requests_holder_key")),
    )
    op.create_table(
        "legal_holds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dialogue_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("set_by", sa.String(length=64), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lift_reason", sa.String(length=300), nullable=False),
        sa.Column("lifted_by", sa.String(length=64), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["dialogue_id"], ["dialogues.id"], name=op.f("fk_legal_holds_dialogue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_holds")),
    )
    op.create_index(
        "uq_legal_holds_dialogue_id",
        "legal_holds",
        ["dialogue_id"],
        unique=True,
        sqlite_where=sa.text("lifted_at IS NULL"),
        postgresql_where=sa.text("lifted_at IS NULL"),
    )
    op.create_table(
        "county_notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_name", sa.String(length=200), nullable=False),
        sa.Column("postal", sa.Text(), nullable=False),
        sa.Column("represented_by", sa.String(length=200), nullable=False),
        sa.Column("office_phone", sa.String(length=200), nullable=False),
        sa.Column("office_mail", sa.String(length=200), nullable=False),
        sa.Column("more_imprint", sa.Text(), nullable=False),
        sa.Column("more_imprint_html", sa.Text(), nullable=False),
        sa.Column("dpo_office", sa.Text(), nullable=False),
        sa.Column("dpo_mail", sa.String(length=200), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("accessibility_status", sa.String(length=10), nullable=False),
        sa.Column("barriers", sa.Text(), nullable=False),
        sa.Column("barriers_html", sa.Text(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("checked_how", sa.String(length=10), nullable=False),
        sa.Column("feedback", sa.Text(), nullable=False),
        sa.Column("enforcement", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_county_notices_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_county_notices")),
    )


def downgrade():
    for table in ("county_notices", "legal_holds", "erasure_requests", "retention_periods", "erasures"):
        op.drop_table(table)
