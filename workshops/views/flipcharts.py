"""Photographs of paper from the room: adding, looking at and removing them."""

from __future__ import annotations

from flask import Response, make_response, render_template, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge

from core.i18n import lazy_gettext as _l
from core.photographs import MAX_BYTES
from core.web import Answer, current_actor, page, submit
from dialog.slip_forms import ButtonForm
from workshops.actions import flipcharts as actions
from workshops.flipchart_forms import FlipchartForm
from workshops.permissions import RIGHTS, Permission
from workshops.queries import flipcharts as queries
from workshops.views.blueprint import blueprint
from workshops.views.capture import Place, board_at, frame, place_of
from workshops.views.parts import BOARD


@blueprint.route(f"{BOARD}/flipcharts", methods=["GET", "POST"])
def flipcharts(slug: str, event_slug: str, number: int, round_no: int) -> Response:
    """The photographs of a board with the cards typed from them, and adding one."""
    actor, place = current_actor(), place_of(slug, event_slug, number, round_no)
    if request.method != "POST":
        board_at(actor, place)
        return page(_draw(place, FlipchartForm()))
    board_at(actor, place, Permission.TYPE_CARDS)
    # A photograph is larger than anything else people send; only those who run the group may.
    request.max_content_length = MAX_BYTES + 100_000
    try:
        form = FlipchartForm(request.form, file=request.files.get("photo"))
    except RequestEntityTooLarge:
        form = FlipchartForm()
        form.photo.errors = [_l("This photograph is too large. Please choose one of at most 12 MB.")]
        return page(_draw(place, form), 422)

    def act() -> Answer:
        here = board_at(actor, place, Permission.TYPE_CARDS)
        made = actions.add_flipchart(actor, here, form.made(), note=form.note.data or "")
        return Answer(
            url_for("workshops.flipcharts", **place, _anchor=f"photo-{made.id}"), {"digest": form.digest}
        )

    def reveal(answer: Answer) -> Response:
        if answer.data["digest"] != form.digest:
            # Back, another file, and sent with the old form: it must not pass for the first one.
            form.renew_key()
            form.alerts.append(_l("Please choose the photograph once more and send it again."))
            return page(_draw(place, form), 422)
        return Response(status=303, headers={"Location": answer.location})

    return submit(form, act, lambda form: _draw(place, form), reveal=reveal)


@blueprint.get(f"{BOARD}/flipcharts/<int:flipchart_id>.jpg")
def flipchart_picture(slug: str, event_slug: str, number: int, round_no: int, flipchart_id: int) -> Response:
    """The picture itself."""
    here = board_at(current_actor(), place_of(slug, event_slug, number, round_no))
    found = queries.access_flipchart(here, flipchart_id, whole=True)
    response = make_response(found.data)
    response.mimetype = "image/jpeg"
    response.headers["Content-Disposition"] = f'inline; filename="{found.id}.jpg"'
    return response


@blueprint.post(f"{BOARD}/flipcharts/<int:flipchart_id>/remove")
def remove_flipchart(slug: str, event_slug: str, number: int, round_no: int, flipchart_id: int) -> Response:
    """Take a photograph away."""
    actor, place = current_actor(), place_of(slug, event_slug, number, round_no)
    board_at(actor, place, Permission.TYPE_CARDS)

    def act() -> Answer:
        here = board_at(actor, place, Permission.TYPE_CARDS)
        actions.remove_flipchart(actor, here, queries.access_flipchart(here, flipchart_id))
        return Answer(url_for("workshops.flipcharts", **place, removed="y"))

    def show(form: ButtonForm) -> str:
        fresh = FlipchartForm()
        fresh.alerts = form.alerts
        return _draw(place, fresh)

    return submit(ButtonForm(request.form), act, show)


def _draw(place: Place, form: FlipchartForm) -> str:
    actor = current_actor()
    here = board_at(actor, place)
    return render_template(
        "workshops/flipcharts.html",
        **frame(here, place),
        photos=queries.photos_of(here),
        may_add=RIGHTS.allows(actor, Permission.TYPE_CARDS, here),
        form=form,
        button_form=ButtonForm(),
        removed="removed" in request.args,
    )
