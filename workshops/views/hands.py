"""Writing down how many hands were raised in the room."""

from __future__ import annotations

from flask import Response, render_template, request, url_for

from core.web import Answer, current_actor, page, submit
from workshops.actions import hands as actions
from workshops.hands_forms import HandsForm, hands_form
from workshops.lane_words import lane_name
from workshops.permissions import Permission
from workshops.queries import hands as queries
from workshops.views.blueprint import blueprint
from workshops.views.capture import board_at, frame, place_of
from workshops.views.parts import BOARD


@blueprint.route(f"{BOARD}/hands", methods=["GET", "POST"])
def count_hands(slug: str, event_slug: str, number: int, round_no: int) -> Response:
    """Write down the hands that were raised for each card."""
    actor, place = current_actor(), place_of(slug, event_slug, number, round_no)
    here = board_at(actor, place, Permission.TYPE_CARDS)
    cards = queries.cards_to_count(actor, here)
    form = hands_form(
        cards, queries.hands_on(here.board.id), request.form if request.method == "POST" else None
    )

    def show(form: HandsForm) -> str:
        return render_template(
            "workshops/count_hands.html",
            **frame(here, place),
            form=form,
            cards=cards,
            lane_name=lane_name,
            saved="saved" in request.args,
        )

    if request.method != "POST":
        return page(show(form))

    def act() -> Answer:
        actions.count_hands(actor, board_at(actor, place, Permission.TYPE_CARDS), form.changed())
        return Answer(url_for("workshops.count_hands", **place, saved="y"))

    return submit(form, act, show)
