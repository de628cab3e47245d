"""Taking apart what stands together; whoever calls this has required the right to."""

from __future__ import annotations

from sqlalchemy import update

from core.actor import SYSTEM, Actor
from core.clock import now
from core.db import db
from core.errors import Conflict
from core.i18n import N_
from core.i18n import lazy_gettext as _l
from core.journal import record
from dialog.actions._parts import (
    add_station,
    raise_register_version,
    sensible_note,
    show_otherwise_in_polls,
)
from dialog.facts import MergeUndone
from dialog.models import Contribution, Merge
from dialog.queries import merges as queries
from dialog.vocabulary import Visibility


def part_from_vanished(lead: Contribution) -> None:
    """Have what a group said with a lead that is withdrawn or hidden be decided on by itself.

    It would have no outcome. What is public has a line of its own by now and stays where it is. For actions
    that have required the right to withdraw or hide: it is the program's doing, not theirs.
    """
    for merge in queries.standing_of_lead(lead.id):
        if merge.member.visibility in {Visibility.GROUP, Visibility.WAITING}:
            part(SYSTEM, merge)


def part(actor: Actor, merge: Merge, answer: str = "") -> None:
    """Have the member of a merge stand on its own again, as it was before, and tell of it.

    `answer` goes to an author who objected. Raises Conflict if somebody was faster.
    """
    queries.lock_both(merge.member_id, merge.lead_id)
    member, lead, moment = merge.member, merge.lead, now()
    values = {"undone_by": actor.key, "undone_at": moment}
    if merge.is_disputed:
        values |= {"objection_answer": sensible_note(answer), "answered_at": moment}
    undone = db.session.execute(
        update(Merge)
        .where(Merge.id == merge.id, Merge.undone_at.is_(None))
        .values(**values)
        .returning(Merge.id)
        .execution_options(synchronize_session="fetch")
    ).first()
    if undone is None:
        raise Conflict(_l("Somebody has taken these apart already."), code="parted")
    member.outcome = merge.outcome_before
    if merge.visibility_before != Visibility.PUBLIC:
        # It was published by being put together, and only by that.
        if member.visibility == Visibility.PUBLIC:
            member.visibility = merge.visibility_before
            member.published_at = None
        elif member.visibility == Visibility.HIDDEN and member.visible_before == Visibility.PUBLIC:
            member.visible_before = merge.visibility_before
            member.published_at = None
    add_station(member.id, "parted", N_("Stands on its own again"), {}, "", moment)
    told = N_("%(number)s stands on its own again")
    add_station(lead.id, "parted", told, {"number": member.reference}, "", moment)
    show_otherwise(member, lead)
    record(actor, MergeUndone(merge.id, lead.id, member.id))


def show_otherwise(member: Contribution, lead: Contribution) -> None:
    """Have register and open polls show the two as they stand now."""
    db.session.flush()  # What is public now is read by others as soon as they see the new version.
    raise_register_version(lead.dialogue_id)
    for contribution in (lead, member):
        show_otherwise_in_polls(contribution.id)
