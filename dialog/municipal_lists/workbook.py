"""The cells of an XLSX workbook as text. Sizes are checked before anything is taken apart.

Formulas are never calculated: the value the spreadsheet program stored is taken, or else the formula as text.
"""

from __future__ import annotations

import io
import lzma
import warnings
import zipfile
import zlib
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from core.i18n import lazy_gettext as _l
from dialog.municipal_lists.limits import MAX_CELL, MAX_COLUMNS, MAX_ROWS, BadList, Row

MAX_UNPACKED = 50_000_000
"""Most bytes that everything in a workbook may have together once it is unpacked."""

MAX_PARTS = 500
MAX_SHEETS = 20
_UNPACKING = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError),
    *(KeyError, RuntimeError, NotImplementedError),
)
"""What taking a damaged archive apart ends in."""

_BROKEN = _l("This workbook is damaged. Please save it again as a workbook (.xlsx) or CSV file.")


def read_workbook(content: bytes) -> list[list[Row]]:
    """The visible sheets of a workbook with their rows. Raises BadList for what is none or too large."""
    has_formulas = _check_parts(content)
    stored = _sheets(content, values=True)
    if not has_formulas:
        return stored
    written = _sheets(content, values=False)
    return [_filled_up(rows, others) for rows, others in zip(stored, written, strict=True)]


def _check_parts(content: bytes) -> bool:
    """Look at a workbook's table of contents and parts; True if there are formulas in it."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            return _check_contents(parts)
    except BadList:
        raise
    except _UNPACKING as error:
        raise BadList(_BROKEN) from error


def _check_contents(parts: zipfile.ZipFile) -> bool:
    infos = parts.infolist()
    names = {info.filename for info in infos}
    if "xl/workbook.xml" not in names:
        raise BadList(
            _l("This is not an Excel workbook. Please save the list as a workbook (.xlsx) or CSV file.")
        )
    if any(info.flag_bits & 1 for info in infos):
        raise BadList(_l("This workbook is locked with a password. Please save it without one."))
    if len(infos) > MAX_PARTS or sum(info.file_size for info in infos) > MAX_UNPACKED:
        raise BadList(
            _l("This workbook is too large once it is unpacked. Please send the list without other contents.")
        )
    has_formulas = False
    for info in infos:
        if not info.filename.endswith((".xml", ".rels")):
            continue
        content = parts.read(info)
        # A workbook never declares entities; who does so wants to make a small file large.
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
            raise BadList(_BROKEN)
        if info.filename.startswith("xl/worksheets/"):
            has_formulas = has_formulas or b"<f>" in content or b"<f " in content
    return has_formulas


def _sheets(content: bytes, *, values: bool) -> list[list[Row]]:
    # It takes twenty megabytes, which a small server spends only where a workbook comes.
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            # Warnings are about looks and validations that nobody needs here.
            warnings.simplefilter("ignore")
            book = load_workbook(
                io.BytesIO(content), read_only=True, data_only=values, keep_links=False, keep_vba=False
            )
            try:
                sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
                return [_rows(sheet) for sheet in sheets[:MAX_SHEETS]]
            finally:
                book.close()
    except BadList:
        raise
    # The library has no common error for what is wrong in a workbook: each part that it does not find as it
    # expects ends in another one, and none of them means more to the sender than that the file is damaged.
    except Exception as error:
        raise BadList(_BROKEN) from error


def _rows(sheet: Any) -> list[Row]:
    rows: list[Row] = []
    empty = 0
    # What a sheet says of its size can be wrong, so it is not asked.
    sheet.reset_dimensions()
    for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
        row = tuple(_as_text(cell) for cell in cells)
        if any(row[MAX_COLUMNS:]):
            raise BadList(_l("Line %(line)s has more than %(max)s columns.", line=number, max=MAX_COLUMNS))
        if any(len(cell) > MAX_CELL for cell in row):
            raise BadList(
                _l("A cell in line %(line)s has more than %(max)s characters.", line=number, max=MAX_CELL)
            )
        if not any(row):
            empty += 1
            if empty > MAX_ROWS:
                # A format that reaches down to the last possible row; nothing comes after so much nothing.
                break
            continue
        rows.extend(() for _ in range(empty))
        empty = 0
        rows.append(row)
        if len(rows) > MAX_ROWS + 100:
            raise BadList(_l("The list has more than %(max)s rows. Please send it in parts.", max=MAX_ROWS))
    return rows


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


def _filled_up(rows: Sequence[Row], written: Sequence[Row]) -> list[Row]:
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
