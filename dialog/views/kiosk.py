"""A tablet at the door: the first page of a device that person after person uses."""

from __future__ import annotations

from flask import Response, make_response, redirect, render_template, request, url_for

from accounts import cookies
from core.forms import Form
from core.web import current_actor, page
from dialog.queries import dialogues as queries
from dialog.views.blueprint import blueprint


@blueprint.get("/kiosk")
def kiosk(slug: str) -> Response:
    """Make this device a shared one and let the next person begin."""
    dialogue = queries.access_dialogue(current_actor(), slug)
    first = url_for("dialog.kiosk", slug=slug)
    if cookies.kiosk_page() == first or "asked" in request.args:
        return page(render_template("dialog/day_kiosk.html", dialogue=dialogue, form=Form()))
    # The frame knows only from the next request on that this device is shared; a browser that takes no
    # cookies is not asked for ever.
    response = make_response(redirect(url_for("dialog.kiosk", slug=slug, asked=1), 303))
    cookies.set_kiosk(response, first)
    return response


@blueprint.post("/kiosk/leave")
def leave_kiosk(slug: str) -> Response:
    """Let this device be an ordinary one again."""
    queries.access_dialogue(current_actor(), slug)
    response = make_response(redirect("/", 303))
    cookies.clear_kiosk(response)
    return response
