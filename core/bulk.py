"""Rows by the thousand, written some hundred at a time so that whoever only reads is not kept waiting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert, update

from core.db import Base, db
from core.turns import let_others

AT_ONCE = 400
"""Rows or values in one statement at most; some databases take no more than a thousand values."""


def insert_many(model: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows, as plain values by column, in the open transaction; nothing where there are none."""
    for begin in range(0, len(rows), AT_ONCE):
        db.session.execute(insert(model), rows[begin : begin + AT_ONCE])
        let_others()


def update_many(model: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Change rows by their primary key, which stands among the values of each, in the open transaction."""
    for begin in range(0, len(rows), AT_ONCE):
        db.session.execute(update(model), rows[begin : begin + AT_ONCE])
        let_others()
