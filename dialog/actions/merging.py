"""Having contributions that say the same stand together, and taking them apart again."""

from __future__ import annotations

from sqlalchemy import text, update

from core.actor import Actor
from core.clock import now
from core.db import db, upsert
from core.errors import Conflict, Invalid
from core.i18n import N_
from core.i18n import lazy_gettext as _l
from core.journal import record
from dialog.actions._parting import part, show_otherwise
from dialog.actions._parts import (
    add_station,
    publish_with_lead,
    sensible_note,
)
from dialog.facts import ContributionsMerged, MergeDisputed, MergeUpheld
from dialog.models import Contribution, Merge
from dialog.permissions import RIGHTS, Permission
from dialog.queries import merges as queries
from dialog.vocabulary import Kind, Outcome, Visibility

CHECKED = frozenset({Visibility.GROUP, Visibility.PUBLIC})
"""What may lead others: somebody has seen it, and it is neither hidden nor withdrawn."""


def merge_contribution(actor: Actor, member: Contribution, lead: Contribution) -> int:
    """Have `member` stand with `lead`; if that one stands with another itself, then with that one.

    No ballot is touched and no word: `part_contribution` restores what was. A member that was seen only in
    its group becomes public with a public lead. Gives the id of the merge. Raises Conflict for what is
    hidden, withdrawn, or has been put together meanwhile, and for a member that leads others; Invalid for
    two that cannot go together.
    """
    RIGHTS.require(actor, Permission.MERGE, member)
    if member.dialogue_id != lead.dialogue_id or member.id == lead.id:
        raise Invalid(_l("These two contributions cannot stand together."))
    if member.visibility == Visibility.PUBLIC and {member.kind, lead.kind} == {Kind.NEED, Kind.OFFER}:
        raise Invalid(
            _l(
                "A need and an offer do not say the same. Which offer helps with a need is said on its page,"
                " under “Offers that may fit”."
            )
        )
    if lead.visibility != Visibility.PUBLIC:
        RIGHTS.require(actor, Permission.MERGE, lead)
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
    add_station(lead.id, "joined", N_("%(number)s says the same and stands here, too"), values, "", moment)
    show_otherwise(member, lead)
    record(actor, ContributionsMerged(made, lead.id, member.id))
    return made


def part_contribution(actor: Actor, merge: Merge, *, answer: str = "") -> None:
    """Have the member stand on its own again, as it was, whatever came in meanwhile.

    What happened to its words since (hidden, withdrawn) stays so. `answer` goes to an author who objected.
    Raises Conflict if somebody was faster.
    """
    RIGHTS.require(actor, Permission.MERGE, merge.member)
    part(actor, merge, answer)


def object_to_merge(actor: Actor, merge: Merge, *, text: str) -> None:
    """Let the author of the member say that it means something else.

    Raises Invalid without words, Conflict if they have objected before or it stands on its own already.
    """
    RIGHTS.require(actor, Permission.OBJECT_TO_MERGE, merge)
    words = sensible_note(text, "text")
    if not words:
        sentence = _l("Please write what is different about yours.")
        raise Invalid(sentence, {"text": [sentence]})
    moment = now()
    made = db.session.execute(
        update(Merge)
        .where(Merge.id == merge.id, Merge.objected_at.is_(None), Merge.undone_at.is_(None))
        .values(objection=words, objected_at=moment)
        .returning(Merge.id)
        .execution_options(synchronize_session="fetch")
    ).first()
    if made is None:
        raise Conflict(_l("You have objected already. That is possible once."), code="objected")
    add_station(merge.member_id, "objected", N_("You asked to have it stand on its own"), {}, "", moment)
    record(actor, MergeDisputed(merge.id, merge.member_id))


def uphold_merge(actor: Actor, merge: Merge, *, answer: str) -> None:
    """Answer an author's objection: the two stay together, for this reason.

    Raises Invalid without a reason, Conflict if somebody was faster.
    """
    RIGHTS.require(actor, Permission.DECIDE_MERGE, merge)
    words = sensible_note(answer, "answer")
    if not words:
        sentence = _l("Please tell the author why they stay together.")
        raise Invalid(sentence, {"answer": [sentence]})
    moment = now()
    decided = db.session.execute(
        update(Merge)
        .where(Merge.id == merge.id, Merge.answered_at.is_(None), Merge.undone_at.is_(None))
        .values(objection_answer=words, answered_at=moment)
        .returning(Merge.id)
        .execution_options(synchronize_session="fetch")
    ).first()
    if decided is None:
        raise Conflict(_l("Somebody has decided on this objection already."), code="decided")
    add_station(merge.member_id, "upheld", N_("We have looked again: they stay together"), {}, "", moment)
    record(actor, MergeUpheld(merge.id, merge.member_id))


def address_of(contribution: Contribution) -> str:
    """Where a contribution is read."""
    return f"/dialogues/{contribution.dialogue.slug}/contributions/{contribution.reference}"
