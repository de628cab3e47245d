"""The clock of a group, for those who run it: the script with its method cards, and the buttons."""

from __future__ import annotations

from flask import Response, render_template, request, url_for

from core.clock import now
from core.errors import Invalid, NotFound
from core.i18n import lazy_gettext as _l
from core.realtime import region_response
from core.web import Answer, current_actor, page, submit
from workshops import timing
from workshops.actions import clock as actions
from workshops.control_forms import ClockForm
from workshops.now import address_of, draw_step, now_here
from workshops.permissions import RIGHTS, Permission
from workshops.queries import script as script_queries
from workshops.queries.boards import BoardHere
from workshops.views.blueprint import blueprint
from workshops.views.parts import BOARD, board_here, board_url, control_url
from workshops.vocabulary import ALLOWED_LABELS

MORE_MINUTES = (1, 5, 10)


@blueprint.get(f"{BOARD}/now", endpoint="now")
def now_region(slug: str, event_slug: str, number: int, round_no: int) -> Response:
    """The top of a board again, for pages that have missed something."""
    _, here = board_here(slug, event_slug, number, round_no)
    board = here.board
    return region_response(board.version, lambda: draw_step(board), region=f"now:{board.id}", query="")


@blueprint.get(f"{BOARD}/clock")
def clock(slug: str, event_slug: str, number: int, round_no: int) -> Response:
    """The script of a group with the step it is at, for those who run it."""
    actor, here = board_here(slug, event_slug, number, round_no)
    if not RIGHTS.allows(actor, Permission.SHOW, here):
        raise NotFound
    return page(draw_clock(here, ClockForm()))


@blueprint.post(f"{BOARD}/clock")
def keep_time(slug: str, event_slug: str, number: int, round_no: int) -> Response:
    """Start a step, pause, go on, give more time, end the round, or take that back."""
    actor, here = board_here(slug, event_slug, number, round_no)
    RIGHTS.require(actor, Permission.KEEP_TIME, here)
    form = ClockForm(request.form)

    def act() -> Answer:
        _, present = board_here(slug, event_slug, number, round_no)
        how, what = form.wish
        if how == "start":
            actions.start_step(actor, present, what)
        elif how == "pause":
            actions.pause(actor, present)
        elif how == "go_on":
            actions.go_on(actor, present)
        elif how == "extend":
            actions.extend(actor, present, what)
        elif how == "end":
            actions.end_round(actor, present)
        elif how == "reopen":
            actions.reopen_round(actor, present)
        else:
            raise Invalid(_l("Please press one of the buttons of the clock."))
        return Answer(_back(form, present))

    def show(form: ClockForm) -> str:
        return draw_clock(board_here(slug, event_slug, number, round_no)[1], form)

    return submit(form, act, show)


def _back(form: ClockForm, here: BoardHere) -> str:
    if form.origin == "board":
        return board_url(here)
    if form.origin == "control":
        return control_url(here)
    return url_for("workshops.clock", **address_of(here.board))


def draw_clock(here: BoardHere, form: ClockForm) -> str:
    """The page of the clock, with what was wrong with the button that was pressed."""
    steps = script_queries.script_of(here.group.id, here.round.id)
    board = here.board
    return render_template(
        "workshops/clock.html",
        here=here,
        board=board,
        address=address_of(board),
        board_url=board_url(here),
        form=form,
        may_call=RIGHTS.allows(current_actor(), Permission.CALL_HELP, here),
        steps=steps,
        following=timing.step_after(steps, board.step),
        reading=timing.read(board, now()),
        States=timing.State,
        allowed=ALLOWED_LABELS,
        more=MORE_MINUTES,
        now=now_here(here),
    )
