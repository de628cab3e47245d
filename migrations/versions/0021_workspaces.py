"""Lists of one municipality, and what a municipality has confirmed."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "confirmations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dialogue_id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("by_key", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["dialogue_id"], ["dialogues.id"], name=op.f("fk_confirmations_dialogue_id")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipalities.id"], name=op.f("fk_confirmations_municipality_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmations")),
    )
    op.create_index(
        "ix_confirmations_dialogue_id_municipality_id", "confirmations", ["dialogue_id", "municipality_id"]
    )
    with op.batch_alter_table("list_imports") as table:
        table.add_column(sa.Column("municipality_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk_list_imports_municipality_id"), "municipalities", ["municipality_id"], ["id"]
        )
    op.create_index(op.f("ix_list_imports_municipality_id"), "list_imports", ["municipality_id"])


def downgrade():
    op.drop_index(op.f("ix_list_imports_municipality_id"), "list_imports")
    with op.batch_alter_table("list_imports") as table:
        table.drop_constraint(op.f("fk_list_imports_municipality_id"), type_="foreignkey")
        table.drop_column("municipality_id")
    op.drop_table("confirmations")
