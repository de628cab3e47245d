"""Writing the concept: wordings of sections, linked blocks, indicators, answers, and released versions."""

import sqlalchemy as sa
from alembic import op

from core import append_only

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

FORMER_PARTS = (
    "foreword figures made fields field situation offers needs goals measures overview annex sources imprint"
)
PARTS = f"{FORMER_PARTS} mandate terms principles cross_cutting steering contributions glossary free"
FORMER_KINDS = (
    "paragraph contribution goal measure poll_chart figures participation overview publications imprint"
)
KINDS = f"{FORMER_KINDS} voices needs_list offers_list chart table quotation"
FROZEN = {
    "concept_versions": ["id"],
    "concept_version_files": ["version_id", "format"],
    "concept_version_voices": ["version_id", "contribution_id"],
    "concept_withdrawals": ["version_id"],
}


def _one_of(column, words):
    return f"{column} IN ({', '.join(repr(word) for word in words.split())})"


def upgrade():
    op.create_table(
        "concept_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("concept_id", sa.Integer(), nullable=False),
        sa.Column("contribution_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_key", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["concept_id"], ["concepts.id"], name=op.f("fk_concept_answers_concept_id")),
        sa.ForeignKeyConstraint(
            ["contribution_id"], ["contributions.id"], name=op.f("fk_concept_answers_contribution_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concept_answers")),
        sa.UniqueConstraint(
            "concept_id", "contribution_id", name=op.f("uq_concept_answers_concept_id_contribution_id")
        ),
    )
    op.create_index(op.f("ix_concept_answers_contribution_id"), "concept_answers", ["contribution_id"])
    op.create_table(
        "concept_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("concept_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("records", sa.Text(), nullable=False),
        sa.Column("manifest", sa.Text(), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.Column("public_key", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["concept_id"], ["concepts.id"], name=op.f("fk_concept_versions_concept_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concept_versions")),
        sa.UniqueConstraint("concept_id", "number", name=op.f("uq_concept_versions_concept_id_number")),
    )
    op.create_table(
        "concept_section_revisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("section_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("blocks", sa.JSON(), nullable=False),
        sa.Column("restored_from", sa.Integer(), nullable=True),
        sa.Column("by_key", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["section_id"], ["concept_sections.id"], name=op.f("fk_concept_section_revisions_section_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concept_section_revisions")),
        sa.UniqueConstraint(
            "section_id", "number", name=op.f("uq_concept_section_revisions_section_id_number")
        ),
    )
    op.create_table(
        "concept_version_files",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("format", sa.String(length=10), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["concept_versions.id"], name=op.f("fk_concept_version_files_version_id")
        ),
        sa.PrimaryKeyConstraint("version_id", "format", name=op.f("pk_concept_version_files")),
    )
    op.create_table(
        "concept_version_voices",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("contribution_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contribution_id"], ["contributions.id"], name=op.f("fk_concept_version_voices_contribution_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["concept_versions.id"], name=op.f("fk_concept_version_voices_version_id")
        ),
        sa.PrimaryKeyConstraint("version_id", "contribution_id", name=op.f("pk_concept_version_voices")),
    )
    op.create_index(
        op.f("ix_concept_version_voices_contribution_id"), "concept_version_voices", ["contribution_id"]
    )
    op.create_table(
        "concept_withdrawals",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["concept_versions.id"], name=op.f("fk_concept_withdrawals_version_id")
        ),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_concept_withdrawals")),
    )
    op.create_table(
        "concept_writers",
        sa.Column("section_id", sa.Integer(), nullable=False),
        sa.Column("by_key", sa.String(length=64), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["section_id"], ["concept_sections.id"], name=op.f("fk_concept_writers_section_id")
        ),
        sa.PrimaryKeyConstraint("section_id", "by_key", name=op.f("pk_concept_writers")),
    )
    op.create_table(
        "concept_indicators",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("measure_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("baseline", sa.Float(), nullable=True),
        sa.Column("baseline_as_of", sa.String(length=10), nullable=False),
        sa.Column("target", sa.Float(), nullable=True),
        sa.Column("target_by", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(
            ["measure_id"], ["concept_measures.id"], name=op.f("fk_concept_indicators_measure_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concept_indicators")),
    )
    op.create_index(op.f("ix_concept_indicators_measure_id"), "concept_indicators", ["measure_id"])
    op.create_table(
        "concept_indicator_values",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("indicator_id", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.String(length=10), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["indicator_id"], ["concept_indicators.id"], name=op.f("fk_concept_indicator_values_indicator_id")
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publications.id"], name=op.f("fk_concept_indicator_values_publication_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concept_indicator_values")),
        sa.UniqueConstraint(
            "indicator_id", "as_of", name=op.f("uq_concept_indicator_values_indicator_id_as_of")
        ),
    )
    op.create_index(
        op.f("ix_concept_indicator_values_publication_id"), "concept_indicator_values", ["publication_id"]
    )
    for table, key in FROZEN.items():
        append_only.add_triggers(op.get_bind(), table, key)
    with op.batch_alter_table("concept_blocks") as batch_op:
        batch_op.drop_constraint(op.f("ck_concept_blocks_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_concept_blocks_kind"), _one_of("kind", KINDS))
        batch_op.add_column(sa.Column("settings", sa.JSON(), server_default="{}", nullable=False))
        batch_op.add_column(sa.Column("frozen", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("concept_goals") as batch_op:
        batch_op.add_column(sa.Column("revision", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("concept_measures") as batch_op:
        batch_op.add_column(sa.Column("revision", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("concept_sections") as batch_op:
        batch_op.drop_constraint(op.f("ck_concept_sections_part"), type_="check")
        batch_op.create_check_constraint(op.f("ck_concept_sections_part"), _one_of("part", PARTS))
        batch_op.add_column(sa.Column("answers_due", sa.Integer(), server_default="3", nullable=False))
        batch_op.add_column(sa.Column("hidden", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("revision", sa.Integer(), server_default="1", nullable=False))

    # Paragraphs were shown before what is computed whatever their place was; from now on the place decides.
    op.execute(
        "UPDATE concept_blocks SET position = position + 100000"
        " WHERE kind NOT IN ('paragraph', 'contribution', 'goal', 'measure')"
    )


def downgrade():
    op.execute(
        "UPDATE concept_blocks SET position = position - 100000"
        " WHERE kind NOT IN ('paragraph', 'contribution', 'goal', 'measure') AND position > 100000"
    )
    # What only the newer program knows has no place in the former tables.
    op.execute(
        "DELETE FROM concept_sources WHERE block_id IN (SELECT id FROM concept_blocks WHERE kind IN"
        " ('voices', 'needs_list', 'offers_list', 'chart', 'table', 'quotation'))"
    )
    op.execute(
        "DELETE FROM concept_blocks WHERE kind IN"
        " ('voices', 'needs_list', 'offers_list', 'chart', 'table', 'quotation')"
    )
    op.execute(
        "UPDATE concept_sections SET part = 'annex' WHERE part IN ('mandate', 'terms', 'principles',"
        " 'cross_cutting', 'steering', 'contributions', 'glossary', 'free')"
    )
    for table in FROZEN:
        append_only.drop_triggers(op.get_bind(), table)
    with op.batch_alter_table("concept_sections") as batch_op:
        batch_op.drop_constraint(op.f("ck_concept_sections_part"), type_="check")
        batch_op.create_check_constraint(op.f("ck_concept_sections_part"), _one_of("part", FORMER_PARTS))
        batch_op.drop_column("revision")
        batch_op.drop_column("hidden")
        batch_op.drop_column("answers_due")

    with op.batch_alter_table("concept_measures") as batch_op:
        batch_op.drop_column("removed_at")
        batch_op.drop_column("revision")

    with op.batch_alter_table("concept_goals") as batch_op:
        batch_op.drop_column("removed_at")
        batch_op.drop_column("revision")

    with op.batch_alter_table("concept_blocks") as batch_op:
        batch_op.drop_constraint(op.f("ck_concept_blocks_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_concept_blocks_kind"), _one_of("kind", FORMER_KINDS))
        batch_op.drop_column("removed_at")
        batch_op.drop_column("frozen_at")
        batch_op.drop_column("frozen")
        batch_op.drop_column("settings")

    op.drop_table("concept_indicator_values")
    op.drop_table("concept_indicators")
    op.drop_table("concept_writers")
    op.drop_table("concept_withdrawals")
    op.drop_table("concept_version_voices")
    op.drop_table("concept_version_files")
    op.drop_table("concept_section_revisions")
    op.drop_table("concept_versions")
    op.drop_table("concept_answers")
