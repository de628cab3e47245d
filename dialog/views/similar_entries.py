"""Tells whoever writes what has been said already."""

from __future__ import annotations

from flask import Response, render_template, request

from core.text import clean_text
from core.web import current_actor, page
from dialog.queries import dialogues as dialogue_queries
from dialog.queries.similar_entries import LONGEST, similar_entries
from dialog.views.blueprint import blueprint
from dialog.vocabulary import Kind


@blueprint.post("/similar/<any(need, offer):kind>")
def similar(slug: str, kind: str) -> Response:
    """A piece of a page with entries that say nearly the same as `text`; empty if there are none.

    It reads and changes nothing. It is a POST all the same, because words that somebody has not sent yet
    belong neither into an address nor into the log of a server.
    """
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    words = clean_text(request.form.get("text", "")[:LONGEST])
    response = page(
        render_template(
            "dialog/_similar.html",
            dialogue=dialogue,
            kind=kind,
            similar=similar_entries(actor, dialogue, Kind(kind), words),
        )
    )
    response.headers["Cache-Control"] = "no-store"
    return response
