"""Reads from a TTF file what printing needs to know: its family and which characters it can draw.

A general font library would do the same, but loading it takes as long as a third of a whole PDF.
"""

from __future__ import annotations

import re
import struct
from pathlib import Path
from typing import Final

_WEIGHTS: Final = re.compile(r" (?:Thin|Light|Medium|Semi ?Bold|Bold|Black)$")


class NotAFont(Exception):
    """The file is not a TTF, or lacks what every TTF with Unicode text has."""


def family_and_characters(path: Path) -> tuple[str, frozenset[int]]:
    """The family (without the weight some fonts carry in its name) and the code points that have a glyph."""
    data = path.read_bytes()
    try:
        tables = _tables(data)
        return _family(data, tables["name"]), frozenset(_characters(data, tables["cmap"]))
    except (struct.error, KeyError, IndexError, UnicodeDecodeError) as error:
        raise NotAFont(f"{path.name} is not a font.") from error


def _tables(data: bytes) -> dict[str, int]:
    """Where each table begins."""
    (count,) = struct.unpack_from(">H", data, 4)
    entries = (struct.unpack_from(">4sLLL", data, 12 + 16 * number) for number in range(count))
    return {tag.decode("latin-1"): offset for tag, _, offset, _ in entries}


def _family(data: bytes, at: int) -> str:
    count, strings = struct.unpack_from(">HH", data, at + 2)
    names: dict[int, str] = {}
    for number in range(count):
        platform, _, _, name, length, offset = struct.unpack_from(">6H", data, at + 6 + 12 * number)
        if platform == 3 and name in (1, 16):
            start = at + strings + offset
            names[name] = data[start : start + length].decode("utf-16-be")
    return _WEIGHTS.sub("", names.get(16) or names[1])


def _characters(data: bytes, at: int) -> list[int]:
    (count,) = struct.unpack_from(">H", data, at + 2)
    found: list[int] = []
    for number in range(count):
        platform, encoding, offset = struct.unpack_from(">HHL", data, at + 4 + 8 * number)
        if platform == 0 or (platform, encoding) in ((3, 1), (3, 10)):
            found += _subtable(data, at + offset)
    return found


def _subtable(data: bytes, at: int) -> list[int]:
    (kind,) = struct.unpack_from(">H", data, at)
    if kind == 12:
        return _groups(data, at)
    return _segments(data, at) if kind == 4 else []


def _groups(data: bytes, at: int) -> list[int]:
    """Format 12: runs of code points with glyphs that follow one another."""
    (count,) = struct.unpack_from(">L", data, at + 12)
    found: list[int] = []
    for number in range(count):
        first, last, glyph = struct.unpack_from(">3L", data, at + 16 + 12 * number)
        found += range(first if glyph else first + 1, min(last, 0x10FFFF) + 1)
    return found


def _segments(data: bytes, at: int) -> list[int]:
    """Format 4: segments whose glyphs are counted on, or looked up in a list behind them."""
    (doubled,) = struct.unpack_from(">H", data, at + 6)
    form = f">{doubled // 2}H"
    starts_at = at + 16 + doubled
    ends = struct.unpack_from(form, data, at + 14)
    starts = struct.unpack_from(form, data, starts_at)
    deltas = struct.unpack_from(form, data, starts_at + doubled)
    lists_at = starts_at + 2 * doubled
    lists = struct.unpack_from(form, data, lists_at)
    found: list[int] = []
    for number, (start, end, delta, list_at) in enumerate(zip(starts, ends, deltas, lists, strict=True)):
        for code in range(start, min(end, 0xFFFE) + 1):
            glyph = code
            if list_at:
                place = lists_at + 2 * number + list_at + 2 * (code - start)
                (glyph,) = struct.unpack_from(">H", data, place)
                if not glyph:
                    continue
            if (glyph + delta) & 0xFFFF:
                found.append(code)
    return found
