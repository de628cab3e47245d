"""The cards on a board: what each audience of it sees, and one's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import and_, func, select
from sqlalchemy.orm import joinedload

from core.actor import Actor
from core.db import db
from core.errors import NotFound
from core.text import fold
from dialog.models import Contribution, Dialogue, DialogueEvent, WorkingGroup
from dialog.queries import contributions as contribution_queries
from dialog.vocabulary import NUMBER_PREFIX, Kind, Visibility
from region.models import Municipality
from workshops.models import Board, Card, HandTally
from workshops.queries import boards as board_queries
from workshops.queries.boards import BoardHere
from workshops.vocabulary import MODERATOR

SEEN_BY_ALL = (Visibility.GROUP, Visibility.PUBLIC)
SEEN_BY_MODERATORS = (*SEEN_BY_ALL, Visibility.WAITING, Visibility.RETURNED, Visibility.HIDDEN)
"""Whoever leads a group sees also what waits or was hidden; words that were taken back are gone for all."""


class CardShown(NamedTuple):
    """A card as it stands on a board; nothing in it tells who wrote it."""

    id: int
    lane_id: int
    stack_of: int | None
    duplicate: bool
    label: str
    kind: str
    number: int
    text: str
    language: str
    target_group: str
    visibility: str
    municipality: str | None
    slug: str
    event_slug: str
    revision: int
    """Number of the wording."""
    hands: int | None
    """Hands that were counted for it in the room; None where nobody counted. They are no points."""

    @property
    def reference(self) -> str:
        """The register number, such as `B-058`."""
        return f"{NUMBER_PREFIX[Kind(self.kind)]}-{self.number:03d}"


@dataclass(frozen=True, slots=True)
class CardHere:
    """One card with the board it stands on; what the rights about single cards are asked with."""

    here: BoardHere
    card: Card

    @property
    def board(self) -> Board:
        """The board."""
        return self.here.board

    @property
    def group(self) -> WorkingGroup:
        """The group of the board."""
        return self.here.group

    @property
    def dialogue_id(self) -> int:
        """The dialogue of the board."""
        return self.here.dialogue_id

    @property
    def round_id(self) -> int:
        """The round of the board."""
        return self.here.round_id

    @property
    def seated(self) -> bool:
        """Whether the one who looks has a place in the group in this round."""
        return self.here.seated

    @property
    def contribution(self) -> Contribution:
        """What the card says."""
        return self.card.contribution


def seen_by(audience: str) -> tuple[Visibility, ...]:
    """The states of contributions that this audience of a board sees."""
    return SEEN_BY_MODERATORS if audience == MODERATOR else SEEN_BY_ALL


def cards_shown(
    board_id: int, audience: str, *, lane_id: int | None = None, words: str = ""
) -> list[CardShown]:
    """The cards of a board for an audience, the latest first; cards under another one follow it at once.

    `words` narrows them to those that have all of these words.
    """
    wanted = _shown(audience).where(Card.board_id == board_id)
    if lane_id is not None:
        wanted = wanted.where(Card.lane_id == lane_id)
    for word in fold(words).split()[:10]:
        wanted = wanted.where(Contribution.search_text.contains(word, autoescape=True))
    rows = [
        CardShown(*row)
        for row in db.session.execute(wanted.order_by(Card.position.desc(), Card.contribution_id.desc()))
    ]
    there = {card.id for card in rows}
    under: dict[int, list[CardShown]] = {}
    for card in rows:
        # Where the top card is not shown, what lies under it stands for itself.
        if card.stack_of in there:
            under.setdefault(card.stack_of or 0, []).append(card)
    tops = [card for card in rows if card.stack_of not in there]
    return [one for top in tops for one in (top, *reversed(under.get(top.id, [])))]


def card_shown(contribution_id: int, audience: str) -> CardShown | None:
    """One card as this audience sees it now, for reactions; None if it does not."""
    row = db.session.execute(_shown(audience).where(Card.contribution_id == contribution_id)).first()
    return CardShown(*row) if row else None


def count_cards(board_id: int, audience: str) -> dict[int, int]:
    """How many cards this audience sees, by lane; empty lanes are left out."""
    return dict(
        db.session.execute(
            select(Card.lane_id, func.count())
            .join(Contribution, Contribution.id == Card.contribution_id)
            .where(Card.board_id == board_id, Contribution.visibility.in_(seen_by(audience)))
            .group_by(Card.lane_id)
        ).all()
    )


def own_cards(actor: Actor, here: BoardHere) -> list[Card]:
    """The cards this actor has put on a board, the latest first, also those that wait or were hidden."""
    if actor.is_visitor:
        return []
    return list(
        db.session.execute(
            select(Card)
            .join(Card.contribution)
            .options(joinedload(Card.contribution).joinedload(Contribution.municipality))
            .where(
                Card.board_id == here.board.id,
                Contribution.author_key == actor.key,
                Contribution.visibility != Visibility.WITHDRAWN,
            )
            .order_by(Card.contribution_id.desc())
        ).scalars()
    )


def access_card(actor: Actor, event: DialogueEvent, card_id: int) -> CardHere:
    """A card of an event with its board. Raises NotFound for what this actor may not read.

    Everybody who sees the board reads what is shown there, its author also what waits or was hidden.
    """
    card = db.session.execute(
        select(Card).where(Card.contribution_id == card_id).options(joinedload(Card.lane))
    ).scalar_one_or_none()
    if card is None:
        raise NotFound
    here = board_queries.access_board_by_id(actor, card.board_id)
    contribution = contribution_queries.contribution_by_id(card_id)
    if contribution is None or here.event_id != event.id:
        raise NotFound
    own = bool(actor.key) and contribution.author_key == actor.key
    audience = board_queries.audience_of(actor, here)
    if contribution.visibility == Visibility.WITHDRAWN:
        raise NotFound
    if not own and contribution.visibility not in seen_by(audience):
        raise NotFound
    return CardHere(here, card)


def board_of_card(contribution_id: int) -> int | None:
    """The board on which a contribution stands, or None."""
    return db.session.execute(
        select(Card.board_id).where(Card.contribution_id == contribution_id)
    ).scalar_one_or_none()


def cards_by_id(board_id: int, ids: Sequence[int]) -> list[Card]:
    """These cards of a board as they are stored now; whoever calls it holds the lock of the board."""
    return list(
        db.session.execute(
            select(Card)
            .where(Card.board_id == board_id, Card.contribution_id.in_(ids))
            .options(joinedload(Card.contribution))
            .execution_options(populate_existing=True)
        ).scalars()
    )


def tops_of(lane_id: int) -> list[Contribution]:
    """What stands in a lane where everybody in the group sees it, without what lies under another card."""
    return list(
        db.session.execute(
            select(Contribution)
            .join(Card, Card.contribution_id == Contribution.id)
            .where(Card.lane_id == lane_id, Card.stack_of.is_(None), Contribution.visibility.in_(SEEN_BY_ALL))
            .order_by(Card.position, Contribution.id)
        ).scalars()
    )


def has_cards(lane_id: int) -> bool:
    """Whether anything stands in a lane, also what is hidden, waits or was withdrawn."""
    return (
        db.session.execute(
            select(Card.contribution_id).where(Card.lane_id == lane_id).limit(1)
        ).scalar_one_or_none()
        is not None
    )


def last_position(board_id: int) -> int:
    """The highest position of a card on a board, 0 without cards."""
    return (
        db.session.execute(
            select(func.max(Card.position)).where(Card.board_id == board_id)
        ).scalar_one_or_none()
        or 0
    )


def cards_under(card_id: int) -> list[Card]:
    """The cards that lie under this one."""
    return list(db.session.execute(select(Card).where(Card.stack_of == card_id)).scalars())


def _shown(audience: str) -> Any:
    return (
        select(
            Card.contribution_id,
            Card.lane_id,
            Card.stack_of,
            Card.duplicate,
            Card.label,
            Contribution.kind,
            Contribution.number,
            Contribution.text,
            Contribution.language,
            Contribution.target_group,
            Contribution.visibility,
            Municipality.name,
            Dialogue.slug,
            DialogueEvent.slug,
            Contribution.revision,
            HandTally.hands,
        )
        .join(Contribution, Contribution.id == Card.contribution_id)
        .outerjoin(
            HandTally,
            and_(
                HandTally.board_id == Card.board_id,
                HandTally.contribution_id == Card.contribution_id,
            ),
        )
        .join(Board, Board.id == Card.board_id)
        .join(WorkingGroup, WorkingGroup.id == Contribution.group_id)
        .join(DialogueEvent, DialogueEvent.id == WorkingGroup.event_id)
        .join(Dialogue, Dialogue.id == DialogueEvent.dialogue_id)
        .outerjoin(Municipality, Municipality.id == Contribution.municipality_id)
        .where(Contribution.visibility.in_(seen_by(audience)))
    )
