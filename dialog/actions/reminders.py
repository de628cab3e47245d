"""Telling those who come to an event on the day before that it begins."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, update

from accounts.actions.notices import tell
from core.actor import SYSTEM, Actor
from core.db import db
from core.i18n import N_
from core.journal import record
from dialog.facts import EventReminded
from dialog.models import DialogueEvent, Registration
from dialog.permissions import RIGHTS, Permission
from dialog.queries import reminders as queries

BEFORE = timedelta(hours=30)
"""How long before an event people are told: the afternoon before, for one that begins at nine."""


def remind_of_event(actor: Actor, event: DialogueEvent) -> int:
    """Tell everybody who is registered and was not told yet; gives their number."""
    RIGHTS.require(actor, Permission.REMIND, event)
    reminded = 0
    for registration in queries.not_reminded(event):
        taken = db.session.execute(
            update(Registration)
            .where(Registration.id == registration.id, Registration.reminded.is_(False))
            .values(reminded=True)
            .execution_options(synchronize_session=False)
        )
        if cast(CursorResult[Any], taken).rowcount == 0:
            continue
        tell(
            SYSTEM,
            registration.participant.key,
            label=N_("%(event)s begins soon. Here you see when and where."),
            values={"event": dict(event.titles)},
            url=f"/dialogues/{event.dialogue.slug}/events/{event.slug}/registration",
        )
        reminded += 1
    if reminded:
        record(actor, EventReminded(event.id, reminded))
    return reminded
