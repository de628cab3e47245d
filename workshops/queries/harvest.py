"""The cards of a board at its harvest, and what came of them for everybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from accounts import queries as account_queries
from core.actor import Actor
from core.db import db
from core.errors import NotFound
from core.text import fold
from dialog.models import Contribution
from dialog.queries import merges as merge_queries
from dialog.similar import similar
from dialog.vocabulary import Outcome, Visibility
from workshops.models import Board, Card, HarvestStep, Lane
from workshops.permissions import RIGHTS, Permission
from workshops.queries.boards import BoardHere
from workshops.vocabulary import HarvestDecision

LEFT_OUT = (Visibility.HIDDEN, Visibility.WITHDRAWN)
"""Nobody decides at a harvest on what staff have hidden or its author has taken back."""


@dataclass(frozen=True, slots=True)
class Stack:
    """A card with those that lie under it and are still to be decided on."""

    card: Card
    under: list[Card]

    @property
    def contribution(self) -> Contribution:
        """What the card on top says."""
        return self.card.contribution


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a harvest is."""

    done: int
    total: int
    open: list[Card]
    """What is still to be decided on, what was put off at the end."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A contribution that says nearly the same as a card."""

    contribution: Contribution
    very: bool
    on_board: bool


def progress_of(board_id: int) -> Progress:
    """The cards of a board that are to be harvested, in the order of its lanes."""
    cards = list(
        db.session.execute(
            _cards()
            .join(Lane, Lane.id == Card.lane_id)
            .where(Card.board_id == board_id, Contribution.visibility.not_in(LEFT_OUT))
            .order_by(Lane.position, Card.position, Card.contribution_id)
        ).scalars()
    )
    put_off = {
        one: place
        for place, one in enumerate(
            db.session.execute(
                select(HarvestStep.contribution_id)
                .where(
                    HarvestStep.board_id == board_id,
                    HarvestStep.decision == HarvestDecision.LATER,
                    HarvestStep.undone_at.is_(None),
                )
                .order_by(HarvestStep.id)
            ).scalars(),
            start=1,
        )
    }
    still = [card for card in cards if card.contribution.outcome == Outcome.OPEN]
    # What lies under another card comes with it, or after it.
    still.sort(key=lambda card: (put_off.get(card.contribution_id, 0), card.stack_of is not None))
    return Progress(len(cards) - len(still), len(cards), still)


def stack_at(progress: Progress, card_id: int | None) -> Stack | None:
    """The card that was asked for, or the next one; None when all are decided on.

    Raises NotFound for a card that is not to be decided on (any more).
    """
    if not progress.open:
        return None
    card = progress.open[0]
    if card_id is not None:
        wanted = [one for one in progress.open if one.contribution_id == card_id]
        if not wanted:
            raise NotFound
        card = wanted[0]
    under = [one for one in progress.open if one.stack_of == card.contribution_id]
    return Stack(card, sorted(under, key=lambda one: one.contribution_id))


