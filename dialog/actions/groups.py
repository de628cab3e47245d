"""Planning the working groups of an event: what they are about, where they meet, and their places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.exc import IntegrityError

from accounts.permissions import Scope
from accounts.queries import administration
from core.actor import Actor
from core.db import Names, db
from core.errors import Conflict, Invalid
from core.i18n import lazy_gettext as _l
from core.i18n import name_in, ngettext
from core.journal import record
from core.revisions import write_over
from dialog.actions._parts import open_plan
from dialog.facts import GroupChanged, SittingChanged
from dialog.links import web_address
from dialog.models import DialogueEvent, Sitting, WorkingGroup
from dialog.permissions import RIGHTS, Permission
from dialog.programme import GROUPS
from dialog.queries import events as queries
from region.models import ActionField


@dataclass(frozen=True, slots=True)
class GroupPlan:
    """Everything that is written of a group. `places` has an entry for each round (its id) it meets in, None
    for as many as come; `moderator` and `note_taker` are titles of roles.
    """

    names: Names
    fields: Sequence[ActionField] = ()
    places: Mapping[int, int | None] = field(default_factory=dict)
    descriptions: Mapping[str, str] = field(default_factory=dict)
    languages: Sequence[str] = ()
    room: str = ""
    link: str = ""
    moderator: str = ""
    note_taker: str = ""


def add_group(actor: Actor, event: DialogueEvent, wanted: GroupPlan) -> WorkingGroup:
    """Add a working group, numbered behind the others. Raises Invalid for a link that is none."""
    RIGHTS.require(actor, Permission.PREPARE_DIALOGUE, event)
    plan = open_plan(event)
    group = WorkingGroup(number=max((one.number for one in plan.groups), default=0) + 1)
    _write(group, wanted)
    plan.groups.append(group)
    _seat(plan, group, wanted.places)
    db.session.flush()  # The fact needs the id.
    record(actor, GroupChanged(plan.id, group.id, "added"))
    record(actor, SittingChanged(plan.id))
    return group


def change_group(
    actor: Actor, event: DialogueEvent, group_id: int, wanted: GroupPlan, *, based_on: int
) -> None:
    """Write a group anew. Places that are added go to whoever waits for them, in the same transaction.

    Raises Conflict if there is a later revision than `based_on`, and Invalid if people have more places in a
    round already than it would have.
    """
    RIGHTS.require(actor, Permission.PREPARE_DIALOGUE, event)
    plan = open_plan(event)
    group = queries.access_group(actor, plan, group_id)
    write_over(group, based_on)
    _write(group, wanted)
    changed = _seat(plan, group, wanted.places)
    db.session.flush()
    record(actor, GroupChanged(plan.id, group.id, "changed"))
    if changed:
        record(actor, SittingChanged(plan.id))


def remove_group(actor: Actor, event: DialogueEvent, group_id: int, *, based_on: int) -> None:
    """Take a group out of the plan. Raises Conflict if anybody has chosen it, or it has done something."""
    RIGHTS.require(actor, Permission.PREPARE_DIALOGUE, event)
    plan = open_plan(event)
    group = queries.access_group(actor, plan, group_id)
    write_over(group, based_on)
    refused = Conflict(
        _l("People have chosen this group already. It cannot be deleted any more."), code="taken"
    )
    if queries.group_is_chosen(group.id):
        raise refused
    if administration.is_spoken_of([Scope("group", group.id)]):
        raise Conflict(
            _l("A role or an invitation is for this group. Please have it taken back before you delete it.")
        )
    db.session.delete(group)
    try:
        db.session.flush()
    except IntegrityError:
        # Something else of the program speaks of this group.
        raise refused from None
    record(actor, GroupChanged(plan.id, group_id, "removed"))
    record(actor, SittingChanged(plan.id))


def move_group(actor: Actor, event: DialogueEvent, group_id: int, *, up: bool) -> None:
    """Let a group change numbers with the one before it (or after it). The ends stay where they are."""
    RIGHTS.require(actor, Permission.PREPARE_DIALOGUE, event)
    plan = open_plan(event)
    group = queries.access_group(actor, plan, group_id)
    order = sorted(plan.groups, key=lambda one: one.number)
    at = order.index(group)
    if at == 0 if up else at == len(order) - 1:
        return
    other = order[at - 1] if up else order[at + 1]
    mine, theirs = group.number, other.number
    # No two groups may have one number, not even for a moment.
    group.number = -mine
    db.session.flush()
    other.number = mine
    db.session.flush()
    group.number = theirs
    group.revision += 1
    other.revision += 1
    record(actor, GroupChanged(plan.id, group.id, "moved"))


def _write(group: WorkingGroup, wanted: GroupPlan) -> None:
    group.names = dict(wanted.names)
    group.descriptions = dict(wanted.descriptions)
    group.fields = list(wanted.fields)
    group.languages = list(wanted.languages)
    group.room = wanted.room
    group.link = web_address(wanted.link)
    group.moderator = wanted.moderator
    group.note_taker = wanted.note_taker


def _seat(plan: DialogueEvent, group: WorkingGroup, places: Mapping[int, int | None]) -> bool:
    """Bring the sittings of a group to these places; says whether anything is other than before."""
    rounds = {item.id: item for item in plan.agenda if item.format == GROUPS}
    if not set(places) <= set(rounds):
        raise Invalid(_l("A group meets in a round that the programme does not have."))
    known = {sitting.round_id: sitting for sitting in group.sittings}
    changed = False
    for round_id, sitting in known.items():
        wanted = places.get(round_id)
        if sitting.taken and (round_id not in places or (wanted is not None and wanted < sitting.taken)):
            raise _too_few(round_id, name_in(sitting.round.names), sitting.taken)
        if round_id not in places:
            group.sittings.remove(sitting)
            changed = True
        elif sitting.places != wanted:
            sitting.places = wanted
            changed = True
    for round_id, wanted in places.items():
        if round_id not in known:
            group.sittings.append(Sitting(round=rounds[round_id], places=wanted))
            changed = True
    return changed


def _too_few(round_id: int, name: str, taken: int) -> Invalid:
    sentence = ngettext(
        "In “%(round)s” %(num)s place of this group is taken already. Please leave at least that many.",
        "In “%(round)s” %(num)s places of this group are taken already. Please leave at least that many.",
        taken,
        round=name,
    )
    return Invalid(sentence, {f"places_{round_id}": [sentence]})
