"""The cells of XLSX workbooks that people send, as text; read in a child process within limits.

Formulas are never calculated: the value the spreadsheet program stored is taken, or else the formula as text.
"""

from __future__ import annotations

import io
import json
import re
import sys
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any, Final, TypeAlias

from core.children import ChildFailed, Limits, ask_child, heed

LIMITS: Final = Limits(cpu_seconds=30, wall_seconds=60.0, memory_bytes=1024**3)
"""What reading one workbook may use."""

MAX_UNPACKED = 50_000_000
"""Most bytes that everything in a workbook may have together once it is unpacked."""

MAX_PARTS = 500
MAX_SHEETS = 20

Cells: TypeAlias = tuple[str, ...]

_WITHOUT_VALUE = re.compile(
    rb"(?:</(?:\w+:)?f>|<(?:\w+:)?f\b[^>]*/>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</(?:\w+:)?c>"
)
"""A formula beside which the spreadsheet program has stored no value."""


class Fault(StrEnum):
    """Why a workbook was not read."""

    NO_WORKBOOK = "no_workbook"
    LOCKED = "locked"
    TOO_LARGE = "too_large"
    BROKEN = "broken"
    TOO_SLOW = "too_slow"
    COLUMNS = "columns"
    ROWS = "rows"
    CELLS = "cells"
    LONG_CELL = "long_cell"


class Unreadable(Exception):
    """The workbook was not read; `row`, counted from 1, is where, if it is in one row (else 0)."""

    def __init__(self, fault: Fault, row: int = 0) -> None:
        super().__init__(fault)
        self.fault = fault
        self.row = row


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much may be in a workbook."""

    rows: int
    """On a sheet, up to the last one that is filled."""
    columns: int
    cell: int
    """Characters in one cell."""
    cells: int
    """Cells that are filled, on all sheets together."""


def read_workbook(content: bytes, bounds: Bounds, *, limits: Limits = LIMITS) -> list[list[Cells]]:
    """The visible sheets of a workbook with their rows. Raises Unreadable for what is none or too large.

    Waits for a child process of half a second or more; call it outside a transaction.
    """
    head = json.dumps({"limits": asdict(limits), "bounds": asdict(bounds)}).encode()
    try:
        answer = ask_child("core.workbooks", head + b"\n" + content, wall_seconds=limits.wall_seconds)
    except ChildFailed as error:
        raise Unreadable(Fault.TOO_SLOW) from error
    found = json.loads(answer)
    if "fault" in found:
        raise Unreadable(Fault(found["fault"]), found["row"])
    return [[tuple(row) for row in rows] for rows in found["sheets"]]


def taken_apart(content: bytes, bounds: Bounds) -> list[list[Cells]]:
    """The same in this process. For the child only."""
    try:
        lacks_values = _check_contents(content)
        stored = _sheets(content, bounds, values=True)
        if not lacks_values:
            return stored
        written = _sheets(content, bounds, values=False)
    # Where the memory ends while the library is loaded, it is an ImportError that says so.
    except (Unreadable, MemoryError, ImportError):
        raise
    # The library has no common error for what is wrong in a workbook: each part that it does not find as it
    # expects ends in another one, and none of them means more to the sender than that the file is damaged.
    except Exception as error:
        raise Unreadable(Fault.BROKEN) from error
    return [_filled_up(rows, others) for rows, others in zip(stored, written, strict=True)]


def _check_contents(content: bytes) -> bool:
    """Look at a workbook's table of contents and parts; True if formulas without a value are in it."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        infos = parts.infolist()
        if "xl/workbook.xml" not in {info.filename for info in infos}:
            raise Unreadable(Fault.NO_WORKBOOK)
        if any(info.flag_bits & 1 for info in infos):
            raise Unreadable(Fault.LOCKED)
        if len(infos) > MAX_PARTS or sum(info.file_size for info in infos) > MAX_UNPACKED:
            raise Unreadable(Fault.TOO_LARGE)
        lacks_values = False
        for info in infos:
            if not info.filename.endswith((".xml", ".rels")):
                continue
            part = parts.read(info)
            # A workbook never declares entities; who does so wants to make a small file large.
            if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
                raise Unreadable(Fault.BROKEN)
            if info.filename.startswith("xl/worksheets/"):
                lacks_values = lacks_values or _WITHOUT_VALUE.search(part) is not None
    return lacks_values


def _sheets(content: bytes, bounds: Bounds, *, values: bool) -> list[list[Cells]]:
    # Loaded here, so that the server itself never has the library with its decoder of pictures in it.
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        # Warnings are about looks and validations that nobody needs here.
        warnings.simplefilter("ignore")
        book = load_workbook(
            io.BytesIO(content), read_only=True, data_only=values, keep_links=False, keep_vba=False
        )
        try:
            sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
            left = bounds.cells
            found = []
            for sheet in sheets[:MAX_SHEETS]:
                rows = _rows(sheet, bounds, left)
                left -= sum(map(_filled, rows))
                found.append(rows)
            return found
        finally:
            book.close()


def _rows(sheet: Any, bounds: Bounds, cells_left: int) -> list[Cells]:
    rows: list[Cells] = []
    empty = 0
    for number, row in enumerate(_texts(sheet), 1):
        if any(row[bounds.columns :]):
            raise Unreadable(Fault.COLUMNS, number)
        if any(len(cell) > bounds.cell for cell in row):
            raise Unreadable(Fault.LONG_CELL, number)
        if not any(cell.strip() for cell in row):
            # A format may reach down to the last possible row; what is filled there must not get lost.
            empty += 1
            continue
        if len(rows) + empty > bounds.rows:
            raise Unreadable(Fault.ROWS)
        rows.extend(() for _ in range(empty))
        empty = 0
        rows.append(row[: bounds.columns])
        if len(rows) > bounds.rows:
            raise Unreadable(Fault.ROWS)
        cells_left -= _filled(row)
        if cells_left < 0:
            raise Unreadable(Fault.CELLS)
    return rows


def _texts(sheet: Any) -> Iterator[Cells]:
    # What a sheet says of its size can be wrong, so it is not asked.
    sheet.reset_dimensions()
    for cells in sheet.iter_rows(values_only=True):
        yield tuple(_as_text(cell) for cell in cells)


def _filled(row: Cells) -> int:
    return sum(map(bool, row))


def _as_text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "WAHR" if cell else "FALSCH"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "minutes")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell).replace(".", ",")
    return str(cell)


def _filled_up(rows: Sequence[Cells], written: Sequence[Cells]) -> list[Cells]:
    """The rows, with formulas in cells for which no value was stored."""
    longest = max(len(rows), len(written))
    result = []
    for number in range(longest):
        one = rows[number] if number < len(rows) else ()
        other = written[number] if number < len(written) else ()
        width = max(len(one), len(other))
        pairs = zip(one + ("",) * (width - len(one)), other + ("",) * (width - len(other)), strict=True)
        result.append(tuple(value or formula for value, formula in pairs))
    return result


def main() -> None:
    """What the child does."""
    head, _, content = sys.stdin.buffer.read().partition(b"\n")
    order = json.loads(head)
    heed(Limits(**order["limits"]))
    answer: dict[str, Any]
    try:
        answer = {"sheets": taken_apart(content, Bounds(**order["bounds"]))}
    except Unreadable as error:
        answer = {"fault": error.fault, "row": error.row}
    # Half of a letter that takes two places may stand in a cell; written as ASCII it comes through.
    sys.stdout.buffer.write(json.dumps(answer).encode("ascii"))


if __name__ == "__main__":
    main()
