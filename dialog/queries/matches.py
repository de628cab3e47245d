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

BYTES_PER_ENTRY = 6_000
"""What an entry of ordinary length takes in an index, as measured with 10,000 of them."""

INDEXES = VersionedCache(entries=8, size=128_000_000)
"""Needs and offers of a dialogue, ready to be asked for as long as its register does not change.

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
    proposals = index_of(dialogue.id, Kind.OFFER).propose(asked, most=MOST)
    # What is shown is read anew: whatever is kept in memory, nobody is shown an offer that was taken back.
    offers = db.session.scalars(
        _public(dialogue.id, Kind.OFFER).where(Contribution.id.in_([one.entry.id for one in proposals]))
    )
    by_id = {one.id: one for one in offers}
    places = {one.id: one.name for one in region_queries.visible_municipalities(actor)}
    return [
        Match(by_id[one.entry.id], reasons_for(asked, one, places))
        for one in proposals
        if one.entry.id in by_id
    ]


def _public(dialogue_id: int, kind: Kind) -> Select[Contribution]:
    found = select(Contribution).where(
        Contribution.dialogue_id == dialogue_id,
        Contribution.kind == kind,
        Contribution.visibility == Visibility.PUBLIC,
        stands_alone(),
    )
    return found.where(~has_ended()) if kind == Kind.OFFER else found


def index_of(dialogue_id: int, kind: Kind) -> Index:
    """The public entries of a kind, ready to be asked; kept in memory until the register changes."""
    # The version is read before the entries: an index newer than its version is put right by the next change.
    version = db.session.scalar(select(Dialogue.register_version).where(Dialogue.id == dialogue_id))
    key = (db.engine, dialogue_id, kind)
    kept: Index | None = INDEXES.find(key, version)
    if kept is None:
        kept = Index(_entry(one) for one in db.session.scalars(_public(dialogue_id, kind)))
        INDEXES.keep(key, version, kept, len(kept) * BYTES_PER_ENTRY)
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
