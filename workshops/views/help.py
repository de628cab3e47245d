"""Calling the lead for help from a group, and settling it."""

from __future__ import annotations

from flask import Response, render_template, request, url_for

from core.web import Answer, page, submit
from workshops.actions import help as actions
from workshops.control_forms import ClockForm, HelpForm, SettleForm
from workshops.now import address_of
from workshops.permissions import RIGHTS, Permission
from workshops.views.blueprint import blueprint
from workshops.views.clock import draw_clock
from workshops.views.parts import BOARD, board_here, board_url, control_url


@blueprint.route(f"{BOARD}/help", methods=["GET", "POST"])
def call_help(slug: str, event_slug: str, number: int, round_no: int) -> Response:
    """Call for help: one press, with a sentence if one likes."""
    actor, here = board_here(slug, event_slug, number, round_no)
    RIGHTS.require(actor, Permission.CALL_HELP, here)
    form = HelpForm(request.form if request.method == "POST" else None)

    def show(form: HelpForm) -> str:
        return render_template("workshops/help.html", here=here, form=form, board_url=board_url(here))

    if request.method == "GET":
        return page(show(form))

    def act() -> Answer:
        _, present = board_here(slug, event_slug, number, round_no)
        actions.call_for_help(actor, present, text=form.text.data or "")
        return Answer(url_for("workshops.help_called", **address_of(present.board)))

    return submit(form, act, show)


@blueprint.get(f"{BOARD}/help/called")
def help_called(slug: str, event_slug: str, number: int, round_no: int) -> str:
    """That the lead knows of it, and the way back to the board."""
    _, here = board_here(slug, event_slug, number, round_no)
    return render_template("workshops/help_called.html", here=here, board_url=board_url(here))


@blueprint.post(f"{BOARD}/help/<int:call_id>")
def settle_call(slug: str, event_slug: str, number: int, round_no: int, call_id: int) -> Response:
    """Say that a call for help was answered."""
    actor, here = board_here(slug, event_slug, number, round_no)
    RIGHTS.require(actor, Permission.KEEP_TIME, here)
    form = SettleForm(request.form)

    def act() -> Answer:
        _, present = board_here(slug, event_slug, number, round_no)
        actions.settle_call(actor, present, call_id)
        from_control = form.back.data == "control"
        back = (
            control_url(present) if from_control else url_for("workshops.clock", **address_of(present.board))
        )
        return Answer(back)

    def show(form: SettleForm) -> str:
        again = ClockForm()
        again.alerts = list(form.alerts)
        return draw_clock(board_here(slug, event_slug, number, round_no)[1], again)

    return submit(form, act, show)
