"""Several cards of a board at once, as whoever leads a group sorts them."""

from __future__ import annotations

from collections.abc import Collection

from core.actor import Actor
from core.errors import Invalid
from core.i18n import lazy_gettext as _l
from workshops.actions import cards as actions
from workshops.models import Card
from workshops.permissions import RIGHTS, Permission
from workshops.queries import cards as queries
from workshops.queries.boards import BoardHere
from workshops.queries.cards import CardHere


def stack_cards(actor: Actor, here: BoardHere, ids: Collection[int], *, duplicate: bool = False) -> int:
    """Lay cards of one lane under the highest of them; `duplicate`: they say the same. Gives how many.

    Raises Invalid for fewer than two, and for cards of several lanes.
    """
    RIGHTS.require(actor, Permission.ORDER_BOARD, here)
    top, *others = _chosen(here, ids, at_least=2)
    if top.stack_of is not None:
        # All of them lay under others: the highest comes out first.
        actions.unstack_card(actor, CardHere(here, top))
    for card in others:
        actions.stack_card(actor, CardHere(here, card), onto=top.contribution_id, duplicate=duplicate)
    return len(others) + 1


def take_apart(actor: Actor, here: BoardHere, ids: Collection[int]) -> int:
    """Take cards out of their stacks, and the stacks of those on top apart. Raises Invalid for none."""
    RIGHTS.require(actor, Permission.ORDER_BOARD, here)
    cards = _chosen(here, ids)
    for card in cards:
        actions.unstack_card(actor, CardHere(here, card))
    return len(cards)


def move_cards(actor: Actor, here: BoardHere, ids: Collection[int], *, lane_id: int) -> int:
    """Put cards, with what lies under them, on top of another lane in the order in which they stand.

    Raises Invalid for none, NotFound for a lane of another board. Gives how many were chosen.
    """
    RIGHTS.require(actor, Permission.ORDER_BOARD, here)
    cards = _chosen(here, ids)
    there = {card.contribution_id for card in cards}
    for card in reversed(cards):
        # What lies under a chosen card goes with it.
        if card.stack_of not in there:
            actions.move_card(actor, CardHere(here, card), lane_id=lane_id)
    return len(cards)


def label_cards(actor: Actor, here: BoardHere, ids: Collection[int], *, label: str) -> int:
    """Put the same word on cards, or take theirs off with an empty one. Raises Invalid for none."""
    RIGHTS.require(actor, Permission.ORDER_BOARD, here)
    cards = _chosen(here, ids)
    for card in cards:
        actions.label_card(actor, CardHere(here, card), label=label)
    return len(cards)


def _chosen(here: BoardHere, ids: Collection[int], *, at_least: int = 1) -> list[Card]:
    """These cards of the board: those that stand for themselves first, the highest of them first."""
    found = queries.cards_by_id(here.board.id, sorted(ids))
    if len(found) < at_least:
        one, several = _l("Please choose the cards first."), _l("Please choose at least two cards.")
        sentence = several if found else one
        raise Invalid(sentence, {"cards": [sentence]})
    return sorted(found, key=lambda card: (card.stack_of is not None, -card.position, -card.contribution_id))
