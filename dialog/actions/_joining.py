"""Having two contributions stand together; the actions have required the right before."""

from __future__ import annotations

from sqlalchemy import text

from core.actor import Actor
from core.clock import now
from core.db import db, upsert
from core.errors import Conflict
from core.i18n import N_
from core.i18n import lazy_gettext as _l
from core.journal import record
from dialog.actions._parting import show_otherwise
from dialog.actions._parts import add_station, publish_with_lead
from dialog.facts import ContributionsMerged
from dialog.models import Contribution, Merge
from dialog.queries import merges as queries
from dialog.queries.coverage import address_of
from dialog.vocabulary import Outcome, Visibility

CHECKED = frozenset({Visibility.GROUP, Visibility.PUBLIC})
"""What may lead others: somebody has seen it, and it is neither hidden nor withdrawn."""


def stand_together(actor: Actor, member: Contribution, lead: Contribution, told: str) -> int:
    """Have `member` stand with `lead`, or with whom that one stands; gives the id of the merge.

    `told` is what the way of the lead says then, marked with `N_`, with the register number of the member as
    `number`. Raises Conflict for what cannot stand together now.
    """
    standing = queries.standing_of_member(lead.id)
    if standing is not None:
        lead = standing.lead
    # Both rows are locked at once and in one order: of two people who merge crosswise the second finds it
    # done, and with a third row locked later people who merge in a ring would wait for one another for ever.
    queries.lock_both(member.id, lead.id)
    taken = any(queries.standing_of_member(one) is not None for one in (member.id, lead.id))
    if member.id == lead.id or taken:
        raise Conflict(_l("Somebody has put these together already."), code="merged")
    if member.split_at is not None or lead.split_at is not None:
        raise Conflict(_l("One of them was divided into parts. Please choose a part."), code="split")
    if queries.standing_of_lead(member.id):
        raise Conflict(
            _l("Others stand with %(number)s. Please take them apart first.", number=member.reference),
            code="leads_others",
        )
    if member.visibility not in {*CHECKED, Visibility.WAITING} or lead.visibility not in CHECKED:
        raise Conflict(_l("Somebody has decided on this contribution already."), code="decided")
    if member.visibility == Visibility.PUBLIC and lead.visibility != Visibility.PUBLIC:
        raise Conflict(
            _l(
                "%(number)s is published, the other one is not yet. Please choose them the other way round.",
                number=member.reference,
            ),
            code="lead_not_public",
        )
    moment = now()
    made: int | None = db.session.execute(
        upsert(Merge)
        .values(
            lead_id=lead.id,
            member_id=member.id,
            outcome_before=member.outcome,
            visibility_before=member.visibility,
            by_key=actor.key,
            at=moment,
            objection="",
            objection_answer="",
        )
        .on_conflict_do_nothing(index_elements=[Merge.member_id], index_where=text("undone_at IS NULL"))
        .returning(Merge.id)
    ).scalar_one_or_none()
    if made is None:
        raise Conflict(_l("Somebody has put these together already."), code="merged")
    member.outcome = Outcome.MERGED
    if lead.visibility == Visibility.PUBLIC:
        publish_with_lead(member)
    values = {"number": lead.reference}
    add_station(member.id, "merged", N_("Stands together with %(number)s"), values, address_of(lead), moment)
    values = {"number": member.reference}
    add_station(lead.id, "joined", told, values, "", moment)
    show_otherwise(member, lead)
    record(actor, ContributionsMerged(made, lead.id, member.id))
    return made
