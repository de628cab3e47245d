"""What the actions of the county share: refusing what is missing, adding a row, bringing one up to date."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import update as update_rows

from core.actor import Actor
from core.db import Base, db
from core.errors import Invalid, Sentence, Stale
from core.i18n import lazy_gettext as _l
from core.journal import record
from region.facts import CountyDataChanged

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


def need_slug(slug: str) -> None:
    """Refuse what cannot be a short name in an address."""
    need(
        bool(_SLUG.fullmatch(slug)),
        "slug",
        _l(
            "“%(slug)s” cannot be a short name. Use lower-case letters a-z, digits and hyphens.",
            slug=slug[:80],
        ),
    )


def need_text(name: str, value: str) -> None:
    """Refuse an empty text."""
    need(bool(value.strip()), name, _l("Something is missing here: %(name)s.", name=name))


def need(holds: bool, name: str, sentence: Sentence) -> None:
    """Raise Invalid with a sentence for the field `name` unless something holds."""
    if not holds:
        raise Invalid(sentence, {name: [sentence]})


def update(row: Base, values: Mapping[str, Any]) -> bool:
    """Set what is different; True if anything was."""
    different = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in different.items():
        setattr(row, name, value)
    return bool(different)


def bring_up_to_date(actor: Actor, row: Any, values: Mapping[str, Any]) -> None:
    """Set what is different of a row with an `id`, and record it if anything was."""
    if update(row, values):
        record(actor, CountyDataChanged(row.__tablename__, row.id))


def add(row: Base) -> None:
    """Write a new row, so that it has an id."""
    db.session.add(row)
    db.session.flush()


def count_revision(row: Any, based_on: int, sentence: Sentence | None = None) -> None:
    """Raise a row's `revision`, so that of two who saw the same one only one goes on.

    The other waits here until the first has finished, and finds out: raises Stale, with a sentence if the
    usual one does not fit.
    """
    table = type(row)
    counted = db.session.execute(
        update_rows(table)
        .where(table.id == row.id, table.revision == based_on)
        .values(revision=based_on + 1)
        .execution_options(synchronize_session="fetch")
    )
    if counted.rowcount != 1:  # type: ignore[attr-defined]
        raise Stale(sentence)
