"""The control room: all groups of a round at a glance, and what the lead does for all of them."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, render_template, request, url_for

from core.actor import Actor
from core.clock import now
from core.errors import Invalid
from core.forms import Form
from core.i18n import lazy_gettext as _l
from core.realtime import cached, region_response
from core.web import Answer, page, submit
from dialog.boards_of_groups import where_the_day_is
from dialog.models import AgendaItem, Dialogue, DialogueEvent
from workshops.actions import boards as board_actions
from workshops.actions import clock as clock_actions
from workshops.actions import messages as message_actions
from workshops.control_forms import MessageForm, RoundForm, TakeDownForm
from workshops.now import address_of, minutes_ago, minutes_left, minutes_since
from workshops.people import control_version, number_at
from workshops.permissions import RIGHTS, Permission
from workshops.queries import boards as board_queries
from workshops.queries import control as queries
from workshops.queries import messages as message_queries
from workshops.queries import script as script_queries
from workshops.timing import State, step_after
from workshops.views.blueprint import blueprint
from workshops.views.parts import event_here, wanted_round
from workshops.vocabulary import LANE_LABELS


@blueprint.get("/control")
def control(slug: str, event_slug: str) -> Response:
    """All groups at a glance, what needs the lead first, and the messages that stand."""
    actor, dialogue, event = event_here(slug, event_slug)
    item, number = queries.round_here(actor, event, wanted_round())
    return page(draw_control(actor, dialogue, event, item, number, MessageForm()))


@blueprint.get("/control/region")
def control_region(slug: str, event_slug: str) -> Response:
    """The groups again, for a page that has missed something."""
    actor, _, event = event_here(slug, event_slug)
    item, number = queries.round_here(actor, event, wanted_round())
    return region_response(
        control_version(event.id),
        lambda: draw_rooms(actor, event, item, number),
        region=f"control:{event.id}",
        query=f"round={number}",
    )


@blueprint.post("/control/round/<int(max=99):round_no>")
def control_round(slug: str, event_slug: str, round_no: int) -> Response:
    """Something for all groups: prepare their boards, begin, give more time, or end the round."""
    actor, _, _ = event_here(slug, event_slug)
    form = RoundForm(request.form)

    def act() -> Answer:
        _, _, present = event_here(slug, event_slug)
        item, number = queries.round_here(actor, present, round_no)
        how, minutes = form.wish
        if how == "prepare":
            board_actions.prepare_boards(actor, present)
        elif how == "start":
            clock_actions.start_round(actor, present, item)
        elif how == "extend":
            clock_actions.extend_all(actor, present, item, minutes)
        elif how == "end":
            clock_actions.end_round_for_all(actor, present, item)
        else:
            raise Invalid(_l("Please press one of the buttons."))
        return Answer(_to_control(slug, event_slug, number, how))

    return submit(form, act, _again(slug, event_slug, round_no))


@blueprint.post("/control/messages/<int(max=99):round_no>")
def send_message(slug: str, event_slug: str, round_no: int) -> Response:
    """Tell something to one group or to all."""
    actor, _, event = event_here(slug, event_slug)
    item, _ = queries.round_here(actor, event, round_no)
    form = _message_form(actor, event, item)

    def act() -> Answer:
        _, _, present = event_here(slug, event_slug)
        message_actions.send_message(actor, present, text=form.text.data or "", board_id=form.board_id)
        return Answer(_to_control(slug, event_slug, round_no, "sent"))

    return submit(form, act, _again(slug, event_slug, round_no))


@blueprint.post("/control/messages/<int(max=99):round_no>/<int:message_id>")
def take_down_message(slug: str, event_slug: str, round_no: int, message_id: int) -> Response:
    """Take a message off the boards."""
    actor, _, _ = event_here(slug, event_slug)
    form = TakeDownForm(request.form)

    def act() -> Answer:
        _, _, present = event_here(slug, event_slug)
        message_actions.take_down_message(actor, present, message_id)
        return Answer(_to_control(slug, event_slug, round_no, "taken_down"))

    return submit(form, act, _again(slug, event_slug, round_no))


def _again(slug: str, event_slug: str, round_no: int) -> Callable[[Form], str]:
    """What draws the page again when something was wrong."""

    def show(form: Form) -> str:
        actor, dialogue, event = event_here(slug, event_slug)
        item, number = queries.round_here(actor, event, round_no)
        return draw_control(actor, dialogue, event, item, number, form)

    return show


def _to_control(slug: str, event_slug: str, round_no: int, done: str) -> str:
    return url_for("workshops.control", slug=slug, event_slug=event_slug, round=round_no, done=done)


def _message_form(actor: Actor, event: DialogueEvent, item: AgendaItem) -> MessageForm:
    form = MessageForm(request.form if request.method == "POST" else None)
    form.offer([b for b in board_queries.boards_of(actor, event) if b.sitting.round_id == item.id])
    return form


def draw_control(
    actor: Actor, dialogue: Dialogue, event: DialogueEvent, item: AgendaItem, number: int, refused: Form
) -> str:
    """The page, with what was wrong with the form that was sent."""
    message = refused if isinstance(refused, MessageForm) else MessageForm()
    boards = board_queries.boards_of(actor, event)
    message.offer([board for board in boards if board.sitting.round_id == item.id])
    version = control_version(event.id)
    return render_template(
        "workshops/control.html",
        dialogue=dialogue,
        event=event,
        item=item,
        number=number,
        rounds=board_queries.rounds_of(event),
        has_boards=bool(boards),
        missing=len(board_queries.sittings_without_board(event.id)),
        has_script=script_queries.has_script(item.id),
        form=refused,
        message=message,
        messages=message_queries.standing_in(event.id),
        groups={board.id: board.sitting.group for board in boards},
        moment=now(),
        left=minutes_left("due"),
        may_begin=any(
            board.step_id is None and board.ended_at is None and board.sitting.round_id == item.id
            for board in boards
        ),
        may_move=RIGHTS.allows(actor, Permission.MOVE_PEOPLE, event),
        region=f"control:{event.id}",
        version=version,
        rooms=cached(
            f"control:{event.id}",
            version,
            lambda: draw_rooms(actor, event, item, number),
            query=f"round={number}",
        ),
        done=request.args.get("done", ""),
    )


def draw_rooms(actor: Actor, event: DialogueEvent, item: AgendaItem, number: int) -> str:
    """The groups of a round as everybody sees them who leads the day."""
    moment = now()
    rooms = queries.rooms_of(actor, event, item)
    scripts = script_queries.scripts_of_boards([room.board for room in rooms])
    here = where_the_day_is(event, moment)
    agenda = sorted(event.agenda, key=lambda one: (one.starts_at, one.id))
    return render_template(
        "workshops/_rooms.html",
        event=event,
        item=item,
        number=number,
        rooms=rooms,
        following={room.board.id: step_after(scripts[room.board.id], room.board.step) for room in rooms},
        # What is over is left out, so that now and next are in sight without pushing the rail.
        agenda=[one for one in agenda if one.ends_at > moment or one is here.now],
        here=here,
        present={room.board.id: number_at(room.board.id) for room in rooms},
        moods={room.board.id: room.moods(moment) for room in rooms},
        addresses={room.board.id: address_of(room.board) for room in rooms},
        lane_labels=LANE_LABELS,
        minutes_left=minutes_left("due"),
        minutes_ago=minutes_ago(),
        minutes_since=minutes_since(),
        States=State,
    )
