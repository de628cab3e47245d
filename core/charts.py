"""Pictures made on the server: SVG with attributes only, and the same numbers as a table.

A chart comes in two dresses of the same drawing: `svg` for pages, whose colours follow the light and dark
scheme through custom properties, and `print_svg` for documents, with the light colours written out. Both
say everything in words and figures beside the bars; colour only repeats what is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import segno
from markupsafe import Markup

from core.canvas import Canvas, Mode, text_width, wrapped
from core.documents.tree import Direction
from core.markdown import trusted_svg


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a bar chart.

    `value_text` is the value as people read it (with separators, unit); `colour` is the key of a field of
    action, or empty for the county's colour; `note` stands small under the label.
    """

    label: str
    value: float
    value_text: str = ""
    note: str = ""
    colour: str = ""


@dataclass(frozen=True, slots=True)
class FieldVoices:
    """One column of the voices chart: a field of action and how many offers and needs it has."""

    name: str
    offers: int
    needs: int
    colour: str = ""


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One row of a heat table: for each column the words in it and the shade, from 0 to 4."""

    label: str
    cells: Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture with its title, a sentence that says what it shows, and its numbers (header, rows)."""

    svg: Markup
    print_svg: str
    title: str
    summary: str
    table: tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]


def bar_chart(
    rows: Iterable[Bar],
    *,
    title: str,
    summary: str,
    header: tuple[str, str],
    direction: Direction = "ltr",
) -> Chart:
    """Horizontal bars, the largest value filling the width; negative values count as 0.

    `header` names the two columns of the table (what the rows are, what the number is, with its unit). The
    web drawing lays each label above its bar, so that it can be read on a phone of 320 px; the printed one
    has labels beside the bars.
    """
    bars = list(rows)
    table = (header, tuple((bar.label, _value_text(bar)) for bar in bars))
    return Chart(
        svg=trusted_svg(_stacked_bars(bars, title=title, direction=direction)),
        print_svg=_side_by_side_bars(bars, title=title),
        title=title,
        summary=summary,
        table=table,
    )


