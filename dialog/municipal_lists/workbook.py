"""Workbooks as lists: how much may be in one, and what is said of one that cannot be read."""

from __future__ import annotations

from core.i18n import lazy_gettext as _l
from core.workbooks import Bounds, Fault, Unreadable
from core.workbooks import read_workbook as sheets_of
from dialog.municipal_lists.limits import MAX_CELL, MAX_CELLS, MAX_COLUMNS, MAX_ROWS, BadList, Row

ROOM_ABOVE = 100
"""So many rows may stand above the headings and below the entries."""

_SENTENCES = {
    Fault.BROKEN: _l("This workbook is damaged. Please save it again as a workbook (.xlsx) or CSV file."),
    Fault.NO_WORKBOOK: _l(
        "This is not an Excel workbook. Please save the list as a workbook (.xlsx) or CSV file."
    ),
    Fault.LOCKED: _l("This workbook is locked with a password. Please save it without one."),
    Fault.TOO_LARGE: _l(
        "This workbook is too large once it is unpacked. Please send the list without other contents."
    ),
    Fault.TOO_SLOW: _l("Reading this workbook takes too long. Please send the list without other contents."),
    Fault.ROWS: _l("The list has more than %(max)s rows. Please send it in parts.", max=MAX_ROWS),
    Fault.CELLS: _l(
        "More than %(max)s cells of this workbook are filled. Please send the list without other contents.",
        max=MAX_CELLS,
    ),
}


def read_workbook(content: bytes) -> list[list[Row]]:
    """The visible sheets of a workbook with their rows. Raises BadList for what is none or too large."""
    bounds = Bounds(rows=MAX_ROWS + ROOM_ABOVE, columns=MAX_COLUMNS, cell=MAX_CELL, cells=MAX_CELLS)
    try:
        return sheets_of(content, bounds)
    except Unreadable as error:
        if error.fault == Fault.COLUMNS:
            sentence = _l("Line %(line)s has more than %(max)s columns.", line=error.row, max=MAX_COLUMNS)
        elif error.fault == Fault.LONG_CELL:
            sentence = _l(
                "A cell in line %(line)s has more than %(max)s characters.", line=error.row, max=MAX_CELL
            )
        else:
            sentence = _SENTENCES[error.fault]
        raise BadList(sentence) from error