def card_on(board_id: int, card_id: int) -> Card:
    """A card of a board with its contribution as stored now. Raises NotFound."""
    found = db.session.execute(
        _cards()
        .where(Card.board_id == board_id, Card.contribution_id == card_id)
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def closed_board(board_id: int) -> Board | None:
    """A board whose harvest is finished, as stored now, or None."""
    return db.session.execute(
        select(Board)
        .where(Board.id == board_id, Board.harvested_at.is_not(None))
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()


def latest_step(board_id: int) -> HarvestStep | None:
    """The latest decision of a harvest that stands and can be taken back, or None.

    What was hidden or withdrawn since is past the harvest; decisions before it can still be taken back.
    """
    return db.session.execute(
        select(HarvestStep)
        .join(Contribution, Contribution.id == HarvestStep.contribution_id)
        .where(
            HarvestStep.board_id == board_id,
            HarvestStep.undone_at.is_(None),
            Contribution.visibility.not_in(LEFT_OUT),
        )
        .order_by(HarvestStep.id.desc())
        .limit(1)
    ).scalar_one_or_none()


def proposals(actor: Actor, here: BoardHere, stack: Stack) -> list[Proposal]:
    """What says nearly the same on this board or in the register, the most similar first.

    Raises NotFound for those who do not harvest.
    """
    if not RIGHTS.allows(actor, Permission.SHOW, here):
        raise NotFound
    not_these = {stack.card.contribution_id, *(one.contribution_id for one in stack.under)}
    own = set(
        db.session.execute(select(Card.contribution_id).where(Card.board_id == here.board.id)).scalars()
    )
    rows = db.session.execute(
        select(Contribution.id, Contribution.title, Contribution.text)
        .where(
            Contribution.dialogue_id == here.dialogue_id,
            merge_queries.stands_alone(),
            (Contribution.visibility == Visibility.PUBLIC)
            | (Contribution.id.in_(own) & (Contribution.visibility == Visibility.GROUP)),
            Contribution.outcome.in_([Outcome.OPEN, Outcome.ADOPTED]),
        )
        .order_by(Contribution.id.desc())
        .limit(merge_queries.MOST_COMPARED)
    )
    texts = {number: fold(text or title) for number, title, text in rows if number not in not_these}
    found = similar(fold(stack.contribution.text), texts)
    by_id = {one.id: one for one in contributions_by_id([one.key for one in found])}
    return [Proposal(by_id[one.key], one.very, one.key in own) for one in found if one.key in by_id]


def contributions_by_id(ids: Sequence[int]) -> list[Contribution]:
    """These contributions with topic and place."""
    return list(
        db.session.execute(
            select(Contribution)
            .where(Contribution.id.in_(ids))
            .options(joinedload(Contribution.field), joinedload(Contribution.municipality))
        ).scalars()
    )


def lead_for(here: BoardHere, reference_id: int) -> Contribution:
    """What a card is to stand with: public in this dialogue, or on the same board. Raises NotFound."""
    found = db.session.execute(
        select(Contribution)
        .outerjoin(Card, Card.contribution_id == Contribution.id)
        .where(
            Contribution.id == reference_id,
            Contribution.dialogue_id == here.dialogue_id,
            (Contribution.visibility == Visibility.PUBLIC)
            | ((Card.board_id == here.board.id) & (Contribution.visibility == Visibility.GROUP)),
        )
        .options(joinedload(Contribution.dialogue), joinedload(Contribution.group))
    ).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def name_of(key: str | None) -> str:
    """What the account with this key is called; empty for none."""
    return (account_queries.label_of_key(key) or "") if key else ""


def left_open_on(board_id: int) -> list[Contribution]:
    """What a group was closed without having decided on."""
    return [card.contribution for card in progress_of(board_id).open]


def _cards() -> Select[Card]:
    return (
        select(Card)
        .join(Card.contribution)
        .options(
            joinedload(Card.lane),
            joinedload(Card.contribution).options(
                joinedload(Contribution.field),
                joinedload(Contribution.municipality),
                joinedload(Contribution.dialogue),
                joinedload(Contribution.group),
                joinedload(Contribution.round),
                selectinload(Contribution.revisions),
                selectinload(Contribution.decisions),
            ),
        )
    )


def moments_of(board_id: int) -> list[datetime]:
    """When the decisions of a harvest were made."""
    return list(
        db.session.execute(
            select(HarvestStep.at).where(
                HarvestStep.board_id == board_id, HarvestStep.decision != HarvestDecision.LATER
            )
        ).scalars()
    )


def confirmed_results_of(board_id: int) -> list[tuple[Contribution, int]]:
    """What one group has taken up so far, each with the number of those that stand with it."""
    found = list(
        db.session.execute(
            _cards()
            .where(
                Card.board_id == board_id,
                Contribution.outcome == Outcome.ADOPTED,
                Contribution.visibility == Visibility.PUBLIC,
            )
            .order_by(Contribution.published_at, Contribution.id)
        ).scalars()
    )
    members = merge_queries.members_of([card.contribution_id for card in found])
    return [(card.contribution, members.get(card.contribution_id, 0)) for card in found]