@dataclass(frozen=True, slots=True)
class Point:
    """One value of a series: `at` places it in time (such as 2021.75), `label` says when in words."""

    at: float
    label: str
    value: float
    value_text: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A height that is drawn across a series because it is to be reached, with its words."""

    value: float
    label: str


def line_chart(
    points: Iterable[Point],
    *,
    title: str,
    summary: str,
    header: tuple[str, str],
    goal: Line | None = None,
    colour: str = "",
    direction: Direction = "ltr",
) -> Chart:
    """A series over time, from zero (or the lowest value below it) up; `goal` is a dashed line across it.

    `header` names the columns of the table: when, and the number with its unit.
    """
    seen = sorted(points, key=lambda point: point.at)
    rows = tuple((point.label, point.value_text or f"{point.value:g}") for point in seen)
    extra = ((goal.label, f"{goal.value:g}"),) if goal else ()
    return Chart(
        svg=trusted_svg(_line(seen, goal, colour, title=title, direction=direction, mode="web")),
        print_svg=_line(seen, goal, colour, title=title, direction="ltr", mode="print"),
        title=title,
        summary=summary,
        table=(header, rows + extra),
    )


def heat_chart(
    columns: Sequence[str],
    rows: Iterable[HeatRow],
    *,
    title: str,
    summary: str,
    corner: str,
    direction: Direction = "ltr",
) -> Chart:
    """A heat table; `summary` says what its words and shades mean, `corner` what the rows are."""
    lines = list(rows)
    return Chart(
        trusted_svg(_heat(columns, lines, title, summary, direction, "web")),
        _heat(columns, lines, title, summary, direction, "print"),
        title,
        summary,
        ((corner, *columns), tuple((row.label, *(words for words, _ in row.cells)) for row in lines)),
    )


def _heat(
    columns: Sequence[str],
    rows: Sequence[HeatRow],
    title: str,
    summary: str,
    direction: Direction,
    mode: Mode,
) -> str:
    size, label_width, cell_width, cell_height, gap = 15.0, 220.0, 152.0, 30.0, 4.0
    width = label_width + len(columns) * cell_width
    canvas = Canvas(width, size, direction, mode)
    canvas.text(0, 24, title, size=22, weight=700)
    y = 36.0
    for line in wrapped(summary, size, width):
        y += size * 1.35
        canvas.text(0, y, line, muted=True)
    heads = [wrapped(column, size, cell_width - 10) for column in columns]
    top = y + 14
    y = top + max(map(len, heads), default=0) * size * 1.25 + 8
    for number, head in enumerate(heads):
        for place, line in enumerate(reversed(head)):
            middle = label_width + (number + 0.5) * cell_width
            canvas.text(middle, y - 8 - place * size * 1.25, line, weight=500, anchor="middle")
    for row in rows:
        labels = wrapped(row.label, size, label_width - 10)
        height = max(cell_height, len(labels) * size * 1.2 + 8)
        first = y + height / 2 + size * 0.36 - (len(labels) - 1) * size * 0.6
        for place, line in enumerate(labels):
            canvas.text(0, first + place * size * 1.2, line)
        for number, (words, shade) in enumerate(row.cells):
            canvas.cell(label_width + number * cell_width, y, cell_width - gap, height - gap, shade, words)
        y += height
    return canvas.svg(y, title)


def voices_chart(
    fields: Sequence[FieldVoices],
    *,
    title: str,
    summary: str,
    header: tuple[str, str, str],
    direction: Direction = "ltr",
) -> Chart:
    """One dot for every contribution, a column per field of action: offers filled, needs dashed above.

    `header` names the columns of the table: field, offers, needs. Where the largest field has more than 60
    contributions a dot stands for several; say so in the summary with the help of `dots_stand_for`.
    """
    table = (header, tuple((field.name, str(field.offers), str(field.needs)) for field in fields))
    each = dots_stand_for(fields)
    return Chart(
        svg=trusted_svg(_voices(fields, each, title=title, direction=direction, mode="web")),
        print_svg=_voices(fields, each, title=title, direction=direction, mode="print"),
        title=title,
        summary=summary,
        table=table,
    )


def dots_stand_for(fields: Iterable[FieldVoices]) -> int:
    """How many contributions one dot of the voices chart stands for: 1, 2, 5, 10, 20, 50 …"""
    largest = max((field.offers + field.needs for field in fields), default=0)
    each, steps = 1, (2, 2.5, 2)
    turn = 0
    while largest > 60 * each:
        each = int(each * steps[turn % 3])
        turn += 1
    return each


# --------------------------------------------------------------------------------------------------- bars

WEB_WIDTH: Final = 480
WEB_SIZE: Final = 19
PRINT_WIDTH: Final = 680
PRINT_SIZE: Final = 14


def _stacked_bars(bars: list[Bar], *, title: str, direction: Direction) -> str:
    canvas = Canvas(WEB_WIDTH, WEB_SIZE, direction, "web")
    largest = max((bar.value for bar in bars), default=0)
    value_width = max((text_width(_value_text(bar), WEB_SIZE) for bar in bars), default=0) + 14
    track = WEB_WIDTH - value_width
    y = 0.0
    for bar in bars:
        for line in wrapped(bar.label, WEB_SIZE, WEB_WIDTH):
            y += WEB_SIZE * 1.3
            canvas.text(0, y - 5, line, weight=500)
        if bar.note:
            for line in wrapped(bar.note, WEB_SIZE * 0.88, WEB_WIDTH):
                y += WEB_SIZE * 1.2
                canvas.text(0, y - 5, line, size=WEB_SIZE * 0.88, muted=True)
        canvas.bar(0, y + 3, track, 16, _share(bar, largest), bar.colour)
        canvas.text(WEB_WIDTH, y + 17, _value_text(bar), weight=700, anchor="end")
        y += 38
    return canvas.svg(max(y - 14, 1), title)


def _side_by_side_bars(bars: list[Bar], *, title: str) -> str:
    canvas = Canvas(PRINT_WIDTH, PRINT_SIZE, "ltr", "print")
    largest = max((bar.value for bar in bars), default=0)
    value_width = max((text_width(_value_text(bar), PRINT_SIZE) for bar in bars), default=0) + 12
    label_width = 300.0
    track = PRINT_WIDTH - label_width - 16 - value_width
    y = 0.0
    for bar in bars:
        labels = wrapped(bar.label, PRINT_SIZE, label_width)
        notes = wrapped(bar.note, PRINT_SIZE * 0.85, label_width) if bar.note else []
        top = y
        for line in labels:
            y += PRINT_SIZE * 1.28
            canvas.text(0, y - 4, line)
        for line in notes:
            y += PRINT_SIZE * 1.15
            canvas.text(0, y - 4, line, size=PRINT_SIZE * 0.85, muted=True)
        canvas.bar(label_width + 16, top + 4, track, 12, _share(bar, largest), bar.colour)
        canvas.text(PRINT_WIDTH, top + 14.5, _value_text(bar), weight=700, anchor="end")
        y += 9
    return canvas.svg(max(y - 5, 1), title)


def _share(bar: Bar, largest: float) -> float:
    return max(bar.value, 0) / largest if largest > 0 else 0.0


def _value_text(bar: Bar) -> str:
    return bar.value_text or f"{bar.value:g}"


# ------------------------------------------------------------------------------------------------- voices


def _voices(fields: Sequence[FieldVoices], each: int, *, title: str, direction: Direction, mode: Mode) -> str:
    per_row, pitch, row_height, gap, size = 4, 24, 30, 16, 19
    column = per_row * pitch + gap
    width = max(len(fields) * column, column)
    canvas = Canvas(width, size, direction, mode)
    dots = [(-(-field.offers // each), -(-field.needs // each)) for field in fields]
    rows = max((-(-sum(pair) // per_row) for pair in dots), default=0)
    floor = rows * row_height
    # Eight fields side by side leave little room: long names are wrapped and set smaller.
    label_size = size if len(fields) <= 5 else 16
    labels = [wrapped(field.name, label_size, column - 6) for field in fields]
    for number, (field, (offers, needs), lines) in enumerate(zip(fields, dots, labels, strict=True)):
        left = number * column
        canvas.dots(
            left + gap / 2 + pitch / 2, floor, offers, needs, field.colour, per_row, pitch, row_height
        )
        y = floor + 8.0
        for line in lines:
            y += label_size * 1.2
            canvas.text(left + column / 2, y, line, size=label_size, weight=500, anchor="middle")
        canvas.text(
            left + column / 2,
            y + label_size * 1.2,
            str(field.offers + field.needs),
            size=label_size,
            anchor="middle",
        )
    lines_most = max((len(lines) for lines in labels), default=0)
    return canvas.svg(floor + 14 + label_size * 1.2 * (lines_most + 1), title, class_name="vs-voices")


# ------------------------------------------------------------------------------------------------- series

MOST_LABELS: Final = 6
"""A series with more values has words only at its ends; the table has them all."""


def _line(
    points: list[Point], goal: Line | None, colour: str, *, title: str, direction: Direction, mode: Mode
) -> str:
    width, size = (WEB_WIDTH, WEB_SIZE) if mode == "web" else (PRINT_WIDTH, PRINT_SIZE)
    canvas = Canvas(width, size, direction, mode)
    if not points:
        return canvas.svg(1, title)
    edge, top, height = 48.0, size * 2.4, 150.0
    values = [point.value for point in points] + ([goal.value] if goal else [])
    lowest, highest = min(0.0, *values), max(0.0, *values)
    first, last = points[0].at, points[-1].at

    def across(point: Point) -> float:
        share = (point.at - first) / (last - first) if last > first else 0.5
        return edge + share * (width - 2 * edge)

    def down(value: float) -> float:
        share = (value - lowest) / (highest - lowest) if highest > lowest else 0.0
        return top + (1 - share) * height

    canvas.rule(0, down(max(lowest, 0.0)), width)
    if goal:
        canvas.line([(0, down(goal.value)), (width, down(goal.value))], colour, dashed=True)
        canvas.text(0, down(goal.value) - size * 1.5, goal.label, size=size * 0.88, muted=True)
    canvas.line([(across(point), down(point.value)) for point in points], colour)
    worded = {0, len(points) - 1} if len(points) > MOST_LABELS else set(range(len(points)))
    for number, point in enumerate(points):
        x, y = across(point), down(point.value)
        canvas.point(x, y, colour)
        if number in worded:
            words = point.value_text or f"{point.value:g}"
            canvas.text(x, y - size * 0.7, words, weight=700, anchor="middle")
            canvas.text(x, top + height + size * 1.5, point.label, size=size * 0.82, anchor="middle")
    return canvas.svg(top + height + size * 2, title)


_QR_MASK = 2
"""Any mask is valid; looking for the fairest of the eight takes three times as long."""


def qr_code(address: str) -> Markup:
    """The QR code of an address, dark on white in every scheme, because cameras need that.

    It says nothing aloud: the page gives the address in words, too.
    """
    code = segno.make(address, error="m", micro=False, boost_error=False, mask=_QR_MASK)
    drawn: str = code.svg_inline(border=4, light="#fff", omitsize=True, svgclass="vs-qr", lineclass=None)
    return trusted_svg(drawn)
