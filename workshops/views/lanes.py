"""One column of a board, for those who lead the group: its name, its place, a vote on it, taking it away."""

from __future__ import annotations

from flask import Response, render_template, request

from core.errors import Invalid, NotFound
from core.forms import Form
from core.i18n import language
from core.i18n import lazy_gettext as _l
from core.web import Answer, current_actor, page, submit
from workshops.actions import lanes as actions
from workshops.actions import votes
from workshops.drawing import addresses, name_of_lane
from workshops.lane_forms import LaneForm, VoteForm
from workshops.permissions import RIGHTS, Permission
from workshops.queries import cards as queries
from workshops.queries.boards import BoardHere
from workshops.views.blueprint import blueprint
from workshops.views.parts import BOARD, visible_board


@blueprint.route(f"{BOARD}/lanes/<int:lane_id>", methods=["GET", "POST"])
def set_up_lane(slug: str, event_slug: str, number: int, round_no: int, lane_id: int) -> Response:
    """Call a free column otherwise, move any, begin a vote with rules of one's own, remove an empty one."""
    actor = current_actor()
    here = visible_board(actor, slug, event_slug, number, round_no)
    RIGHTS.require(actor, Permission.ORDER_BOARD, here)
    at = addresses(slug, event_slug, number, round_no)
    own_page = f"{at.board}/lanes/{lane_id}"

    def show(form: Form) -> str:
        present = visible_board(actor, slug, event_slug, number, round_no)
        lane = next((one for one in present.board.lanes if one.id == lane_id), None)
        if lane is None:
            raise NotFound
        row = present.board.lanes
        naming = form if isinstance(form, LaneForm) else LaneForm()
        if naming.name.data is None:
            naming.name.data = name_of_lane(lane)
        return render_template(
            "workshops/lane.html",
            here=present,
            event=present.event,
            at=at,
            own_page=own_page,
            lane=lane,
            name=name_of_lane(lane),
            form=form,
            naming=naming,
            voting=form if isinstance(form, VoteForm) else VoteForm(),
            is_first=lane is row[0],
            is_last=lane is row[-1],
            has_cards=queries.has_cards(lane.id),
        )

    if request.method != "POST":
        return page(show(LaneForm()))
    form = (VoteForm if request.form.get("step") == "vote" else LaneForm)(request.form)

    def act() -> Answer:
        present = visible_board(actor, slug, event_slug, number, round_no)
        _do(form, present, lane_id)
        # Where the column is gone there is no page of it to go back to.
        return Answer(at.setup if form.step.data == "remove" else own_page)

    return submit(form, act, show)


def _do(form: LaneForm | VoteForm, here: BoardHere, lane_id: int) -> None:
    actor, step = current_actor(), form.step.data
    if isinstance(form, VoteForm):
        votes.open_vote(
            actor,
            here,
            lane_id=lane_id,
            dots=form.dots.data or 0,
            max_per_card=form.max_per_item.data or 0,
            live=bool(form.live.data),
        )
    elif step == "name":
        actions.name_lane(actor, here, lane_id=lane_id, names={language(): form.name.data or ""})
    elif step in {"forward", "back"}:
        actions.move_lane(actor, here, lane_id=lane_id, forward=step == "forward")
    elif step == "remove":
        actions.remove_lane(actor, here, lane_id=lane_id)
    elif step == "endvote":
        votes.end_vote(actor, here, lane_id=lane_id)
    else:
        raise Invalid(_l("Please choose what should happen with this column."))
