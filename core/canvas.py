"""What charts are drawn with: shapes and words as SVG, in the two dresses that `core.charts` tells of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import Final, Literal, TypeAlias

from core.documents.tree import Direction

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
HEAT: Final = ("#FFFFFF", "#FCEBC8", "#F6C877", "#DE8A2E", "#8F3F08")
"""The shades of heat tables and maps, from nothing to most."""

ON_HEAT: Final = ("#1A2225", "#1A2225", "#1A2225", "#1A2225", "#FFFFFF")
BRAND: Final = "#0F4C57"
INK: Final = "#1A2225"
MUTED: Final = "#505B60"
TRACK: Final = "#E3E8E7"

FONT: Final = "Fira Sans, Vazirmatn, Noto Sans Ethiopic, sans-serif"

# What nobody types on purpose and XML cannot hold.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# A new syllable takes one consonant along, or what is spoken as one.
_SYLLABLE = re.compile(r"(?<=[a-zäöüß])(?:sch|[cpst]h|qu|(?<![cpst])[b-df-hj-np-tv-xzß])(?=[aeiouyäöü])")


# ------------------------------------------------------------------------------------------------ drawing


class Canvas:
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
        """Words, with their baseline at `y`."""
        fill = "currentColor" if self._mode == "web" else (MUTED if muted else INK)
        faded = ' opacity="0.8"' if muted and self._mode == "web" else ""
        self._parts.append(
            f'<text x="{short(self._mirrored(x))}" y="{short(y)}" font-size="{short(size or self._size)}" '
            f'font-weight="{weight}" text-anchor="{anchor}" fill="{fill}"{faded}>{escaped(words)}</text>'
        )

    def cell(self, x: float, y: float, width: float, height: float, shade: int, words: str) -> None:
        """A cell of a heat table with words in its middle; `shade` counts from 0, nothing, to 4."""
        is_web = self._mode == "web"
        fill = f"var(--vs-heat-{shade}, {HEAT[shade]})" if is_web else HEAT[shade]
        on = ("low", "low", "low", "3", "high")[shade]
        ink = f"var(--vs-on-heat-{on}, {ON_HEAT[shade]})" if is_web else ON_HEAT[shade]
        edge = f"var(--vs-line, {TRACK})" if is_web else TRACK
        self._parts.append(self._rect(x, y, width, height, f'fill="{fill}" stroke="{edge}"'))
        middle, base = self._mirrored(x + width / 2), y + height / 2 + self._size * 0.36
        self._parts.append(
            f'<text x="{short(middle)}" y="{short(base)}" '
            f'font-size="{short(self._size)}" font-weight="600" text-anchor="middle" fill="{ink}">'
            f"{escaped(words)}</text>"
        )

    def bar(self, x: float, y: float, width: float, height: float, share: float, colour: str) -> None:
        """A bar in its track; `share` of it is filled."""
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
        """Dots in rows from the floor up: offers filled, then needs dashed."""
        paint = self._paint(colour)
        shapes = []
        for number in range(offers + needs):
            fill, dashes = (paint, "") if number < offers else ("none", ' stroke-dasharray="4.6 2.5"')
            cx = self._mirrored(x + number % per_row * pitch)
            cy = floor - row_height / 2 - number // per_row * row_height
            shapes.append(
                f'<circle cx="{short(cx)}" cy="{short(cy)}" r="9" fill="{fill}" '
                f'stroke="{paint}" stroke-width="2.5"{dashes}/>'
            )
        self._parts.append(self._group(colour, "".join(shapes)))

    def line(self, points: Sequence[tuple[float, float]], colour: str, *, dashed: bool = False) -> None:
        """A line through these points; dashed for what is not measured but meant."""
        paint = self._paint(colour)
        shown = " ".join(f"{short(self._mirrored(x))},{short(y)}" for x, y in points)
        dashes = ' stroke-dasharray="7 5"' if dashed else ""
        width = "2" if dashed else "3"
        shape = f'<polyline points="{shown}" fill="none" stroke="{paint}" stroke-width="{width}"{dashes}/>'
        self._parts.append(self._group(colour, shape))

    def rule(self, x: float, y: float, width: float) -> None:
        """A thin line to stand on."""
        paint = "var(--vs-line, #DDD6CA)" if self._mode == "web" else TRACK
        self._parts.append(self._rect(x, y, width, 2, f'fill="{paint}"'))

    def point(self, x: float, y: float, colour: str, *, hollow: bool = False) -> None:
        """A value on a line; hollow where the line begins."""
        paint = self._paint(colour)
        fill = "none" if hollow else paint
        shape = (
            f'<circle cx="{short(self._mirrored(x))}" cy="{short(y)}" r="6" fill="{fill}" '
            f'stroke="{paint}" stroke-width="2.5"/>'
        )
        self._parts.append(self._group(colour, shape))

    def svg(self, height: float, title: str, *, class_name: str = "vs-chart") -> str:
        """The finished picture."""
        dressed = f' class="{class_name}"' if self._mode == "web" else ""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img"{dressed} aria-label="{escaped(title)}" '
            f'viewBox="0 0 {short(self._width)} {short(height)}" '
            f'width="{short(self._width)}" height="{short(height)}" '
            f'font-family="{FONT}" direction="{self._direction}"><title>{escaped(title)}</title>'
            f"{''.join(self._parts)}</svg>"
        )

    def _rect(self, x: float, y: float, width: float, height: float, paint: str) -> str:
        left = x if self._direction == "ltr" else self._width - x - width
        place = f'x="{short(left)}" y="{short(y)}" width="{short(width)}" height="{short(height)}"'
        return f'<rect {place} rx="3" {paint}/>'

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


def short(value: float) -> str:
    """A number as short as it can be, the same on every machine."""
    return f"{value:.1f}".rstrip("0").rstrip(".") or "0"


def escaped(words: str) -> str:
    """Words as they may stand in an SVG."""
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
