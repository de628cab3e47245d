"""Writing the script of a round: its steps, their order, and taking it over from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from core.actor import Actor
from core.db import Names, db
from core.errors import Conflict, Invalid
from core.i18n import gettext, in_all_languages
from core.i18n import lazy_gettext as _l
from core.journal import record
from core.revisions import write_over
from dialog.vocabulary import Kind
from workshops.actions._parts import raise_board_version
from workshops.default_script import proposal
from workshops.facts import ScriptChanged
from workshops.models import ScriptStep
from workshops.permissions import RIGHTS, Permission
from workshops.queries import boards as board_queries
from workshops.queries import script as queries
from workshops.queries.script import ScriptHere
from workshops.vocabulary import LONGEST_STEP, MOST_STEPS, Allowed


@dataclass(frozen=True, slots=True)
class StepPlan:
    """Everything that is written of a step."""

    names: Names
    minutes: int
    prompts: Names
    allows: Allowed = Allowed.NOTHING
    asks_for: Kind | None = None
    method: Mapping[str, str] = field(default_factory=dict)


def add_step(actor: Actor, here: ScriptHere, wanted: StepPlan) -> ScriptStep:
    """Add a step behind the others. Raises Invalid for a step that cannot be, or one too many."""
    RIGHTS.require(actor, Permission.KEEP_SCRIPT, here.event)
    steps = queries.steps_at(here, lock=True)
    _check_number(len(steps) + 1)
    step = _add(here, wanted, max((one.position for one in steps), default=0) + 1)
    db.session.flush()
    record(actor, ScriptChanged(here.event.id, here.round.id, here.group_id))
    return step


def change_step(actor: Actor, here: ScriptHere, step_id: int, wanted: StepPlan, *, based_on: int) -> None:
    """Write a step anew; a group that is at it sees the new words at once, its clock stays as it is.

    Raises Conflict if there is a later revision than `based_on`.
    """
    RIGHTS.require(actor, Permission.KEEP_SCRIPT, here.event)
    # Whoever is at this step reads it; the boards are locked first, as everywhere.
    for board_id in board_queries.boards_at_step(here.round.id, here.group_id):
        raise_board_version(board_id)
    step = queries.step_at(here, step_id, lock=True)
    write_over(step, based_on)
    _write(step, wanted)
    db.session.flush()
    record(actor, ScriptChanged(here.event.id, here.round.id, here.group_id))


def move_step(actor: Actor, here: ScriptHere, step_id: int, *, up: bool) -> None:
    """Let a step change places with the one before it (or after it). The ends stay where they are."""
    RIGHTS.require(actor, Permission.KEEP_SCRIPT, here.event)
    steps = queries.steps_at(here, lock=True)
    at = steps.index(queries.step_at(here, step_id))
    to = at - 1 if up else at + 1
    if not 0 <= to < len(steps):
        return
    steps[at], steps[to] = steps[to], steps[at]
    for position, step in enumerate(steps, start=1):
        step.position = position
    record(actor, ScriptChanged(here.event.id, here.round.id, here.group_id))


def remove_step(actor: Actor, here: ScriptHere, step_id: int, *, based_on: int) -> None:
    """Take a step out of the script. Raises Conflict if a group stands at it."""
    RIGHTS.require(actor, Permission.KEEP_SCRIPT, here.event)
    step = queries.step_at(here, step_id, lock=True)
    write_over(step, based_on)
    _check_nobody_at([step.id])
    db.session.delete(step)
    record(actor, ScriptChanged(here.event.id, here.round.id, here.group_id))


def take_over_script(actor: Actor, here: ScriptHere, source: ScriptHere) -> int:
    """Put a copy of another script in place of this one; gives the number of its steps.

    Raises Conflict if a group stands at a step of the one that goes, and Invalid if there is nothing to copy.
    """
    RIGHTS.require(actor, Permission.KEEP_SCRIPT, here.event)
    plans = [
        StepPlan(
            dict(step.names),
            step.minutes,
            dict(step.prompts),
            Allowed(step.allows),
            step.kind,
            dict(step.method),
        )
        for step in queries.steps_at(source)
    ]
    if (source.round.id, source.group_id) == (here.round.id, here.group_id) or not plans:
        raise Invalid(_l("There are no steps to take over. Please choose another script."))
    return _replace(actor, here, plans)


def propose_script(actor: Actor, here: ScriptHere) -> int:
    """Put the proposed script in place of this one, made to the length of the round.

    Raises Conflict if a group stands at a step of the one that goes.
    """
    RIGHTS.require(actor, Permission.KEEP_SCRIPT, here.event)
    whole = (here.round.ends_at - here.round.starts_at) // timedelta(minutes=1)
    plans = []
    for step in proposal(whole):
        # Each sentence is bound here, because the function is called for one language after the other.
        names, prompts, method = (
            in_all_languages(lambda code, said=said: str(gettext(said)))  # type: ignore[misc]
            for said in (step.name, step.prompt, step.method)
        )
        plans.append(StepPlan(names, step.minutes, prompts, step.allows, step.asks_for, method))
    return _replace(actor, here, plans)


def clear_script(actor: Actor, here: ScriptHere) -> None:
    """Take all steps out; a group without its own ones then has those of all groups.

    Raises Conflict if a group stands at one of them.
    """
    RIGHTS.require(actor, Permission.KEEP_SCRIPT, here.event)
    _replace(actor, here, [])


def _replace(actor: Actor, here: ScriptHere, plans: list[StepPlan]) -> int:
    former = queries.steps_at(here, lock=True)
    _check_nobody_at([step.id for step in former])
    for step in former:
        db.session.delete(step)
    db.session.flush()
    for position, plan in enumerate(plans, start=1):
        _add(here, plan, position)
    db.session.flush()
    record(actor, ScriptChanged(here.event.id, here.round.id, here.group_id))
    return len(plans)


def _add(here: ScriptHere, wanted: StepPlan, position: int) -> ScriptStep:
    step = ScriptStep(round_id=here.round.id, group_id=here.group_id, position=position)
    _write(step, wanted)
    db.session.add(step)
    return step


def _write(step: ScriptStep, wanted: StepPlan) -> None:
    if not 1 <= wanted.minutes <= LONGEST_STEP:
        sentence = _l("Please choose between 1 and %(most)d minutes.", most=LONGEST_STEP)
        raise Invalid(sentence, {"minutes": [sentence]})
    step.names, step.prompts, step.method = dict(wanted.names), dict(wanted.prompts), dict(wanted.method)
    step.minutes = wanted.minutes
    step.allows = wanted.allows
    # Only where cards are written there is a kind of card to ask for.
    step.asks_for = wanted.asks_for if wanted.allows == Allowed.CARDS else None


def _check_number(number: int) -> None:
    if number > MOST_STEPS:
        raise Invalid(_l("A script has at most %(most)d steps.", most=MOST_STEPS))


def _check_nobody_at(step_ids: list[int]) -> None:
    if queries.somebody_is_at(step_ids):
        raise Conflict(
            _l("A group is at one of these steps or ended its round with it. So it stays in the script."),
            code="in_use",
        )
