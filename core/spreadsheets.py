"""Workbooks that people open in a spreadsheet program: numbers are numbers, and no text becomes a formula."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.text import clean_line

if TYPE_CHECKING:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

Value = str | int | float | None

_WIDEST, _NARROWEST = 60, 8
_FORBIDDEN_IN_TITLES = str.maketrans(dict.fromkeys("[]:*?/\\", "-"))
_LONGEST_TITLE = 31
"""So long a name of a sheet may be."""


@dataclass(frozen=True, slots=True)
class SheetOfCells:
    """One sheet: its name, the headings, and the rows. The headings and the first column stay in sight."""

    title: str
    head: Sequence[str]
    rows: Iterable[Sequence[Value]]


def workbook(sheets: Iterable[SheetOfCells]) -> bytes:
    """The workbook as a file. It names nobody as its author."""
    # It takes twenty megabytes, which a small server spends only where somebody wants a workbook.
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    book.properties.creator = ""
    for sheet in sheets:
        rows = [list(row) for row in sheet.rows]
        title = clean_line(sheet.title).translate(_FORBIDDEN_IN_TITLES)[:_LONGEST_TITLE] or "-"
        page = book.create_sheet(title)
        page.freeze_panes = "B2"
        for number, heading in enumerate(sheet.head):
            texts = [heading, *(str(row[number]) for row in rows if row[number] is not None)]
            longest = max(len(text) for text in texts)
            page.column_dimensions[get_column_letter(number + 1)].width = min(
                max(longest + 2, _NARROWEST), _WIDEST
            )
        page.append([_cell(page, heading, bold=True) for heading in sheet.head])
        for row in rows:
            page.append([_cell(page, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(page: WriteOnlyWorksheet, value: Value, *, bold: bool = False) -> WriteOnlyCell:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils.exceptions import IllegalCharacterError

    try:
        cell = WriteOnlyCell(page, value)
    except IllegalCharacterError:
        cell = WriteOnlyCell(page, clean_line(str(value)))
    if isinstance(value, str):
        # Whatever begins like a formula is text here.
        cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)
        cell.alignment = Alignment(vertical="top", wrap_text=True)
    return cell
