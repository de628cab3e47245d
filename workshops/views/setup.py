"""Setting up a board: its columns, what is open, and whether cards are checked first."""

from __future__ import annotations

from flask import Response, render_template, request

from core.errors import Invalid
from core.i18n import language
from core.i18n import lazy_gettext as _l
from core.web import Answer, current_actor, page, submit
from workshops.actions import boards as board_actions
from workshops.actions import lanes as actions
from workshops.actions import votes
from workshops.card_forms import SetupForm
from workshops.drawing import addresses, name_of_lane
from workshops.permissions import RIGHTS, Permission
from workshops.queries.boards import BoardHere
from workshops.views.blueprint import blueprint
from workshops.views.parts import BOARD, visible_board


@blueprint.route(f"{BOARD}/setup", methods=["GET", "POST"])
def set_up_board(slug: str, event_slug: str, number: int, round_no: int) -> Response:
    """Lock and open columns, add one, let people write, have cards wait."""
    actor = current_actor()
    here = visible_board(actor, slug, event_slug, number, round_no)
    RIGHTS.require(actor, Permission.ORDER_BOARD, here)
    at = addresses(slug, event_slug, number, round_no)

    def show(form: SetupForm) -> str:
        present = visible_board(actor, slug, event_slug, number, round_no)
        return render_template(
            "workshops/setup.html",
            here=present,
            event=present.event,
            at=at,
            form=form,
            lanes=[(lane, name_of_lane(lane)) for lane in present.board.lanes],
        )

    if request.method != "POST":
        return page(show(SetupForm()))
    form = SetupForm(request.form)

    def act() -> Answer:
        _do(form, visible_board(actor, slug, event_slug, number, round_no))
        return Answer(at.setup)

    return submit(form, act, show)


def _do(form: SetupForm, here: BoardHere) -> None:
    actor, group = current_actor(), here.group
    if form.what in {"lock", "unlock"}:
        actions.lock_lane(actor, here, lane_id=form.lane_id, locked=form.what == "lock")
    elif form.what == "add":
        actions.add_lane(actor, here, names={language(): form.name.data or ""})
    elif form.what == "vote":
        votes.open_vote(actor, here, lane_id=form.lane_id)
    elif form.what == "endvote":
        votes.end_vote(actor, here, lane_id=form.lane_id)
    elif form.what in {"check", "nocheck"}:
        actions.set_checking(actor, here, checks_first=form.what == "check")
    elif form.what in {"open", "close"}:
        board_actions.open_board(actor, here, cards=form.what == "open", votes=group.accepts_votes)
    else:
        raise Invalid(_l("Please choose what should happen with this board."))
