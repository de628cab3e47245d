"""Which public offers may answer a public need, and why."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import select

from core.actor import Actor
from core.db import db
from core.errors import NotFound
from dialog.matching import Entry, Index, Reason, reasons_for
from dialog.models import Contribution, Dialogue
from dialog.permissions import RIGHTS, Permission
from dialog.queries.merges import stands_alone
from dialog.vocabulary import Kind, Visibility
from region import queries as region_queries

MOST = 5


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
    offers = db.session.scalars(
        select(Contribution).where(
            Contribution.dialogue_id == dialogue.id,
            Contribution.kind == Kind.OFFER,
            Contribution.visibility == Visibility.PUBLIC,
            stands_alone(),
        )
    ).all()
    by_id = {one.id: one for one in offers}
    places = {one.id: one.name for one in region_queries.visible_municipalities(actor)}
    asked = _entry(need)
    return [
        Match(by_id[proposal.entry.id], reasons_for(asked, proposal, places))
        for proposal in Index(_entry(one) for one in offers).propose(asked, most=MOST)
    ]


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
