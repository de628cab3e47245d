"""What the tables of this package hold; see `core.inventory`. All of it is about places."""

from __future__ import annotations

from core import inventory
from core.inventory import Table

inventory.declare(
    tables={
        "counties": Table(
            "content",
            public="id ags name state seat population population_as_of publisher languages outline"
            " list_words outlines",
        ),
        "county_notices": Table(
            "content",
            public="id office_name postal represented_by office_phone office_mail more_imprint"
            " dpo_office dpo_mail authority accessibility_status barriers checked_on checked_how"
            " feedback enforcement more_imprint_html barriers_html",
            internal="changed_at",
        ),
        "municipalities": Table(
            "content", public="id ags name sort_name kind population population_as_of lat lon pilot"
        ),
        "field_sets": Table("content", public="id slug names"),
        "action_fields": Table(
            "content", public="id field_set_id slug position names descriptions icon colour"
        ),
        "publications": Table("content", public="id number title publisher date_text url"),
        "organisations": Table(
            "content",
            public="id slug name kind services publication_id serves_county languages full_time_posts"
            " programme funded_until contact url note ended_on revision",
        ),
        "organisation_places": Table("content", public="organisation_id municipality_id"),
        "organisation_fields": Table("content", public="organisation_id field_id"),
        "municipal_tasks": Table("content", public="id slug names position revision"),
        "responsibilities": Table(
            "content",
            public="id task_id municipality_id form contact since note publication_id",
            internal="replaced_at",
        ),
        "responsible_organisations": Table("content", public="responsibility_id organisation_id"),
        "figures": Table(
            "content", public="id number name amounts unit as_of period note publication_id revision"
        ),
        "figure_values": Table("content", public="id figure_id as_of amount note publication_id"),
    },
)
