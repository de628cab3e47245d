"""Giving points to the cards of a column."""

from __future__ import annotations

from flask import Response, render_template, request

from core import realtime
from core.actor import Actor
from core.ballot_form import BallotForm
from core.web import Answer, current_actor, page, submit, wants_json
from dialog.uniting import written
from dialog.vocabulary import together_text
from workshops.actions import votes as actions
from workshops.drawing import addresses, draw_points, points_version
from workshops.permissions import RIGHTS, Permission
from workshops.queries import votes as queries
from workshops.queries.boards import BoardHere
from workshops.views.blueprint import blueprint
from workshops.views.parts import BOARD, Moved, addresses_of, own_board, to_own_day, visible_board

VOTE = f"{BOARD}/votes/<int:lane_id>"


@blueprint.get(VOTE)
def vote(slug: str, event_slug: str, number: int, round_no: int, lane_id: int) -> Response:
    """The ballot while points are given, the points of the group afterwards."""
    actor = current_actor()
    try:
        here = own_board(actor, slug, event_slug, number, round_no)
    except Moved:
        return to_own_day(slug, event_slug)
    return page(_draw(actor, here, lane_id, BallotForm()))


@blueprint.get(f"{VOTE}/region")
def vote_region(slug: str, event_slug: str, number: int, round_no: int, lane_id: int) -> Response:
    """The points as everybody in the group may see them."""
    actor = current_actor()
    here = visible_board(actor, slug, event_slug, number, round_no)
    version = points_version()
    lane = queries.access_vote(actor, here, lane_id).lane
    return realtime.region_response(
        version, lambda: draw_points(lane), region=f"dots:{here.key}.{lane_id}", query=""
    )


@blueprint.post(f"{VOTE}/give")
def give_points(slug: str, event_slug: str, number: int, round_no: int, lane_id: int) -> Response:
    """Send a whole ballot."""
    actor = current_actor()
    form = BallotForm(request.form)
    card = f"item-{form.pressed}" if form.pressed is not None else None
    done = Answer(
        f"{addresses(slug, event_slug, number, round_no).vote}{lane_id}" + (f"#{card}" if card else "")
    )
    # Whoever may not see the board learns nothing of it, whatever they send.
    try:
        own_board(actor, slug, event_slug, number, round_no)
    except Moved:
        if wants_json():
            raise
        return to_own_day(slug, event_slug)

    def act() -> Answer:
        here = visible_board(actor, slug, event_slug, number, round_no)
        actions.give_points(actor, here, lane_id=lane_id, choices=form.sent, seen=form.seen)
        return done

    def show(form: BallotForm) -> str:
        return _draw(actor, visible_board(actor, slug, event_slug, number, round_no), lane_id, form)

    return submit(form, act, show, foreseen=done)


def _draw(actor: Actor, here: BoardHere, lane_id: int, form: BallotForm) -> str:
    version = points_version()
    found = queries.access_vote(actor, here, lane_id)
    given = form.given(found.own or {})
    return render_template(
        "workshops/vote.html",
        here=here,
        event=here.event,
        at=addresses_of(here),
        vote=found,
        form=form,
        given=given,
        seen=written(found.own or {}),
        left=found.left(given),
        together={item: together_text(number) for item, number in found.together.items()},
        may_vote=RIGHTS.allows(actor, Permission.GIVE_POINTS, here),
        version=version,
        region=realtime.cached(
            f"dots:{here.key}.{lane_id}", version, lambda: draw_points(found.lane), query=""
        ),
    )
