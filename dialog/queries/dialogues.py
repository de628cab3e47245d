"""Dialogues and their events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import ColumnElement, bindparam, exists, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from core.actor import Actor
from core.db import db
from core.errors import NotFound
from core.statements import Statement
from dialog.models import Contribution, Dialogue, DialogueEvent, WorkingGroup
from dialog.permissions import RIGHTS, Permission
from dialog.vocabulary import Visibility
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


def _begun() -> ColumnElement[bool]:
    """Whether a dialogue has anything for everybody: a published event or a public contribution."""
    return or_(
        exists().where(DialogueEvent.dialogue_id == Dialogue.id, DialogueEvent.published),
        exists().where(Contribution.dialogue_id == Dialogue.id, Contribution.visibility == Visibility.PUBLIC),
    )


_HERE = Statement(
    lambda: (
        select(Dialogue.id, Dialogue.slug)
        .order_by((Dialogue.slug == bindparam("slug")).desc(), _begun().desc(), Dialogue.id.desc())
        .limit(1)
    )
)


def dialogue_at(actor: Actor, slug: str) -> DialogueHere | None:
    """The dialogue of this address, else the one people are led to, or None where there is none yet.

    That is the latest one that has begun: one that was only set up must not take the place of another.
    """
    row = _HERE.first(slug=slug)
    return DialogueHere(*row) if row else None


def dialogue_by_id(dialogue_id: int) -> Dialogue:
    """A dialogue for reactions as it is stored now."""
    return db.session.execute(
        select(Dialogue).where(Dialogue.id == dialogue_id).execution_options(populate_existing=True)
    ).scalar_one()


def visible_dialogues(actor: Actor) -> list[Dialogue]:
    """All dialogues of the county: those that have begun, then those only set up, each the latest first."""
    return list(db.session.execute(select(Dialogue).order_by(_begun().desc(), Dialogue.id.desc())).scalars())


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
    """An event with programme, groups and their fields. Raises NotFound, also for a draft of others."""
    found = db.session.execute(
        select(DialogueEvent)
        .where(DialogueEvent.dialogue_id == dialogue.id, DialogueEvent.slug == slug)
        .options(
            selectinload(DialogueEvent.agenda),
            selectinload(DialogueEvent.groups).selectinload(WorkingGroup.fields),
            selectinload(DialogueEvent.groups).selectinload(WorkingGroup.sittings),
            joinedload(DialogueEvent.dialogue),
        )
    ).scalar_one_or_none()
    if found is None or not RIGHTS.allows(actor, Permission.READ_EVENT, found):
        raise NotFound
    return found


def access_day(actor: Actor, slug: str, event_slug: str) -> DialogueEvent:
    """An event with its dialogue and programme, by both addresses, as `access_event` gives it.

    For the pages of one group, which many people read at once and which need nothing of the other groups.
    """
    found = db.session.execute(
        select(DialogueEvent)
        .join(DialogueEvent.dialogue)
        .where(Dialogue.slug == slug, DialogueEvent.slug == event_slug)
        .options(contains_eager(DialogueEvent.dialogue), selectinload(DialogueEvent.agenda))
    ).scalar_one_or_none()
    if (
        found is None
        or not RIGHTS.allows(actor, Permission.READ_REGISTER, found.dialogue)
        or not RIGHTS.allows(actor, Permission.READ_EVENT, found)
    ):
        raise NotFound
    return found


def visible_events(actor: Actor, dialogue: Dialogue) -> list[DialogueEvent]:
    """The events of a dialogue by time; drafts only for those who prepare them."""
    wanted = select(DialogueEvent).where(DialogueEvent.dialogue_id == dialogue.id)
    if not RIGHTS.allows(actor, Permission.PREPARE_DIALOGUE, dialogue):
        wanted = wanted.where(DialogueEvent.published)
    return list(db.session.execute(wanted.order_by(DialogueEvent.starts_at, DialogueEvent.id)).scalars())


def event_by_code(code: str) -> DialogueEvent | None:
    """The event whose registration this code (as `accounts.codes.normalise` gives it) opens, or None."""
    return db.session.execute(select(DialogueEvent).where(DialogueEvent.code == code)).scalar_one_or_none()


def dialogue_exists(slug: str) -> bool:
    """Whether this address is taken by a dialogue."""
    return (
        db.session.execute(select(Dialogue.id).where(Dialogue.slug == slug)).scalar_one_or_none() is not None
    )
