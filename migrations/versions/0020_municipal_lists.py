"""Lists that municipalities send, and how they name fields and places."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("counties", sa.Column("list_words", sa.JSON(), nullable=True))
    op.create_table(
        "list_imports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dialogue_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("header", sa.JSON(), nullable=False),
        sa.Column("by_hand", sa.JSON(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("by_key", sa.String(length=64), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_key", sa.String(length=64), nullable=True),
        sa.CheckConstraint("state IN ('preview', 'imported', 'undone')", name=op.f("ck_list_imports_state")),
        sa.ForeignKeyConstraint(["dialogue_id"], ["dialogues.id"], name=op.f("fk_list_imports_dialogue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_imports")),
    )
    op.create_index(op.f("ix_list_imports_dialogue_id"), "list_imports", ["dialogue_id"])
    op.create_table(
        "list_rows",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("record", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("same_as", sa.String(length=20), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.Column("understood", sa.JSON(), nullable=False),
        sa.Column("fix", sa.JSON(), nullable=False),
        sa.Column("contribution_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["import_id"], ["list_imports.id"], name=op.f("fk_list_rows_import_id")),
        sa.ForeignKeyConstraint(
            ["contribution_id"], ["contributions.id"], name=op.f("fk_list_rows_contribution_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_rows")),
        sa.UniqueConstraint("import_id", "record", name=op.f("uq_list_rows_import_id_record")),
    )
    op.create_index(op.f("ix_list_rows_digest"), "list_rows", ["digest"])
    op.create_index(op.f("ix_list_rows_contribution_id"), "list_rows", ["contribution_id"])
    op.create_table(
        "offer_details",
        sa.Column("contribution_id", sa.Integer(), nullable=False),
        sa.Column("begin", sa.Date(), nullable=True),
        sa.Column("cost", sa.Integer(), nullable=True),
        sa.Column("languages", sa.String(length=200), nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.Column("remark", sa.String(length=1000), nullable=False),
        sa.ForeignKeyConstraint(
            ["contribution_id"], ["contributions.id"], name=op.f("fk_offer_details_contribution_id")
        ),
        sa.PrimaryKeyConstraint("contribution_id", name=op.f("pk_offer_details")),
    )
    op.create_table(
        "need_details",
        sa.Column("contribution_id", sa.Integer(), nullable=False),
        sa.Column("urgency", sa.Integer(), nullable=True),
        sa.Column("reported_by", sa.String(length=200), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=True),
        sa.Column("remark", sa.String(length=1000), nullable=False),
        sa.ForeignKeyConstraint(
            ["contribution_id"], ["contributions.id"], name=op.f("fk_need_details_contribution_id")
        ),
        sa.PrimaryKeyConstraint("contribution_id", name=op.f("pk_need_details")),
    )


def downgrade():
    op.drop_table("need_details")
    op.drop_table("offer_details")
    op.drop_table("list_rows")
    op.drop_table("list_imports")
    op.drop_column("counties", "list_words")
