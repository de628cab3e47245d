"""The public register of needs and offers, as page, as region and as table."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import NamedTuple

from flask import Response, request

from core import realtime, shell
from core.i18n import gettext, language, name_in
from core.moulds import Mould
from core.paging import PageNumbers, Paging
from core.tables import table
from core.text import clean_line
from core.web import current_actor
from dialog.entries import draw_entries, translations_of
from dialog.queries import dialogues as dialogue_queries
from dialog.queries import register as queries
from dialog.queries.dialogues import RegisterState
from dialog.queries.register import FieldLabel, RegisterFilter
from dialog.shell import stand_in
from dialog.views.blueprint import blueprint
from dialog.vocabulary import Kind, total_text
from region import queries as region_queries
from region.queries import Place

PER_PAGE = (20, 50)
"""Entries on one page: the first unless the address asks for the other."""
_LONGEST_SEARCH = 100


def wish_of_request() -> RegisterFilter:
    """What the address asks for; anything that is no kind of ours leaves the question open."""
    given = request.args
    kind = given.get("kind", "")
    return RegisterFilter(
        kind=kind if kind in set(Kind) else "",
        field=clean_line(given.get("field", "")[:60]),
        place=clean_line(given.get("place", "")[:20]),
        words=clean_line(given.get("q", "")[:_LONGEST_SEARCH]),
    )


def wishes_of_request() -> tuple[tuple[str, str], ...]:
    """The parts of the address that choose what is shown, and nothing else that may stand in it."""
    given = request.args
    return tuple(
        (name, given[name][:_LONGEST_SEARCH])
        for name in ("kind", "field", "place", "q", "per")
        if given.get(name)
    )


class _List(NamedTuple):
    """What decides the form of the list, besides its entries."""

    slug: str
    wishes: tuple[tuple[str, str], ...]
    is_open: bool
    """Whether nothing in particular is looked for."""
    has_lines: bool
    numbers: PageNumbers
    per_more: int | None
    """How many entries one page could have at most, where there are more than it has now."""


_LIST = Mould[_List]("dialog/_register.html", "total", "lines", most=64)


class _Option(NamedTuple):
    """A field of action to choose."""

    slug: str
    name: str


class _Page(NamedTuple):
    """What decides the form of the page around the list."""

    frame: Hashable
    slug: str
    wish: RegisterFilter
    wishes: tuple[tuple[str, str], ...]
    page: str
    fields: tuple[_Option, ...]
    municipalities: tuple[Place, ...]
    county_wide: str


_PAGE = Mould[_Page]("dialog/register.html", "region", "version", most=64)


def draw_region(dialogue: RegisterState, wish: RegisterFilter, fields: Mapping[int, FieldLabel]) -> str:
    """The list itself, as the page is made of it and as a page that has missed something reads it."""
    actor = current_actor()
    total = queries.count_register(actor, dialogue, wish)
    per_page = PER_PAGE[1] if request.args.get("per") == str(PER_PAGE[1]) else PER_PAGE[0]
    paging = Paging.of(request.args.get("page"), per_page, total)
    entries = queries.visible_register(actor, dialogue, wish, fields, offset=paging.offset, limit=per_page)
    shape = _List(
        slug=dialogue.slug,
        wishes=wishes_of_request(),
        is_open=wish.is_open,
        has_lines=bool(entries),
        numbers=paging.numbers,
        per_more=PER_PAGE[1] if per_page == PER_PAGE[0] < total else None,
    )
    lines = draw_entries(dialogue.slug, entries, translations_of(entries))
    return _LIST.forms()(shape)(total_text(total), lines)


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
    here = language()
    shape = _Page(
        frame=shell.state(),
        slug=dialogue.slug,
        wish=wish,
        wishes=wishes_of_request(),
        page=request.args.get("page", ""),
        fields=tuple(_Option(field.slug, name_in(field.names, here)) for field in fields.values()),
        municipalities=tuple(region_queries.visible_places(actor)),
        county_wide=queries.COUNTY_WIDE,
    )
    return _PAGE.forms()(shape)(region, str(dialogue.register_version))


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
    head = (
        "number",
        "kind",
        "field",
        "place",
        "title",
        "text",
        "language",
        "target_group",
        "provider",
        "origin",
        "published",
    )
    rows = (
        (
            entry.reference,
            entry.kind,
            name_in(entry.field.names),
            entry.place or gettext("Whole county"),
            entry.title,
            entry.text,
            entry.language,
            entry.target_group,
            entry.provider,
            entry.origin,
            published_at.isoformat(timespec="seconds"),
        )
        for entry, published_at in queries.visible_table(actor, dialogue, wish_of_request())
    )
    response = Response(table(head, rows), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{dialogue.slug}.csv"'
    return response
