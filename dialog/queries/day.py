"""The day of an event as one person sees it: where they have a place, and which day it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import InstrumentedAttribute, selectinload

from core.actor import Actor
from core.db import db
from core.errors import NotFound
from dialog.agenda import is_day_of
from dialog.models import (
    Dialogue,
    DialogueEvent,
    Participant,
    Registration,
    WorkingGroup,
)
from dialog.permissions import RIGHTS, Permission
from dialog.queries.registrations import of_oneself


def registration_that_holds(actor: Actor, event: DialogueEvent) -> Registration | None:
    """This actor's registration for an event with its choices, None without one or where it was cancelled.

    Raises NotFound for those who do not follow the day.
    """
    if not RIGHTS.allows(actor, Permission.FOLLOW_DAY, event):
        raise NotFound
    # Many people look at their day again and again: no more than it needs.
    return db.session.execute(
        of_oneself(actor, event)
        .where(Registration.status == "registered")
        .options(selectinload(Registration.choices))
    ).scalar_one_or_none()


def seats_of(registration: Registration, event: DialogueEvent) -> dict[int, WorkingGroup]:
    """In which group somebody has a place, by the id of the round."""
    groups = {group.id: group for group in event.groups}
    return {
        choice.round_id: groups[choice.group_id]
        for choice in registration.choices
        if choice.state == "seated" and choice.round_id is not None
    }


class DayHere(NamedTuple):
    """The addresses of a dialogue and of an event in it."""

    slug: str
    event_slug: str


_TAKES_PART = {"participant", "former_participant"}
_LEADS = {"moderator", "note_taker"}


def day_of(actor: Actor, moment: datetime) -> DayHere | None:
    """The event in which this actor takes part on the day of `moment`.

    Of several the one they are registered for, then the one that ends first.
    """
    return _today(actor, moment, _TAKES_PART, {"dialogue": DialogueEvent.dialogue_id})


def led_day_of(actor: Actor, moment: datetime) -> DayHere | None:
    """The event of this day in which this actor runs a group."""
    return _today(actor, moment, _LEADS, {"event": DialogueEvent.id, "group": WorkingGroup.id})


def _today(
    actor: Actor, moment: datetime, roles: set[str], columns: Mapping[str, InstrumentedAttribute[int]]
) -> DayHere | None:
    scopes = [
        column == grant.scope_id
        for grant in actor.grants
        for kind, column in columns.items()
        if grant.role in roles and grant.scope_kind == kind
    ]
    if not scopes:
        return None
    registered = (
        select(Registration.id)
        .join(Participant, Participant.id == Registration.participant_id)
        .where(
            Registration.event_id == DialogueEvent.id,
            Registration.status == "registered",
            Participant.key == actor.key,
        )
        .exists()
    )
    rows = db.session.execute(
        select(Dialogue.slug, DialogueEvent.slug, DialogueEvent.starts_at, DialogueEvent.ends_at, registered)
        .join(Dialogue, Dialogue.id == DialogueEvent.dialogue_id)
        .outerjoin(WorkingGroup, WorkingGroup.event_id == DialogueEvent.id)
        .where(
            or_(*scopes),
            DialogueEvent.published,
            DialogueEvent.starts_at < moment + timedelta(days=2),
            DialogueEvent.ends_at > moment - timedelta(days=2),
        )
        .distinct()
    )
    today = [
        (not is_registered, ends_at <= moment, ends_at, slug, event_slug)
        for slug, event_slug, starts_at, ends_at, is_registered in rows
        if is_day_of(starts_at, ends_at, moment)
    ]
    return DayHere(*min(today)[3:]) if today else None
