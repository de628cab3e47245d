"""Who may do what in a dialogue, and when."""

from __future__ import annotations

from enum import StrEnum

from core.permissions import (
    Rights,
    anyone,
    entrances,
    is_administrator,
    is_operator,
    is_system,
)
from dialog.conditions import (
    awaits_author,
    awaits_municipality,
    came_from_municipality,
    comes_from_office,
    dialogue_accepts,
    edits_its_municipality,
    event_is_published,
    group_takes_cards,
    has_place_in_group,
    has_words,
    is_author,
    is_author_of_card,
    is_card_of_group,
    is_coordinator,
    is_coordinator_of_member,
    is_no_draft,
    is_not_withdrawn,
    is_offer,
    is_participant,
    is_public,
    is_read_in_group,
    leads_group,
    leads_group_here,
    leads_its_group,
    was_participant,
)
from dialog.day_conditions import (
    door_is_open,
    event_takes_people,
    group_takes_votes,
    typed_it_in,
    was_typed_just_now,
)
from dialog.moderation_conditions import (
    can_be_undone,
    can_still_object,
    decided_them,
    did_not_hide,
    group_hid_it,
    is_author_of_member,
    is_hidden,
    is_taken_out,
    merge_is_disputed,
    merge_stands,
    nobody_objected,
    objection_is_open,
)
from dialog.poll_phases import (
    poll_is_for_all,
    poll_is_of_group,
    poll_is_open,
    poll_is_over,
    poll_is_visible,
    result_is_public,
)
from dialog.registration_conditions import (
    event_is_not_over,
    groups_can_change,
    has_no_account,
    is_registered,
    takes_registrations,
)


class Permission(StrEnum):
    """Everything that can be done in this package."""

    READ_REGISTER = "dialog.read_register"
    READ_CONTRIBUTION = "dialog.read_contribution"
    READ_HISTORY = "dialog.read_history"
    REGISTER = "dialog.register"
    CONTRIBUTE = "dialog.contribute"
    POST_CARD = "dialog.post_card"
    CORRECT_CARD = "dialog.correct_card"
    ORDER_CARD = "dialog.order_card"
    SHOW_CARD_AGAIN = "dialog.show_card_again"
    READ_OWN = "dialog.read_own"
    REVISE = "dialog.revise"
    WITHDRAW = "dialog.withdraw"
    TAKE_BACK_TYPED = "dialog.take_back_typed"
    TRANSLATE = "dialog.translate"
    TRANSLATE_CARD = "dialog.translate_card"
    SEE_QUEUE = "dialog.see_queue"
    MODERATE = "dialog.moderate"
    DECIDE_MANY = "dialog.decide_many"
    UNDO = "dialog.undo"
    KEEP_TEXTS = "dialog.keep_texts"
    READ_LOG = "dialog.read_log"
    READ_NOTICE = "dialog.read_notice"
    OBJECT = "dialog.object"
    DECIDE_OBJECTION = "dialog.decide_objection"
    HARVEST = "dialog.harvest"
    MERGE = "dialog.merge"
    SPLIT = "dialog.split"
    OBJECT_TO_MERGE = "dialog.object_to_merge"
    DECIDE_MERGE = "dialog.decide_merge"
    TYPE_IN = "dialog.type_in"
    REMIND = "dialog.remind"
    IMPORT = "dialog.import"
    WORK_ON_LISTS = "dialog.work_on_lists"
    KEEP_DETAILS = "dialog.keep_details"
    KEEP_REMARK = "dialog.keep_remark"
    KEEP_OFFERS = "dialog.keep_offers"
    ASK_PROVIDERS = "dialog.ask_providers"
    ANSWER_FOR_OFFER = "dialog.answer_for_offer"
    JUDGE_COVERAGE = "dialog.judge_coverage"
    WORK_FOR_MUNICIPALITY = "dialog.work_for_municipality"
    WRITE_ENTRY = "dialog.write_entry"
    PREPARE_DIALOGUE = "dialog.prepare_dialogue"
    READ_EVENT = "dialog.read_event"
    READ_POLL = "dialog.read_poll"
    READ_RESULT = "dialog.read_result"
    VOTE = "dialog.vote"
    VOTE_IN_GROUP = "dialog.vote_in_group"
    RUN_GROUP_POLL = "dialog.run_group_poll"
    RUN_POLL = "dialog.run_poll"
    APPEND_STATION = "dialog.append_station"
    RUN_DAY = "dialog.run_day"
    CHECK_IN = "dialog.check_in"
    ADMIT = "dialog.admit"
    FOLLOW_DAY = "dialog.follow_day"
    SEE_OWN_GROUP = "dialog.see_own_group"
    HAND_OUT_CODES = "dialog.hand_out_codes"
    HELP_PEOPLE = "dialog.help_people"
    ERASE_PERSON = "dialog.erase_person"
    KEEP_HOLDS = "dialog.keep_holds"
    SIGN_UP = "dialog.sign_up"
    JOIN = "dialog.join"
    READ_REGISTRATION = "dialog.read_registration"
    CHANGE_REGISTRATION = "dialog.change_registration"
    CANCEL_REGISTRATION = "dialog.cancel_registration"
    ERASE_REGISTRATION = "dialog.erase_registration"
    COUNT_REGISTRATIONS = "dialog.count_registrations"
    FILL_PLACES = "dialog.fill_places"


