"""Where offers are missing: the gap matrix as page and as table, and the story of one municipality."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from flask import current_app, render_template, request
from flask_babel import format_date, format_decimal

from core.config import Config
from core.errors import Sentence
from core.i18n import lazy_gettext as _l
from core.web import current_actor
from dialog import maps
from dialog.queries import dialogues as dialogue_queries
from dialog.queries import gaps as queries
from dialog.queries import sheets as sheet_queries
from dialog.queries import workspaces as workspace_queries
from dialog.queries.register import COUNTY_WIDE
from dialog.sheet_document import figures_of
from dialog.views.blueprint import blueprint
from dialog.vocabulary import EXTENT_LABELS
from region import queries as region_queries
from region.responsibility_words import FORM_LABELS


class OnMap(NamedTuple):
    """One municipality on the map with its number."""

    name: str
    shape: maps.Shape
    value: int
    heat: int


@dataclass(frozen=True, slots=True)
class Map:
    """The map of the page: what it shows, and what else it could show."""

    county: maps.County
    places: Sequence[OnMap]
    shows: str
    choices: Mapping[str, Sentence]
    shades: Sequence[tuple[int, int, int]]
    """From the least number to the most (0: and more), and the shade."""
    attribution: str
    url: str


MAPS: Mapping[str, tuple[Sentence, Callable[[queries.Row], int]]] = {
    "open": (
        _l("Needs without an offer at the place"),
        lambda row: sum(cell.needs for cell in row.cells.values() if not cell.offers),
    ),
    "needs": (_l("Needs"), lambda row: row.needs),
    "offers": (_l("Offers"), lambda row: row.offers),
}
SHADES = ((0, 0, 0), (1, 2, 1), (3, 5, 2), (6, 9, 3), (10, 0, 4))


def _map(matrix: queries.Matrix) -> Map | None:
    """The map of a county whose folder has outlines; None without them."""
    known = region_queries.outlines()
    drawn = maps.draw(known["shapes"]) if known else None
    if known is None or drawn is None:
        return None
    shows = request.args.get("map", "")
    shows = shows if shows in MAPS else next(iter(MAPS))
    shapes = {shape.ags: shape for shape in drawn.shapes}
    places = []
    # In the order of their names, so that whoever goes through it with the keyboard finds their way.
    for row in matrix.rows:
        if row.municipality is not None and row.municipality.ags in shapes:
            value = MAPS[shows][1](row)
            heat = max(heat for least, _, heat in SHADES if value >= least)
            places.append(OnMap(row.municipality.name, shapes[row.municipality.ags], value, heat))
    choices = {key: label for key, (label, _) in MAPS.items()}
    return Map(drawn, places, shows, choices, SHADES, known["attribution"], known["url"])


@blueprint.get("/gaps")
def gaps(slug: str) -> str:
    """Needs and offers of every municipality by field; each cell leads to its entries in the register."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    found = queries.matrix(actor, dialogue)
    return render_template(
        "dialog/gaps.html",
        dialogue=dialogue,
        matrix=found,
        map=_map(found),
        county_wide=COUNTY_WIDE,
        Reach=queries.Reach,
        decimal=format_decimal,
    )


@blueprint.get("/gaps/<ags>")
def gaps_of_municipality(slug: str, ags: str) -> str:
    """What is missing and what exists in one municipality, and which offers near by could be opened."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    story = queries.story(actor, dialogue, ags)
    return render_template(
        "dialog/gaps_story.html",
        dialogue=dialogue,
        story=story,
        extents=EXTENT_LABELS,
        confirmed_on=workspace_queries.confirmed_on(dialogue, story.municipality),
        population=format_decimal(story.municipality.population),
        counted_on=format_date(story.municipality.population_as_of),
    )


@blueprint.get("/gaps/<ags>/sheet")
def profile_sheet(slug: str, ags: str) -> str:
    """Two printed pages about a municipality."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    sheet = sheet_queries.profile_sheet(actor, dialogue, ags)
    settings: Config = current_app.config["SETTINGS"]
    return render_template(
        "dialog/profile_sheet.html",
        dialogue=dialogue,
        sheet=sheet,
        **figures_of(sheet),
        forms_of_organisation=FORM_LABELS,
        public_url=settings.public_url.rstrip("/"),
    )
