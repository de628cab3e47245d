"""Working groups live: boards with cards, the script and its clock, merging, translations."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "script_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("prompts", sa.JSON(), nullable=False),
        sa.Column("allows", sa.String(length=10), nullable=False),
        sa.Column("asks_for", sa.String(length=10), nullable=True),
        sa.Column("method", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("allows IN ('nothing', 'cards', 'dots')", name=op.f("ck_script_steps_allows")),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_script_steps_minutes")),
        sa.ForeignKeyConstraint(["group_id"], ["working_groups.id"], name=op.f("fk_script_steps_group_id")),
        sa.ForeignKeyConstraint(["round_id"], ["agenda_items.id"], name=op.f("fk_script_steps_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_script_steps")),
    )
    op.create_index("ix_script_steps_round_id_group_id", "script_steps", ["round_id", "group_id"])

    op.create_table(
        "boards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("checks_first", sa.Boolean(), nullable=False),
        sa.Column("spotlight_id", sa.Integer(), nullable=True),
        sa.Column("step_id", sa.Integer(), nullable=True),
        sa.Column("step_started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("step_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_card_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("harvested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("harvested_by", sa.String(length=64), nullable=True),
        sa.Column("left_open", sa.String(length=1000), nullable=False),
        sa.ForeignKeyConstraint(["sitting_id"], ["sittings.id"], name=op.f("fk_boards_sitting_id")),
        sa.ForeignKeyConstraint(["spotlight_id"], ["contributions.id"], name=op.f("fk_boards_spotlight_id")),
        sa.ForeignKeyConstraint(["step_id"], ["script_steps.id"], name=op.f("fk_boards_step_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_boards")),
        sa.UniqueConstraint("sitting_id", name=op.f("uq_boards_sitting_id")),
    )
    op.create_table(
        "contribution_translations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contribution_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("of_revision", sa.Integer(), nullable=False),
        sa.Column("by_key", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["contributions.id"],
            name=op.f("fk_contribution_translations_contribution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contribution_translations")),
        sa.UniqueConstraint(
            "contribution_id",
            "language",
            "number",
            name=op.f("uq_contribution_translations_contribution_id_language_number"),
        ),
    )
    op.create_table(
        "merges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("outcome_before", sa.String(length=10), nullable=False),
        sa.Column("visibility_before", sa.String(length=10), nullable=False),
        sa.Column("by_key", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("objection", sa.String(length=1000), nullable=False),
        sa.Column("objected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("objection_answer", sa.String(length=1000), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.String(length=64), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("lead_id != member_id", name=op.f("ck_merges_two")),
        sa.ForeignKeyConstraint(["lead_id"], ["contributions.id"], name=op.f("fk_merges_lead_id")),
        sa.ForeignKeyConstraint(["member_id"], ["contributions.id"], name=op.f("fk_merges_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merges")),
    )
    op.create_index("ix_merges_lead_id", "merges", ["lead_id"])
    op.create_index(
        "uq_merges_member_id_standing",
        "merges",
        ["member_id"],
        unique=True,
        sqlite_where=sa.text("undone_at IS NULL"),
        postgresql_where=sa.text("undone_at IS NULL"),
    )

    op.create_table(
        "board_names",
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("person_key", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_board_names_board_id")),
        sa.PrimaryKeyConstraint("board_id", "person_key", name=op.f("pk_board_names")),
    )
    op.create_table(
        "flipcharts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("by_key", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_flipcharts_board_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flipcharts")),
    )
    op.create_index(op.f("ix_flipcharts_board_id"), "flipcharts", ["board_id"])

    op.create_table(
        "hand_tallies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("contribution_id", sa.Integer(), nullable=False),
        sa.Column("hands", sa.Integer(), nullable=False),
        sa.Column("by_key", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("hands >= 0", name=op.f("ck_hand_tallies_hands")),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_hand_tallies_board_id")),
        sa.ForeignKeyConstraint(
            ["contribution_id"], ["contributions.id"], name=op.f("fk_hand_tallies_contribution_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_tallies")),
        sa.UniqueConstraint(
            "board_id", "contribution_id", name=op.f("uq_hand_tallies_board_id_contribution_id")
        ),
    )
    op.create_index(op.f("ix_hand_tallies_contribution_id"), "hand_tallies", ["contribution_id"])

    op.create_table(
        "help_calls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("by_key", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_by", sa.String(length=64), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_help_calls_board_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_calls")),
    )
    op.create_index("ix_help_calls_board_id_done_at", "help_calls", ["board_id", "done_at"])

    op.create_table(
        "lanes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=True),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.Column("poll_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "kind IS NULL OR kind IN ('need', 'offer', 'idea', 'aim')", name=op.f("ck_lanes_kind")
        ),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_lanes_board_id")),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name=op.f("fk_lanes_poll_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lanes")),
    )
    op.create_index("ix_lanes_board_id", "lanes", ["board_id"])

    op.create_table(
        "messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("by_key", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_down_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_messages_board_id")),
        sa.ForeignKeyConstraint(["event_id"], ["dialogue_events.id"], name=op.f("fk_messages_event_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
    )
    op.create_index("ix_messages_event_id_taken_down_at", "messages", ["event_id", "taken_down_at"])

    op.create_table(
        "cards",
        sa.Column("contribution_id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("lane_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("stack_of", sa.Integer(), nullable=True),
        sa.Column("duplicate", sa.Boolean(), nullable=False),
        sa.Column("label", sa.String(length=40), nullable=False),
        sa.Column("flipchart_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("stack_of != contribution_id", name=op.f("ck_cards_stack")),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_cards_board_id")),
        sa.ForeignKeyConstraint(
            ["contribution_id"], ["contributions.id"], name=op.f("fk_cards_contribution_id")
        ),
        sa.ForeignKeyConstraint(["flipchart_id"], ["flipcharts.id"], name=op.f("fk_cards_flipchart_id")),
        sa.ForeignKeyConstraint(["lane_id"], ["lanes.id"], name=op.f("fk_cards_lane_id")),
        sa.ForeignKeyConstraint(["stack_of"], ["cards.contribution_id"], name=op.f("fk_cards_stack_of")),
        sa.PrimaryKeyConstraint("contribution_id", name=op.f("pk_cards")),
    )
    op.create_index("ix_cards_board_id", "cards", ["board_id"])
    op.create_index(op.f("ix_cards_flipchart_id"), "cards", ["flipchart_id"])
    op.create_index(op.f("ix_cards_lane_id"), "cards", ["lane_id"])
    op.create_index(op.f("ix_cards_stack_of"), "cards", ["stack_of"])

    with op.batch_alter_table("contribution_revisions") as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(length=10), nullable=True))
        batch_op.add_column(sa.Column("register_number", sa.Integer(), nullable=True))
    # Until now no contribution ever became one of another kind.
    op.execute(
        "UPDATE contribution_revisions SET"
        " kind = (SELECT kind FROM contributions WHERE contributions.id = contribution_id),"
        " register_number = (SELECT number FROM contributions WHERE contributions.id = contribution_id)"
    )
    with op.batch_alter_table("contribution_revisions") as batch_op:
        batch_op.alter_column("kind", existing_type=sa.String(length=10), nullable=False)
        batch_op.alter_column("register_number", existing_type=sa.Integer(), nullable=False)

    with op.batch_alter_table("contributions") as batch_op:
        batch_op.add_column(sa.Column("group_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("round_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("priority", sa.String(length=10), server_default="", nullable=False))
        batch_op.add_column(
            sa.Column("open_question", sa.String(length=1000), server_default="", nullable=False)
        )
        batch_op.create_index(batch_op.f("ix_contributions_group_id"), ["group_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_contributions_group_id"), "working_groups", ["group_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_contributions_round_id"), "agenda_items", ["round_id"], ["id"]
        )

    with op.batch_alter_table("polls") as batch_op:
        batch_op.add_column(sa.Column("group_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("round_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_polls_group_id"), ["group_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_polls_round_id"), "agenda_items", ["round_id"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_polls_group_id"), "working_groups", ["group_id"], ["id"])


def downgrade():
    with op.batch_alter_table("polls") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_polls_group_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_polls_round_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_polls_group_id"))
        batch_op.drop_column("round_id")
        batch_op.drop_column("group_id")

    with op.batch_alter_table("contributions") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_contributions_round_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_contributions_group_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_contributions_group_id"))
        batch_op.drop_column("open_question")
        batch_op.drop_column("priority")
        batch_op.drop_column("round_id")
        batch_op.drop_column("group_id")

    with op.batch_alter_table("contribution_revisions") as batch_op:
        batch_op.drop_column("register_number")
        batch_op.drop_column("kind")

    op.drop_index(op.f("ix_cards_stack_of"), "cards")
    op.drop_index(op.f("ix_cards_lane_id"), "cards")
    op.drop_index(op.f("ix_cards_flipchart_id"), "cards")
    op.drop_index("ix_cards_board_id"), "cards"

    op.drop_table("cards")
    op.drop_index("ix_messages_event_id_taken_down_at"), "messages"

    op.drop_table("messages")
    op.drop_index("ix_lanes_board_id"), "lanes"

    op.drop_table("lanes")
    op.drop_index("ix_help_calls_board_id_done_at"), "help_calls"

    op.drop_table("help_calls")
    op.drop_index(op.f("ix_hand_tallies_contribution_id"), "hand_tallies")

    op.drop_table("hand_tallies")
    op.drop_index(op.f("ix_flipcharts_board_id"), "flipcharts")

    op.drop_table("flipcharts")
    op.drop_table("board_names")
    op.drop_index(
        "uq_merges_member_id_standing",
        "merges",
        sqlite_where=sa.text("undone_at IS NULL"),
        postgresql_where=sa.text("undone_at IS NULL"),
    )
    op.drop_index("ix_merges_lead_id"), "merges"

    op.drop_table("merges")
    op.drop_table("contribution_translations")
    op.drop_table("boards")
    op.drop_index("ix_script_steps_round_id_group_id"), "script_steps"

    op.drop_table("script_steps")
