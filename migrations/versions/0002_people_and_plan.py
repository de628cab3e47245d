"""Who comes to an event, where the groups meet, and what people are told."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("holder_key", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("url", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.create_index("ix_notices_holder_key_at", ["holder_key", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_notices_mailed_at"), ["mailed_at"], unique=False)

    op.create_table(
        "registrations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("status IN ('registered', 'cancelled')", name=op.f("ck_registrations_status")),
        sa.ForeignKeyConstraint(["event_id"], ["dialogue_events.id"], name=op.f("fk_registrations_event_id")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipalities.id"], name=op.f("fk_registrations_municipality_id")
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name=op.f("fk_registrations_participant_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registrations")),
        sa.UniqueConstraint(
            "event_id", "participant_id", name=op.f("uq_registrations_event_id_participant_id")
        ),
    )
    with op.batch_alter_table("registrations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_registrations_participant_id"), ["participant_id"], unique=False)

    op.create_table(
        "access_needs",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("need", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_access_needs_registration_id")
        ),
        sa.PrimaryKeyConstraint("registration_id", "need", name=op.f("pk_access_needs")),
    )
    op.create_table(
        "sittings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=True),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "taken >= 0 AND (places IS NULL OR taken <= places)", name=op.f("ck_sittings_places")
        ),
        sa.ForeignKeyConstraint(["group_id"], ["working_groups.id"], name=op.f("fk_sittings_group_id")),
        sa.ForeignKeyConstraint(["round_id"], ["agenda_items.id"], name=op.f("fk_sittings_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sittings")),
        sa.UniqueConstraint("group_id", "round_id", name=op.f("uq_sittings_group_id_round_id")),
    )
    with op.batch_alter_table("sittings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sittings_round_id"), ["round_id"], unique=False)

    op.create_table(
        "group_choices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("is_reserve", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=True),
        sa.Column("round_id", sa.Integer(), nullable=True),
        sa.Column("waiting_no", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(state = 'seated') = (sitting_id IS NOT NULL) AND (sitting_id IS NULL) = (round_id IS NULL) AND (state = 'waiting') = (waiting_no IS NOT NULL)",
            name=op.f("ck_group_choices_place"),
        ),
        sa.CheckConstraint("state IN ('seated', 'waiting', 'spare')", name=op.f("ck_group_choices_state")),
        sa.ForeignKeyConstraint(["group_id"], ["working_groups.id"], name=op.f("fk_group_choices_group_id")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_group_choices_registration_id")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["agenda_items.id"], name=op.f("fk_group_choices_round_id")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sittings.id"], name=op.f("fk_group_choices_sitting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_choices")),
        sa.UniqueConstraint(
            "registration_id", "group_id", name=op.f("uq_group_choices_registration_id_group_id")
        ),
        sa.UniqueConstraint("registration_id", "rank", name=op.f("uq_group_choices_registration_id_rank")),
        sa.UniqueConstraint(
            "registration_id", "round_id", name=op.f("uq_group_choices_registration_id_round_id")
        ),
    )
    with op.batch_alter_table("group_choices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_group_choices_sitting_id"), ["sitting_id"], unique=False)
        batch_op.create_index("ix_group_choices_waiting", ["group_id", "waiting_no"], unique=False)

    with op.batch_alter_table("dialogue_events", schema=None) as batch_op:
        batch_op.add_column(sa.Column("code", sa.String(length=12), nullable=True))
        batch_op.add_column(sa.Column("place", sa.String(length=200), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("link", sa.String(length=500), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("published", sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column("signup_from", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("signup_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("registrations_version", sa.Integer(), nullable=False, server_default="1")
        )
        batch_op.drop_constraint(batch_op.f("uq_dialogue_events_code_digest"), type_="unique")
        batch_op.create_unique_constraint(batch_op.f("uq_dialogue_events_code"), ["code"])
        batch_op.drop_column("code_digest")

    with op.batch_alter_table("working_groups", schema=None) as batch_op:
        batch_op.add_column(sa.Column("descriptions", sa.JSON(), nullable=False, server_default="{}"))
        batch_op.add_column(sa.Column("languages", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("room", sa.String(length=200), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("link", sa.String(length=500), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("moderator", sa.String(length=200), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("note_taker", sa.String(length=200), nullable=False, server_default=""))

    # Until now every group met in every round, with as many people as came.
    op.execute(
        "INSERT INTO sittings (group_id, round_id, taken)"
        " SELECT g.id, a.id, 0 FROM working_groups g JOIN agenda_items a ON a.event_id = g.event_id"
        " WHERE a.format = 'groups'"
    )


def downgrade():
    with op.batch_alter_table("working_groups", schema=None) as batch_op:
        batch_op.drop_column("note_taker")
        batch_op.drop_column("moderator")
        batch_op.drop_column("link")
        batch_op.drop_column("room")
        batch_op.drop_column("languages")
        batch_op.drop_column("descriptions")

    with op.batch_alter_table("dialogue_events", schema=None) as batch_op:
        batch_op.add_column(sa.Column("code_digest", sa.String(length=64), nullable=True))
        batch_op.drop_constraint(batch_op.f("uq_dialogue_events_code"), type_="unique")
        batch_op.create_unique_constraint(batch_op.f("uq_dialogue_events_code_digest"), ["code_digest"])
        batch_op.drop_column("registrations_version")
        batch_op.drop_column("signup_until")
        batch_op.drop_column("signup_from")
        batch_op.drop_column("published")
        batch_op.drop_column("link")
        batch_op.drop_column("place")
        batch_op.drop_column("code")

    with op.batch_alter_table("group_choices", schema=None) as batch_op:
        batch_op.drop_index("ix_group_choices_waiting")
        batch_op.drop_index(batch_op.f("ix_group_choices_sitting_id"))

    op.drop_table("group_choices")
    with op.batch_alter_table("sittings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sittings_round_id"))

    op.drop_table("sittings")
    op.drop_table("access_needs")
    with op.batch_alter_table("registrations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_registrations_participant_id"))

    op.drop_table("registrations")
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notices_mailed_at"))
        batch_op.drop_index("ix_notices_holder_key_at")

    op.drop_table("notices")
