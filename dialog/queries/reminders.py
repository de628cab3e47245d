"""Who is to be told that an event is near."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core.db import db
from dialog.models import DialogueEvent, Registration


def events_to_remind_of(after: datetime, before: datetime) -> list[DialogueEvent]:
    """Published events that begin between the two moments and have registered people who were not told."""
    return list(
        db.session.execute(
            select(DialogueEvent)
            .options(joinedload(DialogueEvent.dialogue))
            .where(
                DialogueEvent.published,
                DialogueEvent.starts_at > after,
                DialogueEvent.starts_at <= before,
                DialogueEvent.id.in_(
                    select(Registration.event_id).where(
                        Registration.status == "registered", Registration.reminded.is_(False)
                    )
                ),
            )
        ).scalars()
    )


def not_reminded(event: DialogueEvent) -> list[Registration]:
    """Who is registered for the event and was not told that it is near."""
    return list(
        db.session.execute(
            select(Registration)
            .options(joinedload(Registration.participant))
            .where(
                Registration.event_id == event.id,
                Registration.status == "registered",
                Registration.reminded.is_(False),
            )
            .order_by(Registration.id)
        ).scalars()
    )
