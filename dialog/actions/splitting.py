"""Dividing a long contribution into parts that keep where they came from, and putting them together again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import update

from core.actor import Actor
from core.clock import now
from core.db import db
from core.errors import Conflict, Invalid, Stale
from core.i18n import N_
from core.i18n import lazy_gettext as _l
from core.journal import record
from core.text import excerpt, fold
from dialog.actions import moderation
from dialog.actions._joining import stand_together
from dialog.actions._parts import (
    add_station,
    check_place,
    keep_wording,
    next_number,
    raise_register_version,
    sensible_heading,
    sensible_text,
)
from dialog.facts import ContributionSplit, SplitTakenBack
from dialog.models import Contribution, ContributionPart, OfferDetails, OfferPlace
from dialog.permissions import RIGHTS, Permission
from dialog.queries import details as detail_queries
from dialog.queries import merges as merge_queries
from dialog.queries import splits as queries
from dialog.queries.coverage import address_of
from dialog.vocabulary import TITLE_LIMIT, Kind, Visibility
from region.models import ActionField

FEWEST_PARTS, MOST_PARTS = 2, 8

_OF_THE_WHOLE = ("checked_on", "status", "begin", "ends_on", "gone_at", "serves_county")
"""What a part of an offer has like the whole: whether and when it exists, and how far it reaches."""


@dataclass(frozen=True, slots=True)
class PartWanted:
    """One part as somebody wants it; without a title its first words are the heading."""

    text: str
    kind: Kind
    field: ActionField
    title: str = ""


def split_contribution(
    actor: Actor, whole: Contribution, parts: Sequence[PartWanted], *, based_on: int
) -> list[Contribution]:
    """Make published contributions of the parts of one; it stays readable, without a line of its own.

    The parts get numbers of their own and keep origin, channel, place, group, round, source, author and the
    moment of the whole. `based_on` is the revision that was divided. Raises Stale if there is a later one,
    Conflict for what is not published, stands with others, is being voted on or was divided meanwhile, and
    Invalid for too few, too many, empty or too long parts.
    """
    RIGHTS.require(actor, Permission.SPLIT, whole)
    if not FEWEST_PARTS <= len(parts) <= MOST_PARTS:
        sentence = _l("Please make %(least)d to %(most)d parts of it.", least=FEWEST_PARTS, most=MOST_PARTS)
        raise Invalid(sentence)
    if whole.visibility != Visibility.PUBLIC:
        raise Conflict(_l("Only what is published can be divided."), code="decided")
    merge_queries.lock_both(whole.id, whole.id)
    if merge_queries.standing_of_member(whole.id) or merge_queries.standing_of_lead(whole.id):
        raise Conflict(
            _l("%(number)s stands with others. Please take them apart first.", number=whole.reference),
            code="merged",
        )
    if queries.is_voted_on(whole):
        raise Conflict(
            _l(
                "%(number)s can be chosen in a vote. Please divide it when the vote is over.",
                number=whole.reference,
            ),
            code="voted_on",
        )
    if based_on != whole.revision:
        raise Stale(_l("The text has been changed meanwhile. Please read it again before you divide it."))
    moment = now()
    # Of two people who divide at once the second finds it done.
    claimed = db.session.execute(
        update(Contribution)
        .where(
            Contribution.id == whole.id,
            Contribution.revision == based_on,
            Contribution.visibility == Visibility.PUBLIC,
            Contribution.split_at.is_(None),
        )
        .values(split_at=moment)
        .execution_options(synchronize_session="fetch")
    )
    if claimed.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(_l("This contribution was divided already."), code="split")
    made = [_make(actor, whole, wanted, position) for position, wanted in enumerate(parts, 1)]
    numbers = ", ".join(one.reference for one in made)
    add_station(whole.id, "split", N_("Divided into %(numbers)s"), {"numbers": numbers}, "", moment)
    raise_register_version(whole.dialogue_id)
    record(actor, ContributionSplit(whole.id, len(made)))
    return made


def _make(actor: Actor, whole: Contribution, wanted: PartWanted, position: int) -> Contribution:
    words = sensible_text(wanted.text)
    check_place(whole.dialogue, wanted.field, whole.language)
    part = Contribution(
        dialogue_id=whole.dialogue_id,
        kind=wanted.kind,
        number=next_number(whole.dialogue_id, wanted.kind),
        field_id=wanted.field.id,
        municipality_id=whole.municipality_id,
        title=excerpt(words, TITLE_LIMIT),
        text=words,
        language=whole.language,
        target_group=whole.target_group,
        provider=whole.provider,
        search_text=fold(" ".join((words, whole.target_group, whole.provider))),
        origin=whole.origin,
        noted_down=whole.noted_down,
        author_key=whole.author_key,
        publication_id=whole.publication_id,
        group_id=whole.group_id,
        round_id=whole.round_id,
        visibility=Visibility.WAITING,
        created_at=whole.created_at,
    )
    keep_wording(actor, part)
    db.session.add(part)
    db.session.flush()  # The row of the part, its stops and the fact need the id.
    at = whole.split_at or now()
    db.session.add(
        ContributionPart(part_id=part.id, whole_id=whole.id, position=position, by_key=actor.key, at=at)
    )
    values = {"number": whole.reference}
    add_station(part.id, "part", N_("Part of %(number)s"), values, address_of(whole), now())
    moderation.publish_contribution(actor, part, title=sensible_heading(wanted.title))
    # It is as old as the whole: dividing words says nothing of whether an offer still exists.
    part.published_at = whole.published_at
    known = detail_queries.offer_details(whole.id) if wanted.kind == Kind.OFFER else None
    if known is not None:
        same = {name: getattr(known, name) for name in _OF_THE_WHOLE}
        db.session.add(OfferDetails(contribution_id=part.id, **same))
        db.session.flush()  # The places refer to it.
        for place in detail_queries.offer_of(whole).places:
            db.session.add(OfferPlace(contribution_id=part.id, municipality_id=place.id))
    return part


def take_split_back(actor: Actor, whole: Contribution) -> None:
    """Give the whole its line again and have its parts stand with it; no number and no word goes.

    What became of a part meanwhile (hidden, withdrawn, put together with another one) stays so. Raises
    Conflict if somebody was faster, and while the whole is not published: its parts could not stand with it,
    and would count beside it once it is.
    """
    RIGHTS.require(actor, Permission.SPLIT, whole)
    merge_queries.lock_both(whole.id, whole.id)
    if whole.visibility != Visibility.PUBLIC:
        raise Conflict(
            _l("%(number)s is not published. Please show it again first.", number=whole.reference),
            code="not_public",
        )
    moment, divided_at = now(), whole.split_at
    undone = db.session.execute(
        update(Contribution)
        .where(Contribution.id == whole.id, Contribution.split_at.is_not(None))
        .values(split_at=None)
        .execution_options(synchronize_session="fetch")
    )
    if undone.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(_l("Somebody has put these together already."), code="merged")
    add_station(whole.id, "joined", N_("Its parts stand here again"), {}, "", moment)
    for one in (part for part in queries.parts_of(whole) if part.at == divided_at):
        stands = merge_queries.standing_of_member(one.part_id) or merge_queries.standing_of_lead(one.part_id)
        if one.part.visibility == Visibility.PUBLIC and not stands:
            stand_together(actor, one.part, whole, N_("%(number)s is part of it again"))
    raise_register_version(whole.dialogue_id)
    record(actor, SplitTakenBack(whole.id))
