"""Pictures made on the server: SVG with attributes only, and the same numbers as a table.

A chart comes in two dresses of the same drawing: `svg` for pages, whose colours follow the light and dark
scheme through custom properties, and `print_svg` for documents, with the light colours written out. Both
say everything in words and figures beside the bars; colour only repeats what is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final, Literal, TypeAlias

from markupsafe import Markup

from core.documents.tree import Direction
from core.markdown import trusted_svg

Mode: TypeAlias = Literal["web", "print"]

# The light scheme of static/components/tokens.css; a test keeps the two alike.
FIELD_COLOURS: Final = {
    "leisure": "#0C4D04",
    "participation": "#6A4A85",
    "work": "#266AE3",
    "health": "#AA1C49",
    "language": "#157368",
    "housing": "#98661D",
    "education": "#260286",
    "society": "#580034",
}
BRAND: Final = "#0F4C57"
INK: Final = "#1A2225"
MUTED: Final = "#505B60"
TRACK: Final = "#E3E8E7"

FONT: Final = "Fira Sans, Vazirmatn, Noto Sans Ethiopic, sans-serif"

# What nobody types on purpose and XML cannot hold.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# A new syllable takes one consonant along, or what is spoken as one.
_SYLLABLE = re.compile(r"(?<=[a-zäöüß])(?:sch|[cpst]h|qu|(?<![cpst])[b-df-hj-np-tv-xzß])(?=[aeiouyäöü])")


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
    canvas = _Canvas(WEB_WIDTH, WEB_SIZE, direction, "web")
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
    canvas = _Canvas(PRINT_WIDTH, PRINT_SIZE, "ltr", "print")
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
    canvas = _Canvas(width, size, direction, mode)
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


# ------------------------------------------------------------------------------------------------ drawing


class _Canvas:
    """Collects shapes; mirrors them for languages written from right to left."""

    def __init__(self, width: float, size: float, direction: Direction, mode: Mode) -> None:
        self._width, self._size, self._direction, self._mode = width, size, direction, mode
        self._parts: list[str] = []

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float | None = None,
        weight: int = 400,
        anchor: Literal["start", "middle", "end"] = "start",
        muted: bool = False,
    ) -> None:
        fill = "currentColor" if self._mode == "web" else (MUTED if muted else INK)
        faded = ' opacity="0.8"' if muted and self._mode == "web" else ""
        self._parts.append(
            f'<text x="{_n(self._mirrored(x))}" y="{_n(y)}" font-size="{_n(size or self._size)}" '
            f'font-weight="{weight}" text-anchor="{anchor}" fill="{fill}"{faded}>{_escaped(words)}</text>'
        )

    def bar(self, x: float, y: float, width: float, height: float, share: float, colour: str) -> None:
        filled = width * min(max(share, 0), 1)
        track = "var(--vs-line, #DDD6CA)" if self._mode == "web" else TRACK
        self._parts.append(self._rect(x, y, width, height, f'fill="{track}"'))
        if filled > 0:
            shape = self._rect(x, y, max(filled, 2), height, f'fill="{self._paint(colour)}"')
            self._parts.append(self._group(colour, shape))

    def dots(
        self,
        x: float,
        floor: float,
        offers: int,
        needs: int,
        colour: str,
        per_row: int,
        pitch: int,
        row_height: int,
    ) -> None:
        paint = self._paint(colour)
        shapes = []
        for number in range(offers + needs):
            fill, dashes = (paint, "") if number < offers else ("none", ' stroke-dasharray="4.6 2.5"')
            cx = self._mirrored(x + number % per_row * pitch)
            cy = floor - row_height / 2 - number // per_row * row_height
            shapes.append(
                f'<circle cx="{_n(cx)}" cy="{_n(cy)}" r="9" fill="{fill}" '
                f'stroke="{paint}" stroke-width="2.5"{dashes}/>'
            )
        self._parts.append(self._group(colour, "".join(shapes)))

    def svg(self, height: float, title: str, *, class_name: str = "vs-chart") -> str:
        dressed = f' class="{class_name}"' if self._mode == "web" else ""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img"{dressed} aria-label="{_escaped(title)}" '
            f'viewBox="0 0 {_n(self._width)} {_n(height)}" width="{_n(self._width)}" height="{_n(height)}" '
            f'font-family="{FONT}" direction="{self._direction}"><title>{_escaped(title)}</title>'
            f"{''.join(self._parts)}</svg>"
        )

    def _rect(self, x: float, y: float, width: float, height: float, paint: str) -> str:
        left = x if self._direction == "ltr" else self._width - x - width
        return f'<rect x="{_n(left)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}" rx="3" {paint}/>'

    def _mirrored(self, x: float) -> float:
        return x if self._direction == "ltr" else self._width - x

    def _paint(self, colour: str) -> str:
        light = FIELD_COLOURS.get(colour, BRAND)
        if self._mode == "print":
            return light
        return f"var(--f, {light})" if colour in FIELD_COLOURS else f"var(--vs-brand-700, {BRAND})"

    def _group(self, colour: str, shapes: str) -> str:
        if self._mode == "web" and colour in FIELD_COLOURS:
            return f'<g class="vs-f--{colour}">{shapes}</g>'
        return f"<g>{shapes}</g>"


def _n(value: float) -> str:
    """A number as short as it can be, the same on every machine."""
    return f"{value:.1f}".rstrip("0").rstrip(".") or "0"


def _escaped(words: str) -> str:
    return escape(_UNWRITABLE.sub("\ufffd", words))


# ------------------------------------------------------------------------------------------------- words


def text_width(words: str, size: float) -> float:
    """About how wide words are in Fira Sans at this size; a little more than measured, never much less."""
    return size * sum(_character_width(char) for char in words)


def wrapped(words: str, size: float, width: float) -> list[str]:
    """Words in lines of at most this width; one too long breaks at its soft hyphens, or anywhere."""
    lines: list[str] = []
    line = ""
    for word in _pieces(words, size, width):
        longer = f"{line} {word}" if line else word
        if line and text_width(longer, size) > width:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line] if line else lines


def _pieces(words: str, size: float, width: float) -> list[str]:
    pieces: list[str] = []
    for word in words.split():
        # Soft hyphens say where a word breaks best.
        parts = word.split("\xad")
        while len(parts) > 1 and text_width("".join(parts), size) > width:
            head = parts.pop(0)
            while len(parts) > 1 and text_width(f"{head}{parts[0]}-", size) <= width:
                head += parts.pop(0)
            pieces.append(f"{head}-")
        word = "".join(parts)
        while text_width(word, size) > width and len(word) > 4:
            fitting = max(int(len(word) * width / text_width(word, size)) - 1, 3)
            # German compounds may already say where they break.
            hyphen = word.rfind("-", 3, fitting)
            cut = hyphen + 1 if hyphen > 0 else _syllable(word, fitting)
            pieces.append(word[:cut] if word[cut - 1] == "-" else word[:cut] + "-")
            word = word[cut:]
        pieces.append(word)
    return pieces


def _syllable(word: str, most: int) -> int:
    """Where the last syllable that begins at `most` or before it begins; `most` if none is to be seen."""
    starts = [found.start() for found in _SYLLABLE.finditer(word) if 3 <= found.start() <= most]
    return starts[-1] if starts else most


def _character_width(char: str) -> float:
    if char in "iljt.,:;'|!()[]I ·-":
        return 0.32
    if char in "mwMW%@":
        return 0.88
    if char.isdigit() or char.islower():
        return 0.56
    if char.isupper():
        return 0.64
    return 1.0 if ord(char) >= 0x1100 else 0.6
