"""What staff say about a need and an offer."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "coverages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("extent", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("by_key", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=64), nullable=True),
        sa.CheckConstraint("extent IN ('fully', 'partly', 'not')", name=op.f("ck_coverages_extent")),
        sa.CheckConstraint("need_id != offer_id", name=op.f("ck_coverages_two")),
        sa.ForeignKeyConstraint(["need_id"], ["contributions.id"], name=op.f("fk_coverages_need_id")),
        sa.ForeignKeyConstraint(["offer_id"], ["contributions.id"], name=op.f("fk_coverages_offer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coverages")),
    )
    op.create_index(
        "uq_coverages_need_id_offer_id_present",
        "coverages",
        ["need_id", "offer_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index("ix_coverages_offer_id", "coverages", ["offer_id"])


def downgrade():
    op.drop_table("coverages")
