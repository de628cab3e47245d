"""What is known of an offer or a need beyond its words: what everybody reads, and what only staff do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from core.actor import Actor
from core.clock import LOCAL_TIME, today
from core.db import db
from core.errors import NotFound
from dialog.models import (
    Contribution,
    DetailsVersion,
    Dialogue,
    NeedDetails,
    OfferDetails,
    OfferPlace,
    OfferTrait,
)
from dialog.offer_words import OfferStatus, Trait, known, months_before
from dialog.permissions import RIGHTS, Permission
from dialog.queries.contributions import access_contribution
from region.models import Municipality

NO_DETAILS = OfferDetails(
    status=OfferStatus.UNKNOWN,
    serves_county=False,
    languages="",
    cost_words="",
    access="",
    capacity="",
    contact="",
    contact_public=False,
    contact_mail="",
    schedule="",
    url="",
    remark="",
    checked_on="",
    revision=0,
)
"""Stands for the details of an offer of which nothing is known. It belongs to no session; only read it."""


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer with everything that is known of it. What of `details` is for staff says `dialog.models`."""

    contribution: Contribution
    details: OfferDetails
    traits: Mapping[str, Sequence[str]] = field(default_factory=dict)
    places: Sequence[Municipality] = ()
    """Served besides the one where it is."""

    @property
    def groups(self) -> Sequence[str]:
        """Codes of its target groups."""
        return self.traits.get(Trait.GROUP, ())

    @property
    def languages(self) -> Sequence[str]:
        """Codes of its languages."""
        return self.traits.get(Trait.LANGUAGE, ())

    @property
    def access(self) -> Sequence[str]:
        """Codes of how one gets in."""
        return self.traits.get(Trait.ACCESS, ())

    @property
    def is_county_wide(self) -> bool:
        """Whether it reaches every place of the county."""
        return self.contribution.municipality_id is None or self.details.serves_county

    @property
    def has_ended(self) -> bool:
        """Whether it is known to exist no longer."""
        last = self.details.ends_on
        return self.details.status == OfferStatus.ENDED or (last is not None and last < today())

    @property
    def is_dated(self) -> bool:
        """Whether it has days that a calendar can show."""
        return self.details.begin is not None and self.details.ends_on is not None

    @property
    def reported_on(self) -> date | None:
        """The day it came into the register."""
        at = self.contribution.published_at
        return at.astimezone(LOCAL_TIME).date() if at else None

    def is_uncertain(self, months: int) -> bool:
        """Whether nobody has checked it for so many months, or since it came."""
        limit = months_before(today(), months)
        if self.details.checked_on:
            return self.details.checked_on < limit.isoformat()
        return self.reported_on is None or self.reported_on < limit


def offer_details(contribution_id: int) -> OfferDetails | None:
    """The row as it is stored now, or None."""
    return db.session.scalar(
        select(OfferDetails)
        .where(OfferDetails.contribution_id == contribution_id)
        .execution_options(populate_existing=True)
    )


def need_details(contribution_id: int) -> NeedDetails | None:
    """The row as it is stored now, or None."""
    return db.session.scalar(
        select(NeedDetails)
        .where(NeedDetails.contribution_id == contribution_id)
        .execution_options(populate_existing=True)
    )


def offer_as_dict(contribution_id: int) -> dict[str, Any] | None:
    """All that is known of an offer as plain values, or None if nothing is."""
    details = offer_details(contribution_id)
    if details is None:
        return None
    traits = traits_of([contribution_id]).get(contribution_id, {})
    return (
        _plain(details)
        | {str(trait): list(codes) for trait, codes in traits.items()}
        | {"places": [place.ags for place in places_of([contribution_id]).get(contribution_id, [])]}
    )


def need_as_dict(contribution_id: int) -> dict[str, Any] | None:
    """All that is known of a need as plain values, or None if nothing is."""
    details = need_details(contribution_id)
    return None if details is None else _plain(details)


def _plain(row: OfferDetails | NeedDetails) -> dict[str, Any]:
    values = {column.name: getattr(row, column.name) for column in row.__table__.columns}
    return {
        name: value.isoformat() if isinstance(value, date | datetime) else value
        for name, value in values.items()
    }


def traits_of(ids: Sequence[int]) -> dict[int, dict[str, list[str]]]:
    """Target groups, languages and ways in of these offers, each in the order in which people choose."""
    found: dict[int, dict[str, set[str]]] = {}
    rows = db.session.execute(
        select(OfferTrait.contribution_id, OfferTrait.trait, OfferTrait.code).where(
            OfferTrait.contribution_id.in_(ids)
        )
    )
    for one, trait, code in rows:
        found.setdefault(one, {}).setdefault(trait, set()).add(code)
    return {
        one: {trait: known(Trait(trait), codes) for trait, codes in traits.items()}
        for one, traits in found.items()
    }


def places_of(ids: Sequence[int]) -> dict[int, list[Municipality]]:
    """The municipalities that these offers serve besides their own, in German order of their names."""
    found: dict[int, list[Municipality]] = {}
    rows = db.session.execute(
        select(OfferPlace.contribution_id, Municipality)
        .join(Municipality, Municipality.id == OfferPlace.municipality_id)
        .where(OfferPlace.contribution_id.in_(ids))
        .order_by(Municipality.sort_name, Municipality.id)
    )
    for one, municipality in rows:
        found.setdefault(one, []).append(municipality)
    return found


def whole(rows: Iterable[tuple[Contribution, OfferDetails | None]]) -> list[Offer]:
    """Offers with everything that is known of them, in two further statements."""
    pairs = list(rows)
    ids = [contribution.id for contribution, _ in pairs]
    traits, places = traits_of(ids), places_of(ids)
    return [
        Offer(one, details or NO_DETAILS, traits.get(one.id, {}), places.get(one.id, ()))
        for one, details in pairs
    ]


def offer_of(contribution: Contribution) -> Offer:
    """An offer that the caller may read, with everything that is known of it."""
    return whole([(contribution, offer_details(contribution.id))])[0]


def access_details(actor: Actor, dialogue: Dialogue, reference: str) -> Contribution:
    """The contribution whose details this actor may write. Raises NotFound and Forbidden."""
    found = access_contribution(actor, dialogue, reference)
    if not found.title and not found.text:
        raise NotFound
    RIGHTS.require(actor, Permission.KEEP_DETAILS, found)
    return found


def earlier_versions(actor: Actor, contribution: Contribution) -> list[DetailsVersion]:
    """What the details said before, with remarks, the latest first; nothing for who may not read those."""
    if not RIGHTS.allows(actor, Permission.KEEP_REMARK, contribution):
        return []
    return list(
        db.session.scalars(
            select(DetailsVersion)
            .where(DetailsVersion.contribution_id == contribution.id)
            .order_by(DetailsVersion.number.desc())
        )
    )
