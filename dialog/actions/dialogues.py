"""Setting up a dialogue and its event, and joining it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts import codes
from accounts.actions.codes import Issued, issue_code
from accounts.permissions import Scope
from core import keys
from core.actor import SYSTEM, Actor, Tier
from core.clock import now
from core.db import Names, db
from core.errors import Conflict, Invalid
from core.i18n import lazy_gettext as _l
from core.journal import record
from dialog.facts import DialogueFounded, EventPlanned, ParticipantRegistered
from dialog.models import AgendaItem, Dialogue, DialogueEvent, Participant, WorkingGroup
from dialog.permissions import RIGHTS, Permission
from dialog.queries import dialogues as queries
from region.models import ActionField, FieldSet


@dataclass(frozen=True, slots=True)
class PlannedItem:
    """One entry of a programme; `format` is plenary, groups or break."""

    starts_at: datetime
    ends_at: datetime
    names: Names
    format: str


@dataclass(frozen=True, slots=True)
class PlannedGroup:
    """One working group and the fields it is about (several, one or none)."""

    names: Names
    fields: Sequence[ActionField]


def found_dialogue(
    actor: Actor,
    field_set: FieldSet,
    *,
    slug: str,
    titles: Names,
    questions: Names,
    introductions: Names,
    steps: Sequence[Names] = (),
) -> Dialogue:
    """Set up a participation process on a set of fields. Raises Conflict if the address is taken."""
    RIGHTS.require(actor, Permission.PREPARE_DIALOGUE, None)
    if queries.dialogue_exists(slug):
        raise Conflict(_l("There is a dialogue with this address already."))
    dialogue = Dialogue(
        slug=slug,
        titles=dict(titles),
        questions=dict(questions),
        introductions=dict(introductions),
        field_set_id=field_set.id,
        steps=[dict(step) for step in steps],
    )
    db.session.add(dialogue)
    db.session.flush()  # The fact needs the id.
    record(actor, DialogueFounded(dialogue.id))
    return dialogue


def plan_event(
    actor: Actor,
    dialogue: Dialogue,
    *,
    slug: str,
    titles: Names,
    aims: Names,
    format: str,
    starts_at: datetime,
    ends_at: datetime,
    groups_per_person: int,
    agenda: Sequence[PlannedItem],
    groups: Sequence[PlannedGroup],
    code: str | None = None,
) -> DialogueEvent:
    """Enter an event with programme and groups. `code` is the event code that opens registration, if any."""
    RIGHTS.require(actor, Permission.PREPARE_DIALOGUE, dialogue)
    if ends_at <= starts_at:
        raise Invalid(_l("The event must end after it begins."))
    event = DialogueEvent(
        dialogue_id=dialogue.id,
        slug=slug,
        titles=dict(titles),
        aims=dict(aims),
        format=format,
        starts_at=starts_at,
        ends_at=ends_at,
        groups_per_person=groups_per_person,
        code_digest=_event_code_digest(code) if code else None,
        agenda=[
            AgendaItem(starts_at=i.starts_at, ends_at=i.ends_at, names=dict(i.names), format=i.format)
            for i in agenda
        ],
        groups=[
            WorkingGroup(number=number, names=dict(group.names), fields=list(group.fields))
            for number, group in enumerate(groups, start=1)
        ],
    )
    db.session.add(event)
    db.session.flush()  # The fact needs the id.
    record(actor, EventPlanned(event.id))
    return event


def register_participant(
    actor: Actor, dialogue: Dialogue, *, tier: Tier, demo: bool = False, demo_code: str | None = None
) -> Issued:
    """Let somebody take part as a pseudonym; gives the slip and the personal code, which is shown once.

    Whoever registers without staff is tier C. Raises Invalid if others than staff ask for another tier.
    """
    RIGHTS.require(actor, Permission.REGISTER, dialogue)
    if tier != "C" and not RIGHTS.allows(actor, Permission.PREPARE_DIALOGUE, dialogue):
        raise Invalid(_l("Only staff can hand out this kind of code."))
    # Handing out codes is a right of staff; here the program does it for whoever knows the event code.
    issued = issue_code(SYSTEM, Scope("dialogue", dialogue.id), tier=tier, demo=demo, demo_code=demo_code)
    participant = Participant(key=issued.holder_key, dialogue_id=dialogue.id, tier=tier, created_at=now())
    db.session.add(participant)
    db.session.flush()  # The fact needs the id.
    record(actor, ParticipantRegistered(participant.id, dialogue.id, tier))
    return issued


def register_by_event_code(actor: Actor, dialogue: Dialogue, *, code: str) -> Issued:
    """Let somebody take part who knows the code on the screen. Raises Invalid for any other code."""
    RIGHTS.require(actor, Permission.REGISTER, dialogue)
    event = queries.event_by_code_digest(_event_code_digest(code))
    if event is None or event.dialogue_id != dialogue.id:
        sentence = _l("This event code does not work. Please compare it with the screen.")
        raise Invalid(sentence, {"code": [sentence]})
    return register_participant(actor, dialogue, tier="C")


def _event_code_digest(code: str) -> str:
    return codes.digest(codes.normalise(code), purpose="event", key=keys.current().code).hex()


def step(when: str, done: str, names: Mapping[str, str]) -> Names:
    """One step of the process for `found_dialogue`: when in words, done (yes, now or nothing), what."""
    return {"when": when, "done": done, **names}
