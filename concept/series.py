"""Series of values as pictures and tables: indicators of measures, and figures about the county."""

from __future__ import annotations

from collections.abc import Sequence

from concept import words
from concept.content import FigureData, IndicatorData, Origin, SeenData
from core.charts import Chart, Line, Point, line_chart
from core.documents.tree import Block, Figure, Inlines, Link, Source, Table, text
from core.i18n import gettext, name_in
from core.text import excerpt


def seen(indicator: IndicatorData) -> tuple[SeenData, ...]:
    """The values of an indicator by time, the one it began with among them."""
    values = list(indicator.values)
    if indicator.baseline is not None and all(one.as_of != indicator.baseline_as_of for one in values):
        values.append(SeenData(indicator.baseline_as_of, indicator.baseline, gettext("Beginning")))
    return tuple(sorted(values, key=lambda one: words.in_time(one.as_of)))


def indicator_chart(indicator: IndicatorData) -> Chart | None:
    """The values of an indicator over time, or None where there are fewer than two."""
    values = seen(indicator)
    if len(values) < 2:
        return None
    goal = None
    if indicator.target is not None:
        label = gettext(
            "Target: %(value)s (%(when)s)",
            value=words.counted(indicator.target, indicator.unit),
            when=words.dated(indicator.target_by),
        )
        goal = Line(indicator.target, label)
    return _chart(indicator.name, indicator.unit, values, words.indicator_span(indicator), goal)


def figure_chart(figure: FigureData) -> Chart | None:
    """A figure about the county over time, or None where it has no series."""
    values = figure_values(figure)
    if len(values) < 2:
        return None
    first, last = values[0], values[-1]
    summary = gettext(
        "From %(first)s (%(then)s) to %(last)s (%(now)s).",
        first=words.counted(first.value, figure.unit),
        then=words.dated(first.as_of),
        last=words.counted(last.value, figure.unit),
        now=words.dated(last.as_of),
    )
    return _chart(figure.name, figure.unit, values, summary, None)


def figure_values(figure: FigureData) -> tuple[SeenData, ...]:
    """The series of a figure by time, with its present amount where that is one number of one time."""
    values = list(figure.series)
    has_now = any(one.as_of == figure.as_of for one in values)
    if values and not has_now and len(figure.amounts) == 1 and figure.as_of:
        values.append(SeenData(figure.as_of, figure.amounts[0], "", figure.publication))
    return tuple(sorted(values, key=lambda one: words.in_time(one.as_of)))


def series_blocks(
    title: str, unit: str, values: Sequence[SeenData], chart: Chart | None, site: str, id: str | None = None
) -> list[Block]:
    """A series in a document: a picture with its table, or the table alone."""
    if not values:
        return []
    table = series_table(title, unit, values, site, None if chart else id)
    if chart is None:
        return [table]
    return [
        Figure(
            svg=chart.print_svg,
            alt=chart.summary,
            caption=chart.title,
            summary=chart.summary,
            table=table,
            id=id,
            sources=_sources(values, site),
        )
    ]


def series_table(
    title: str, unit: str, values: Sequence[SeenData], site: str, id: str | None = None
) -> Table:
    """A series as rows: as of when, the value, and where it is known from."""
    header = (gettext("As of"), unit or gettext("Value"), gettext("Note"), gettext("Source"))
    return Table(
        caption=title,
        header=tuple(text(cell) for cell in header),
        rows=tuple(
            (
                text(words.dated(one.as_of)),
                text(words.counted(one.value, "")),
                text(one.note),
                _cited(one.publication, site),
            )
            for one in values
        ),
        alignments=("start", "end", "start", "start"),
        row_headings=True,
        id=id,
    )


def _chart(name: str, unit: str, values: Sequence[SeenData], summary: str, goal: Line | None) -> Chart:
    return line_chart(
        [
            Point(
                words.in_time(one.as_of), words.short_date(one.as_of), one.value, words.counted(one.value, "")
            )
            for one in values
        ],
        title=f"{name} ({unit})" if unit else name,
        summary=summary,
        header=(gettext("As of"), unit or gettext("Value")),
        goal=goal,
    )


def _cited(origin: Origin | None, site: str) -> Inlines:
    if origin is None:
        return text("–")
    return (Link(text(f"{origin.reference} {origin.detail}".strip()), origin.url or site + origin.path),)


def _sources(values: Sequence[SeenData], site: str) -> tuple[Source, ...]:
    found = {one.publication.reference: one.publication for one in values if one.publication}
    return tuple(
        Source("publication", one.reference, excerpt(name_in(one.names), 90), one.url or site + one.path)
        for one in found.values()
    )
