"""Having contributions that say the same stand together, and taking them apart again."""

from __future__ import annotations

from sqlalchemy import update

from core.actor import Actor
from core.clock import now
from core.db import db
from core.errors import Conflict, Invalid
from core.i18n import N_
from core.i18n import lazy_gettext as _l
from core.journal import record
from dialog.actions._joining import stand_together
from dialog.actions._parting import part
from dialog.actions._parts import add_station, sensible_note
from dialog.facts import MergeDisputed, MergeUpheld
from dialog.models import Contribution, Merge
from dialog.permissions import RIGHTS, Permission
from dialog.vocabulary import Kind, Visibility


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
    return stand_together(actor, member, lead, N_("%(number)s says the same and stands here, too"))


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
