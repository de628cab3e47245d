"""What linked blocks and figures about the county become in a document."""

from __future__ import annotations

from collections.abc import Sequence

from concept import words
from concept.content import FigureData, Linked, Voice
from concept.series import figure_chart, figure_values, series_blocks
from concept.vocabulary import BlockKind
from core.documents.tree import (
    Block,
    Inlines,
    Lang,
    Link,
    ListBlock,
    ListItem,
    Paragraph,
    Quote,
    Source,
    Strong,
    Table,
    Text,
    text,
)
from core.i18n import gettext


def linked_blocks(
    anchor: str, linked: Linked, site: str, sources: tuple[Source, ...], drawn: Sequence[Block]
) -> list[Block]:
    """What a linked block shows, with its date; `drawn` is the picture of its result, if it has one."""
    as_of = Paragraph(text(words.linked_as_of(linked)), role="note", sources=sources)
    if linked.kind == BlockKind.QUOTATION:
        return [*(_quote(voice, site, anchor) for voice in linked.voices), as_of]
    # The picture of a result brings the anchor along.
    title = Paragraph((Strong(text(words.linked_title(linked))),), id=None if drawn else anchor)
    if linked.kind == BlockKind.CHART:
        return [title, *drawn, as_of]
    if linked.voices:
        return [
            title,
            ListBlock(tuple(ListItem((Paragraph(_named(one, site)),)) for one in linked.voices)),
            as_of,
        ]
    if linked.figures:
        return [title, *figure_blocks(linked.figures, site), as_of]
    if linked.places:
        return [title, _places(linked), as_of]
    return [title, Paragraph(text(gettext("There is nothing here yet.")), role="note"), as_of]


def figure_blocks(figures: Sequence[FigureData], site: str, anchor: str | None = None) -> list[Block]:
    """Figures as a table, and those with a series as pictures below."""
    header = (gettext("Figure"), gettext("Amount"), gettext("As of"), gettext("Source"))
    rows = []
    for figure in figures:
        source = figure.publication
        shown = text(f"{source.reference} {source.detail}") if source else text("–")
        target = (source.url or site + source.path) if source else ""
        name = f"{figure.name} ({figure.note})" if figure.note else figure.name
        rows.append(
            (
                text(name),
                text(words.amount(figure)),
                text(words.dated(figure.as_of or figure.period) or "–"),
                (Link(shown, target),) if target else shown,
            )
        )
    table = Table(
        caption=gettext("The county in figures"),
        header=tuple(text(cell) for cell in header),
        rows=tuple(rows),
        row_headings=True,
        id=anchor,
    )
    series = [
        block
        for figure in figures
        if figure.series
        for block in series_blocks(
            figure.name, figure.unit, figure_values(figure), figure_chart(figure), site
        )
    ]
    return [table, *series]


def _quote(voice: Voice, site: str, anchor: str) -> Block:
    number = Link(text(voice.reference), site + voice.path)
    said = Paragraph((Lang(text(voice.text), voice.language),))
    return Quote((said, Paragraph((number,))), id=anchor)


def _named(voice: Voice, site: str) -> Inlines:
    link = Link(text(voice.reference), site + voice.path)
    place = words.voice_place(voice)
    rest = f"{words.standing(voice)} · {place}" if voice.standing else place
    return (link, Text(" "), Lang(text(voice.title), voice.title_language), *text(f" ({rest})"))


def _places(linked: Linked) -> Table:
    header = (gettext("Place"), gettext("Needs"), gettext("Offers"))
    return Table(
        caption=words.linked_title(linked),
        header=tuple(text(cell) for cell in header),
        rows=tuple(
            (text(row.place or gettext("Whole county")), text(str(row.needs)), text(str(row.offers)))
            for row in linked.places
        ),
        alignments=("start", "end", "end"),
        row_headings=True,
    )
