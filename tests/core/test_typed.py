"""Dates and numbers as people type them."""

from __future__ import annotations

import pytest

from core.typed import read_date, read_number, written_date, written_number

pytestmark = pytest.mark.without_database


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("2026", "2026"),
        (" 09.2026 ", "2026-09"),
        ("9/2026", "2026-09"),
        ("30.9.2026", "2026-09-30"),
        ("30. 09. 2026", "2026-09-30"),
        ("2026-9", "2026-09"),
        ("2026-09-30", "2026-09-30"),
        ("31.02.2026", None),
        ("13.2026", None),
        ("1599", None),
        ("bald", None),
        ("", None),
        ("2026-09-30T10:00", None),
    ],
)
def test_dates_are_kept_as_precise_as_they_are_known(typed: str, kept: str | None) -> None:
    assert read_date(typed) == kept
    if kept:
        assert read_date(written_date(kept)) == kept


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("12", 12.0),
        ("3,5", 3.5),
        ("31.2", 31.2),
        ("1.200.000", 1_200_000.0),
        ("1.200,5", 1200.5),
        ("-4", -4.0),
        ("12 345", 12345.0),
        ("1e400", None),
        ("nan", None),
        ("inf", None),
        ("1,2,3", None),
        ("1.234", 1234.0),
        ("1.234,5", 1234.5),
        ("1,234.5", None),
        ("0.125", 0.125),
        ("1234.567", 1234.567),
        ("01.234", 1.234),
        ("1.2345", 1.2345),
        ("9" * 20, None),
        ("", None),
    ],
)
def test_numbers_have_a_comma_and_dots_between_thousands(typed: str, number: float | None) -> None:
    assert read_number(typed) == number
    if number is not None:
        assert read_number(written_number(number)) == number
