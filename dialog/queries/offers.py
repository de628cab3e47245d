"""The public directory of offers: what one can look for in it, and what it shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from core.actor import Actor
from core.clock import today
from core.db import db
from core.text import fold
from dialog.models import Contribution, ContributionPart, Dialogue, OfferDetails, OfferPlace, OfferTrait
from dialog.offer_words import EVERYBODY, OfferStatus, Price, Trait, known
from dialog.permissions import RIGHTS, Permission
from dialog.queries.details import Offer, whole
from dialog.queries.merges import stands_alone
from dialog.queries.register import COUNTY_WIDE
from dialog.vocabulary import Kind, Visibility
from region.models import ActionField, Municipality

_ESCAPE = "/"
_MOST_WORDS = 8
_AT_ONCE = 400
"""So many offers are completed in one statement; some databases take no more than a thousand values."""


@dataclass(frozen=True, slots=True)
class OfferFilter:
    """What somebody looks for among the offers; empty strings leave a question open.

    `place` is an official key (what reaches that municipality) or COUNTY_WIDE (what reaches all of them);
    `ended` shows what has ended instead of what exists.
    """

    field: str = ""
    place: str = ""
    group: str = ""
    language: str = ""
    cost: str = ""
    words: str = ""
    ended: bool = False

    @property
    def is_open(self) -> bool:
        """Whether nothing in particular is looked for."""
        return not any((self.field, self.place, self.group, self.language, self.cost, self.words, self.ended))


def is_over(day: date | BindParameter[date]) -> ColumnElement[bool]:
    """For statements that join `OfferDetails`: it does not exist, or its provider says so."""
    return func.coalesce(
        or_(
            OfferDetails.status == OfferStatus.ENDED,
            OfferDetails.gone_at.is_not(None),
            and_(OfferDetails.ends_on.is_not(None), OfferDetails.ends_on < day),
        ),
        False,
    )


def has_ended(
    offer: Any = Contribution, day: date | BindParameter[date] | None = None
) -> ColumnElement[bool]:
    """For statements that join nothing: this offer does not exist any more, today or on that `day`."""
    return exists().where(OfferDetails.contribution_id == offer.id, is_over(today() if day is None else day))


def ended_with_their_parts(
    of: Callable[[Any], ColumnElement[bool]], day: date | BindParameter[date] | None = None
) -> Select[int]:
    """For statements: ids of the offers that were divided, and none of whose parts exists any more.

    Of the parts only those count that are offers. It begins with the parts, of which there are few; `of` says
    of which whole contributions.
    """
    part, whole = aliased(Contribution), aliased(Contribution)
    exists_still = (part.visibility == Visibility.PUBLIC) & ~has_ended(part, day)
    return (
        select(ContributionPart.whole_id)
        .join(whole, (whole.id == ContributionPart.whole_id) & (whole.split_at == ContributionPart.at))
        .join(part, part.id == ContributionPart.part_id)
        .where(part.kind == Kind.OFFER, of(whole))
        .group_by(ContributionPart.whole_id)
        .having(func.sum(case((exists_still, 1), else_=0)) == 0)
    )


def count_offers(actor: Actor, dialogue: Dialogue, wish: OfferFilter) -> int:
    """Number of public offers that fit."""
    RIGHTS.require(actor, Permission.READ_REGISTER, dialogue)
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Contribution)
            .outerjoin(OfferDetails, OfferDetails.contribution_id == Contribution.id)
            .where(*_clauses(dialogue, wish))
        )
        or 0
    )


def visible_offers(
    actor: Actor, dialogue: Dialogue, wish: OfferFilter, *, offset: int = 0, limit: int | None = None
) -> list[Offer]:
    """Public offers that fit, the latest first; all of them without a `limit`."""
    RIGHTS.require(actor, Permission.READ_REGISTER, dialogue)
    found = db.session.execute(_select(dialogue, wish, offset, limit))
    return _in_portions([(one, details) for one, details in found])


def offers_by(actor: Actor, dialogue: Dialogue, provider: str) -> list[Contribution]:
    """Public offers, not ended, of whoever is called so; several names have a slash between them."""
    RIGHTS.require(actor, Permission.READ_REGISTER, dialogue)
    name = fold(provider)
    found = db.session.scalars(
        select(Contribution)
        .where(*_public(dialogue), ~has_ended(), Contribution.search_text.contains(name, autoescape=True))
        .order_by(Contribution.published_at.desc(), Contribution.id.desc())
    )
    return [one for one in found if name in {fold(part) for part in one.provider.split("/")}]


def dated_offers(actor: Actor, dialogue: Dialogue, wish: OfferFilter) -> list[Offer]:
    """Those of the public offers that fit which have a first and a last day, by their first day."""
    RIGHTS.require(actor, Permission.READ_REGISTER, dialogue)
    found = db.session.execute(
        _select(dialogue, wish, 0, None)
        .where(OfferDetails.begin.is_not(None), OfferDetails.ends_on.is_not(None))
        .order_by(None)
        .order_by(OfferDetails.begin, Contribution.id)
    )
    return _in_portions([(one, details) for one, details in found])


def any_dated(actor: Actor, dialogue: Dialogue, wish: OfferFilter) -> bool:
    """Whether `dated_offers` would give one."""
    RIGHTS.require(actor, Permission.READ_REGISTER, dialogue)
    dated = (OfferDetails.begin.is_not(None), OfferDetails.ends_on.is_not(None))
    found = _select(dialogue, wish, 0, 1).with_only_columns(Contribution.id).where(*dated).order_by(None)
    return db.session.scalar(found) is not None


def traits_in_use(actor: Actor, dialogue: Dialogue) -> Mapping[str, Sequence[str]]:
    """The target groups and languages that some public offer has; others are not worth asking for."""
    RIGHTS.require(actor, Permission.READ_REGISTER, dialogue)
    rows = db.session.execute(
        select(OfferTrait.trait, OfferTrait.code)
        .join(Contribution, Contribution.id == OfferTrait.contribution_id)
        .where(*_public(dialogue))
        .distinct()
    )
    found: dict[str, list[str]] = {}
    for trait, code in rows:
        found.setdefault(trait, []).append(code)
    return {trait: known(Trait(trait), codes) for trait, codes in found.items()}


def _in_portions(rows: Sequence[tuple[Contribution, OfferDetails | None]]) -> list[Offer]:
    return [
        offer for begin in range(0, len(rows), _AT_ONCE) for offer in whole(rows[begin : begin + _AT_ONCE])
    ]


def _select(
    dialogue: Dialogue, wish: OfferFilter, offset: int, limit: int | None
) -> Select[Contribution, OfferDetails]:
    return (
        select(Contribution, OfferDetails)
        .outerjoin(OfferDetails, OfferDetails.contribution_id == Contribution.id)
        .options(joinedload(Contribution.municipality), joinedload(Contribution.field))
        .where(*_clauses(dialogue, wish))
        .order_by(Contribution.published_at.desc(), Contribution.id.desc())
        .offset(offset)
        .limit(limit)
    )


def _public(dialogue: Dialogue) -> list[ColumnElement[bool]]:
    return [
        Contribution.dialogue_id == dialogue.id,
        Contribution.visibility == Visibility.PUBLIC,
        Contribution.kind == Kind.OFFER,
        stands_alone(),
    ]


def _clauses(dialogue: Dialogue, wish: OfferFilter) -> list[ColumnElement[bool]]:
    over = is_over(today())
    clauses = [*_public(dialogue), over if wish.ended else ~over]
    if wish.field:
        clauses.append(
            Contribution.field_id.in_(
                select(ActionField.id).where(
                    ActionField.field_set_id == dialogue.field_set_id, ActionField.slug == wish.field
                )
            )
        )
    if wish.place:
        clauses.append(_reaches(wish.place))
    if wish.group:
        clauses.append(_has(Trait.GROUP, (wish.group, EVERYBODY)))
    if wish.language:
        clauses.append(_has(Trait.LANGUAGE, (wish.language,)))
    if wish.cost == Price.FREE:
        clauses.append(OfferDetails.cost == 0)
    elif wish.cost == Price.PAID:
        clauses.append(OfferDetails.cost > 0)
    elif wish.cost == Price.OPEN:
        clauses.append(OfferDetails.cost.is_(None))
    return [*clauses, *with_words(wish.words)]


def with_words(words: str) -> list[ColumnElement[bool]]:
    """For statements about contributions: each of these words stands in it somewhere."""
    clauses: list[ColumnElement[bool]] = []
    for word in fold(words).split()[:_MOST_WORDS]:
        for sign in (_ESCAPE, "%", "_"):
            word = word.replace(sign, _ESCAPE + sign)
        clauses.append(Contribution.search_text.like(f"%{word}%", escape=_ESCAPE))
    return clauses


def _reaches(place: str) -> ColumnElement[bool]:
    everywhere = or_(Contribution.municipality_id.is_(None), OfferDetails.serves_county)
    if place == COUNTY_WIDE:
        return everywhere
    here = select(Municipality.id).where(Municipality.ags == place)
    return and_(
        # A place that there is not is reached by nothing, not even by what reaches the whole county.
        here.exists(),
        or_(
            everywhere,
            Contribution.municipality_id.in_(here),
            Contribution.id.in_(
                select(OfferPlace.contribution_id).where(OfferPlace.municipality_id.in_(here))
            ),
        ),
    )


def _has(trait: Trait, codes: Sequence[str]) -> ColumnElement[bool]:
    return Contribution.id.in_(
        select(OfferTrait.contribution_id).where(OfferTrait.trait == trait, OfferTrait.code.in_(codes))
    )
