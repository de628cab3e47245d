"""The plan of an event for those who prepare it."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from core.actor import Actor
from core.db import db
from core.errors import NotFound
from dialog.models import AgendaItem, Dialogue, DialogueEvent, GroupChoice, Registration, WorkingGroup
from dialog.permissions import RIGHTS, Permission


def reread_plan(event_id: int) -> DialogueEvent:
    """The event with its whole plan as the database has it now, whatever was read before.

    Raises NotFound if it was deleted meanwhile.
    """
    found = (
        db.session.execute(
            select(DialogueEvent)
            .where(DialogueEvent.id == event_id)
            .options(
                selectinload(DialogueEvent.agenda).selectinload(AgendaItem.sittings),
                selectinload(DialogueEvent.groups).selectinload(WorkingGroup.fields),
                selectinload(DialogueEvent.groups).selectinload(WorkingGroup.sittings),
                joinedload(DialogueEvent.dialogue),
            )
            .execution_options(populate_existing=True)
        )
        .scalars()
        .one_or_none()
    )
    if found is None:
        raise NotFound
    return found


def reread_dialogue(dialogue_id: int) -> Dialogue:
    """The dialogue as the database has it now, whatever was read before."""
    return (
        db.session.execute(
            select(Dialogue).where(Dialogue.id == dialogue_id).execution_options(populate_existing=True)
        )
        .scalars()
        .one()
    )


def access_item(actor: Actor, event: DialogueEvent, item_id: int) -> AgendaItem:
    """An entry of the programme for changing it. Raises NotFound."""
    for item in event.agenda:
        if item.id == item_id and RIGHTS.allows(actor, Permission.PREPARE_DIALOGUE, event):
            return item
    raise NotFound


def access_group(actor: Actor, event: DialogueEvent, group_id: int) -> WorkingGroup:
    """A working group for changing it. Raises NotFound."""
    for group in event.groups:
        if group.id == group_id and RIGHTS.allows(actor, Permission.PREPARE_DIALOGUE, event):
            return group
    raise NotFound


def event_slug_exists(slug: str) -> bool:
    """Whether this address is taken by an event, of whichever dialogue."""
    wanted = select(DialogueEvent.id).where(DialogueEvent.slug == slug)
    return db.session.execute(wanted).scalar_one_or_none() is not None


def event_code_exists(code: str) -> bool:
    """Whether this event code opens an event already."""
    wanted = select(DialogueEvent.id).where(DialogueEvent.code == code)
    return db.session.execute(wanted).scalar_one_or_none() is not None


def group_is_chosen(group_id: int) -> bool:
    """Whether anybody has chosen this group, with a place or on its waiting list."""
    wanted = select(GroupChoice.id).where(GroupChoice.group_id == group_id).limit(1)
    return db.session.execute(wanted).first() is not None


def somebody_is_registered(event_id: int) -> bool:
    """Whether anybody comes to this event."""
    wanted = select(Registration.id).where(
        Registration.event_id == event_id, Registration.status == "registered"
    )
    return db.session.execute(wanted.limit(1)).first() is not None


def has_registrations(event_id: int) -> bool:
    """Whether anybody has ever signed up for this event, also if they have cancelled."""
    wanted = select(Registration.id).where(Registration.event_id == event_id).limit(1)
    return db.session.execute(wanted).first() is not None


def most_places_of_one_person(event_id: int) -> int:
    """The number of groups in which whoever has the most of them has a place."""
    each = (
        select(func.count().label("places"))
        .select_from(GroupChoice)
        .join(Registration, GroupChoice.registration_id == Registration.id)
        .where(Registration.event_id == event_id, GroupChoice.state == "seated")
        .group_by(GroupChoice.registration_id)
        .subquery()
    )
    return db.session.execute(select(func.max(each.c.places))).scalar_one() or 0


def count_groups(event_id: int) -> int:
    """How many working groups an event has."""
    return db.session.execute(
        select(func.count()).select_from(WorkingGroup).where(WorkingGroup.event_id == event_id)
    ).scalar_one()
