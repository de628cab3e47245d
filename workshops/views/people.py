"""Who is at a board, one's own name there, and the names for those who lead the group."""

from __future__ import annotations

from flask import Response, render_template, request

from core import realtime
from core.actor import Actor
from core.errors import Invalid
from core.i18n import lazy_gettext as _l
from core.web import Answer, current_actor, page, submit
from workshops.actions import names as actions
from workshops.drawing import addresses
from workshops.people import draw_people, people_here, region_of
from workshops.people_forms import NameForm
from workshops.permissions import RIGHTS, Permission
from workshops.queries import names as queries
from workshops.queries.boards import BoardHere
from workshops.views.blueprint import blueprint
from workshops.views.parts import BOARD, visible_board


@blueprint.route(f"{BOARD}/people", methods=["GET", "POST"])
def people(slug: str, event_slug: str, number: int, round_no: int) -> Response:
    """Choose a name or give it up; those who lead the group take names out of sight."""
    actor = current_actor()
    # Whoever may not see the board learns nothing of it, whatever they send.
    visible_board(actor, slug, event_slug, number, round_no)
    at = addresses(slug, event_slug, number, round_no)
    form = NameForm(request.form if request.method == "POST" else None)

    def show(form: NameForm) -> str:
        present = visible_board(actor, slug, event_slug, number, round_no)
        may_hide = RIGHTS.allows(actor, Permission.HIDE_NAME, present)
        own = queries.own_name(actor, present.board.id)
        if own and not form.step.data:
            form.name.data = own.name
        return render_template(
            "workshops/people.html",
            here=present,
            event=present.event,
            dialogue=present.event.dialogue,
            at=at,
            people=people_here(actor, present),
            own=own,
            may_choose=RIGHTS.allows(actor, Permission.CHOOSE_NAME, present),
            all_names=queries.all_names(actor, present) if may_hide else None,
            form=form,
        )

    if request.method != "POST":
        return page(show(form))

    def act() -> Answer:
        _do(actor, visible_board(actor, slug, event_slug, number, round_no), form)
        return Answer(f"{at.board}/people")

    return submit(form, act, show)


@blueprint.get(f"{BOARD}/people/region")
def people_region(slug: str, event_slug: str, number: int, round_no: int) -> Response:
    """Who is at a board, for a page that has missed something."""
    here = visible_board(current_actor(), slug, event_slug, number, round_no)
    region = region_of(here.board.id)
    version = realtime.presence_version(region)
    return realtime.region_response(version, lambda: draw_people(here.board.id), region=region, query="")


def _do(actor: Actor, here: BoardHere, form: NameForm) -> None:
    step, name = form.step.data, form.name.data or ""
    if step == "choose":
        actions.choose_name(actor, here, name=name)
    elif step == "give_up":
        actions.give_up_name(actor, here)
    elif step in {"hide", "show"}:
        actions.hide_name(actor, here, name=name, hidden=step == "hide")
    else:
        raise Invalid(_l("Please choose what should happen with the name."))
