"""The first tables: accounts, county, dialogues, polls, concept, journal."""

import sqlalchemy as sa
from alembic import op

from core.append_only import add_triggers, drop_triggers

APPEND_ONLY = {"journal": ["id"], "seals": ["seal_no"], "seal_heads": ["head_no"]}

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("password_is_initial", sa.Boolean(), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("key", name=op.f("uq_accounts_key")),
        sa.UniqueConstraint("login", name=op.f("uq_accounts_login")),
    )
    op.create_table(
        "counties",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ags", sa.String(length=5), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=200), nullable=False),
        sa.Column("seat", sa.String(length=200), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("population_as_of", sa.Date(), nullable=False),
        sa.Column("publisher", sa.String(length=200), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_counties_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counties")),
        sa.UniqueConstraint("ags", name=op.f("uq_counties_ags")),
    )
    op.create_table(
        "field_sets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field_sets")),
        sa.UniqueConstraint("slug", name=op.f("uq_field_sets_slug")),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("scope", sa.String(length=64), nullable=False),
        sa.Column("endpoint", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("scope", "endpoint", "key", name=op.f("pk_idempotency_keys")),
    )
    op.create_index(op.f("ix_idempotency_keys_at"), "idempotency_keys", ["at"], unique=False)

    op.create_table(
        "journal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("fact", sa.String(length=200), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
    )
    op.create_index("ix_journal_at", "journal", ["at"], unique=False)

    op.create_table(
        "municipalities",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ags", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sort_name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("population_as_of", sa.Date(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("pilot", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_municipalities")),
        sa.UniqueConstraint("ags", name=op.f("uq_municipalities_ags")),
    )
    op.create_index(op.f("ix_municipalities_sort_name"), "municipalities", ["sort_name"], unique=False)

    op.create_table(
        "personal_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code_hmac", sa.LargeBinary(length=32), nullable=False),
        sa.Column("slip_number", sa.String(length=64), nullable=False),
        sa.Column("holder_key", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("scope_kind", sa.String(length=64), nullable=False),
        sa.Column("scope_id", sa.Integer(), nullable=False),
        sa.Column("tier", sa.String(length=1), nullable=False),
        sa.Column("purpose", sa.String(length=64), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("write_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personal_codes")),
        sa.UniqueConstraint("code_hmac", name=op.f("uq_personal_codes_code_hmac")),
        sa.UniqueConstraint("slip_number", name=op.f("uq_personal_codes_slip_number")),
    )
    op.create_index(op.f("ix_personal_codes_holder_key"), "personal_codes", ["holder_key"], unique=False)
    op.create_index("ix_personal_codes_scope", "personal_codes", ["scope_kind", "scope_id"], unique=False)

    op.create_table(
        "publications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("publisher", sa.String(length=200), nullable=False),
        sa.Column("date_text", sa.String(length=64), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publications")),
        sa.UniqueConstraint("number", name=op.f("uq_publications_number")),
    )
    op.create_table(
        "action_fields",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("field_set_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("descriptions", sa.JSON(), nullable=False),
        sa.Column("icon", sa.String(length=64), nullable=False),
        sa.Column("colour", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["field_set_id"], ["field_sets.id"], name=op.f("fk_action_fields_field_set_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_fields")),
        sa.UniqueConstraint("field_set_id", "position", name=op.f("uq_action_fields_field_set_id_position")),
        sa.UniqueConstraint("field_set_id", "slug", name=op.f("uq_action_fields_field_set_id_slug")),
    )
    op.create_table(
        "dialogues",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("titles", sa.JSON(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("introductions", sa.JSON(), nullable=False),
        sa.Column("field_set_id", sa.Integer(), nullable=False),
        sa.Column("accepts_contributions", sa.Boolean(), nullable=False),
        sa.Column("register_version", sa.Integer(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["field_set_id"], ["field_sets.id"], name=op.f("fk_dialogues_field_set_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dialogues")),
        sa.UniqueConstraint("slug", name=op.f("uq_dialogues_slug")),
    )
    op.create_table(
        "figures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("amounts", sa.JSON(), nullable=False),
        sa.Column("unit", sa.String(length=200), nullable=False),
        sa.Column("as_of", sa.String(length=64), nullable=False),
        sa.Column("period", sa.String(length=64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publications.id"], name=op.f("fk_figures_publication_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figures")),
        sa.UniqueConstraint("number", name=op.f("uq_figures_number")),
    )
    op.create_index(op.f("ix_figures_publication_id"), "figures", ["publication_id"], unique=False)

    op.create_table(
        "login_sessions",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("personal_code_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shared_device", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(account_id IS NULL) != (personal_code_id IS NULL)", name=op.f("ck_login_sessions_one_holder")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_login_sessions_account_id")),
        sa.ForeignKeyConstraint(
            ["personal_code_id"], ["personal_codes.id"], name=op.f("fk_login_sessions_personal_code_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_login_sessions_token_hash")),
    )
    op.create_index(op.f("ix_login_sessions_account_id"), "login_sessions", ["account_id"], unique=False)
    op.create_index(op.f("ix_login_sessions_expires_at"), "login_sessions", ["expires_at"], unique=False)
    op.create_index(
        op.f("ix_login_sessions_personal_code_id"), "login_sessions", ["personal_code_id"], unique=False
    )

    op.create_table(
        "organisations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=200), nullable=False),
        sa.Column("services", sa.Text(), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publications.id"], name=op.f("fk_organisations_publication_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
        sa.UniqueConstraint("slug", name=op.f("uq_organisations_slug")),
    )
    op.create_index(
        op.f("ix_organisations_publication_id"), "organisations", ["publication_id"], unique=False
    )

    op.create_table(
        "role_assignments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("scope_kind", sa.String(length=64), nullable=False),
        sa.Column("scope_id", sa.Integer(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_role_assignments_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_assignments")),
        sa.UniqueConstraint(
            "account_id",
            "role",
            "scope_kind",
            "scope_id",
            name=op.f("uq_role_assignments_account_id_role_scope_kind_scope_id"),
        ),
    )
    op.create_table(
        "seals",
        sa.Column("seal_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("journal_id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["journal_id"], ["journal.id"], name=op.f("fk_seals_journal_id")),
        sa.PrimaryKeyConstraint("seal_no", name=op.f("pk_seals")),
        sa.UniqueConstraint("journal_id", name=op.f("uq_seals_journal_id")),
    )
    op.create_table(
        "concepts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dialogue_id", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("titles", sa.JSON(), nullable=False),
        sa.Column("subtitles", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["dialogue_id"], ["dialogues.id"], name=op.f("fk_concepts_dialogue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concepts")),
        sa.UniqueConstraint("dialogue_id", "edition", name=op.f("uq_concepts_dialogue_id_edition")),
    )
    op.create_table(
        "contributions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dialogue_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("field_id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("target_group", sa.String(length=200), nullable=False),
        sa.Column("provider", sa.String(length=200), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("author_key", sa.String(length=64), nullable=True),
        sa.Column("publication_id", sa.Integer(), nullable=True),
        sa.Column("visibility", sa.String(length=10), nullable=False),
        sa.Column("visible_before", sa.String(length=10), nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('need', 'offer', 'idea', 'aim')", name=op.f("ck_contributions_kind")),
        sa.CheckConstraint(
            "outcome IN ('open', 'adopted', 'merged', 'not_taken')", name=op.f("ck_contributions_outcome")
        ),
        sa.CheckConstraint(
            "visibility != 'public' OR text != ''", name=op.f("ck_contributions_public_has_text")
        ),
        sa.CheckConstraint(
            "visibility IN ('draft', 'waiting', 'returned', 'group', 'public', 'hidden', 'withdrawn')",
            name=op.f("ck_contributions_visibility"),
        ),
        sa.ForeignKeyConstraint(["dialogue_id"], ["dialogues.id"], name=op.f("fk_contributions_dialogue_id")),
        sa.ForeignKeyConstraint(["field_id"], ["action_fields.id"], name=op.f("fk_contributions_field_id")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipalities.id"], name=op.f("fk_contributions_municipality_id")
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publications.id"], name=op.f("fk_contributions_publication_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contributions")),
        sa.UniqueConstraint(
            "dialogue_id", "kind", "number", name=op.f("uq_contributions_dialogue_id_kind_number")
        ),
    )
    op.create_index("ix_contributions_author_key", "contributions", ["author_key"], unique=False)
    op.create_index(op.f("ix_contributions_field_id"), "contributions", ["field_id"], unique=False)
    op.create_index(
        op.f("ix_contributions_municipality_id"), "contributions", ["municipality_id"], unique=False
    )
    op.create_index(
        "ix_contributions_register",
        "contributions",
        ["dialogue_id", "visibility", "published_at"],
        unique=False,
    )

    op.create_table(
        "dialogue_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dialogue_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("titles", sa.JSON(), nullable=False),
        sa.Column("aims", sa.JSON(), nullable=False),
        sa.Column("format", sa.String(length=200), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("groups_per_person", sa.Integer(), nullable=False),
        sa.Column("code_digest", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["dialogue_id"], ["dialogues.id"], name=op.f("fk_dialogue_events_dialogue_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dialogue_events")),
        sa.UniqueConstraint("code_digest", name=op.f("uq_dialogue_events_code_digest")),
        sa.UniqueConstraint("slug", name=op.f("uq_dialogue_events_slug")),
    )
    op.create_index(op.f("ix_dialogue_events_dialogue_id"), "dialogue_events", ["dialogue_id"], unique=False)

    op.create_table(
        "participants",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("dialogue_id", sa.Integer(), nullable=False),
        sa.Column("tier", sa.String(length=1), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["dialogue_id"], ["dialogues.id"], name=op.f("fk_participants_dialogue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participants")),
        sa.UniqueConstraint("key", name=op.f("uq_participants_key")),
    )
    op.create_index(op.f("ix_participants_dialogue_id"), "participants", ["dialogue_id"], unique=False)

    op.create_table(
        "polls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dialogue_id", sa.Integer(), nullable=False),
        sa.Column("field_id", sa.Integer(), nullable=True),
        sa.Column("titles", sa.JSON(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('draft', 'open', 'closed', 'published')", name=op.f("ck_polls_status")
        ),
        sa.ForeignKeyConstraint(["dialogue_id"], ["dialogues.id"], name=op.f("fk_polls_dialogue_id")),
        sa.ForeignKeyConstraint(["field_id"], ["action_fields.id"], name=op.f("fk_polls_field_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_polls")),
    )
    op.create_index(op.f("ix_polls_closes_at"), "polls", ["closes_at"], unique=False)
    op.create_index(
        "ix_polls_dialogue_id_field_id_status", "polls", ["dialogue_id", "field_id", "status"], unique=False
    )

    op.create_table(
        "register_numbers",
        sa.Column("dialogue_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dialogue_id"], ["dialogues.id"], name=op.f("fk_register_numbers_dialogue_id")
        ),
        sa.PrimaryKeyConstraint("dialogue_id", "kind", name=op.f("pk_register_numbers")),
    )
    op.create_table(
        "seal_heads",
        sa.Column("head_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seal_no", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.ForeignKeyConstraint(["seal_no"], ["seals.seal_no"], name=op.f("fk_seal_heads_seal_no")),
        sa.PrimaryKeyConstraint("head_no", name=op.f("pk_seal_heads")),
        sa.UniqueConstraint("seal_no", name=op.f("uq_seal_heads_seal_no")),
    )
    op.create_table(
        "agenda_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("format", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["dialogue_events.id"], name=op.f("fk_agenda_items_event_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_items")),
    )
    op.create_index(op.f("ix_agenda_items_event_id"), "agenda_items", ["event_id"], unique=False)

    op.create_table(
        "ballots",
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("voter", sa.String(length=64), nullable=False),
        sa.Column("tier", sa.String(length=1), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name=op.f("fk_ballots_poll_id")),
        sa.PrimaryKeyConstraint("poll_id", "voter", name=op.f("pk_ballots")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "concept_goals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("concept_id", sa.Integer(), nullable=False),
        sa.Column("field_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["concept_id"], ["concepts.id"], name=op.f("fk_concept_goals_concept_id")),
        sa.ForeignKeyConstraint(["field_id"], ["action_fields.id"], name=op.f("fk_concept_goals_field_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concept_goals")),
        sa.UniqueConstraint(
            "concept_id", "field_id", "number", name=op.f("uq_concept_goals_concept_id_field_id_number")
        ),
    )
    op.create_index(op.f("ix_concept_goals_field_id"), "concept_goals", ["field_id"], unique=False)

    op.create_table(
        "concept_sections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("concept_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=20), nullable=False),
        sa.Column("slug", sa.String(length=100), nullable=False),
        sa.Column("titles", sa.JSON(), nullable=False),
        sa.Column("field_id", sa.Integer(), nullable=True),
        sa.Column("decisive_poll_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "decisive_poll_id IS NULL OR part = 'field'", name=op.f("ck_concept_sections_poll_of_field")
        ),
        sa.CheckConstraint(
            "part IN ('foreword', 'figures', 'made', 'fields', 'field', 'situation', 'offers', 'needs', 'goals', 'measures', 'overview', 'annex', 'sources', 'imprint')",
            name=op.f("ck_concept_sections_part"),
        ),
        sa.ForeignKeyConstraint(["concept_id"], ["concepts.id"], name=op.f("fk_concept_sections_concept_id")),
        sa.ForeignKeyConstraint(
            ["decisive_poll_id"], ["polls.id"], name=op.f("fk_concept_sections_decisive_poll_id")
        ),
        sa.ForeignKeyConstraint(
            ["field_id"], ["action_fields.id"], name=op.f("fk_concept_sections_field_id")
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["concept_sections.id"], name=op.f("fk_concept_sections_parent_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concept_sections")),
        sa.UniqueConstraint("concept_id", "slug", name=op.f("uq_concept_sections_concept_id_slug")),
    )
    op.create_index(
        op.f("ix_concept_sections_decisive_poll_id"), "concept_sections", ["decisive_poll_id"], unique=False
    )
    op.create_index(
        "ix_concept_sections_field_id_part", "concept_sections", ["field_id", "part"], unique=False
    )
    op.create_index(op.f("ix_concept_sections_parent_id"), "concept_sections", ["parent_id"], unique=False)

    op.create_table(
        "contribution_decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contribution_id", sa.Integer(), nullable=False),
        sa.Column("decision", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("by_key", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contribution_id"], ["contributions.id"], name=op.f("fk_contribution_decisions_contribution_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contribution_decisions")),
    )
    op.create_index(
        op.f("ix_contribution_decisions_contribution_id"),
        "contribution_decisions",
        ["contribution_id"],
        unique=False,
    )

    op.create_table(
        "contribution_revisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contribution_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("field_id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=True),
        sa.Column("by_key", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contribution_id"], ["contributions.id"], name=op.f("fk_contribution_revisions_contribution_id")
        ),
        sa.ForeignKeyConstraint(
            ["field_id"], ["action_fields.id"], name=op.f("fk_contribution_revisions_field_id")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipalities.id"], name=op.f("fk_contribution_revisions_municipality_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contribution_revisions")),
        sa.UniqueConstraint(
            "contribution_id", "number", name=op.f("uq_contribution_revisions_contribution_id_number")
        ),
    )
    op.create_table(
        "poll_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("ref_kind", sa.String(length=20), nullable=False),
        sa.Column("ref_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name=op.f("fk_poll_items_poll_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poll_items")),
        sa.UniqueConstraint("poll_id", "position", name=op.f("uq_poll_items_poll_id_position")),
        sa.UniqueConstraint(
            "poll_id", "ref_kind", "ref_id", name=op.f("uq_poll_items_poll_id_ref_kind_ref_id")
        ),
    )
    op.create_index(op.f("ix_poll_items_ref_id"), "poll_items", ["ref_id"], unique=False)

    op.create_table(
        "stations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contribution_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("url", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contribution_id"], ["contributions.id"], name=op.f("fk_stations_contribution_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stations")),
    )
    op.create_index(op.f("ix_stations_contribution_id"), "stations", ["contribution_id"], unique=False)

    op.create_table(
        "turnouts",
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("tier", sa.String(length=1), nullable=False),
        sa.Column("ballots", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name=op.f("fk_turnouts_poll_id")),
        sa.PrimaryKeyConstraint("poll_id", "tier", name=op.f("pk_turnouts")),
    )
    op.create_table(
        "working_groups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("accepts_cards", sa.Boolean(), nullable=False),
        sa.Column("accepts_votes", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["dialogue_events.id"], name=op.f("fk_working_groups_event_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_working_groups")),
        sa.UniqueConstraint("event_id", "number", name=op.f("uq_working_groups_event_id_number")),
    )
    op.create_table(
        "concept_measures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("concept_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("goal_id", sa.Integer(), nullable=False),
        sa.Column("field_id", sa.Integer(), nullable=False),
        sa.Column("titles", sa.JSON(), nullable=False),
        sa.Column("target_group", sa.String(length=200), nullable=False),
        sa.Column("responsible", sa.String(length=200), nullable=False),
        sa.Column("partners", sa.JSON(), nullable=False),
        sa.Column("begins", sa.String(length=10), nullable=False),
        sa.Column("ends", sa.String(length=10), nullable=False),
        sa.Column("time_frame", sa.String(length=10), nullable=False),
        sa.Column("cost", sa.String(length=200), nullable=False),
        sa.Column("funding", sa.String(length=200), nullable=False),
        sa.Column("indicator", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("priority_class", sa.String(length=10), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "priority_class IN ('', 'focus', 'quick_win')", name=op.f("ck_concept_measures_priority_class")
        ),
        sa.CheckConstraint(
            "status IN ('planned', 'running', 'done', 'permanent', 'postponed', 'rejected')",
            name=op.f("ck_concept_measures_status"),
        ),
        sa.CheckConstraint(
            "time_frame IN ('', 'short', 'medium', 'long')", name=op.f("ck_concept_measures_time_frame")
        ),
        sa.ForeignKeyConstraint(["concept_id"], ["concepts.id"], name=op.f("fk_concept_measures_concept_id")),
        sa.ForeignKeyConstraint(
            ["field_id"], ["action_fields.id"], name=op.f("fk_concept_measures_field_id")
        ),
        sa.ForeignKeyConstraint(["goal_id"], ["concept_goals.id"], name=op.f("fk_concept_measures_goal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concept_measures")),
        sa.UniqueConstraint("concept_id", "number", name=op.f("uq_concept_measures_concept_id_number")),
    )
    op.create_index(op.f("ix_concept_measures_field_id"), "concept_measures", ["field_id"], unique=False)
    op.create_index(op.f("ix_concept_measures_goal_id"), "concept_measures", ["goal_id"], unique=False)

    op.create_table(
        "group_fields",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("field_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["field_id"], ["action_fields.id"], name=op.f("fk_group_fields_field_id")),
        sa.ForeignKeyConstraint(["group_id"], ["working_groups.id"], name=op.f("fk_group_fields_group_id")),
        sa.PrimaryKeyConstraint("group_id", "field_id", name=op.f("pk_group_fields")),
    )
    op.create_table(
        "tallies",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("tier", sa.String(length=1), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("voters", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["poll_items.id"], name=op.f("fk_tallies_item_id")),
        sa.PrimaryKeyConstraint("item_id", "tier", name=op.f("pk_tallies")),
    )
    op.create_table(
        "concept_blocks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("concept_id", sa.Integer(), nullable=False),
        sa.Column("section_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("markdown", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("contribution_id", sa.Integer(), nullable=True),
        sa.Column("goal_id", sa.Integer(), nullable=True),
        sa.Column("measure_id", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(kind = 'contribution') = (contribution_id IS NOT NULL)",
            name=op.f("ck_concept_blocks_contribution"),
        ),
        sa.CheckConstraint("(kind = 'goal') = (goal_id IS NOT NULL)", name=op.f("ck_concept_blocks_goal")),
        sa.CheckConstraint(
            "(kind = 'measure') = (measure_id IS NOT NULL)", name=op.f("ck_concept_blocks_measure")
        ),
        sa.CheckConstraint(
            "kind IN ('paragraph', 'contribution', 'goal', 'measure', 'poll_chart', 'figures', 'participation', 'overview', 'publications', 'imprint')",
            name=op.f("ck_concept_blocks_kind"),
        ),
        sa.ForeignKeyConstraint(["concept_id"], ["concepts.id"], name=op.f("fk_concept_blocks_concept_id")),
        sa.ForeignKeyConstraint(
            ["contribution_id"], ["contributions.id"], name=op.f("fk_concept_blocks_contribution_id")
        ),
        sa.ForeignKeyConstraint(["goal_id"], ["concept_goals.id"], name=op.f("fk_concept_blocks_goal_id")),
        sa.ForeignKeyConstraint(
            ["measure_id"], ["concept_measures.id"], name=op.f("fk_concept_blocks_measure_id")
        ),
        sa.ForeignKeyConstraint(
            ["section_id"], ["concept_sections.id"], name=op.f("fk_concept_blocks_section_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concept_blocks")),
        sa.UniqueConstraint(
            "concept_id", "contribution_id", name=op.f("uq_concept_blocks_concept_id_contribution_id")
        ),
        sa.UniqueConstraint("goal_id", name=op.f("uq_concept_blocks_goal_id")),
        sa.UniqueConstraint("measure_id", name=op.f("uq_concept_blocks_measure_id")),
    )
    op.create_index(
        op.f("ix_concept_blocks_contribution_id"), "concept_blocks", ["contribution_id"], unique=False
    )
    op.create_index(
        "ix_concept_blocks_section_id_position", "concept_blocks", ["section_id", "position"], unique=False
    )

    op.create_table(
        "concept_sources",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("block_id", sa.Integer(), nullable=True),
        sa.Column("goal_id", sa.Integer(), nullable=True),
        sa.Column("measure_id", sa.Integer(), nullable=True),
        sa.Column("contribution_id", sa.Integer(), nullable=True),
        sa.Column("poll_id", sa.Integer(), nullable=True),
        sa.Column("figure_id", sa.Integer(), nullable=True),
        sa.Column("publication_id", sa.Integer(), nullable=True),
        sa.Column("by_key", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(CASE WHEN block_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN goal_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN measure_id IS NULL THEN 0 ELSE 1 END) = 1",
            name=op.f("ck_concept_sources_one_owner"),
        ),
        sa.CheckConstraint(
            "(CASE WHEN contribution_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN poll_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN figure_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN publication_id IS NULL THEN 0 ELSE 1 END) = 1",
            name=op.f("ck_concept_sources_one_evidence"),
        ),
        sa.ForeignKeyConstraint(
            ["block_id"], ["concept_blocks.id"], name=op.f("fk_concept_sources_block_id")
        ),
        sa.ForeignKeyConstraint(
            ["contribution_id"], ["contributions.id"], name=op.f("fk_concept_sources_contribution_id")
        ),
        sa.ForeignKeyConstraint(["figure_id"], ["figures.id"], name=op.f("fk_concept_sources_figure_id")),
        sa.ForeignKeyConstraint(["goal_id"], ["concept_goals.id"], name=op.f("fk_concept_sources_goal_id")),
        sa.ForeignKeyConstraint(
            ["measure_id"], ["concept_measures.id"], name=op.f("fk_concept_sources_measure_id")
        ),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name=op.f("fk_concept_sources_poll_id")),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publications.id"], name=op.f("fk_concept_sources_publication_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concept_sources")),
    )
    op.create_index(op.f("ix_concept_sources_block_id"), "concept_sources", ["block_id"], unique=False)
    op.create_index(
        op.f("ix_concept_sources_contribution_id"), "concept_sources", ["contribution_id"], unique=False
    )
    op.create_index(op.f("ix_concept_sources_figure_id"), "concept_sources", ["figure_id"], unique=False)
    op.create_index(op.f("ix_concept_sources_goal_id"), "concept_sources", ["goal_id"], unique=False)
    op.create_index(op.f("ix_concept_sources_measure_id"), "concept_sources", ["measure_id"], unique=False)
    op.create_index(op.f("ix_concept_sources_poll_id"), "concept_sources", ["poll_id"], unique=False)
    op.create_index(
        op.f("ix_concept_sources_publication_id"), "concept_sources", ["publication_id"], unique=False
    )
    for table, key in APPEND_ONLY.items():
        add_triggers(op.get_bind(), table, key)


def downgrade():
    for table in APPEND_ONLY:
        drop_triggers(op.get_bind(), table)
    op.drop_index(op.f("ix_concept_sources_publication_id"), "concept_sources")
    op.drop_index(op.f("ix_concept_sources_poll_id"), "concept_sources")
    op.drop_index(op.f("ix_concept_sources_measure_id"), "concept_sources")
    op.drop_index(op.f("ix_concept_sources_goal_id"), "concept_sources")
    op.drop_index(op.f("ix_concept_sources_figure_id"), "concept_sources")
    op.drop_index(op.f("ix_concept_sources_contribution_id"), "concept_sources")
    op.drop_index(op.f("ix_concept_sources_block_id"), "concept_sources")

    op.drop_table("concept_sources")
    op.drop_index("ix_concept_blocks_section_id_position", "concept_blocks")
    op.drop_index(op.f("ix_concept_blocks_contribution_id"), "concept_blocks")

    op.drop_table("concept_blocks")
    op.drop_table("tallies")
    op.drop_table("group_fields")
    op.drop_index(op.f("ix_concept_measures_goal_id"), "concept_measures")
    op.drop_index(op.f("ix_concept_measures_field_id"), "concept_measures")

    op.drop_table("concept_measures")
    op.drop_table("working_groups")
    op.drop_table("turnouts")
    op.drop_index(op.f("ix_stations_contribution_id"), "stations")

    op.drop_table("stations")
    op.drop_index(op.f("ix_poll_items_ref_id"), "poll_items")

    op.drop_table("poll_items")
    op.drop_table("contribution_revisions")
    op.drop_index(op.f("ix_contribution_decisions_contribution_id"), "contribution_decisions")

    op.drop_table("contribution_decisions")
    op.drop_index(op.f("ix_concept_sections_parent_id"), "concept_sections")
    op.drop_index("ix_concept_sections_field_id_part", "concept_sections")
    op.drop_index(op.f("ix_concept_sections_decisive_poll_id"), "concept_sections")

    op.drop_table("concept_sections")
    op.drop_index(op.f("ix_concept_goals_field_id"), "concept_goals")

    op.drop_table("concept_goals")
    op.drop_table("ballots")
    op.drop_index(op.f("ix_agenda_items_event_id"), "agenda_items")

    op.drop_table("agenda_items")
    op.drop_table("seal_heads")
    op.drop_table("register_numbers")
    op.drop_index("ix_polls_dialogue_id_field_id_status", "polls")
    op.drop_index(op.f("ix_polls_closes_at"), "polls")

    op.drop_table("polls")
    op.drop_index(op.f("ix_participants_dialogue_id"), "participants")

    op.drop_table("participants")
    op.drop_index(op.f("ix_dialogue_events_dialogue_id"), "dialogue_events")

    op.drop_table("dialogue_events")
    op.drop_index("ix_contributions_register", "contributions")
    op.drop_index(op.f("ix_contributions_municipality_id"), "contributions")
    op.drop_index(op.f("ix_contributions_field_id"), "contributions")
    op.drop_index("ix_contributions_author_key", "contributions")

    op.drop_table("contributions")
    op.drop_table("concepts")
    op.drop_table("seals")
    op.drop_table("role_assignments")
    op.drop_index(op.f("ix_organisations_publication_id"), "organisations")

    op.drop_table("organisations")
    op.drop_index(op.f("ix_login_sessions_personal_code_id"), "login_sessions")
    op.drop_index(op.f("ix_login_sessions_expires_at"), "login_sessions")
    op.drop_index(op.f("ix_login_sessions_account_id"), "login_sessions")

    op.drop_table("login_sessions")
    op.drop_index(op.f("ix_figures_publication_id"), "figures")

    op.drop_table("figures")
    op.drop_table("dialogues")
    op.drop_table("action_fields")
    op.drop_table("publications")
    op.drop_index("ix_personal_codes_scope", "personal_codes")
    op.drop_index(op.f("ix_personal_codes_holder_key"), "personal_codes")

    op.drop_table("personal_codes")
    op.drop_index(op.f("ix_municipalities_sort_name"), "municipalities")

    op.drop_table("municipalities")
    op.drop_index("ix_journal_at", "journal")

    op.drop_table("journal")
    op.drop_index(op.f("ix_idempotency_keys_at"), "idempotency_keys")

    op.drop_table("idempotency_keys")
    op.drop_table("field_sets")
    op.drop_table("counties")
    op.drop_table("accounts")
