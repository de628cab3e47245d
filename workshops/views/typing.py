"""Quick entry: staff type cards in from paper, telephone and what is said in the room, by keyboard alone."""

from __future__ import annotations

from flask import Response, render_template, request, url_for

from core.actor import Actor
from core.errors import NotFound
from core.web import Answer, current_actor, page, submit
from dialog import personal_data
from dialog.models import Contribution
from dialog.queries import dialogues as dialogue_queries
from dialog.queries.register import COUNTY_WIDE
from dialog.slip_forms import ButtonForm
from region import queries as region_queries
from region.models import ActionField
from workshops.actions import typing as actions
from workshops.lane_words import lane_name
from workshops.models import Flipchart
from workshops.permissions import Permission
from workshops.queries import flipcharts as flipchart_queries
from workshops.queries import typing as queries
from workshops.queries.boards import BoardHere
from workshops.typing_forms import QuickCardForm
from workshops.views.blueprint import blueprint
from workshops.views.capture import Place, board_at, frame, place_of
from workshops.views.parts import BOARD

QUICK = f"{BOARD}/quick"


@blueprint.route(QUICK, methods=["GET", "POST"])
def quick_entry(slug: str, event_slug: str, number: int, round_no: int) -> Response:
    """Type one card after the other; Enter saves, and column, place and language stay."""
    actor = current_actor()
    place = place_of(slug, event_slug, number, round_no)
    here = board_at(actor, place, Permission.TYPE_CARDS)
    form = QuickCardForm(request.form if request.method == "POST" else None)
    form.offer(here.board.lanes, _fields(here), region_queries.visible_municipalities(actor))

    def show(form: QuickCardForm) -> str:
        return _draw(actor, here, place, form)

    if request.method != "POST":
        form.fill_in(request.args)
        return page(show(form))

    def act() -> Answer:
        here = board_at(actor, place, Permission.TYPE_CARDS)
        where = form.municipality.data
        photo = form.flipchart_id()
        contribution = actions.type_card(
            actor,
            here,
            lane_id=int(form.lane.data),
            text=form.text.data or "",
            field=next(one for one in _fields(here) if one.slug == form.field.data),
            municipality=None if where == COUNTY_WIDE else region_queries.access_municipality(actor, where),
            language=form.language.data,
            channel=form.channel.data,
            flipchart=flipchart_queries.access_flipchart(here, photo) if photo else None,
        )
        saved = contribution.reference
        return Answer(
            url_for("workshops.quick_entry", **{**place, **form.kept(), "saved": saved}), {"saved": saved}
        )

    return submit(form, act, show)


@blueprint.post(QUICK + "/undo")
def undo_quick_entry(slug: str, event_slug: str, number: int, round_no: int) -> Response:
    """Take a card back that was typed in by mistake."""
    actor = current_actor()
    place = place_of(slug, event_slug, number, round_no)
    here = board_at(actor, place, Permission.TYPE_CARDS)
    fresh = QuickCardForm()
    fresh.offer(here.board.lanes, _fields(here), region_queries.visible_municipalities(actor))
    fresh.fill_in(request.form)

    def act() -> Answer:
        here = board_at(actor, place, Permission.TYPE_CARDS)
        contribution = queries.access_typed(actor, here, request.form.get("card", ""))
        actions.take_back_card(actor, here, contribution)
        undone = contribution.reference
        return Answer(url_for("workshops.quick_entry", **{**place, **fresh.kept(), "undone": undone}))

    def show(form: ButtonForm) -> str:
        fresh.alerts = form.alerts
        return _draw(actor, here, place, fresh)

    return submit(ButtonForm(request.form), act, show)


def _fields(here: BoardHere) -> list[ActionField]:
    """The topics of the group, or all of the dialogue where it has none of its own."""
    return list(here.group.fields) or dialogue_queries.fields_of(here.event.dialogue)


def _draw(actor: Actor, here: BoardHere, place: Place, form: QuickCardForm) -> str:
    latest = queries.latest_typed(actor, here)
    saved = _named(actor, here, request.args.get("saved", ""))
    return render_template(
        "workshops/quick_entry.html",
        **frame(here, place),
        form=form,
        latest=latest,
        saved=saved,
        similar=queries.similar_cards(actor, here, saved) if saved else [],
        looks_personal=bool(saved and personal_data.questions(saved.text)),
        undone=request.args.get("undone", "")[:12],
        undo_form=ButtonForm(),
        lane_name=lane_name,
        photo=_photo(here, form.flipchart_id()),
    )


def _named(actor: Actor, here: BoardHere, reference: str) -> Contribution | None:
    try:
        return queries.access_typed(actor, here, reference) if reference else None
    except NotFound:
        return None


def _photo(here: BoardHere, flipchart_id: int | None) -> Flipchart | None:
    try:
        return flipchart_queries.access_flipchart(here, flipchart_id) if flipchart_id else None
    except NotFound:
        return None
