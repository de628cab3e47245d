"""Workbooks that people send: what comes through, and that none costs more than its child."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from openpyxl import Workbook

from core.workbooks import LIMITS, Bounds, Fault, Unreadable, read_workbook
from tests.dialog.municipal_lists.museum import repacked

pytestmark = pytest.mark.without_database

ROOMY = Bounds(rows=50, columns=10, cell=100, cells=200)


def book(*sheets: list[list[object]]) -> bytes:
    made = Workbook()
    made.remove(made.active)
    for rows in sheets:
        sheet = made.create_sheet()
        for row in rows:
            sheet.append(row)
    written = io.BytesIO()
    made.save(written)
    return written.getvalue()


def test_within_the_bounds_all_sheets_come_through_and_one_cell_more_is_refused() -> None:
    content = book([["a", "b"], [None, 3]], [[1.5]])
    at_the_bound = replace(ROOMY, rows=2, columns=2, cell=3, cells=4)
    assert read_workbook(content, at_the_bound) == [[("a", "b"), ("", "3")], [("1,5",)]]
    for narrower, fault, row in (
        (replace(at_the_bound, rows=1), Fault.ROWS, 0),
        (replace(at_the_bound, columns=1), Fault.COLUMNS, 1),
        (replace(at_the_bound, cell=2), Fault.LONG_CELL, 1),
        # Three on the first sheet and one on the second.
        (replace(at_the_bound, cells=3), Fault.CELLS, 0),
    ):
        with pytest.raises(Unreadable) as refused:
            read_workbook(content, narrower)
        assert (refused.value.fault, refused.value.row) == (fault, row)


@pytest.mark.parametrize(
    ("stored", "seen"),
    [
        (b"<f>1+1</f><v>2</v>", "2"),
        (b"<f>1+1</f><v></v>", "=1+1"),
        (b"<f>1+1</f><v/>", "=1+1"),
        (b"<f>1+1</f>", "=1+1"),
        (b'<f t="normal">1+1</f>\n', "=1+1"),
    ],
)
def test_a_formula_shows_only_where_no_value_is_stored(stored: bytes, seen: str) -> None:
    content = repacked(
        lambda name, part: (
            part.replace(b"<f>1+1</f><v></v>", stored).replace(b"<f>1+1</f><v />", stored)
            if name.startswith("xl/worksheets/")
            else part
        ),
        of=book([["Titel", "=1+1"]]),
    )
    assert read_workbook(content, ROOMY) == [[("Titel", seen)]]


def test_letters_that_are_cut_in_half_do_no_harm() -> None:
    content = repacked(
        lambda name, part: part.replace(b"ZZ", "Ж😀".encode()),
        of=book([["Titel", "ZZ"]]),
    )
    assert read_workbook(content, ROOMY) == [[("Titel", "Ж😀")]]


def test_what_costs_too_much_ends_in_the_child() -> None:
    content = book([["a"]])
    assert read_workbook(content, ROOMY)
    for less in (replace(LIMITS, memory_bytes=16 * 1024**2), replace(LIMITS, wall_seconds=0.01)):
        with pytest.raises(Unreadable) as refused:
            read_workbook(content, ROOMY, limits=less)
        assert refused.value.fault == Fault.TOO_SLOW


def test_it_is_never_taken_apart_in_the_server_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_args: object, **_options: object) -> None:
        raise AssertionError("This is the process that serves people.")

    monkeypatch.setattr("openpyxl.load_workbook", refused)
    assert read_workbook(book([["a"]]), ROOMY) == [[("a",)]]
