"""Which public offers may answer a public need, and why."""

from __future__ import annotations

import threading
import time
from collections.abc import Hashable, Iterator
from dataclasses import fields, replace
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select

from core.actor import Actor
from core.bulk import AT_ONCE
from core.cache import VersionedCache
from core.db import db
from core.errors import NotFound
from core.turns import in_turns
from dialog.matching import Entry, Index, Reason, meaning, reasons_for, said
from dialog.models import Contribution, Dialogue, OfferDetails, OfferPlace, OfferTrait
from dialog.offer_words import Trait
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


def index_of(dialogue_id: int, kind: Kind, *, patience: float = 0.0) -> Index:
    """The public entries of a kind, ready to be asked; kept in memory until the register changes.

    With `patience` an older one will do for so many seconds for every thousand entries, because a large one
    takes long to make and a busy register changes all the time.
    """
    key = (db.engine, dialogue_id, kind)
    # The version is read before the entries: an index newer than its version is put right by the next change.
    version = db.session.scalar(select(Dialogue.register_version).where(Dialogue.id == dialogue_id))
    kept = _kept(key, version, patience)
    if kept is None:
        with _MAKING:
            # Whoever waited finds what another one has made meanwhile.
            kept = _kept(key, version, patience)
            if kept is None:
                rows = db.session.execute(_public(dialogue_id, kind).with_only_columns(*_COMPARED))
                known = _known_beside(dialogue_id)
                entries = [
                    replace(Entry(*row), **known.get(row[0], {})) for row in in_turns(rows.yield_per(AT_ONCE))
                ]
                kept = Index(entries, meaning.in_use() if kind == Kind.OFFER else None)
                made = _Made(kept, version, time.monotonic())
                INDEXES.keep(key, None, made, len(kept) * BYTES_PER_ENTRY)
    return kept


def _known_beside(dialogue_id: int) -> dict[int, dict[str, Any]]:
    """What an `Entry` says of reach, target groups and languages, of offers whose details say something."""
    here = Contribution.dialogue_id == dialogue_id
    everywhere = db.session.scalars(
        select(OfferDetails.contribution_id)
        .join(Contribution, Contribution.id == OfferDetails.contribution_id)
        .where(here, OfferDetails.serves_county)
    )
    found: dict[int, dict[str, Any]] = {one: {"serves_county": True} for one in everywhere}
    named = db.session.execute(
        select(OfferPlace.contribution_id, OfferPlace.municipality_id)
        .join(Contribution, Contribution.id == OfferPlace.contribution_id)
        .where(here)
    )
    for one, place in named:
        known = found.setdefault(one, {})
        known["serves"] = known.get("serves", frozenset()) | {place}
    traits = db.session.execute(
        select(OfferTrait.contribution_id, OfferTrait.trait, OfferTrait.code)
        .join(Contribution, Contribution.id == OfferTrait.contribution_id)
        .where(here, OfferTrait.trait.in_(_COMPARED_TRAITS))
    )
    for one, trait, code in traits:
        known, name = found.setdefault(one, {}), _COMPARED_TRAITS[trait]
        known[name] = known.get(name, frozenset()) | {code}
    return found


def changes_of_registers() -> int:
    """How often the registers of all dialogues have changed."""
    return db.session.execute(select(func.coalesce(func.sum(Dialogue.register_version), 0))).scalar_one()


def texts_to_learn() -> Iterator[str]:
    """Everything public that is compared by meaning, in any dialogue."""
    for kind in (Kind.OFFER, Kind.NEED):
        rows = db.session.execute(
            select(*_COMPARED).where(
                Contribution.kind == kind, Contribution.visibility == Visibility.PUBLIC, stands_alone()
            )
        )
        for row in rows.yield_per(AT_ONCE):
            yield said(Entry(*row))


class _Made(NamedTuple):
    ready: Index
    version: int | None
    at: float
    """In seconds of the monotonic clock."""


_MAKING = threading.Lock()


def _kept(key: Hashable, version: int | None, patience: float) -> Index | None:
    made: _Made | None = INDEXES.find(key, None)
    if made is None:
        return None
    thousands = len(made.ready) // 1_000
    is_fresh = time.monotonic() - made.at < patience * thousands
    return made.ready if is_fresh or made.version == version else None


_COMPARED_TRAITS = {str(Trait.GROUP): "groups", str(Trait.LANGUAGE): "languages"}
_BESIDE = {"serves_county", "serves", *_COMPARED_TRAITS.values()}
_NAMES = [field.name for field in fields(Entry) if field.name not in _BESIDE]
_COMPARED = [getattr(Contribution, name) for name in _NAMES]


def _entry(one: Contribution) -> Entry:
    return Entry(*(getattr(one, name) for name in _NAMES))
