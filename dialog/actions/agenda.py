"""Planning the programme of an event entry by entry. A round is an entry in which the groups meet."""

from __future__ import annotations

from core.actor import Actor
from core.db import db
from core.errors import Conflict, Invalid
from core.i18n import lazy_gettext as _l
from core.i18n import ngettext
from core.journal import record
from core.revisions import write_over
from dialog import programme
from dialog.actions._parts import open_plan
from dialog.actions.events import PlannedItem
from dialog.facts import AgendaChanged, SittingChanged
from dialog.models import AgendaItem, DialogueEvent, Sitting
from dialog.permissions import RIGHTS, Permission
from dialog.programme import GROUPS
from dialog.queries import events as queries
from dialog.vocabulary import ITEM_FORMATS


def add_item(actor: Actor, event: DialogueEvent, entry: PlannedItem) -> AgendaItem:
    """Add an entry to the programme. In a new round all groups meet, each with the places it has elsewhere.

    Raises Invalid if it lies outside of the event or overlaps another entry.
    """
    RIGHTS.require(actor, Permission.PREPARE_DIALOGUE, event)
    plan = open_plan(event)
    _check_format(entry.format)
    programme.check(plan.starts_at, plan.ends_at, [*plan.agenda, entry])
    item = AgendaItem(
        starts_at=entry.starts_at, ends_at=entry.ends_at, names=dict(entry.names), format=entry.format
    )
    plan.agenda.append(item)
    if item.format == GROUPS:
        _let_all_meet(plan, item)
    db.session.flush()  # The fact needs the id.
    record(actor, AgendaChanged(plan.id, item.id, "added"))
    if item.format == GROUPS:
        record(actor, SittingChanged(plan.id))
    return item


def change_item(
    actor: Actor, event: DialogueEvent, item_id: int, entry: PlannedItem, *, based_on: int
) -> None:
    """Write an entry of the programme anew. What becomes a round is one for all groups.

    Raises Conflict if there is a later revision than `based_on` or a round in which people have places
    would become something else, and Invalid if the times do not fit.
    """
    RIGHTS.require(actor, Permission.PREPARE_DIALOGUE, event)
    plan = open_plan(event)
    item = queries.access_item(actor, plan, item_id)
    write_over(item, based_on)
    _check_format(entry.format)
    others = [one for one in plan.agenda if one is not item]
    programme.check(plan.starts_at, plan.ends_at, [*others, entry])
    was_round, is_round = item.format == GROUPS, entry.format == GROUPS
    if was_round and not is_round:
        _check_nobody_sits(item)
        item.sittings.clear()
    item.starts_at, item.ends_at = entry.starts_at, entry.ends_at
    item.names, item.format = dict(entry.names), entry.format
    if is_round and not was_round:
        _let_all_meet(plan, item)
    db.session.flush()
    record(actor, AgendaChanged(plan.id, item.id, "changed"))
    if was_round != is_round:
        record(actor, SittingChanged(plan.id))


def remove_item(actor: Actor, event: DialogueEvent, item_id: int, *, based_on: int) -> None:
    """Take an entry out of the programme. Raises Conflict for a round in which people have places."""
    RIGHTS.require(actor, Permission.PREPARE_DIALOGUE, event)
    plan = open_plan(event)
    item = queries.access_item(actor, plan, item_id)
    write_over(item, based_on)
    was_round = item.format == GROUPS
    _check_nobody_sits(item)
    db.session.delete(item)
    db.session.flush()
    record(actor, AgendaChanged(plan.id, item_id, "removed"))
    if was_round:
        record(actor, SittingChanged(plan.id))


def move_item(actor: Actor, event: DialogueEvent, item_id: int, *, up: bool) -> None:
    """Let an entry change places with the one before it (or after it); both keep their length.

    The first one goes no further up, nor the last one down.
    """
    RIGHTS.require(actor, Permission.PREPARE_DIALOGUE, event)
    plan = open_plan(event)
    item = queries.access_item(actor, plan, item_id)
    order = sorted(plan.agenda, key=lambda one: one.starts_at)
    at = order.index(item)
    if at == 0 if up else at == len(order) - 1:
        return
    first, second = (order[at - 1], item) if up else (item, order[at + 1])
    times, others = programme.swapped(first, second)
    first.starts_at, first.ends_at = times
    second.starts_at, second.ends_at = others
    first.revision += 1
    second.revision += 1
    record(actor, AgendaChanged(plan.id, item.id, "moved"))


def _check_format(format: str) -> None:
    if format not in ITEM_FORMATS:
        sentence = _l("Please choose what this entry is.")
        raise Invalid(sentence, {"format": [sentence]})


def _check_nobody_sits(item: AgendaItem) -> None:
    groups = sum(1 for sitting in item.sittings if sitting.taken)
    if groups:
        raise Conflict(
            ngettext(
                "In this round people have places in %(num)s group already. It must stay a round.",
                "In this round people have places in %(num)s groups already. It must stay a round.",
                groups,
            ),
            code="taken",
        )


def _let_all_meet(plan: DialogueEvent, item: AgendaItem) -> None:
    for group in plan.groups:
        known = group.sittings[0].places if group.sittings else None
        db.session.add(Sitting(group=group, round=item, places=known))
