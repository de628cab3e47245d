"""The numbers that are shown of the people who come to an event; `dialog.counts` says which."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select

from core.db import db
from core.statements import Statement
from dialog.counts import Person, Snapshot, numbers_of
from dialog.models import AccessNeed, Registration, RegistrationCounts
from region.models import Municipality


class Kept(NamedTuple):
    """What is shown at the moment, and since when."""

    snapshot: Snapshot
    as_of: datetime | None


_KEPT = Statement(
    lambda: select(RegistrationCounts.counts, RegistrationCounts.changed, RegistrationCounts.as_of).where(
        RegistrationCounts.event_id == bindparam("of_event")
    )
)


def kept_counts(event_id: int) -> Kept:
    """The numbers as they are kept; none before the first five people."""
    row = _KEPT.first(of_event=event_id)
    if row is None:
        return Kept(Snapshot(), None)
    counts, changed, as_of = row
    return Kept(Snapshot(counts, frozenset(changed)), as_of)


def counted_anew(event_id: int) -> dict[str, dict[str, int]]:
    """What may be shown of the people who come to an event, by question and answer, as of now."""
    registered = (Registration.event_id == event_id, Registration.status == "registered")
    people = db.session.execute(
        select(
            Registration.role,
            Municipality.ags,
            Registration.language,
            Registration.channel,
            Registration.checked_in_at,
        )
        .outerjoin(Municipality, Municipality.id == Registration.municipality_id)
        .where(*registered)
    )
    needs = db.session.scalars(select(AccessNeed.need).join(Registration).where(*registered))
    return numbers_of(
        [Person(role, ags or "", tongue, way, at is not None) for role, ags, tongue, way, at in people], needs
    )
