"""Setting up a dialogue, and joining it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from accounts.actions.codes import Issued, issue_code
from accounts.permissions import Scope
from core.actor import SYSTEM, Actor, Tier
from core.clock import now
from core.db import Names, db
from core.errors import Conflict, Invalid
from core.i18n import lazy_gettext as _l
from core.journal import record
from core.revisions import write_over
from dialog.actions._parts import raise_register_version
from dialog.facts import DialogueChanged, DialogueFounded, ParticipantRegistered
from dialog.models import Dialogue, Participant
from dialog.permissions import RIGHTS, Permission
from dialog.queries import dialogues as queries
from dialog.queries import events as event_queries
from region.models import FieldSet

MOST_STEPS = 12


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
    taken = _l("There is a dialogue with this address already.")
    if queries.dialogue_exists(slug):
        raise Conflict(taken, code="taken")
    dialogue = Dialogue(
        slug=slug,
        titles=dict(titles),
        questions=dict(questions),
        introductions=dict(introductions),
        field_set_id=field_set.id,
        steps=[dict(step) for step in steps],
    )
    db.session.add(dialogue)
    try:
        db.session.flush()  # The fact needs the id.
    except IntegrityError:
        # Two people have chosen the same address at the same instant.
        raise Conflict(taken, code="taken") from None
    record(actor, DialogueFounded(dialogue.id))
    return dialogue


def change_dialogue(
    actor: Actor,
    dialogue: Dialogue,
    *,
    based_on: int,
    titles: Names,
    questions: Names,
    introductions: Names,
    accepts_contributions: bool,
) -> None:
    """Write the words of a dialogue anew, and whether it takes contributions.

    Raises Conflict if there is a later revision than `based_on`.
    """
    RIGHTS.require(actor, Permission.PREPARE_DIALOGUE, dialogue)
    locked = _lock(dialogue)
    write_over(locked, based_on)
    locked.titles, locked.questions = dict(titles), dict(questions)
    locked.introductions = dict(introductions)
    locked.accepts_contributions = accepts_contributions
    record(actor, DialogueChanged(locked.id, locked.revision))


def write_step(actor: Actor, dialogue: Dialogue, number: int, wanted: Names, *, based_on: int) -> None:
    """Write a step of the process (see `step`), by its number from 1; one more than there are adds it.

    Raises Conflict if there is a later revision of the dialogue than `based_on`.
    """
    RIGHTS.require(actor, Permission.PREPARE_DIALOGUE, dialogue)
    locked = _lock(dialogue)
    write_over(locked, based_on)
    steps = list(locked.steps)
    if not 1 <= number <= len(steps) + 1 or number > MOST_STEPS:
        raise Invalid(_l("The process has at most %(max)d steps.", max=MOST_STEPS))
    steps[number - 1 : number] = [dict(wanted)]
    locked.steps = steps
    record(actor, DialogueChanged(locked.id, locked.revision))


def arrange_steps(actor: Actor, dialogue: Dialogue, number: int, *, how: str, based_on: int) -> None:
    """Move a step of the process up or down, or remove it, as `how` says.

    Raises Conflict if there is a later revision than `based_on`: its steps may have other numbers.
    """
    RIGHTS.require(actor, Permission.PREPARE_DIALOGUE, dialogue)
    locked = _lock(dialogue)
    write_over(locked, based_on)
    steps = list(locked.steps)
    if how not in {"up", "down", "remove"} or not 1 <= number <= len(steps):
        raise Invalid(_l("Please choose what should happen with this step."))
    taken_out = steps.pop(number - 1)
    if how != "remove":
        steps.insert(max(number - 2, 0) if how == "up" else number, taken_out)
    locked.steps = steps
    record(actor, DialogueChanged(locked.id, locked.revision))


def _lock(dialogue: Dialogue) -> Dialogue:
    # The same statement locks the row for the register; what is read after it is the latest there is.
    raise_register_version(dialogue.id)
    return event_queries.reread_dialogue(dialogue.id)


def register_participant(
    actor: Actor,
    dialogue: Dialogue,
    *,
    tier: Tier,
    demo: bool = False,
    demo_code: str | None = None,
    seed: bytes | None = None,
) -> Issued:
    """Let somebody take part as a pseudonym; gives the slip and the personal code, which is shown once.

    `seed` makes it a code that the same form can show again (`accounts.actions.codes.issue_code`). Whoever
    registers without staff is tier C. Raises Invalid if others than staff ask for another tier.
    """
    RIGHTS.require(actor, Permission.REGISTER, dialogue)
    return add_participant(actor, dialogue, tier=tier, demo=demo, demo_code=demo_code, seed=seed)[0]


def add_participant(
    actor: Actor,
    dialogue: Dialogue,
    *,
    tier: Tier,
    demo: bool = False,
    demo_code: str | None = None,
    seed: bytes | None = None,
    write_until: datetime | None = None,
) -> tuple[Issued, Participant]:
    """The same as `register_participant`, with the row of whoever takes part, for what is to hang on it.

    After `write_until` the code only reads.
    """
    RIGHTS.require(actor, Permission.REGISTER, dialogue)
    if tier != "C" and not RIGHTS.allows(actor, Permission.PREPARE_DIALOGUE, dialogue):
        raise Invalid(_l("Only staff can hand out this kind of code."))
    # Handing out codes is a right of staff; here the program does it for whoever knows the event code.
    issued = issue_code(
        SYSTEM,
        Scope("dialogue", dialogue.id),
        tier=tier,
        write_until=write_until,
        demo=demo,
        demo_code=demo_code,
        seed=seed,
    )
    participant = Participant(key=issued.holder_key, dialogue_id=dialogue.id, tier=tier, created_at=now())
    db.session.add(participant)
    db.session.flush()  # The fact needs the id.
    record(actor, ParticipantRegistered(participant.id, dialogue.id, tier))
    return issued, participant


def step(when: str, done: str, names: Mapping[str, str]) -> Names:
    """One step of the process for `found_dialogue`: when in words, done (yes, now or nothing), what."""
    return {"when": when, "done": done, **names}
