"""Tables that people open in a spreadsheet: UTF-8 with BOM, semicolons, no formula can hide in a cell."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from itertools import chain


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The whole file as text."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    # Headings may be those of a list that somebody has sent.
    for row in chain([head], rows):
        writer.writerow([inert(cell) for cell in row])
    return out.getvalue()


_BEGINS_A_FORMULA = "=+-@\t\r\0＝＋－＠"


def plain(cell: str) -> str:
    """What a cell said before `inert` kept it from being a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in _BEGINS_A_FORMULA and cell[1:] else cell


def inert(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in _BEGINS_A_FORMULA and cell else cell
