"""Which offers are to be checked, by staff or by asking their providers, and whose funding ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from core.actor import Actor
from core.clock import LOCAL_TIME, now, today
from core.db import db
from core.retention import Due, held_dialogues
from dialog.models import Contribution, Dialogue, OfferDetails
from dialog.offer_words import months_before
from dialog.permissions import RIGHTS, Permission
from dialog.queries.details import Offer, whole
from dialog.queries.merges import stands_alone
from dialog.queries.offers import is_over, with_words
from dialog.queries.register import COUNTY_WIDE
from dialog.vocabulary import Kind, Visibility

MOST = 50
"""So many of each list are shown on a page."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Which offers staff want to see; `place` is an official key or COUNTY_WIDE, and "" leaves it open."""

    words: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """What staff have to do about offers: reported as gone, due for a check, and with funding that ends."""

    gone: Sequence[Offer]
    due: Sequence[Offer]
    ending: Sequence[Offer]


def count_due(actor: Actor, dialogue: Dialogue, wish: Wish) -> int:
    """Number of offers to check among those that fit."""
    RIGHTS.require(actor, Permission.KEEP_OFFERS, dialogue)
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Contribution)
            .outerjoin(OfferDetails, OfferDetails.contribution_id == Contribution.id)
            .where(*_public(dialogue), *_due(dialogue, today()), *_asked(wish))
        )
        or 0
    )


def work_on_offers(actor: Actor, dialogue: Dialogue, wish: Wish, *, ahead: int, offset: int = 0) -> Kept:
    """The lists of staff, of offers that fit; `ahead` is how many months before its end funding is shown.

    Of what is to be checked so many are given as `MOST` says, from `offset`: what nobody has ever checked
    first, then what was checked longest ago.
    """
    RIGHTS.require(actor, Permission.KEEP_OFFERS, dialogue)
    day, asked = today(), _asked(wish)
    longest = (func.coalesce(OfferDetails.checked_on, ""), Contribution.published_at)
    soon = and_(
        OfferDetails.funded_until.is_not(None), OfferDetails.funded_until <= months_before(day, -ahead)
    )
    return Kept(
        gone=_offers(dialogue, [OfferDetails.gone_at.is_not(None), *asked], [OfferDetails.gone_at]),
        due=_offers(dialogue, [*_due(dialogue, day), *asked], longest, offset),
        ending=_offers(dialogue, [soon, ~is_over(day), *asked], [OfferDetails.funded_until]),
    )


def to_ask() -> list[tuple[int, str]]:
    """Offers whose providers are to be asked by mail now, with their addresses; over all dialogues.

    Those not checked within the period of their dialogue, and not asked within it either.
    """
    found: list[tuple[int, str]] = []
    for dialogue in db.session.scalars(select(Dialogue).order_by(Dialogue.id)):
        found += [
            (one, address)
            for one, address in db.session.execute(
                _select(dialogue, [*_due(dialogue, today()), _not_asked(dialogue)])
                .with_only_columns(Contribution.id, OfferDetails.contact_mail)
                .where(OfferDetails.contact_mail != "")
                .order_by(OfferDetails.asked_at.is_not(None), OfferDetails.asked_at, Contribution.id)
            )
        ]
    return found


def asked_before(dialogue: Dialogue) -> datetime:
    """A provider who was asked later than this is not asked again yet."""
    day = months_before(today(), dialogue.check_offers_after)
    return datetime.combine(day, time(), LOCAL_TIME)


def offer_by_token(dialogue: Dialogue, token_digest: str) -> OfferDetails | None:
    """The offer whose provider was sent this link, while it may still be answered.

    Also one that stands with another one by now: its provider was asked, and answers for both.
    """
    return db.session.scalar(
        select(OfferDetails)
        .join(Contribution, Contribution.id == OfferDetails.contribution_id)
        .where(
            Contribution.dialogue_id == dialogue.id,
            Contribution.kind == Kind.OFFER,
            Contribution.visibility == Visibility.PUBLIC,
            Contribution.split_at.is_(None),
            OfferDetails.token_digest == token_digest,
            OfferDetails.token_until > now(),
        )
    )


def outlived_addresses(before: datetime) -> list[Due]:
    """Offers with an address that are not public and were reported before this moment."""
    rows = db.session.execute(
        select(OfferDetails.contribution_id, Contribution.created_at)
        .join(Contribution, Contribution.id == OfferDetails.contribution_id)
        .where(
            OfferDetails.contact_mail != "",
            Contribution.visibility != Visibility.PUBLIC,
            Contribution.created_at < before,
            Contribution.dialogue_id.not_in(held_dialogues()),
        )
    )
    return [Due(one, at) for one, at in rows]


def _asked(wish: Wish) -> list[ColumnElement[bool]]:
    clauses = with_words(wish.words)
    if wish.place == COUNTY_WIDE:
        clauses.append(Contribution.municipality_id.is_(None))
    elif wish.place:
        clauses.append(Contribution.municipality.has(ags=wish.place))
    return clauses


def _due(dialogue: Dialogue, day: date) -> list[ColumnElement[bool]]:
    limit = months_before(day, dialogue.check_offers_after)
    checked = func.coalesce(OfferDetails.checked_on, "")
    came_before = datetime.combine(limit, time(), LOCAL_TIME)
    return [
        ~is_over(day),
        or_(
            and_(checked != "", checked < limit.isoformat()),
            and_(checked == "", Contribution.published_at < came_before),
        ),
    ]


def _not_asked(dialogue: Dialogue) -> ColumnElement[bool]:
    return or_(OfferDetails.asked_at.is_(None), OfferDetails.asked_at < asked_before(dialogue))


def _public(dialogue: Dialogue) -> list[ColumnElement[bool]]:
    return [
        Contribution.dialogue_id == dialogue.id,
        Contribution.kind == Kind.OFFER,
        Contribution.visibility == Visibility.PUBLIC,
        stands_alone(),
    ]


def _select(dialogue: Dialogue, clauses: Sequence[ColumnElement[bool]]) -> Select[Contribution, OfferDetails]:
    return (
        select(Contribution, OfferDetails)
        .outerjoin(OfferDetails, OfferDetails.contribution_id == Contribution.id)
        .where(*_public(dialogue), *clauses)
    )


def _offers(
    dialogue: Dialogue, clauses: Sequence[ColumnElement[bool]], order: Sequence[Any], offset: int = 0
) -> list[Offer]:
    rows = db.session.execute(
        _select(dialogue, clauses)
        .options(joinedload(Contribution.municipality))
        .order_by(*order, Contribution.id)
        .offset(offset)
        .limit(MOST)
    )
    return whole([(one, details) for one, details in rows])
