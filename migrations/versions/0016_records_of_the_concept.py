"""Records of the concept: joined paragraphs and whose sources they have, removed numbers, former sheets, days as sources."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


FORMER_EVIDENCE = ("contribution_id", "poll_id", "figure_id", "publication_id")
EVIDENCE = ("contribution_id", "poll_id", "event_id", "group_id", "figure_id", "publication_id")


def _exactly_one(columns):
    return " + ".join(f"(CASE WHEN {column} IS NULL THEN 0 ELSE 1 END)" for column in columns) + " = 1"


def upgrade():
    with op.batch_alter_table("concept_blocks") as batch:
        batch.add_column(sa.Column("joined_into_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_concept_blocks_joined_into_id"), "concept_blocks", ["joined_into_id"], ["id"]
        )
        batch.create_check_constraint(
            op.f("ck_concept_blocks_joined"), "joined_into_id IS NULL OR removed_at IS NOT NULL"
        )
        batch.create_index(op.f("ix_concept_blocks_joined_into_id"), ["joined_into_id"])
    with op.batch_alter_table("concept_sources") as batch:
        batch.add_column(sa.Column("is_lent", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch.add_column(sa.Column("event_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("group_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_concept_sources_event_id"), "dialogue_events", ["event_id"], ["id"])
        batch.create_foreign_key(op.f("fk_concept_sources_group_id"), "working_groups", ["group_id"], ["id"])
        batch.create_index(op.f("ix_concept_sources_event_id"), ["event_id"])
        batch.create_index(op.f("ix_concept_sources_group_id"), ["group_id"])
        batch.drop_constraint(op.f("ck_concept_sources_one_evidence"), type_="check")
        batch.create_check_constraint(op.f("ck_concept_sources_one_evidence"), _exactly_one(EVIDENCE))
    with op.batch_alter_table("concept_indicators") as batch:
        batch.add_column(sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "concept_plan_revisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("goal_id", sa.Integer(), nullable=True),
        sa.Column("measure_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.JSON(), nullable=False),
        sa.Column("restored_from", sa.Integer(), nullable=True),
        sa.Column("by_key", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(CASE WHEN goal_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN measure_id IS NULL THEN 0 ELSE 1 END) = 1",
            name=op.f("ck_concept_plan_revisions_one_owner"),
        ),
        sa.ForeignKeyConstraint(
            ["goal_id"], ["concept_goals.id"], name=op.f("fk_concept_plan_revisions_goal_id")
        ),
        sa.ForeignKeyConstraint(
            ["measure_id"], ["concept_measures.id"], name=op.f("fk_concept_plan_revisions_measure_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concept_plan_revisions")),
        sa.UniqueConstraint("goal_id", "number", name=op.f("uq_concept_plan_revisions_goal_id_number")),
        sa.UniqueConstraint("measure_id", "number", name=op.f("uq_concept_plan_revisions_measure_id_number")),
    )


def downgrade():
    op.drop_table("concept_plan_revisions")
    # The former program knows no removed numbers: it deleted them with their values.
    op.execute(
        "DELETE FROM concept_indicator_values WHERE indicator_id IN"
        " (SELECT id FROM concept_indicators WHERE removed_at IS NOT NULL)"
    )
    op.execute("DELETE FROM concept_indicators WHERE removed_at IS NOT NULL")
    with op.batch_alter_table("concept_indicators") as batch:
        batch.drop_column("removed_at")
    op.execute("DELETE FROM concept_sources WHERE event_id IS NOT NULL OR group_id IS NOT NULL")
    with op.batch_alter_table("concept_sources") as batch:
        batch.drop_constraint(op.f("ck_concept_sources_one_evidence"), type_="check")
        batch.create_check_constraint(op.f("ck_concept_sources_one_evidence"), _exactly_one(FORMER_EVIDENCE))
        batch.drop_index(op.f("ix_concept_sources_group_id"))
        batch.drop_index(op.f("ix_concept_sources_event_id"))
        batch.drop_constraint(op.f("fk_concept_sources_group_id"), type_="foreignkey")
        batch.drop_constraint(op.f("fk_concept_sources_event_id"), type_="foreignkey")
        batch.drop_column("group_id")
        batch.drop_column("event_id")
        batch.drop_column("is_lent")
    with op.batch_alter_table("concept_blocks") as batch:
        batch.drop_index(op.f("ix_concept_blocks_joined_into_id"))
        batch.drop_constraint(op.f("ck_concept_blocks_joined"), type_="check")
        batch.drop_constraint(op.f("fk_concept_blocks_joined_into_id"), type_="foreignkey")
        batch.drop_column("joined_into_id")
