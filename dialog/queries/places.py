"""All events and groups of the county, as places in which roles can count. Their names are public."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from core.actor import Actor
from core.db import db
from dialog.models import DialogueEvent, WorkingGroup


def all_events(actor: Actor) -> list[DialogueEvent]:
    """The events of all dialogues, the latest first."""
    return list(
        db.session.execute(
            select(DialogueEvent).order_by(DialogueEvent.starts_at.desc(), DialogueEvent.id)
        ).scalars()
    )


def all_groups(actor: Actor) -> list[WorkingGroup]:
    """The groups of all events with their events, the latest event first."""
    return list(
        db.session.execute(
            select(WorkingGroup)
            .join(WorkingGroup.event)
            .options(contains_eager(WorkingGroup.event))
            .order_by(DialogueEvent.starts_at.desc(), DialogueEvent.id, WorkingGroup.number)
        ).scalars()
    )
