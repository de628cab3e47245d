"""Moving somebody to another group on the day itself."""

from __future__ import annotations

from core.actor import SYSTEM, Actor
from core.clock import now
from core.db import db
from core.errors import Conflict, Invalid, NotFound
from core.i18n import lazy_gettext as _l
from core.journal import record
from dialog.actions._parts import give_back_place, lock_registrations, take_place
from dialog.actions.waiting_lists import fill_free_places
from dialog.facts import RegistrationChanged
from dialog.models import DialogueEvent, GroupChoice
from dialog.permissions import RIGHTS, Permission
from dialog.queries import registrations as queries


def move_person(
    actor: Actor, event: DialogueEvent, registration_id: int, *, round_id: int, group_id: int
) -> None:
    """Give somebody a place in another group in one round; what they said stays where they said it.

    Raises NotFound for somebody who is not registered here, Invalid for a group that does not meet then, and
    Conflict if they are there already, or no place is free.
    """
    RIGHTS.require(actor, Permission.RUN_DAY, event)
    lock_registrations(event.id)
    known = queries.registration_made(registration_id)
    if known is None or known.event_id != event.id or known.status != "registered":
        raise NotFound
    sitting = next(
        (
            one
            for group in event.groups
            if group.id == group_id
            for one in group.sittings
            if one.round_id == round_id
        ),
        None,
    )
    if sitting is None:
        sentence = _l("This group does not meet in this round. Please choose another one.")
        raise Invalid(sentence, {"group": [sentence]})
    present = next((one for one in known.choices if one.round_id == round_id), None)
    of_group = next((one for one in known.choices if one.group_id == group_id), None)
    if present is not None and present is of_group:
        raise Conflict(_l("This person has a place there already."), code="there_already")
    if of_group is not None and of_group.state == "seated":
        raise Conflict(_l("This person is in this group in another round."), code="other_round")
    if not take_place(sitting.id):
        raise Conflict(_l("No place is free in this group. Please choose another one."), code="full")
    if of_group is not None:
        # Whoever waited for this group, or had it as a substitute, has it now.
        known.choices.remove(of_group)
        db.session.flush()
    if present is None:
        rank = max((one.rank for one in known.choices), default=0) + 1
        present = GroupChoice(rank=rank, state="seated", round_id=round_id)
        known.choices.append(present)
    elif present.sitting_id is not None:
        give_back_place(present.sitting_id)
    present.group_id, present.sitting_id = group_id, sitting.id
    present.is_reserve = False
    known.changed_at = now()
    db.session.flush()
    record(actor, RegistrationChanged(known.id, event.id))
    fill_free_places(SYSTEM, event.id)
