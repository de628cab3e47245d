"""The gap matrix as a document to print and as sheets of a workbook, in the language in use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from flask_babel import format_date, to_user_timezone

from core.documents.tree import Alignment, Block, Document, Inlines, Section, Table, paragraph, text
from core.i18n import gettext, language, name_in, ngettext
from core.spreadsheets import SheetOfCells, Value
from dialog.queries.gap_groups import GroupMatrix
from dialog.queries.gaps import Matrix, Row
from dialog.queries.register import FieldLabel
from dialog.queries.uncovered import Uncovered

MOST_UNCOVERED = 30
"""So many needs that nothing covers are in the document; the workbook has them all."""
PER_HEAD = 10_000
"""Figures per head are for so many inhabitants."""


def per_head(row: Row) -> float | None:
    """Needs of a municipality for 10,000 inhabitants, to one decimal; None for the whole county's own row."""
    place = row.municipality
    return round(row.needs * PER_HEAD / place.population, 1) if place and place.population else None


def matrix_document(
    matrix: Matrix,
    uncovered: Sequence[Uncovered],
    *,
    title: str,
    publisher: str,
    as_of: datetime | None,
) -> Document:
    """Needs and offers of every municipality by field, and the needs that nothing covers.

    `title` is that of the dialogue; `as_of` is when its register has changed last.
    """
    moment = as_of or datetime(2000, 1, 1, tzinfo=UTC)
    children: list[Block] = [
        paragraph(
            gettext(
                "Each cell shows needs | offers. Everything published counts, what stands together counts "
                "once, and offers that have ended do not count."
            )
        ),
        _matrix_table(matrix),
    ]
    if matrix.without:
        names = ", ".join(one.name for one in matrix.without)
        sentence = ngettext(
            "There is nothing yet from %(num)s municipality: %(names)s.",
            "There is nothing yet from %(num)s municipalities: %(names)s.",
            len(matrix.without),
            names=names,
        )
        more = gettext("That does not mean that nothing is missing there.")
        children.append(paragraph(f"{sentence} {more}"))
    if uncovered:
        children.append(Section(gettext("Needs that no offer covers"), _open_needs(uncovered)))
    return Document(
        title=gettext("Where offers are missing"),
        subtitle=title,
        language=language(),
        changed_at=moment,
        publisher=publisher,
        children=tuple(children),
        date_text=gettext("As of %(when)s", when=format_date(to_user_timezone(moment))) if as_of else "",
        numbered=False,
    )


def _matrix_table(matrix: Matrix) -> Table:
    numbers: list[Alignment] = ["end"] * (len(matrix.fields) + 1)
    head = [gettext("Place"), *(name_in(field.names) for field in matrix.fields), gettext("Total")]
    return Table(
        gettext("Needs and offers by place and topic"),
        tuple(text(word) for word in head),
        tuple(_line(row, matrix.fields) for row in matrix.with_entries),
        ("start", *numbers),
        row_headings=True,
    )


def _open_needs(uncovered: Sequence[Uncovered]) -> tuple[Block, ...]:
    about = (gettext("Register number"), gettext("Need"), gettext("Topic"))
    head = (*about, gettext("Place"), gettext("Points"))
    return (
        paragraph(
            gettext(
                "As far as the coordination has decided. What matters most to those who voted comes first."
            )
        ),
        Table(
            ngettext(
                "The first %(shown)s of %(num)s needs",
                "The first %(shown)s of %(num)s needs",
                len(uncovered),
                shown=min(len(uncovered), MOST_UNCOVERED),
            ),
            tuple(text(word) for word in head),
            tuple(_need(one) for one in uncovered[:MOST_UNCOVERED]),
            ("start", "start", "start", "start", "end"),
        ),
    )


def _line(row: Row, fields: Iterable[FieldLabel]) -> tuple[Inlines, ...]:
    cells = [row.cells[field.id] for field in fields]
    shown = ["–" if cell.is_empty else f"{cell.needs} | {cell.offers}" for cell in cells]
    total = f"{row.needs} | {row.offers}"
    return tuple(text(word) for word in (_place(row), *shown, total))


def _need(one: Uncovered) -> tuple[Inlines, ...]:
    place = one.place or gettext("Whole county")
    points = "" if one.points is None else str(one.points)
    return tuple(text(word) for word in (one.reference, one.title, name_in(one.field.names), place, points))


def _place(row: Row) -> str:
    return row.municipality.name if row.municipality else gettext("Whole county")


def matrix_sheets(
    matrix: Matrix, groups: GroupMatrix, group_names: Mapping[str, str], uncovered: Iterable[Uncovered]
) -> list[SheetOfCells]:
    """The sheets of the workbook: the matrix, one line for each of its cells, target groups, open needs."""
    fields = matrix.fields
    pairs = [(field, word) for field in fields for word in (gettext("Needs"), gettext("Offers"))]
    head = [gettext("Official key"), gettext("Place"), gettext("Inhabitants")]
    wide: list[Sequence[Value]] = []
    long: list[Sequence[Value]] = []
    for row in matrix.rows:
        place = row.municipality
        about: list[Value] = [place.ags if place else "", _place(row), place.population if place else None]
        numbers: list[Value] = []
        for field in fields:
            cell = row.cells[field.id]
            numbers += [cell.needs, cell.offers]
            long.append([*about, name_in(field.names), *cell[:3], cell.covered])
        wide.append([*about, *numbers, row.needs, row.offers, row.covered, per_head(row)])
    return [
        SheetOfCells(
            gettext("Matrix"),
            [
                *head,
                *(f"{name_in(field.names)}: {word}" for field, word in pairs),
                gettext("Needs in all"),
                gettext("Offers in all"),
                gettext("Needs covered"),
                gettext("Needs for 10,000 inhabitants"),
            ],
            wide,
        ),
        SheetOfCells(
            gettext("List"),
            [
                *head,
                gettext("Topic"),
                gettext("Needs"),
                gettext("Offers"),
                gettext("Offers for the whole county"),
                gettext("Needs covered"),
            ],
            long,
        ),
        SheetOfCells(
            gettext("Target groups"),
            [gettext("Target group"), *(f"{name_in(field.names)}: {word}" for field, word in pairs)],
            [
                [
                    group_names[row.group],
                    *(
                        number
                        for field in fields
                        for number in (row.cells[field.id].needs, row.cells[field.id].offers)
                    ),
                ]
                for row in groups.rows
            ],
        ),
        SheetOfCells(
            gettext("Uncovered needs"),
            [
                gettext("Register number"),
                gettext("Need"),
                gettext("Topic"),
                gettext("Place"),
                gettext("Best place in a vote"),
                gettext("Points"),
            ],
            [
                [
                    one.reference,
                    one.title,
                    name_in(one.field.names),
                    one.place or gettext("Whole county"),
                    one.rank,
                    one.points,
                ]
                for one in uncovered
            ],
        ),
    ]
