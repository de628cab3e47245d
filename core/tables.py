"""Tables that people open in a spreadsheet: UTF-8 with BOM, semicolons, no formula can hide in a cell."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The whole file as text."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(head)
    for row in rows:
        writer.writerow([inert(cell) for cell in row])
    return out.getvalue()


_BEGINS_A_FORMULA = "=+-@\t\r\0＝＋－＠"


def inert(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in _BEGINS_A_FORMULA and cell else cell
