"""Which public offers may answer a public need, and why."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Select, select

from core.actor import Actor
from core.cache import VersionedCache
from core.db import db
from core.errors import NotFound
from dialog.matching import Entry, Index, Reason, reasons_for
from dialog.models import Contribution, Dialogue
from dialog.permissions import RIGHTS, Permission
from dialog.queries.merges import stands_alone
from dialog.queries.offers import has_ended
from dialog.vocabulary import Kind, Visibility
from region import queries as region_queries

MOST = 5

BYTES_PER_OFFER = 6_000
"""What an offer of ordinary length takes in an index, as measured with 10,000 of them."""

_INDEXES = VersionedCache(entries=4, size=128_000_000)
"""The offers of a dialogue, ready to be asked, for as long as its register does not change.

The version is in the database, so that processes need not tell one another of a change.
"""


class Match(NamedTuple):
    """An offer that may answer a need, and what speaks for it."""

    offer: Contribution
    reasons: list[Reason]


def offers_for(actor: Actor, dialogue: Dialogue, need: Contribution) -> list[Match]:
    """The public offers that fit a need best, at most five, the best first.

    Nothing of it is kept: it says what may fit and not what covers. Raises Forbidden for those who do not
    moderate the dialogue, NotFound for what is no public need.
    """
    RIGHTS.require(actor, Permission.MODERATE, need)
    if need.kind != Kind.NEED or need.visibility != Visibility.PUBLIC:
        raise NotFound
    asked = _entry(need)
    proposals = _index_of(dialogue.id).propose(asked, most=MOST)
    # What is shown is read anew: whatever is kept in memory, nobody is shown an offer that was taken back.
    offers = db.session.scalars(
        _public_offers(dialogue.id).where(Contribution.id.in_([one.entry.id for one in proposals]))
    )
    by_id = {one.id: one for one in offers}
    places = {one.id: one.name for one in region_queries.visible_municipalities(actor)}
    return [
        Match(by_id[one.entry.id], reasons_for(asked, one, places))
        for one in proposals
        if one.entry.id in by_id
    ]


def _public_offers(dialogue_id: int) -> Select[Contribution]:
    return select(Contribution).where(
        Contribution.dialogue_id == dialogue_id,
        Contribution.kind == Kind.OFFER,
        Contribution.visibility == Visibility.PUBLIC,
        stands_alone(),
        ~has_ended(),
    )


def _index_of(dialogue_id: int) -> Index:
    # The version is read before the offers: an index newer than its version is put right by the next change.
    version = db.session.scalar(select(Dialogue.register_version).where(Dialogue.id == dialogue_id))
    key = (db.engine, dialogue_id)
    kept: Index | None = _INDEXES.find(key, version)
    if kept is None:
        kept = Index(_entry(one) for one in db.session.scalars(_public_offers(dialogue_id)))
        _INDEXES.keep(key, version, kept, len(kept) * BYTES_PER_OFFER)
    return kept


def _entry(one: Contribution) -> Entry:
    return Entry(
        id=one.id,
        number=one.number,
        title=one.title,
        text=one.text,
        field_id=one.field_id,
        municipality_id=one.municipality_id,
        target_group=one.target_group,
        language=one.language,
    )
