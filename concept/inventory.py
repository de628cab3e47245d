"""What the tables of this package hold; see `core.inventory`. It tells of places and plans, not of people."""

from __future__ import annotations

from core import inventory
from core.i18n import lazy_gettext as _l
from core.inventory import Activity, Basis, DataClass, Export, Table

inventory.declare(
    activities=[
        Activity(
            "writing",
            _l("Writing the concept"),
            _l("Who of staff connected a paragraph with its sources."),
            _l("So that every paragraph can be followed back to what it rests on."),
            _l("Staff who write the concept"),
            _l("The coordination"),
            (Basis.STAFF,),
            _l("For as long as the concept is kept."),
        )
    ],
    tables={
        "concepts": Table(
            "content",
            public="id dialogue_id edition titles subtitles language version created_at changed_at",
        ),
        "concept_sections": Table(
            "content",
            public="id concept_id parent_id position part slug titles field_id decisive_poll_id"
            " answers_due hidden revision",
        ),
        "concept_goals": Table(
            "content", public="id concept_id field_id number texts revision changed_at removed_at"
        ),
        "concept_measures": Table(
            "content",
            public="id concept_id number goal_id field_id titles target_group responsible partners begins"
            " ends time_frame cost funding indicator status priority_class revision changed_at removed_at",
        ),
        "concept_blocks": Table(
            "content",
            public="id concept_id section_id position kind markdown html contribution_id goal_id measure_id"
            " settings frozen frozen_at revision changed_at removed_at joined_into_id",
        ),
        "concept_indicators": Table(
            "content",
            public="id measure_id position name unit baseline baseline_as_of target target_by removed_at",
        ),
        "concept_indicator_values": Table(
            "content", public="id indicator_id as_of value note publication_id"
        ),
        "concept_section_revisions": Table(
            "writing",
            internal="id section_id number blocks restored_from at",
            keys="by_key",
            nobody="It tells of a section; whoever of staff wrote it finds that in the journal.",
        ),
        "concept_plan_revisions": Table(
            "writing",
            internal="id goal_id measure_id number sheet restored_from at",
            keys="by_key",
            nobody="It tells of a goal or measure; whoever of staff wrote it finds that in the journal.",
        ),
        "concept_writers": Table(
            "writing",
            internal="section_id since seen_at",
            keys="by_key",
            nobody="It tells who of staff has a text open, for some minutes.",
        ),
        "concept_answers": Table(
            "writing",
            public="id concept_id contribution_id reason at",
            keys="by_key",
            nobody="It tells of a need; whoever of staff answered it finds that in the journal.",
        ),
        "concept_versions": Table(
            "content",
            public="id concept_id number note language released_at content content_hash records manifest"
            " signature public_key",
        ),
        "concept_version_files": Table("content", public="version_id format data sha256 size"),
        "concept_version_voices": Table("content", public="version_id contribution_id"),
        "concept_withdrawals": Table("content", public="version_id reason at"),
        "concept_sources": Table(
            "writing",
            internal="id block_id goal_id measure_id contribution_id poll_id event_id group_id figure_id"
            " publication_id is_lent at",
            keys="by_key",
            nobody="It tells of a paragraph; whoever of staff added it finds that in the journal.",
        ),
    },
    exports={
        "concept.download": Export(_l("The concept as a document"), DataClass.PUBLIC),
        "concept.changes": Export(_l("What has changed between two versions"), DataClass.PUBLIC),
        "concept.version_file": Export(_l("A released version of the concept"), DataClass.PUBLIC),
    },
)
