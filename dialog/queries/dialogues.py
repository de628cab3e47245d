"""Dialogues and their events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload, selectinload

from core.actor import Actor
from core.db import db
from core.errors import NotFound
from core.statements import Statement
from dialog.models import Dialogue, DialogueEvent, WorkingGroup
from dialog.permissions import RIGHTS, Permission
from region.models import ActionField


def access_dialogue(actor: Actor, slug: str) -> Dialogue:
    """The dialogue of this address. Raises NotFound."""
    found = db.session.execute(select(Dialogue).where(Dialogue.slug == slug)).scalar_one_or_none()
    if found is None or not RIGHTS.allows(actor, Permission.READ_REGISTER, found):
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class RegisterState:
    """What the register's page must know of its dialogue, as plain values."""

    dialogue_id: int
    slug: str
    field_set_id: int
    accepts_contributions: bool
    register_version: int

    @property
    def id(self) -> int:
        """The dialogue."""
        return self.dialogue_id


_REGISTER = Statement(
    lambda: select(
        Dialogue.id,
        Dialogue.slug,
        Dialogue.field_set_id,
        Dialogue.accepts_contributions,
        Dialogue.register_version,
    ).where(Dialogue.slug == bindparam("slug"))
)


def access_register(actor: Actor, slug: str) -> RegisterState:
    """The state of the register of this dialogue. Raises NotFound."""
    row = _REGISTER.peek(slug=slug)
    state = RegisterState(*row) if row else None
    if state is None or not RIGHTS.allows(actor, Permission.READ_REGISTER, state):
        raise NotFound
    return state


class DialogueHere(NamedTuple):
    """What the menu must know of a dialogue."""

    dialogue_id: int
    slug: str

    @property
    def id(self) -> int:
        """The dialogue."""
        return self.dialogue_id


_HERE = Statement(
    lambda: (
        select(Dialogue.id, Dialogue.slug)
        .order_by((Dialogue.slug == bindparam("slug")).desc(), Dialogue.id.desc())
        .limit(1)
    )
)


def dialogue_at(actor: Actor, slug: str) -> DialogueHere | None:
    """The dialogue of this address, else the latest one, or None where there is none yet."""
    row = _HERE.first(slug=slug)
    return DialogueHere(*row) if row else None


def visible_dialogues(actor: Actor) -> list[Dialogue]:
    """All dialogues of the county, the latest first."""
    return list(db.session.execute(select(Dialogue).order_by(Dialogue.id.desc())).scalars())


def fields_of(dialogue: Dialogue | RegisterState) -> list[ActionField]:
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
