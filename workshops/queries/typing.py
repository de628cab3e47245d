"""What somebody has typed in for a group, and which cards there say nearly the same."""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from core.actor import Actor
from core.db import db
from core.errors import NotFound
from core.text import fold
from dialog.models import Contribution, Revision
from dialog.similar import similar
from dialog.vocabulary import CHANNELS, Visibility, read_reference
from workshops.models import Card
from workshops.permissions import RIGHTS, Permission
from workshops.queries.boards import BoardHere

LATEST = 8
_GONE = (Visibility.HIDDEN, Visibility.WITHDRAWN)


def latest_typed(actor: Actor, here: BoardHere) -> list[Card]:
    """The cards this actor typed in last for a group, the latest first. Raises NotFound for who may not."""
    _require(actor, here)
    return list(db.session.execute(_typed(actor, here).limit(LATEST)).scalars())


def access_typed(actor: Actor, here: BoardHere, reference: str) -> Contribution:
    """A card of this board that this actor typed in, by its register number. Raises NotFound."""
    _require(actor, here)
    named = read_reference(reference)
    if named is None:
        raise NotFound
    card = db.session.execute(
        _typed(actor, here).where(Contribution.kind == named[0], Contribution.number == named[1])
    ).scalar_one_or_none()
    if card is None:
        raise NotFound
    return card.contribution


def similar_cards(actor: Actor, here: BoardHere, contribution: Contribution) -> list[Contribution]:
    """Other cards of the board that say nearly the same, the nearest first."""
    _require(actor, here)
    others = db.session.execute(
        select(Contribution)
        .join(Card, Card.contribution_id == Contribution.id)
        .where(
            Card.board_id == here.board.id,
            Contribution.id != contribution.id,
            Contribution.visibility.not_in(_GONE),
        )
        .order_by(Contribution.id)
    ).scalars()
    by_id = {one.id: one for one in others}
    found = similar(fold(contribution.text), {number: fold(one.text) for number, one in by_id.items()})
    return [by_id[one.key] for one in found if one.very]


def _typed(actor: Actor, here: BoardHere) -> Select[Card]:
    return (
        select(Card)
        .join(Card.contribution)
        .join(Revision, (Revision.contribution_id == Contribution.id) & (Revision.number == 1))
        .where(
            Card.board_id == here.board.id,
            Revision.by_key == actor.key,
            Contribution.author_key.is_(None),
            Contribution.origin.in_(tuple(CHANNELS)),
            Contribution.visibility.not_in(_GONE),
        )
        .options(
            joinedload(Card.contribution).options(
                joinedload(Contribution.municipality), selectinload(Contribution.revisions)
            ),
            joinedload(Card.lane),
        )
        .order_by(Contribution.id.desc())
    )


def _require(actor: Actor, here: BoardHere) -> None:
    if not RIGHTS.allows(actor, Permission.TYPE_CARDS, here):
        raise NotFound
