"""What is known of organisations, and who does which task for which municipality."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("organisations") as table:
        table.add_column(sa.Column("serves_county", sa.Boolean(), server_default=sa.false(), nullable=False))
        table.add_column(sa.Column("languages", sa.JSON(), server_default="[]", nullable=False))
        table.add_column(sa.Column("full_time_posts", sa.Float(), nullable=True))
        table.add_column(sa.Column("programme", sa.String(length=200), server_default="", nullable=False))
        table.add_column(sa.Column("funded_until", sa.Date(), nullable=True))
        table.add_column(sa.Column("contact", sa.String(length=300), server_default="", nullable=False))
        table.add_column(sa.Column("url", sa.String(length=500), server_default="", nullable=False))
        table.add_column(sa.Column("note", sa.String(length=1000), server_default="", nullable=False))
        table.add_column(sa.Column("ended_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("revision", sa.Integer(), server_default="1", nullable=False))
    _pairs("organisation_places", ("organisation_id", "organisations"), ("municipality_id", "municipalities"))
    _pairs("organisation_fields", ("organisation_id", "organisations"), ("field_id", "action_fields"))
    op.create_table(
        "municipal_tasks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_municipal_tasks")),
        sa.UniqueConstraint("slug", name=op.f("uq_municipal_tasks_slug")),
    )
    op.create_table(
        "responsibilities",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=True),
        sa.Column("form", sa.String(length=15), nullable=False),
        sa.Column("contact", sa.String(length=300), nullable=False),
        sa.Column("since", sa.String(length=10), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "form IN ('own', 'county', 'provider', 'joint', 'association')",
            name=op.f("ck_responsibilities_form"),
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["municipal_tasks.id"], name=op.f("fk_responsibilities_task_id")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipalities.id"], name=op.f("fk_responsibilities_municipality_id")
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publications.id"], name=op.f("fk_responsibilities_publication_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_responsibilities")),
    )
    op.create_index("ix_responsibilities_municipality_id", "responsibilities", ["municipality_id"])
    op.create_index("ix_responsibilities_publication_id", "responsibilities", ["publication_id"])
    op.create_index(
        "ix_responsibilities_task_id_municipality_id", "responsibilities", ["task_id", "municipality_id"]
    )
    _pairs(
        "responsible_organisations",
        ("responsibility_id", "responsibilities"),
        ("organisation_id", "organisations"),
    )


def _pairs(name, first, second):
    """A table of pairs; what is asked from the second side has an index."""
    op.create_table(
        name,
        *(sa.Column(column, sa.Integer(), nullable=False) for column, _ in (first, second)),
        *(
            sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{name}_{column}"))
            for column, other in (first, second)
        ),
        sa.PrimaryKeyConstraint(first[0], second[0], name=op.f(f"pk_{name}")),
    )
    op.create_index(f"ix_{name}_{second[0]}", name, [second[0]])


def downgrade():
    for name in (
        "responsible_organisations",
        "responsibilities",
        "municipal_tasks",
        "organisation_fields",
        "organisation_places",
    ):
        op.drop_table(name)
    with op.batch_alter_table("organisations") as table:
        for column in (
            "revision",
            "ended_on",
            "note",
            "url",
            "contact",
            "funded_until",
            "programme",
            "full_time_posts",
            "languages",
            "serves_county",
        ):
            table.drop_column(column)
