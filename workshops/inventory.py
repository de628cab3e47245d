"""What the tables of this package hold; see `core.inventory`."""

from __future__ import annotations

from core import inventory
from core.i18n import lazy_gettext as _l
from core.inventory import Activity, Basis, Table

inventory.declare(
    activities=[
        Activity(
            "working_groups",
            _l("Working groups"),
            _l("A name for the group if you choose one. Photographs of paper that staff attach to cards."),
            _l("So that people in a group can address one another, and nothing on paper is lost."),
            _l("Everybody who takes part in a group"),
            _l("The group and those who run it"),
            (Basis.TASK, Basis.CONSENT),
            _l("A chosen name goes when the event is over."),
            ("workshops.names", "dialog.people"),
        )
    ],
    tables={
        "boards": Table(
            "content",
            internal="id sitting_id version checks_first spotlight_id step_id step_started_at step_ends_at"
            " paused_at last_card_at ended_at harvested_at left_open",
            keys="harvested_by",
            nobody="It tells of a group; whoever of staff closed it finds that in the journal.",
        ),
        "lanes": Table("content", internal="id board_id position kind names locked poll_id"),
        "cards": Table(
            "content",
            internal="contribution_id board_id lane_id position stack_of duplicate label flipchart_id",
        ),
        "board_names": Table(
            "working_groups",
            internal="board_id hidden",
            personal="name at",
            keys="person_key",
            person=("person_key",),
            title=_l("The names you have chosen in groups"),
        ),
        "flipcharts": Table(
            "working_groups",
            internal="id board_id data width height note at",
            keys="by_key",
            nobody="It shows paper of a group; whoever of staff added it finds that in the journal.",
        ),
        "hand_tallies": Table(
            "content",
            internal="id board_id contribution_id hands at",
            keys="by_key",
            nobody="It counts hands; whoever of staff counted finds that in the journal.",
        ),
        "harvest_steps": Table(
            "content",
            internal="id board_id contribution_id decision revision visibility priority open_question merges"
            " at undone_at",
            keys="by_key",
            nobody="It tells of cards; whoever of staff decided finds that in the journal.",
        ),
        "script_steps": Table(
            "content",
            internal="id round_id group_id position names minutes prompts allows asks_for method revision",
        ),
        "help_calls": Table(
            "working_groups",
            internal="id board_id done_at",
            personal="text at",
            keys="by_key done_by",
            person=("by_key",),
            title=_l("Where you have called for help"),
        ),
        "messages": Table(
            "content",
            internal="id event_id board_id text at taken_down_at",
            keys="by_key",
            nobody="It is what the lead told groups; whoever of staff wrote it finds that in the journal.",
        ),
    },
    labels={"name": _l("Name")},
)
