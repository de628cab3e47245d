"""Rows that count how often they were written, so that nobody writes over what they have not read."""

from __future__ import annotations

from typing import Protocol

from core.errors import Stale


class Revised(Protocol):
    """A row whose writings are counted."""

    revision: int


def write_over(row: Revised, based_on: int) -> None:
    """Count one more writing of a row read under a lock. Raises Stale if it was written meanwhile."""
    if row.revision != based_on:
        raise Stale
    row.revision += 1
