"""Needs and offers by target group, and the needs that nothing covers."""

from __future__ import annotations

from flask import render_template, request

from core.paging import Paging
from core.text import clean_line
from core.web import current_actor
from dialog.gap_words import group_names
from dialog.queries import dialogues as dialogue_queries
from dialog.queries import gap_groups as queries
from dialog.queries.gaps import Reach
from dialog.queries.uncovered import uncovered_needs
from dialog.views.blueprint import blueprint
from region import queries as region_queries

PER_PAGE = 30


@blueprint.get("/gaps/groups")
def gaps_by_group(slug: str) -> str:
    """Needs and offers of every target group by field; each row leads to its entries."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    return render_template(
        "dialog/gaps_by_group.html",
        dialogue=dialogue,
        matrix=queries.group_matrix(actor, dialogue),
        names=group_names(),
        Reach=Reach,
    )


@blueprint.get("/gaps/groups/<group>")
def gaps_of_group(slug: str, group: str) -> str:
    """What is missing and what exists for one target group."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    chapters = queries.group_chapters(actor, dialogue, group)
    return render_template(
        "dialog/gaps_of_group.html",
        dialogue=dialogue,
        name=group_names()[group],
        chapters=chapters,
        needs=sum(len(one.needs) for one in chapters),
        offers=sum(len(one.offers) for one in chapters),
    )


@blueprint.get("/gaps/uncovered")
def uncovered(slug: str) -> str:
    """Needs that no offer covers, with what matters most to people first."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    place, field = (
        clean_line(request.args.get("place", "")[:20]),
        clean_line(request.args.get("field", "")[:60]),
    )
    partly = request.args.get("show") == "partly"
    found = uncovered_needs(actor, dialogue, place=place, field=field, partly=partly)
    paging = Paging.of(request.args.get("page"), PER_PAGE, len(found))
    return render_template(
        "dialog/uncovered.html",
        dialogue=dialogue,
        found=found[paging.offset : paging.offset + PER_PAGE],
        total=len(found),
        numbers=paging.numbers,
        place=place,
        field=field,
        partly=partly,
        fields=dialogue_queries.fields_of(dialogue),
        places=region_queries.visible_places(actor),
    )
