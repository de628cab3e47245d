"""Since when somebody writes, and the chapters a county begins its concepts with."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def _writers(*further):
    # Who writes is forgotten within minutes anyway, so nothing is carried over.
    op.drop_table("concept_writers")
    op.create_table(
        "concept_writers",
        sa.Column("section_id", sa.Integer(), nullable=False),
        sa.Column("by_key", sa.String(length=64), nullable=False),
        *further,
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["section_id"], ["concept_sections.id"], name=op.f("fk_concept_writers_section_id")
        ),
        sa.PrimaryKeyConstraint("section_id", "by_key", name=op.f("pk_concept_writers")),
    )


def upgrade():
    _writers(sa.Column("since", sa.DateTime(timezone=True), nullable=False))
    op.add_column("counties", sa.Column("outline", sa.JSON(), nullable=True))


def downgrade():
    op.drop_column("counties", "outline")
    _writers()
