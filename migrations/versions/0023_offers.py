"""What is known of offers and needs, and when offers were checked."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

OFFER_COLUMNS = (
    ("revision", sa.Integer(), "0"),
    ("status", sa.String(length=10), "unknown"),
    ("serves_county", sa.Boolean(), sa.false()),
    ("cost_words", sa.String(length=200), ""),
    ("access", sa.String(length=300), ""),
    ("capacity", sa.String(length=200), ""),
    ("funded_until", sa.Date(), None),
    ("contact_public", sa.Boolean(), sa.false()),
    ("contact_mail", sa.String(length=254), ""),
    ("ends_on", sa.Date(), None),
    ("schedule", sa.String(length=200), ""),
    ("url", sa.String(length=500), ""),
    ("checked_on", sa.String(length=10), ""),
    ("asked_at", sa.DateTime(timezone=True), None),
    ("token_digest", sa.String(length=64), None),
    ("token_until", sa.DateTime(timezone=True), None),
    ("gone_at", sa.DateTime(timezone=True), None),
)
NEED_COLUMNS = (
    ("revision", sa.Integer(), "0"),
    ("known_how", sa.String(length=200), ""),
    ("evidence", sa.String(length=1000), ""),
)


def upgrade():
    op.add_column(
        "dialogues", sa.Column("check_offers_after", sa.Integer(), server_default="12", nullable=False)
    )
    for table, columns in (("offer_details", OFFER_COLUMNS), ("need_details", NEED_COLUMNS)):
        with op.batch_alter_table(table) as batch:
            for name, kind, default in columns:
                batch.add_column(sa.Column(name, kind, server_default=default, nullable=default is None))
            if table == "offer_details":
                batch.create_unique_constraint(op.f("uq_offer_details_token_digest"), ["token_digest"])
    op.create_table(
        "offer_traits",
        sa.Column("contribution_id", sa.Integer(), nullable=False),
        sa.Column("trait", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["contribution_id"], ["contributions.id"], name=op.f("fk_offer_traits_contribution_id")
        ),
        sa.PrimaryKeyConstraint("contribution_id", "trait", "code", name=op.f("pk_offer_traits")),
    )
    op.create_index("ix_offer_traits_code", "offer_traits", ["trait", "code"])
    op.create_table(
        "offer_places",
        sa.Column("contribution_id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contribution_id"], ["contributions.id"], name=op.f("fk_offer_places_contribution_id")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipalities.id"], name=op.f("fk_offer_places_municipality_id")
        ),
        sa.PrimaryKeyConstraint("contribution_id", "municipality_id", name=op.f("pk_offer_places")),
    )
    op.create_index(op.f("ix_offer_places_municipality_id"), "offer_places", ["municipality_id"])
    op.create_table(
        "details_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contribution_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("by_key", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contribution_id"], ["contributions.id"], name=op.f("fk_details_versions_contribution_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_details_versions")),
        sa.UniqueConstraint(
            "contribution_id", "number", name=op.f("uq_details_versions_contribution_id_number")
        ),
    )


def downgrade():
    op.drop_table("details_versions")
    op.drop_table("offer_places")
    op.drop_table("offer_traits")
    for table, columns in (("need_details", NEED_COLUMNS), ("offer_details", OFFER_COLUMNS)):
        with op.batch_alter_table(table) as batch:
            if table == "offer_details":
                batch.drop_constraint(op.f("uq_offer_details_token_digest"), type_="unique")
            for name, _kind, _default in reversed(columns):
                batch.drop_column(name)
    op.drop_column("dialogues", "check_offers_after")
