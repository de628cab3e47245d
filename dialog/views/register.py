"""The public register of needs and offers, as page, as region and as table."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

from flask import Response, render_template, request, url_for

from core import realtime
from core.i18n import gettext, name_in
from core.paging import Paging
from core.text import clean_line
from core.web import current_actor
from dialog.permissions import RIGHTS, Permission
from dialog.queries import dialogues as dialogue_queries
from dialog.queries import register as queries
from dialog.queries.dialogues import RegisterState
from dialog.queries.register import FieldLabel, RegisterFilter
from dialog.shell import stand_in
from dialog.views.blueprint import blueprint
from dialog.vocabulary import KIND_LABELS, Kind, total_text
from region import queries as region_queries

PER_PAGE = (20, 50)
"""Entries on one page: the first unless the address asks for the other."""
_LONGEST_SEARCH = 100


def wish_of_request() -> RegisterFilter:
    """What the address asks for; anything that is no kind of ours leaves the question open."""
    kind = request.args.get("kind", "")
    return RegisterFilter(
        kind=kind if kind in set(Kind) else "",
        field=clean_line(request.args.get("field", "")[:60]),
        place=clean_line(request.args.get("place", "")[:20]),
        words=clean_line(request.args.get("q", "")[:_LONGEST_SEARCH]),
    )


def wishes_of_request() -> dict[str, Any]:
    """The parts of the address that choose what is shown, and nothing else that may stand in it."""
    return {
        name: request.args[name][:_LONGEST_SEARCH]
        for name in ("kind", "field", "place", "q", "per")
        if request.args.get(name)
    }


def draw_region(dialogue: RegisterState, wish: RegisterFilter, fields: Mapping[int, FieldLabel]) -> str:
    """The list itself, as the page is made of it and as a page that has missed something reads it."""
    actor = current_actor()
    wishes = wishes_of_request()
    total = queries.count_register(actor, dialogue, wish)
    per_page = PER_PAGE[1] if request.args.get("per") == str(PER_PAGE[1]) else PER_PAGE[0]
    paging = Paging.of(request.args.get("page"), per_page, total)
    entries = queries.visible_register(actor, dialogue, wish, fields, offset=paging.offset, limit=per_page)
    return render_template(
        "dialog/_register.html",
        dialogue=dialogue,
        entries=entries,
        paging=paging,
        wish=wish,
        kind_labels=KIND_LABELS,
        total_text=total_text,
        more_url=url_for("dialog.register", slug=dialogue.slug, **{**wishes, "per": PER_PAGE[1]})
        if per_page == PER_PAGE[0] < total
        else None,
        page_url=lambda number: url_for("dialog.register", slug=dialogue.slug, page=number, **wishes),
    )


@blueprint.get("/register")
def register(slug: str) -> str:
    """Everything published, filtered by a sentence one can read aloud."""
    return realtime.shared_page(lambda: _draw_page(slug))


def _draw_page(slug: str) -> str:
    actor = current_actor()
    dialogue = dialogue_queries.access_register(actor, slug)
    stand_in(dialogue)
    wish = wish_of_request()
    fields = queries.field_labels(dialogue)
    region = realtime.cached(
        f"register:{dialogue.slug}", dialogue.register_version, lambda: draw_region(dialogue, wish, fields)
    )
    return render_template(
        "dialog/register.html",
        dialogue=dialogue,
        wish=wish,
        region=region,
        wishes=wishes_of_request(),
        page=request.args.get("page", ""),
        fields=fields.values(),
        municipalities=region_queries.visible_places(actor),
        kind_labels=KIND_LABELS,
        county_wide=queries.COUNTY_WIDE,
        may_contribute=RIGHTS.allows(actor, Permission.CONTRIBUTE, dialogue),
    )


@blueprint.get("/register/region")
def register_region(slug: str) -> Response:
    """The list alone, for a page that has missed something."""
    state = dialogue_queries.access_register(current_actor(), slug)
    return realtime.region_response(
        state.register_version,
        lambda: draw_region(state, wish_of_request(), queries.field_labels(state)),
        region=f"register:{slug}",
    )


@blueprint.get("/register.csv")
def register_table(slug: str) -> Response:
    """The same list as a table for Excel: UTF-8 with BOM, semicolons, no formula can hide in a cell."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    out = io.StringIO()
    table = csv.writer(out, delimiter=";", lineterminator="\r\n")
    table.writerow(
        [
            "number",
            "kind",
            "field",
            "place",
            "title",
            "text",
            "language",
            "target_group",
            "provider",
            "published",
        ]
    )
    for entry, published_at in queries.visible_table(actor, dialogue, wish_of_request()):
        cells = [
            entry.reference,
            entry.kind,
            name_in(entry.field.names),
            entry.place or gettext("Whole county"),
            entry.title,
            entry.text,
            entry.language,
            entry.target_group,
            entry.provider,
            published_at.isoformat(timespec="seconds"),
        ]
        table.writerow([_inert(cell) for cell in cells])
    response = Response("\ufeff" + out.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{dialogue.slug}.csv"'
    return response


def _inert(cell: str) -> str:
    return f"'{cell}" if cell[:1] in "=+-@\t\r" and cell else cell
