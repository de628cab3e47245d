"""The gap matrix to take away: as a table, as a workbook and as a document to print."""

from __future__ import annotations

from flask import Response, current_app, make_response, url_for

from core.cache import VersionedCache
from core.charts import HeatRow, heat_chart
from core.config import ROOT, Config
from core.document_labels import document_labels
from core.documents.labels import Labels
from core.documents.tree import Document, Paper, content_hash
from core.documents.worker import RenderFailed, render_in_child
from core.errors import Unavailable
from core.i18n import direction as text_direction
from core.i18n import gettext, language, name_in
from core.i18n import lazy_gettext as _l
from core.spreadsheets import workbook
from core.tables import table
from core.transaction import let_go
from core.web import current_actor
from dialog.gap_documents import matrix_document, matrix_sheets, per_head
from dialog.gap_words import group_names
from dialog.queries import dialogues as dialogue_queries
from dialog.queries import gaps as queries
from dialog.queries import sheets as sheet_queries
from dialog.queries.gap_groups import group_matrix
from dialog.queries.uncovered import uncovered_needs
from dialog.sheet_document import sheet_document
from dialog.views.blueprint import blueprint
from region import queries as region_queries

FONTS = ROOT / "static" / "vendor" / "ttf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MADE = VersionedCache(entries=16, size=8_000_000)
"""Documents by subject and language for as long as their content is the same; anybody may ask for one."""

_COLUMNS = (
    "ags",
    "place",
    "population",
    "field",
    "needs",
    "covered",
    "offers",
    "offers_for_the_county",
    "needs_of_the_place_per_10000",
)


@blueprint.get("/gaps.csv")
def gaps_table(slug: str) -> Response:
    """The figures of the matrix as a table for Excel, one line for each place and field."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    matrix = queries.matrix(actor, dialogue)
    rows = (
        (
            row.municipality.ags if row.municipality else "",
            row.municipality.name if row.municipality else gettext("Whole county"),
            str(row.municipality.population) if row.municipality else "",
            name_in(field.names),
            str(row.cells[field.id].needs),
            f"{row.cells[field.id].covered:g}",
            str(row.cells[field.id].offers),
            str(row.cells[field.id].county_offers),
            f"{needs_per_head:g}" if (needs_per_head := per_head(row)) is not None else "",
        )
        for row in matrix.rows
        for field in matrix.fields
    )
    return _file(table(_COLUMNS, rows).encode(), f"{dialogue.slug}-gaps.csv", "text/csv")


@blueprint.get("/gaps.svg")
def gaps_picture(slug: str) -> Response:
    """The matrix as a picture for slides and papers; the page has the same figures as a table."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    matrix = queries.matrix(actor, dialogue)
    picture = heat_chart(
        [name_in(field.names) for field in matrix.fields],
        [
            HeatRow(
                row.municipality.name if row.municipality else gettext("Whole county"),
                [
                    ("–" if cell.is_empty else f"{cell.needs} | {cell.offers}", cell.heat)
                    for cell in (row.cells[field.id] for field in matrix.fields)
                ],
            )
            for row in matrix.rows
        ],
        title=gettext("Where offers are missing"),
        summary=gettext("In each cell: needs | offers. The darker a cell, the more needs. – is nothing yet."),
        corner=gettext("Municipality"),
        direction="rtl" if text_direction(language()) == "rtl" else "ltr",
    )
    return _file(picture.print_svg.encode(), f"{dialogue.slug}-gaps.svg", "image/svg+xml")


@blueprint.get("/gaps.xlsx")
def gaps_workbook(slug: str) -> Response:
    """The matrix, its list, target groups and needs that nothing covers, as a workbook."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    sheets = matrix_sheets(
        queries.matrix(actor, dialogue),
        group_matrix(actor, dialogue),
        group_names(),
        uncovered_needs(actor, dialogue),
    )
    return _file(workbook(sheets), f"{dialogue.slug}-gaps.xlsx", XLSX)


@blueprint.get("/gaps.pdf")
def gaps_document(slug: str) -> Response:
    """The matrix and the first of the needs that nothing covers, across sheets of paper."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    masthead = region_queries.masthead()
    document = matrix_document(
        queries.matrix(actor, dialogue),
        uncovered_needs(actor, dialogue),
        title=name_in(dialogue.titles),
        publisher=masthead.publisher if masthead else "",
        as_of=sheet_queries.last_published(dialogue),
    )
    return _pdf(document, dialogue.slug, f"{dialogue.slug}-gaps.pdf", paper="across")


@blueprint.get("/gaps/<ags>/sheet.pdf")
def profile_sheet_document(slug: str, ags: str) -> Response:
    """The profile sheet of a municipality to print and to send."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    sheet = sheet_queries.profile_sheet(actor, dialogue, ags)
    masthead = region_queries.masthead()
    settings: Config = current_app.config["SETTINGS"]
    document = sheet_document(
        sheet,
        dialogue=name_in(dialogue.titles),
        publisher=masthead.publisher if masthead else "",
        register=settings.public_url.rstrip("/") + url_for("dialog.register", slug=slug, place=ags),
    )
    return _pdf(document, f"{slug} {ags}", f"{slug}-{ags}.pdf", paper="brief")


def _pdf(document: Document, key: str, name: str, *, paper: Paper) -> Response:
    """A document as PDF; made once for all who ask for the same, which `key` tells from others."""
    labels = Labels.from_plain(document_labels().as_plain())
    # Nobody holds a connection of the database while a document is made, or waits for one.
    let_go()

    def make() -> bytes:
        return render_in_child(document, ("pdf",), fonts_dir=FONTS, labels=labels, paper=paper).files["pdf"]

    try:
        pdf = _MADE.get((key, document.language), content_hash(document), make)
    except RenderFailed as error:
        current_app.logger.warning("no PDF: %s", error)
        raise Unavailable(
            _l("This file could not be made. We are looking into it. Please print the page instead.")
        ) from error
    return _file(pdf, name, "application/pdf")


def _file(content: bytes, name: str, kind: str) -> Response:
    response = make_response(content)
    response.mimetype = kind
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