RIGHTS = Rights[Permission](
    {
        Permission.READ_REGISTER: [[anyone]],
        Permission.READ_CONTRIBUTION: [
            [is_public],
            [is_author],
            [is_coordinator, is_no_draft],
            [is_operator],
            [edits_its_municipality, came_from_municipality],
        ],
        Permission.READ_HISTORY: [[is_coordinator]],
        Permission.REGISTER: [[anyone]],
        Permission.CONTRIBUTE: [[is_participant, dialogue_accepts], [is_coordinator]],
        Permission.POST_CARD: [
            [has_place_in_group, group_takes_cards],
            [leads_group_here],
            [is_coordinator],
        ],
        Permission.CORRECT_CARD: [
            [is_author_of_card, has_place_in_group, is_card_of_group],
            [leads_group_here, is_card_of_group],
            [is_coordinator, is_card_of_group],
        ],
        Permission.ORDER_CARD: [[leads_group_here], [is_coordinator]],
        Permission.SHOW_CARD_AGAIN: [[leads_group_here, group_hid_it], [is_coordinator]],
        Permission.READ_OWN: [[is_participant], [was_participant]],
        Permission.REVISE: [[is_author, is_participant, awaits_author]],
        Permission.WITHDRAW: [
            [is_author, is_not_withdrawn],
            [edits_its_municipality, came_from_municipality, is_not_withdrawn],
        ],
        Permission.TAKE_BACK_TYPED: [[typed_it_in, was_typed_just_now, is_not_withdrawn]],
        Permission.TRANSLATE: [
            [is_participant, is_public],
            [is_participant, is_author, is_not_withdrawn],
            [is_coordinator, is_not_withdrawn],
        ],
        Permission.TRANSLATE_CARD: [
            [has_place_in_group, is_read_in_group],
            [is_author_of_card, is_participant, has_words],
            [leads_group_here, has_words],
            [is_coordinator, has_words],
        ],
        Permission.SEE_QUEUE: [[is_coordinator]],
        Permission.MODERATE: [[is_coordinator, is_not_withdrawn, is_no_draft]],
        Permission.DECIDE_MANY: [[is_coordinator]],
        Permission.UNDO: [[is_coordinator, decided_them, can_be_undone]],
        Permission.KEEP_TEXTS: [[is_coordinator]],
        Permission.READ_LOG: [[is_coordinator]],
        Permission.READ_NOTICE: [[is_taken_out]],
        Permission.OBJECT: [[is_author, is_hidden, can_still_object]],
        Permission.DECIDE_OBJECTION: [[is_coordinator, did_not_hide, objection_is_open]],
        Permission.HARVEST: [[leads_its_group, is_not_withdrawn], [is_coordinator, is_not_withdrawn]],
        Permission.MERGE: [[leads_its_group], [is_coordinator]],
        Permission.SPLIT: [[is_coordinator]],
        Permission.OBJECT_TO_MERGE: [[is_author_of_member, merge_stands, nobody_objected]],
        Permission.DECIDE_MERGE: [[is_coordinator_of_member, merge_stands, merge_is_disputed]],
        Permission.TYPE_IN: [[is_coordinator]],
        Permission.REMIND: [[is_system]],
        Permission.IMPORT: [[is_coordinator], [is_operator], [edits_its_municipality], [is_system]],
        Permission.WORK_ON_LISTS: [[is_system]],
        Permission.JUDGE_COVERAGE: [[is_coordinator]],
        Permission.WORK_FOR_MUNICIPALITY: [[edits_its_municipality], [is_coordinator]],
        Permission.WRITE_ENTRY: [[edits_its_municipality, came_from_municipality, awaits_municipality]],
        Permission.KEEP_DETAILS: [
            [is_coordinator, is_not_withdrawn],
            [is_operator],
            [edits_its_municipality, is_offer, comes_from_office, is_not_withdrawn],
        ],
        Permission.KEEP_REMARK: [[is_coordinator, is_not_withdrawn], [is_operator]],
        Permission.KEEP_OFFERS: [[is_coordinator]],
        Permission.ASK_PROVIDERS: [[is_system]],
        # Whoever has the link of the mail; its secret is checked by the action.
        Permission.ANSWER_FOR_OFFER: [[anyone]],
        Permission.PREPARE_DIALOGUE: [[is_coordinator], [is_operator]],
        Permission.READ_EVENT: [[event_is_published], [is_coordinator], [is_operator]],
        Permission.READ_POLL: [[poll_is_for_all, poll_is_visible], [is_coordinator], [is_operator]],
        Permission.READ_RESULT: [
            [result_is_public],
            [is_coordinator, poll_is_over],
            [is_operator, poll_is_over],
        ],
        Permission.VOTE: [[is_participant, poll_is_for_all, poll_is_open]],
        Permission.VOTE_IN_GROUP: [[has_place_in_group, poll_is_of_group, group_takes_votes, poll_is_open]],
        Permission.RUN_GROUP_POLL: [[leads_group_here], [is_coordinator]],
        Permission.RUN_POLL: [[is_coordinator], [is_operator], [is_system]],
        Permission.APPEND_STATION: [[is_coordinator], [is_operator], [is_system]],
        Permission.RUN_DAY: [[is_coordinator], [is_operator]],
        Permission.CHECK_IN: [[is_coordinator, door_is_open]],
        Permission.ADMIT: [[is_coordinator, event_takes_people, door_is_open]],
        Permission.FOLLOW_DAY: [[is_participant], [was_participant], [is_coordinator]],
        Permission.SEE_OWN_GROUP: [[leads_group]],
        Permission.HAND_OUT_CODES: [[is_coordinator], [is_operator]],
        Permission.HELP_PEOPLE: [[is_coordinator]],
        Permission.ERASE_PERSON: [[is_system]],
        Permission.KEEP_HOLDS: [[is_administrator], [is_operator]],
        Permission.SIGN_UP: [[has_no_account, takes_registrations]],
        Permission.JOIN: [[has_no_account]],
        Permission.READ_REGISTRATION: [[is_registered]],
        Permission.CHANGE_REGISTRATION: [[is_registered, is_participant, groups_can_change]],
        Permission.CANCEL_REGISTRATION: [[is_registered, is_participant, event_is_not_over]],
        Permission.ERASE_REGISTRATION: [[is_system]],
        Permission.COUNT_REGISTRATIONS: [[is_coordinator]],
        Permission.FILL_PLACES: [[is_system]],
    }
)

