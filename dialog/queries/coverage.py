"""What staff have said about needs and offers, as it counts now and as it was."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, Date, Select, bindparam, case, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from core.clock import today
from core.db import db
from core.statements import Statement
from dialog.models import Contribution, Coverage, Dialogue, Merge
from dialog.queries.offers import ended_with_their_parts, has_ended
from dialog.vocabulary import Extent, Kind, Visibility

WORTH = {Extent.FULLY: 1.0, Extent.PARTLY: 0.5}
"""How much of a need is covered by an offer that covers it fully, or partly; several do not add up."""


class Word(NamedTuple):
    """One word with the other side of its pair."""

    said: Coverage
    other: Contribution


def present_word(need_id: int, offer_id: int) -> Coverage | None:
    """The word about a pair that counts now, as it is stored."""
    return db.session.execute(
        select(Coverage)
        .where(Coverage.need_id == need_id, Coverage.offer_id == offer_id, Coverage.ended_at.is_(None))
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()


def words_about_need(need: Contribution, *, ended: bool = False) -> list[Word]:
    """What was said about a need and offers: what counts now, or what was `ended`; the latest first."""
    return _words(Coverage.need_id == need.id, Coverage.offer, ended=ended)


def helping(contribution: Contribution) -> list[Word]:
    """The public offers that cover a need fully or partly and exist, or the public needs an offer covers.

    What was said of those that stand with it counts, too. Nothing for other kinds, or while it is not public.
    """
    if contribution.visibility != Visibility.PUBLIC:
        return []
    if contribution.kind == Kind.NEED:
        found = _helping(_words(Coverage.need_id.in_(_with_members(contribution.id)), Coverage.offer))
        ended = _ended([one.other.id for one in found])
        return [one for one in found if one.other.id not in ended]
    if contribution.kind == Kind.OFFER:
        return _helping(_words(Coverage.offer_id.in_(_with_members(contribution.id)), Coverage.need))
    return []


def covered_needs(dialogue: Dialogue) -> dict[int, float]:
    """How far each need of a dialogue is covered, from above 0 to 1, by the id of the need that stands alone.

    An offer counts while it is public and has not ended. A word about a member counts for its lead, and the
    best word counts once: two halves are not a whole.
    """
    return {need_id: float(share) for need_id, share in _COVERED.rows(of_dialogue=dialogue.id, today=today())}


def _covered() -> Any:
    worth = case(*((Coverage.extent == extent, value) for extent, value in WORTH.items()), else_=0.0)
    offer, need = aliased(Contribution), aliased(Contribution)
    lead = func.coalesce(Merge.lead_id, Coverage.need_id)
    # An offer that stands with another one exists as long as that one does.
    standing = aliased(Merge)
    here: BindParameter[int] = bindparam("of_dialogue")
    day: BindParameter[date] = bindparam("today", type_=Date)
    return (
        select(lead, func.max(worth))
        .select_from(Coverage)
        .outerjoin(standing, (standing.member_id == Coverage.offer_id) & standing.undone_at.is_(None))
        .join(offer, offer.id == func.coalesce(standing.lead_id, Coverage.offer_id))
        .join(need, need.id == Coverage.need_id)
        .outerjoin(Merge, (Merge.member_id == Coverage.need_id) & Merge.undone_at.is_(None))
        .where(
            need.dialogue_id == here,
            Coverage.ended_at.is_(None),
            or_(*(Coverage.extent == extent for extent in WORTH)),
            offer.kind == Kind.OFFER,
            offer.visibility == Visibility.PUBLIC,
            ~has_ended(offer, day),
            offer.id.not_in(ended_with_their_parts(lambda whole: whole.dialogue_id == here, day)),
        )
        .group_by(lead)
    )


_COVERED = Statement(_covered)


def judged_needs(dialogue: Dialogue) -> Select[int]:
    """Ids of the needs about which something counts now, and of their leads."""
    said = (
        select(Coverage.need_id)
        .join(Contribution, Contribution.id == Coverage.need_id)
        .where(Coverage.ended_at.is_(None), Contribution.dialogue_id == dialogue.id)
    )
    leads = select(Merge.lead_id).where(Merge.undone_at.is_(None), Merge.member_id.in_(said))
    return said.union(leads)  # type: ignore[return-value]


def address_of(contribution: Contribution) -> str:
    """Where a contribution stands, for a stop on the way of another."""
    return f"/dialogues/{contribution.dialogue.slug}/contributions/{contribution.reference}"


def _with_members(lead_id: int) -> Select[int]:
    standing = select(Merge.member_id).where(Merge.lead_id == lead_id, Merge.undone_at.is_(None))
    return select(Contribution.id).where((Contribution.id == lead_id) | Contribution.id.in_(standing))


def _words(where: ColumnElement[bool], other: object, *, ended: bool = False) -> list[Word]:
    rows = db.session.execute(
        select(Coverage)
        .where(where, Coverage.ended_at.is_not(None) if ended else Coverage.ended_at.is_(None))
        .options(joinedload(Coverage.offer), joinedload(Coverage.need))
        .order_by(Coverage.at.desc(), Coverage.id.desc())
    ).scalars()
    return [Word(one, one.offer if other is Coverage.offer else one.need) for one in rows]


def _ended(offers: Sequence[int]) -> set[int]:
    if not offers:
        return set()
    parts_ended = ended_with_their_parts(lambda whole: whole.id.in_(offers))
    over = has_ended() | Contribution.id.in_(parts_ended)
    return set(db.session.scalars(select(Contribution.id).where(Contribution.id.in_(offers), over)))


def _helping(words: Iterable[Word]) -> list[Word]:
    order: Sequence[str] = list(WORTH)
    found = [one for one in words if one.said.extent in order and one.other.visibility == Visibility.PUBLIC]
    return sorted(found, key=lambda one: order.index(one.said.extent))
