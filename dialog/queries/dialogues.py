"""Dialogues, their events and participants."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from core.actor import Actor
from core.db import db
from core.errors import NotFound
from dialog.models import Dialogue, DialogueEvent, Participant, WorkingGroup
from dialog.permissions import RIGHTS, Permission
from region.models import ActionField


def access_dialogue(actor: Actor, slug: str) -> Dialogue:
    """The dialogue of this address. Raises NotFound."""
    found = db.session.execute(select(Dialogue).where(Dialogue.slug == slug)).scalar_one_or_none()
    if found is None or not RIGHTS.allows(actor, Permission.READ_REGISTER, found):
        raise NotFound
    return found


def visible_dialogues(actor: Actor) -> list[Dialogue]:
    """All dialogues of the county, the latest first."""
    return list(db.session.execute(select(Dialogue).order_by(Dialogue.id.desc())).scalars())


def fields_of(dialogue: Dialogue) -> list[ActionField]:
    """The fields of action of a dialogue in their order."""
    return list(
        db.session.execute(
            select(ActionField)
            .where(ActionField.field_set_id == dialogue.field_set_id)
            .order_by(ActionField.position)
        ).scalars()
    )


def access_event(actor: Actor, dialogue: Dialogue, slug: str) -> DialogueEvent:
    """An event with programme, groups and their fields. Raises NotFound."""
    found = db.session.execute(
        select(DialogueEvent)
        .where(DialogueEvent.dialogue_id == dialogue.id, DialogueEvent.slug == slug)
        .options(
            selectinload(DialogueEvent.agenda),
            selectinload(DialogueEvent.groups).selectinload(WorkingGroup.fields),
            joinedload(DialogueEvent.dialogue),
        )
    ).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def visible_events(actor: Actor, dialogue: Dialogue) -> list[DialogueEvent]:
    """The events of a dialogue by time."""
    return list(
        db.session.execute(
            select(DialogueEvent)
            .where(DialogueEvent.dialogue_id == dialogue.id)
            .order_by(DialogueEvent.starts_at)
        ).scalars()
    )


def event_by_code_digest(digest: str) -> DialogueEvent | None:
    """The event whose registration this code opens, or None."""
    return db.session.execute(
        select(DialogueEvent).where(DialogueEvent.code_digest == digest)
    ).scalar_one_or_none()


def dialogue_exists(slug: str) -> bool:
    """Whether this address is taken by a dialogue."""
    return (
        db.session.execute(select(Dialogue.id).where(Dialogue.slug == slug)).scalar_one_or_none() is not None
    )


def participant_of(key: str) -> Participant | None:
    """The pseudonym that holds this key, or None."""
    return db.session.execute(select(Participant).where(Participant.key == key)).scalar_one_or_none()