entrances.declare(
    routes={
        "dialog.register": Permission.READ_REGISTER,
        "dialog.register_region": Permission.READ_REGISTER,
        "dialog.register_table": Permission.READ_REGISTER,
        "dialog.similar": Permission.READ_REGISTER,
        "dialog.gaps": Permission.READ_REGISTER,
        "dialog.gaps_table": Permission.READ_REGISTER,
        "dialog.gaps_workbook": Permission.READ_REGISTER,
        "dialog.gaps_picture": Permission.READ_REGISTER,
        "dialog.gaps_document": Permission.READ_REGISTER,
        "dialog.gaps_by_group": Permission.READ_REGISTER,
        "dialog.gaps_of_group": Permission.READ_REGISTER,
        "dialog.uncovered": Permission.READ_REGISTER,
        "dialog.gaps_of_municipality": Permission.READ_REGISTER,
        "dialog.profile_sheet": Permission.READ_REGISTER,
        "dialog.profile_sheet_document": Permission.READ_REGISTER,
        "dialog.contribution": Permission.READ_CONTRIBUTION,
        "dialog.contribute": Permission.CONTRIBUTE,
        "dialog.mine": Permission.READ_OWN,
        "dialog.revise": Permission.REVISE,
        "dialog.withdraw": Permission.WITHDRAW,
        "dialog.translate": Permission.TRANSLATE,
        "dialog.take_translation_out": Permission.MODERATE,
        "dialog.translations": Permission.SEE_QUEUE,
        "dialog.moderation": Permission.SEE_QUEUE,
        "dialog.moderate": Permission.MODERATE,
        "dialog.correct_heading": Permission.MODERATE,
        "dialog.sort_contribution": Permission.MODERATE,
        "dialog.decide_many": Permission.DECIDE_MANY,
        "dialog.batches": Permission.SEE_QUEUE,
        "dialog.undo_batch": Permission.UNDO,
        "dialog.text_blocks": Permission.KEEP_TEXTS,
        "dialog.moderation_rules": Permission.READ_REGISTER,
        "dialog.moderation_log": Permission.READ_LOG,
        "dialog.object_to_hiding": Permission.OBJECT,
        "dialog.objection": Permission.DECIDE_OBJECTION,
        "dialog.merges": Permission.SEE_QUEUE,
        "dialog.merge": Permission.MERGE,
        "dialog.split": Permission.SPLIT,
        "dialog.take_split_back": Permission.SPLIT,
        "dialog.matches": Permission.MODERATE,
        "dialog.judge_coverage": Permission.JUDGE_COVERAGE,
        "dialog.take_coverage_back": Permission.JUDGE_COVERAGE,
        "dialog.decide_merge": Permission.SEE_QUEUE,
        "dialog.object_to_merge": Permission.OBJECT_TO_MERGE,
        "dialog.type_in": Permission.TYPE_IN,
        "dialog.details": Permission.KEEP_DETAILS,
        "dialog.offers": Permission.READ_REGISTER,
        "dialog.offers_table": Permission.READ_REGISTER,
        "dialog.offers_fields": Permission.READ_REGISTER,
        "dialog.offers_calendar": Permission.READ_REGISTER,
        "dialog.offer_file": Permission.READ_CONTRIBUTION,
        "dialog.offers_kept": Permission.KEEP_OFFERS,
        "dialog.check_offer": Permission.KEEP_DETAILS,
        "dialog.confirm_offer": Permission.ANSWER_FOR_OFFER,
        "dialog.workspaces": Permission.SEE_QUEUE,
        "dialog.workspace": Permission.WORK_FOR_MUNICIPALITY,
        "dialog.confirm_entries": Permission.WORK_FOR_MUNICIPALITY,
        "dialog.write_entry": Permission.WORK_FOR_MUNICIPALITY,
        "dialog.change_entry": Permission.WRITE_ENTRY,
        "dialog.lists": Permission.IMPORT,
        "dialog.lists_of_municipality": Permission.IMPORT,
        "dialog.municipal_list": Permission.IMPORT,
        "dialog.take_list_over": Permission.IMPORT,
        "dialog.take_list_back": Permission.IMPORT,
        "dialog.look_at_list_again": Permission.IMPORT,
        "dialog.drop_list": Permission.IMPORT,
        "dialog.list_columns": Permission.IMPORT,
        "dialog.list_row": Permission.IMPORT,
        "dialog.failed_rows": Permission.IMPORT,
        "dialogues.found": Permission.PREPARE_DIALOGUE,
        "dialog.prepare": Permission.PREPARE_DIALOGUE,
        "dialog.edit_dialogue": Permission.PREPARE_DIALOGUE,
        "dialog.edit_step": Permission.PREPARE_DIALOGUE,
        "dialog.arrange_steps": Permission.PREPARE_DIALOGUE,
        "dialog.events": Permission.READ_REGISTER,
        "dialog.event": Permission.READ_EVENT,
        "dialog.programme": Permission.READ_EVENT,
        "dialog.programme_file": Permission.READ_EVENT,
        "dialog.event_file": Permission.READ_EVENT,
        "dialog.plan_event": Permission.PREPARE_DIALOGUE,
        "dialog.prepare_event": Permission.PREPARE_DIALOGUE,
        "dialog.edit_event": Permission.PREPARE_DIALOGUE,
        "dialog.move_event": Permission.PREPARE_DIALOGUE,
        "dialog.copy_event": Permission.PREPARE_DIALOGUE,
        "dialog.switch_event": Permission.PREPARE_DIALOGUE,
        "dialog.add_item": Permission.PREPARE_DIALOGUE,
        "dialog.edit_item": Permission.PREPARE_DIALOGUE,
        "dialog.arrange_items": Permission.PREPARE_DIALOGUE,
        "dialog.add_group": Permission.PREPARE_DIALOGUE,
        "dialog.edit_group": Permission.PREPARE_DIALOGUE,
        "dialog.arrange_groups": Permission.PREPARE_DIALOGUE,
        "dialog.join": Permission.JOIN,
        "dialog.signup": Permission.SIGN_UP,
        "dialog.registration": Permission.READ_REGISTRATION,
        "dialog.change_registration": Permission.CHANGE_REGISTRATION,
        "dialog.join_group": Permission.CHANGE_REGISTRATION,
        "dialog.leave_group": Permission.CANCEL_REGISTRATION,
        "dialog.cancel_registration": Permission.CANCEL_REGISTRATION,
        "dialog.own_calendar": Permission.READ_REGISTRATION,
        "dialog.registrations": Permission.COUNT_REGISTRATIONS,
        "dialog.screen": Permission.RUN_DAY,
        "dialog.event_code": Permission.RUN_DAY,
        "dialog.now": Permission.FOLLOW_DAY,
        "dialog.my_groups": Permission.SEE_OWN_GROUP,
        "dialog.check_in": Permission.RUN_DAY,
        "dialog.walk_in": Permission.ADMIT,
        "dialog.undo_walk_in": Permission.HELP_PEOPLE,
        "dialog.attendance": Permission.RUN_DAY,
        "dialog.kiosk": Permission.REGISTER,
        "dialog.leave_kiosk": Permission.REGISTER,
        "dialog.polls": Permission.READ_REGISTER,
        "dialog.prepare_poll": Permission.RUN_POLL,
        "dialog.poll": Permission.READ_POLL,
        "dialog.poll_region": Permission.READ_POLL,
        "dialog.vote": Permission.VOTE,
        "dialog.run_poll": Permission.RUN_POLL,
        "dialog.ballots_file": Permission.READ_RESULT,
        "dialog.slips": Permission.HAND_OUT_CODES,
        "dialog.revoke_slips": Permission.HAND_OUT_CODES,
        "dialog.roll": Permission.HAND_OUT_CODES,
        "dialog.invite": Permission.HAND_OUT_CODES,
        "dialog.help_desk": Permission.HELP_PEOPLE,
        "dialog.slip": Permission.HELP_PEOPLE,
        "dialog.replace_slip": Permission.HELP_PEOPLE,
        "dialog.revoke_slip": Permission.HELP_PEOPLE,
        "dialog.extend_slip": Permission.HELP_PEOPLE,
        "dialog.check_in_slip": Permission.CHECK_IN,
    },
    commands={
        "dialogue create": Permission.PREPARE_DIALOGUE,
        "import municipal": Permission.IMPORT,
    },
)
