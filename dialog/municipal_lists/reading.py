"""Makes a table of the bytes of a CSV file or workbook, within limits; nothing in it is ever calculated."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.errors import Sentence
from core.i18n import lazy_gettext as _l
from dialog.municipal_lists.columns import header_score, names_of
from dialog.municipal_lists.limits import MAX_BYTES, MAX_CELL, MAX_COLUMNS, MAX_ROWS, BadList, Row
from dialog.municipal_lists.workbook import read_workbook

SEARCHED_FOR_HEADER = 30
"""In so many rows at the beginning the headings are looked for."""


@dataclass(frozen=True, slots=True)
class MunicipalList:
    """A list as it was sent: its headings, and its rows below them as they stand."""

    header: Row
    rows: tuple[Row, ...]
    titles: tuple[Row, ...] = ()
    """What stood above the headings."""
    headings_at: int = 1
    """In which row of the file the headings are, as spreadsheet programs count them: from 1."""


@dataclass(frozen=True, slots=True)
class SentList(MunicipalList):
    """The same with the name of the file it came in, and SHA-256 of that in hexadecimal digits."""

    name: str = ""
    digest: str = ""


def sent_list(name: str, content: bytes) -> SentList:
    """A list from a file. Raises BadList like `read_list`."""
    found = read_list(content)
    digest = hashlib.sha256(content).hexdigest()
    return SentList(found.header, found.rows, found.titles, found.headings_at, name, digest)


def read_list(content: bytes) -> MunicipalList:
    """The table in a file. Raises BadList, with one clear sentence, for whatever is none."""
    if not content.strip(b"\x00 \t\r\n"):
        raise BadList(_l("The file is empty."))
    if len(content) > MAX_BYTES:
        raise BadList(_l("The file is larger than %(max)s MB.", max=MAX_BYTES // 1_000_000))
    for beginning, sentence in _OTHERS:
        if content.startswith(beginning):
            raise BadList(sentence)
    if content.startswith(b"PK"):
        return _as_list(read_workbook(content))
    return _as_list([_table_of_text(_text(content))])


_OTHERS: Sequence[tuple[bytes, Sentence]] = (
    (
        b"\xd0\xcf\x11\xe0",
        _l(
            "This is an old Excel file (.xls), or one that is locked with a password."
            " Please save it as a workbook (.xlsx) without a password."
        ),
    ),
    (b"%PDF", _l("This is a PDF file. Please send the list as a workbook (.xlsx) or CSV file.")),
    (b"{\\rtf", _l("This is a text document. Please send the list as a workbook (.xlsx) or CSV file.")),
    (b"\x89PNG", _l("This is a picture. Please send the list as a workbook (.xlsx) or CSV file.")),
    (b"\xff\xd8\xff", _l("This is a picture. Please send the list as a workbook (.xlsx) or CSV file.")),
    (b"GIF8", _l("This is a picture. Please send the list as a workbook (.xlsx) or CSV file.")),
    (b"\x1f\x8b", _l("This is a packed file. Please unpack it first.")),
    (b"7z\xbc\xaf", _l("This is a packed file. Please unpack it first.")),
    (b"Rar!", _l("This is a packed file. Please unpack it first.")),
)
_NO_TEXT = _l("This is not a list: the file contains characters that no text has.")
_WEB_PAGE = re.compile(r"\s*(<\?xml|<!doctype|<html|<table|<head|<body)", re.IGNORECASE)


def _text(content: bytes) -> str:
    text = _decoded(content)
    if "\x00" in text:
        raise BadList(_NO_TEXT)
    if _WEB_PAGE.match(text):
        raise BadList(
            _l("This is a web page or XML. Please save it as a workbook (.xlsx) or CSV file and try again.")
        )
    return text


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        return _strictly(content, "utf-32")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _strictly(content, "utf-16")
    beginning = content[:2000]
    # Western text in UTF-16 has a zero byte beside nearly every letter; which side tells the order.
    for first, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        half = beginning[first::2]
        if len(half) > 3 and half.count(0) > 0.6 * len(half):
            return _strictly(content, encoding)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _strictly(content, "cp1252")


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise BadList(
            _l("The letters of this file cannot be read. Please save it as “CSV UTF-8” and try again.")
        ) from error


def _table_of_text(text: str) -> list[Row]:
    separator, text = _said_separator(text)
    if not separator:
        tables = {one: _parsed(text, one) for one in (";", ",", "\t", "|") if one in text}
        if not tables:
            raise BadList(
                _l("There is only one column in this file. Please separate the columns by semicolons.")
            )
        separator = max(tables, key=lambda one: _plausible(tables[one]))
    _check_quotation_marks(text, separator)
    return _parsed(text, separator)


def _check_quotation_marks(text: str, separator: str) -> None:
    """Raise BadList for a cell that goes on over the end of its line because its mark is never closed.

    It would swallow the rows below it. A cell of several lines is closed before a separator or a line's end.
    """
    if '"' not in text:
        return
    lines = list(io.StringIO(text, newline=""))
    reader = csv.reader(lines, delimiter=separator)
    begun = before = 0
    try:
        for _ in reader:
            begun, before = before, reader.line_num
            ends_open = before == len(lines) and lines[begun:before]
            if before - begun > 1 or ends_open:
                for _row in csv.reader(lines[begun:before], delimiter=separator, strict=True):
                    pass
    except csv.Error as error:
        if before - begun == 1 and "end of data" not in str(error):
            # Marks inside one line, as in “"Haus" am See”, take nothing from other rows.
            return
        raise BadList(
            _l("A quotation mark in line %(line)s is not closed. Please look at that line.", line=begun + 1)
        ) from error


def _said_separator(text: str) -> tuple[str, str]:
    """Spreadsheet programs may say in a line of its own what stands between columns."""
    match = re.match(r"sep=([;,\t|])\r?\n?", text, re.IGNORECASE)
    return (match[1], text[match.end() :]) if match else ("", text)


def _plausible(table: Sequence[Row]) -> tuple[int, int]:
    """How much this looks like the right separator: recognised headings, then cells that are filled."""
    head = table[:SEARCHED_FOR_HEADER]
    return max(map(header_score, head), default=0), sum(len(row) > 1 for row in head)


def _parsed(text: str, separator: str) -> list[Row]:
    rows: list[Row] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for row in reader:
            rows.append(tuple(row))
            _check_row(row, reader.line_num)
            if len(rows) > 2 * MAX_ROWS:
                break
    except csv.Error as error:
        raise BadList(_cell_too_long(reader.line_num)) from error
    return rows


def _check_row(row: Sequence[str], line: int) -> None:
    if len(row) > MAX_COLUMNS and any(cell.strip() for cell in row[MAX_COLUMNS:]):
        raise BadList(
            _l("Line %(line)s has more than %(max)s columns.", line=line, max=MAX_COLUMNS),
        )
    if any(len(cell) > MAX_CELL for cell in row):
        raise BadList(_cell_too_long(line))


def _cell_too_long(line: int) -> Sentence:
    return _l(
        "A cell that ends in line %(line)s has more than %(max)s characters."
        " Perhaps a quotation mark is not closed.",
        line=line,
        max=MAX_CELL,
    )


def is_empty(row: Sequence[str]) -> bool:
    """Whether nothing stands in any cell of the row."""
    return not any(cell.strip() for cell in row)


def _as_list(sheets: Sequence[Sequence[Row]]) -> MunicipalList:
    """The sheet with the best headings, cut into what is above, the headings, and what is below."""
    filled = [rows for rows in sheets if any(not is_empty(row) for row in rows)]
    if not filled:
        raise BadList(_l("There is nothing in this file."))
    rows = max(filled, key=_best_score)
    place = _header_place(rows)
    body = [row[:MAX_COLUMNS] for row in rows[place + 1 :]]
    for others in filled:
        body += _further_rows(others, rows[place]) if others is not rows else []
    while body and (not body[-1] or (len(body) > MAX_ROWS and is_empty(body[-1]))):
        body.pop()
    if len(body) > MAX_ROWS:
        raise BadList(_l("The list has more than %(max)s rows. Please send it in parts.", max=MAX_ROWS))
    if not body or all(is_empty(row) for row in body):
        raise BadList(_l("There are headings in this file, but no rows below them."))
    above = tuple(tuple(cell.strip() for cell in row if cell.strip()) for row in rows[:place])
    return MunicipalList(
        tuple(" ".join(cell.split()) for cell in rows[place][:MAX_COLUMNS]),
        tuple(tuple(row) for row in body),
        tuple(row for row in above if row),
        place + 1,
    )


def _further_rows(rows: Sequence[Row], header: Row) -> list[Row]:
    """The rows of a further sheet with the same headings; none of one that is no table.

    Raises BadList for a table with other headings: nothing says what belongs together.
    """
    if _best_score(rows) < 2:
        return []
    place = _header_place(rows)
    below = [row[:MAX_COLUMNS] for row in rows[place + 1 :]]
    if all(is_empty(row) for row in below):
        return []
    if names_of(_without_end(rows[place])) != names_of(_without_end(header)):
        raise BadList(
            _l(
                "Several sheets of this workbook have tables with different headings. Please send each as a"
                " list of its own, or put all rows on one sheet."
            )
        )
    return below


def _without_end(row: Row) -> list[str]:
    """The headings without empty cells at their end."""
    cells = list(row)
    while cells and not cells[-1].strip():
        cells.pop()
    return cells


def _best_score(rows: Sequence[Row]) -> int:
    return max(map(header_score, rows[:SEARCHED_FOR_HEADER]))


def _header_place(rows: Sequence[Row]) -> int:
    """Where the headings are: in the row with most headings we know, else the first with several cells."""
    head = rows[:SEARCHED_FOR_HEADER]
    scores = [header_score(row) for row in head]
    best = max(scores)
    if best >= 2:
        return scores.index(best)
    several: Callable[[Row], bool] = lambda row: sum(bool(cell.strip()) for cell in row) >= 2  # noqa: E731
    found = next((place for place, row in enumerate(head) if several(row)), None)
    if found is None:
        raise BadList(_l("There are no headings in this file. Please write one above each column."))
    return found
