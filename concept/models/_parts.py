"""Constraints that several tables of this package share."""

from __future__ import annotations

from enum import StrEnum


def one_of(column: str, words: type[StrEnum]) -> str:
    """That a column holds one of these words."""
    return f"{column} IN ({', '.join(repr(str(word)) for word in words)})"


def exactly_one(*columns: str) -> str:
    """That exactly one of these columns holds something."""
    return " + ".join(f"(CASE WHEN {column} IS NULL THEN 0 ELSE 1 END)" for column in columns) + " = 1"
