"""What is kept about a person, found by the inventory; and who is known at all.

Nothing here asks for a right: `accounts.queries` and `accounts.actions` do, and call this.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, false, or_, select

from core import inventory
from core.db import Base, db
from core.erasure import Erasure
from core.errors import Sentence
from core.inventory import Table
from core.retention import RetentionPeriod


@dataclass(frozen=True, slots=True)
class Held:
    """The rows of one table that tell of a person: only the columns that are personal."""

    table: str
    title: Sentence
    rows: list[dict[str, Any]]

    def shown(self) -> list[list[tuple[Sentence, Any]]]:
        """The rows as people read them: labels, words instead of codes, nothing empty."""
        return [
            [
                (inventory.COLUMN_LABELS[column], self._in_words(column, value))
                for column, value in row.items()
                if value not in (None, "", {}, [])
            ]
            for row in self.rows
        ]

    def _in_words(self, column: str, value: Any) -> Any:
        shown = inventory.TABLES[self.table].shown.get(column)
        if shown is not None:
            return shown(value)
        return inventory.CODES.get(column, {}).get(value, value) if isinstance(value, str) else value


def held_about(key: str) -> list[Held]:
    """Everything kept about the person with this key, table by table; tables without a row are left out."""
    found = []
    for name, declared in inventory.TABLES.items():
        if declared.rows is not None:
            rows = declared.rows(key)
        elif declared.person and declared.told:
            rows = _rows(name, declared, key)
        else:
            continue
        if rows:
            found.append(Held(name, declared.title, rows))
    return found


def as_json(held: list[Held]) -> dict[str, list[dict[str, Any]]]:
    """The same as plain values for a file."""
    return {
        part.table: [{column: _plain(value) for column, value in row.items()} for row in part.rows]
        for part in held
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def _rows(name: str, declared: Table, key: str) -> list[dict[str, Any]]:
    table = Base.metadata.tables[name]
    wanted = [table.c[column] for column in declared.told]
    chosen = select(*wanted).where(_of_person(name, key)).order_by(*table.primary_key.columns)
    return [dict(row) for row in db.session.execute(chosen).mappings()]


def _of_person(name: str, key: str) -> ColumnElement[bool]:
    table = Base.metadata.tables[name]
    ways: list[ColumnElement[bool]] = []
    for way in inventory.TABLES[name].person:
        column, _, parent = way.partition(">")
        if not parent:
            ways.append(table.c[column] == key)
            continue
        (target,) = Base.metadata.tables[parent].primary_key.columns
        ways.append(table.c[column].in_(select(target).where(_of_person(parent, key))))
    return or_(false(), *ways)


def known_keys() -> set[str]:
    """The keys of all people the tables know, except for those that only the journal remembers."""
    found: set[str] = set()
    for name, declared in inventory.TABLES.items():
        if name == "journal":
            continue
        table = Base.metadata.tables[name]
        for column in declared.keys.split():
            found.update(db.session.execute(select(table.c[column]).distinct()).scalars())
    return {key for key in found if key}


def erasures() -> Mapping[str, Erasure]:
    """Everybody who was erased, by the digest of their key."""
    return {row.digest: row for row in db.session.execute(select(Erasure)).scalars()}


def retention_days() -> dict[str, int]:
    """The periods that the county has set, in days by rule."""
    rows = db.session.execute(select(RetentionPeriod.rule, RetentionPeriod.days))
    return dict(rows.all())
