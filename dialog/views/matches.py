"""Which offers may answer a need, for staff."""

from __future__ import annotations

from flask import render_template

from core.web import current_actor
from dialog.matching.reasons import sentence
from dialog.queries import contributions as contribution_queries
from dialog.queries import dialogues as dialogue_queries
from dialog.queries import matches as queries
from dialog.views.blueprint import blueprint


@blueprint.get("/moderation/<reference>/offers")
def matches(slug: str, reference: str) -> str:
    """The offers that may answer a need, each with what speaks for it."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    need = contribution_queries.access_contribution(actor, dialogue, reference)
    return render_template(
        "dialog/matches.html",
        dialogue=dialogue,
        need=need,
        matches=[(one.offer, sentence(one.reasons)) for one in queries.offers_for(actor, dialogue, need)],
    )
