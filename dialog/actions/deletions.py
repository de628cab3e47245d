"""Deleting an event that was never more than a draft."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from accounts.permissions import Scope
from accounts.queries import administration
from core.actor import Actor
from core.db import db
from core.errors import Conflict
from core.i18n import lazy_gettext as _l
from core.journal import record
from dialog.actions._parts import open_plan
from dialog.facts import EventDeleted
from dialog.models import DialogueEvent, RegistrationCounts
from dialog.permissions import RIGHTS, Permission
from dialog.queries import events as queries


def delete_event(actor: Actor, event: DialogueEvent) -> None:
    """Delete a draft with its programme and its groups, for good.

    Raises Conflict if it is published, if anybody has ever signed up for it, or if roles, invitations or
    codes on paper are for it.
    """
    RIGHTS.require(actor, Permission.PREPARE_DIALOGUE, event)
    plan = open_plan(event)
    if plan.published:
        raise Conflict(_l("This event is published. Only a draft can be deleted."))
    if queries.has_registrations(plan.id):
        raise Conflict(_l("People have signed up for this event. It can no longer be deleted."))
    in_use = Conflict(
        _l("Roles, invitations or codes on paper are for this event. It can no longer be deleted.")
    )
    if administration.is_spoken_of(
        [Scope("event", plan.id), *(Scope("group", group.id) for group in plan.groups)]
    ):
        raise in_use
    db.session.execute(delete(RegistrationCounts).where(RegistrationCounts.event_id == plan.id))
    try:
        for part in (*plan.groups, *plan.agenda):
            db.session.delete(part)
        db.session.flush()
        db.session.expire(plan)
        db.session.delete(plan)
        db.session.flush()
    except IntegrityError:
        # Something else of the program speaks of it.
        raise in_use from None
    record(actor, EventDeleted(plan.id, plan.dialogue_id))
