"""Figures about the county at several times."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("figures") as batch:
        batch.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default="1"))
    op.create_table(
        "figure_values",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("figure_id", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.String(length=10), nullable=False),
        sa.Column("amount", sa.Float(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["figure_id"], ["figures.id"], name=op.f("fk_figure_values_figure_id")),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publications.id"], name=op.f("fk_figure_values_publication_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_values")),
        sa.UniqueConstraint("figure_id", "as_of", name=op.f("uq_figure_values_figure_id_as_of")),
    )
    op.create_index(op.f("ix_figure_values_publication_id"), "figure_values", ["publication_id"])


def downgrade():
    op.drop_index(op.f("ix_figure_values_publication_id"), "figure_values")
    op.drop_table("figure_values")
    with op.batch_alter_table("figures") as batch:
        batch.drop_column("revision")
