"""What the tables of this package hold; see `core.inventory`."""

from __future__ import annotations

from core import inventory
from core.i18n import lazy_gettext as _l
from core.i18n import own_name
from core.inventory import Activity, Basis, DataClass, Export, Table
from dialog.queries import privacy as queries
from dialog.vocabulary import (
    HIDING_REASONS,
    KIND_LABELS,
    TIER_LABELS,
    VISIBILITY_LABELS,
    Origin,
    Outcome,
)

inventory.declare(
    activities=[
        Activity(
            "taking_part",
            _l("Taking part"),
            _l("A random number that stands for you in one dialogue. No name, no mail address, no origin."),
            _l("So that you find your contributions again and vote only once."),
            _l("Everybody who takes part"),
            _l("Nobody"),
            rules=("dialog.people",),
        ),
        Activity(
            "contributions",
            _l("Contributions"),
            _l("What you write: your text, its language, topic and place. Please name no other people."),
            _l("So that the county learns what is missing and what helps, and answers it."),
            _l("Everybody who writes something"),
            _l("The coordination; after it was checked, everybody"),
            (Basis.TASK, Basis.CONSENT),
            _l("The text stays in the register until you withdraw it."),
            ("dialog.people",),
        ),
        Activity(
            "registration",
            _l("Signing up for an event"),
            _l(
                "The groups you choose and, if you wish, your role, place, language and what you need,"
                " such as an interpreter."
            ),
            _l("So that there is a place for you, and help where you need it."),
            _l("Everybody who signs up for an event"),
            _l("The coordination, which sees only numbers of at least five"),
            (Basis.TASK, Basis.CONSENT),
            rules=("dialog.people",),
        ),
        Activity(
            "moderation",
            _l("Checking contributions"),
            _l("What staff decided about a contribution, with the reason and a note."),
            _l("So that you can read why, and others can check how we decide."),
            _l("Everybody who writes something, and staff who check it"),
            _l("The author and the coordination"),
            rules=("dialog.notes", "dialog.batches"),
        ),
        Activity(
            "votes",
            _l("Votes"),
            _l("Your points, apart from you: on the ballot stands a digest instead of you."),
            _l("So that everybody counts once and the result can be counted again."),
            _l("Everybody who votes"),
            _l("Nobody learns your choice; everybody reads the sums"),
            (Basis.CONSENT,),
            _l("The sums stay. The link between you and your ballot is cut when you are erased."),
            ("dialog.people",),
        ),
        Activity(
            "lists",
            _l("Lists of municipalities"),
            _l("Needs and offers that a municipality has sent as a list: every row as it stood there."),
            _l("So that the county knows what is missing and what helps, and what became of each row."),
            _l("Offices and clubs, and people whom a list names although it should not"),
            _l("The coordination; the entries that were taken over, everybody"),
            (Basis.TASK,),
            _l("The entries stay. Of the rows nothing is left then but which entries were made of them."),
            ("dialog.list_previews", "dialog.list_rows"),
        ),
        Activity(
            "holds",
            _l("Legal holds"),
            _l("Which dialogue must not be deleted for the time being, who of staff said so, and why."),
            _l("So that nothing is lost that a court or an audit needs."),
            _l("Staff who administer"),
            _l("The administration and the audit"),
            (Basis.SECURITY,),
            _l("For as long as the dialogue is kept."),
        ),
    ],
    tables={
        "dialogues": Table(
            "content",
            public="id slug titles questions introductions field_set_id accepts_contributions"
            " register_version revision steps check_offers_after",
        ),
        "dialogue_events": Table(
            "content",
            public="id dialogue_id slug titles aims format starts_at ends_at groups_per_person place"
            " published signup_from signup_until",
            internal="code link registrations_version revision changed_at",
        ),
        "agenda_items": Table("content", public="id event_id starts_at ends_at names format revision"),
        "working_groups": Table(
            "content",
            public="id event_id number names descriptions languages room moderator note_taker accepts_cards"
            " accepts_votes",
            internal="link revision",
        ),
        "sittings": Table("content", public="id group_id round_id places taken"),
        "registrations": Table(
            "registration",
            internal="id event_id participant_id reminded tier_before",
            personal="status channel role municipality_id language created_at changed_at checked_in_at",
            person=("participant_id>participants",),
            title=_l("Your registrations"),
            shown={
                "language": own_name,
                "municipality_id": queries.municipality_name,
            },
        ),
        "registration_counts": Table("registration", internal="event_id counts changed as_of"),
        "group_choices": Table(
            "registration",
            internal="id registration_id sitting_id round_id waiting_no",
            personal="group_id rank is_reserve state",
            person=("registration_id>registrations",),
            title=_l("The groups you have chosen"),
            shown={"group_id": queries.group_name},
        ),
        "access_needs": Table(
            "registration",
            internal="registration_id",
            special="need",
            person=("registration_id>registrations",),
            title=_l("What you need in order to take part"),
        ),
        "group_fields": Table("content", public="group_id field_id"),
        "participants": Table(
            "taking_part",
            internal="id dialogue_id",
            personal="tier created_at",
            keys="key",
            person=("key",),
            title=_l("Your participation"),
            shown={"tier": TIER_LABELS.__getitem__},
        ),
        "register_numbers": Table("content", internal="dialogue_id kind last"),
        "list_imports": Table(
            "lists",
            internal="id dialogue_id municipality_id kind state file_name digest header by_hand counts by_key"
            " read_at imported_at undone_at undone_by_key rows_gone_at headings_at",
        ),
        "list_works": Table("lists", internal="import_id task by_key total done claim seen_at tries failed"),
        "coverages": Table(
            "content", public="id need_id offer_id extent reason at", internal="by_key ended_at ended_by"
        ),
        "contribution_parts": Table("content", public="part_id whole_id position at", internal="by_key"),
        "confirmations": Table("lists", internal="id dialogue_id municipality_id by_key at"),
        "list_rows": Table(
            "lists",
            internal="id import_id record number cells digest outcome same_as reasons warnings understood"
            " fix contribution_id",
        ),
        "contributions": Table(
            "contributions",
            internal="id dialogue_id field_id publication_id visible_before revision noted_down group_id"
            " round_id priority open_question split_at",
            personal="kind number municipality_id language target_group provider origin visibility outcome"
            " created_at published_at",
            special="title text",
            keys="author_key",
            copies="search_text",
            person=("author_key",),
            title=_l("What you have written"),
            shown={
                "kind": KIND_LABELS.__getitem__,
                "visibility": VISIBILITY_LABELS.__getitem__,
                "language": own_name,
                "municipality_id": queries.municipality_name,
            },
        ),
        "contribution_revisions": Table(
            "contributions",
            internal="id contribution_id field_id municipality_id kind register_number",
            personal="number language at",
            special="title text",
            keys="by_key",
            person=("contribution_id>contributions",),
            title=_l("All wordings of what you have written"),
            shown={"language": own_name},
        ),
        "contribution_decisions": Table(
            "moderation",
            internal="id contribution_id in_group",
            personal="decision reason note at",
            keys="by_key",
            person=("contribution_id>contributions",),
            title=_l("What staff decided about it"),
            shown={"reason": lambda reason: HIDING_REASONS.get(reason, reason)},
        ),
        "contribution_translations": Table(
            "contributions",
            internal="id contribution_id number of_revision",
            personal="language at",
            special="title text",
            keys="by_key",
            person=("by_key",),
            title=_l("What you have translated"),
            shown={"language": own_name},
        ),
        "merges": Table(
            "moderation",
            internal="id lead_id member_id outcome_before visibility_before undone_at",
            personal="at objected_at objection_answer answered_at",
            special="objection",
            keys="by_key undone_by",
            person=("member_id>contributions",),
            title=_l("What was put together with others"),
        ),
        "moderation_batches": Table(
            "moderation",
            internal="id dialogue_id decision reason at number left_out poll_items undone_at undone_number"
            " left_alone",
            keys="by_key",
            nobody="It tells of many contributions; whoever of staff decided finds that in the journal.",
        ),
        "moderation_batch_items": Table(
            "moderation",
            internal="batch_id contribution_id revision visibility visible_before outcome published_at",
        ),
        "moderation_reminders": Table("moderation", internal="dialogue_id at waiting"),
        "text_blocks": Table("moderation", internal="id dialogue_id title texts"),
        "objections": Table(
            "moderation",
            internal="id contribution_id decision_id",
            personal="outcome note at decided_at",
            special="text",
            keys="hidden_by_key decided_by_key",
            person=("contribution_id>contributions",),
            title=_l("What you have objected to"),
        ),
        "roll_entries": Table(
            "registration",
            internal="participant_id event_id",
            personal="role municipality_id language",
            person=("participant_id>participants",),
            title=_l("What a list of invitations said of your place"),
            shown={
                "language": own_name,
                "municipality_id": queries.municipality_name,
            },
        ),
        "stations": Table(
            "contributions",
            internal="id contribution_id label values url",
            personal="kind at",
            person=("contribution_id>contributions",),
            title=_l("The way of what you have written"),
        ),
        "polls": Table(
            "content",
            public="id dialogue_id field_id group_id round_id titles questions method rules status version"
            " created_at opened_at closes_at closed_at published_at",
        ),
        "poll_items": Table(
            "content", internal="id poll_id ref_kind ref_id", public="position title text language"
        ),
        "ballots": Table(
            "votes",
            internal="poll_id",
            personal="tier",
            special="choices",
            secret="voter",  # noqa: S106 - the name of a column
            rows=queries.ballots_of,
            title=_l("How you have voted"),
            shown={"tier": TIER_LABELS.__getitem__},
        ),
        "tallies": Table("content", public="item_id tier points voters"),
        "turnouts": Table("content", public="poll_id tier ballots"),
        "legal_holds": Table(
            "holds",
            internal="id dialogue_id reason set_at lift_reason lifted_at",
            keys="set_by lifted_by",
            nobody="It tells of a dialogue; whoever set it finds that in the journal.",
        ),
    },
    codes={
        "outcome": {
            Outcome.OPEN: _l("still open"),
            Outcome.ADOPTED: _l("taken over"),
            Outcome.MERGED: _l("put together with others"),
            Outcome.NOT_TAKEN: _l("not taken over"),
        },
        "origin": {Origin.FORM: _l("form"), Origin.IMPORT: _l("list")},
        "decision": {
            "publish": _l("published"),
            "return": _l("returned with a question"),
            "hide": _l("hidden"),
            "restore": _l("shown again"),
        },
        "kind": {
            "submitted": _l("received"),
            "returned": _l("returned with a question"),
            "answered": _l("changed by you"),
            "published": _l("published"),
            "hidden": _l("hidden"),
            "restored": _l("shown again"),
            "withdrawn": _l("withdrawn"),
            "ranked": _l("counted in a vote"),
            "imported": _l("taken over from a list"),
            "in_concept": _l("in the concept"),
            "in_goal": _l("in a goal of the concept"),
            "in_measure": _l("in a measure of the concept"),
            "in_version": _l("in a version of the concept"),
        },
        "status": {"registered": _l("registered"), "cancelled": _l("cancelled")},
        "channel": {
            "form": _l("form"),
            "event_code": _l("code on the screen"),
            "staff": _l("staff"),
            "invitation": _l("invitation"),
        },
        "state": {
            "seated": _l("you have a place"),
            "waiting": _l("on the waiting list"),
            "spare": _l("not needed so far"),
        },
    },
    labels={
        "poll": _l("Vote"),
        "role": _l("Role"),
        "changed_at": _l("Changed"),
        "checked_in_at": _l("Arrived"),
        "group_id": _l("Group"),
        "rank": _l("Rank"),
        "is_reserve": _l("Reserve"),
        "state": _l("State"),
        "need": _l("Need"),
        "objection": _l("What you have against it"),
        "objected_at": _l("Objected"),
        "objection_answer": _l("Answer"),
        "answered_at": _l("Answered"),
        "choices": _l("Points"),
        "decision": _l("Decision"),
        "municipality_id": _l("Place"),
        "target_group": _l("For whom"),
        "provider": _l("Provider"),
        "published_at": _l("Published"),
    },
    exports={
        "dialog.register_table": Export(_l("The public register as a table"), DataClass.PUBLIC),
        "dialog.gaps_table": Export(_l("Needs and offers by place and topic as a table"), DataClass.PUBLIC),
        "dialog.gaps_picture": Export(
            _l("Needs and offers by place and topic as a picture"), DataClass.PUBLIC
        ),
        "dialog.gaps_workbook": Export(
            _l("Needs and offers by place, topic and target group as a workbook"), DataClass.PUBLIC
        ),
        "dialog.gaps_document": Export(_l("Needs and offers by place and topic to print"), DataClass.PUBLIC),
        "dialog.profile_sheet_document": Export(
            _l("The profile sheet of a municipality to print"), DataClass.PUBLIC
        ),
        "dialog.programme_file": Export(_l("The programme for a calendar"), DataClass.PUBLIC),
        "dialog.event_file": Export(_l("The event for a calendar"), DataClass.PUBLIC),
        "dialog.failed_rows": Export(
            _l("Rows of a list that were not taken over, for those who sent it"), DataClass.INTERNAL
        ),
        "dialog.moderation_log": Export(
            _l("Decisions on contributions, without words and people"), DataClass.INTERNAL
        ),
        "dialog.invite": Export(
            _l("New codes for the places on a list, for staff, given once"), DataClass.SECRET
        ),
        "dialog.ballots_file": Export(
            _l("Ballots of a published vote: shuffled rows without people"), DataClass.PUBLIC
        ),
    },
)
