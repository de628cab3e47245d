"""Sorting several cards of a column at once, for those who lead the group."""

from __future__ import annotations

from flask import Response, render_template, request, url_for

from core.errors import Invalid
from core.i18n import lazy_gettext as _l
from core.web import Answer, current_actor, page, submit
from dialog.vocabulary import KIND_LABELS
from workshops.actions import ordering as actions
from workshops.card_forms import SortForm, small_number
from workshops.drawing import name_of_lane
from workshops.models import Lane
from workshops.permissions import Permission
from workshops.queries import cards as queries
from workshops.queries.boards import BoardHere
from workshops.views.blueprint import blueprint
from workshops.views.capture import board_at, frame, place_of
from workshops.views.parts import BOARD
from workshops.vocabulary import MODERATOR

DONE = ("stack", "apart", "move", "label")


@blueprint.route(f"{BOARD}/sort", methods=["GET", "POST"])
def sort_cards(slug: str, event_slug: str, number: int, round_no: int) -> Response:
    """Choose cards of a column, then stack, move or label them together."""
    actor, place = current_actor(), place_of(slug, event_slug, number, round_no)
    here = board_at(actor, place, Permission.ORDER_BOARD)
    lane = _lane(here)
    form = SortForm(request.form if request.method == "POST" else None)
    form.offer([(one.id, name_of_lane(one)) for one in here.board.lanes if one.id != lane.id])

    def show(form: SortForm) -> str:
        present = board_at(actor, place, Permission.ORDER_BOARD)
        return render_template(
            "workshops/sort.html",
            **frame(present, place),
            form=form,
            lane=lane,
            lanes=[(one, name_of_lane(one)) for one in present.board.lanes],
            counts=queries.count_cards(present.board.id, MODERATOR),
            cards=queries.cards_shown(present.board.id, MODERATOR, lane_id=lane.id),
            kind_labels=KIND_LABELS,
            done=request.args.get("done", ""),
        )

    if request.method != "POST":
        return page(show(form))

    def act() -> Answer:
        _sort(form, board_at(actor, place, Permission.ORDER_BOARD))
        return Answer(url_for("workshops.sort_cards", **place, lane=lane.id, done=form.step.data))

    return submit(form, act, show)


def _lane(here: BoardHere) -> Lane:
    """The column in the address, else the one with most cards."""
    wanted = small_number(request.args.get("lane", ""))
    found = next((one for one in here.board.lanes if one.id == wanted), None)
    counts = queries.count_cards(here.board.id, MODERATOR)
    return found or max(here.board.lanes, key=lambda one: counts.get(one.id, 0))


def _sort(form: SortForm, here: BoardHere) -> None:
    actor, step = current_actor(), form.step.data
    if step == "stack":
        actions.stack_cards(actor, here, form.chosen, duplicate=bool(form.duplicate.data))
    elif step == "apart":
        actions.take_apart(actor, here, form.chosen)
    elif step == "move":
        actions.move_cards(actor, here, form.chosen, lane_id=form.lane_id)
    elif step == "label":
        actions.label_cards(actor, here, form.chosen, label=form.label.data or "")
    else:
        raise Invalid(_l("Please choose what should happen with the cards."))
