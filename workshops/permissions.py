"""Who may do what on the day, and when.

The context is a `workshops.queries.boards.BoardHere`, or the event for what concerns all of its groups.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from core.actor import Actor
from core.i18n import lazy_gettext as _l
from core.permissions import Rights, anyone, entrances, is_operator, is_system, phase
from dialog.conditions import (
    group_takes_cards,
    has_place_in_group,
    is_author_of_card,
    is_coordinator,
    leads_group_here,
    was_participant,
)
from dialog.day_conditions import group_takes_votes
from dialog.permissions import Permission as DialogPermission


class Permission(StrEnum):
    """Everything that can be done in this package."""

    SEE_BOARD = "workshops.see_board"
    WRITE_CARD = "workshops.write_card"
    TYPE_CARDS = "workshops.type_cards"
    CORRECT_CARD = "workshops.correct_card"
    GIVE_POINTS = "workshops.give_points"
    ORDER_BOARD = "workshops.order_board"
    CHOOSE_NAME = "workshops.choose_name"
    HIDE_NAME = "workshops.hide_name"
    CALL_HELP = "workshops.call_help"
    KEEP_TIME = "workshops.keep_time"
    KEEP_SCRIPT = "workshops.keep_script"
    PREPARE_BOARDS = "workshops.prepare_boards"
    CONTROL = "workshops.control"
    HARVEST = "workshops.harvest"
    SHOW = "workshops.show"
    SHOW_PLENARY = "workshops.show_plenary"
    READ_RESULTS = "workshops.read_results"
    MOVE_PEOPLE = "workshops.move_people"
    TIDY = "workshops.tidy"


def had_place(actor: Actor, context: Any) -> bool:
    """Someone who had a place there and may still read what became of it."""
    return bool(context.seated) and was_participant(actor, context)


def leads_event(actor: Actor, context: Any) -> bool:
    """Someone who moderates, or takes notes, in the whole event."""
    return any(actor.has(role, "event", context.id) for role in ("moderator", "note_taker"))


@phase(_l("This round is over. Nothing can be changed on the board any more."))
def round_goes_on(actor: Actor, context: Any) -> bool:
    """The round was not ended for this group."""
    return context.board.ended_at is None


@phase(_l("This round has not begun for your group. Please wait for the first step."))
def round_has_begun(actor: Actor, context: Any) -> bool:
    """The group is in this round, with a script or without; what it accepts is meant for no other one."""
    return context.board.step_started_at is not None


@phase(_l("This group is closed. Its result stands."))
def is_not_closed(actor: Actor, context: Any) -> bool:
    """The harvest of the group is not finished."""
    return context.board.harvested_at is None


RIGHTS = Rights[Permission](
    {
        Permission.SEE_BOARD: [[has_place_in_group], [had_place], [leads_group_here], [is_coordinator]],
        Permission.WRITE_CARD: [
            [has_place_in_group, round_goes_on, round_has_begun, group_takes_cards],
            [leads_group_here, is_not_closed],
            [is_coordinator, is_not_closed],
        ],
        Permission.TYPE_CARDS: [[leads_group_here, is_not_closed], [is_coordinator, is_not_closed]],
        Permission.CORRECT_CARD: [
            [is_author_of_card, has_place_in_group, round_goes_on],
            [leads_group_here, is_not_closed],
            [is_coordinator, is_not_closed],
        ],
        Permission.GIVE_POINTS: [[has_place_in_group, round_goes_on, round_has_begun, group_takes_votes]],
        Permission.ORDER_BOARD: [[leads_group_here, is_not_closed], [is_coordinator, is_not_closed]],
        Permission.CHOOSE_NAME: [
            [has_place_in_group, round_goes_on],
            [leads_group_here, round_goes_on],
            [is_coordinator, round_goes_on],
        ],
        Permission.HIDE_NAME: [[leads_group_here], [is_coordinator]],
        Permission.CALL_HELP: [[has_place_in_group, round_goes_on], [leads_group_here, round_goes_on]],
        Permission.KEEP_TIME: [[leads_group_here, is_not_closed], [is_coordinator, is_not_closed]],
        Permission.KEEP_SCRIPT: [[is_coordinator], [leads_event], [is_operator]],
        Permission.PREPARE_BOARDS: [[is_coordinator], [leads_event], [is_operator]],
        Permission.CONTROL: [[is_coordinator], [leads_event]],
        Permission.HARVEST: [[leads_group_here, is_not_closed], [is_coordinator]],
        Permission.SHOW: [[leads_group_here], [is_coordinator]],
        Permission.SHOW_PLENARY: [[is_coordinator], [leads_event]],
        Permission.READ_RESULTS: [[anyone]],
        Permission.MOVE_PEOPLE: [[is_coordinator]],
        Permission.TIDY: [[is_system]],
    }
)

entrances.declare(
    routes={
        "workshops.board": Permission.SEE_BOARD,
        "workshops.board_region": Permission.SEE_BOARD,
        "workshops.people": Permission.SEE_BOARD,
        "workshops.people_region": Permission.SEE_BOARD,
        "workshops.write_card": Permission.WRITE_CARD,
        "workshops.translate_card": DialogPermission.TRANSLATE_CARD,
        "workshops.take_card_translation_out": DialogPermission.ORDER_CARD,
        "workshops.now": Permission.SEE_BOARD,
        "workshops.clock": Permission.SHOW,
        "workshops.keep_time": Permission.KEEP_TIME,
        "workshops.call_help": Permission.CALL_HELP,
        "workshops.help_called": Permission.SEE_BOARD,
        "workshops.settle_call": Permission.KEEP_TIME,
        "workshops.control": Permission.CONTROL,
        "workshops.control_region": Permission.CONTROL,
        "workshops.control_round": Permission.CONTROL,
        "workshops.send_message": Permission.CONTROL,
        "workshops.take_down_message": Permission.CONTROL,
        "workshops.projector": Permission.SHOW,
        "workshops.projector_region": Permission.SHOW,
        "workshops.plenary_projector": Permission.SHOW_PLENARY,
        "workshops.plenary_projector_region": Permission.SHOW_PLENARY,
        "workshops.plenary": Permission.READ_RESULTS,
        "workshops.plenary_region": Permission.READ_RESULTS,
        "workshops.move_person": Permission.MOVE_PEOPLE,
        "workshops.emergency_card": Permission.CONTROL,
        "workshops.printed_boards": Permission.CONTROL,
        "workshops.snapshot": Permission.CONTROL,
        "workshops.scripts": Permission.KEEP_SCRIPT,
        "workshops.script": Permission.KEEP_SCRIPT,
        "workshops.arrange_script": Permission.KEEP_SCRIPT,
        "workshops.add_step": Permission.KEEP_SCRIPT,
        "workshops.edit_step": Permission.KEEP_SCRIPT,
        "workshops.quick_entry": Permission.TYPE_CARDS,
        "workshops.undo_quick_entry": Permission.TYPE_CARDS,
        "workshops.count_hands": Permission.TYPE_CARDS,
        "workshops.flipcharts": Permission.SEE_BOARD,
        "workshops.flipchart_picture": Permission.SEE_BOARD,
        "workshops.remove_flipchart": Permission.TYPE_CARDS,
        "workshops.card_sheets": Permission.SHOW,
        "workshops.protocol": Permission.SEE_BOARD,
        "workshops.protocol_file": Permission.SEE_BOARD,
        "workshops.day_protocol_page": Permission.CONTROL,
        "workshops.day_protocol_file": Permission.CONTROL,
        "workshops.card": Permission.SEE_BOARD,
        "workshops.correct_card": Permission.CORRECT_CARD,
        "workshops.order_card": Permission.ORDER_BOARD,
        "workshops.vote": Permission.SEE_BOARD,
        "workshops.vote_region": Permission.SEE_BOARD,
        "workshops.give_points": Permission.GIVE_POINTS,
        "workshops.set_up_board": Permission.ORDER_BOARD,
        "workshops.set_up_lane": Permission.ORDER_BOARD,
        "workshops.sort_cards": Permission.ORDER_BOARD,
        "workshops.harvest": Permission.SHOW,
    },
)
