"""Putting right what sort of thing somebody has said: a need or an offer, and about which topic."""

from __future__ import annotations

from sqlalchemy import update

from core.actor import Actor
from core.clock import now
from core.db import db
from core.errors import Conflict, Stale
from core.i18n import N_
from core.i18n import lazy_gettext as _l
from core.journal import record
from dialog.actions._parts import add_station, become, check_place, keep_wording, raise_register_version
from dialog.facts import KindChanged
from dialog.models import Contribution
from dialog.permissions import RIGHTS, Permission
from dialog.queries import merges as merge_queries
from dialog.queries import splits as split_queries
from dialog.vocabulary import Kind, Visibility
from region.models import ActionField

SORTED = frozenset({Visibility.WAITING, Visibility.RETURNED, Visibility.PUBLIC})


def sort_contribution(
    actor: Actor, contribution: Contribution, *, kind: Kind, field: ActionField, based_on: int
) -> None:
    """Make it one of another kind, or about another topic; its words stay, what it was is kept.

    As another kind it has the number it had as such, or the next; the former one leads to it. Raises Stale if
    there is a later revision than `based_on`, Invalid for a field of another dialogue, and Conflict for what
    is hidden, was divided, stands with others or can be chosen in a vote.
    """
    RIGHTS.require(actor, Permission.MODERATE, contribution)
    merge_queries.lock_both(contribution.id, contribution.id)
    check_place(contribution.dialogue, field, contribution.language)
    if contribution.kind == kind and contribution.field_id == field.id:
        return
    if contribution.visibility not in SORTED or contribution.split_at is not None:
        raise Conflict(_l("Somebody has decided on this contribution already."), code="decided")
    number = contribution.reference
    if merge_queries.standing_of_member(contribution.id) or merge_queries.standing_of_lead(contribution.id):
        raise Conflict(
            _l("%(number)s stands with others. Please take them apart first.", number=number), code="merged"
        )
    if split_queries.is_voted_on(contribution):
        raise Conflict(
            _l("%(number)s can be chosen in a vote. Please change it when the vote is over.", number=number),
            code="voted_on",
        )
    taken = db.session.execute(
        update(Contribution)
        .where(Contribution.id == contribution.id, Contribution.revision == based_on)
        .values(revision=based_on + 1)
        .returning(Contribution.id)
        .execution_options(synchronize_session="fetch")
    ).scalar_one_or_none()
    if taken is None:
        raise Stale(_l("The text has been changed meanwhile. Please read it again."))
    contribution.field_id = field.id
    if contribution.kind == kind:
        add_station(contribution.id, "moved", N_("Sorted under another topic"), {}, "", now())
    else:
        become(contribution, kind)
        values = {"former": number, "number": contribution.reference}
        label = N_("Sorted anew: %(former)s is now %(number)s")
        add_station(contribution.id, "moved", label, values, "", now())
    keep_wording(actor, contribution)
    if contribution.visibility == Visibility.PUBLIC:
        raise_register_version(contribution.dialogue_id)
    record(actor, KindChanged(contribution.id, kind))
