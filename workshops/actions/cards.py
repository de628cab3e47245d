"""Cards on a board: what people say in a group, and where it stands."""

from __future__ import annotations

from core.actor import Actor
from core.clock import now
from core.db import db
from core.errors import Conflict, Invalid
from core.i18n import lazy_gettext as _l
from core.journal import record
from core.text import clean_text
from dialog.actions import cards as dialog_actions
from dialog.models import Contribution
from dialog.vocabulary import Kind
from region.models import ActionField, Municipality
from workshops.actions._parts import lane_of, take_board
from workshops.facts import CardOrdered, CardPosted, CardRewritten, SpotlightTurned
from workshops.models import Card
from workshops.permissions import RIGHTS, Permission
from workshops.queries import cards as queries
from workshops.queries.boards import BoardHere
from workshops.queries.cards import CardHere
from workshops.vocabulary import KIND_OF_FREE_LANES, LABEL_LIMIT


def write_card(
    actor: Actor,
    here: BoardHere,
    *,
    lane_id: int,
    text: str,
    field: ActionField,
    municipality: Municipality | None,
    target_group: str = "",
    language: str,
    again: bool = False,
) -> Contribution:
    """Put a card with these words at the end of a lane.

    Raises NotFound for a lane of another board, Conflict for a locked lane or while the group takes no
    cards, and what `dialog.actions.cards.post_card` raises.
    """
    RIGHTS.require(actor, Permission.WRITE_CARD, here)
    # The lock on the board comes first: nobody locks a lane or ends the round meanwhile.
    version = take_board(actor, here, Permission.WRITE_CARD, last_card_at=now())
    lane = lane_of(here, lane_id)
    if lane.locked:
        raise Conflict(_l("This column is locked. Nobody can write in it at the moment."), code="locked")
    contribution = dialog_actions.post_card(
        actor,
        here,
        kind=Kind(lane.kind or KIND_OF_FREE_LANES),
        text=text,
        field=field,
        municipality=municipality,
        target_group=target_group,
        language=language,
        checked_first=here.board.checks_first,
        again=again,
    )
    db.session.add(
        Card(
            contribution_id=contribution.id,
            board_id=here.board.id,
            lane_id=lane.id,
            position=contribution.id,
        )
    )
    record(actor, CardPosted(here.board.id, contribution.id, version))
    return contribution


def correct_card(
    actor: Actor,
    at: CardHere,
    *,
    based_on: int,
    text: str,
    field: ActionField,
    municipality: Municipality | None,
    target_group: str,
    language: str,
) -> None:
    """Write a card otherwise: its author until its lane is locked, who leads the group until it is closed.

    `based_on` is the revision that was seen. Raises Conflict for a locked lane, and what
    `dialog.actions.cards.correct_card` raises.
    """
    RIGHTS.require(actor, Permission.CORRECT_CARD, at)
    version = take_board(actor, at.here, Permission.SEE_BOARD)
    RIGHTS.require(actor, Permission.CORRECT_CARD, at)
    if lane_of(at.here, at.card.lane_id).locked and not RIGHTS.allows(actor, Permission.ORDER_BOARD, at.here):
        raise Conflict(_l("This column is locked. Nobody can write in it at the moment."), code="locked")
    dialog_actions.correct_card(
        actor,
        at,
        based_on=based_on,
        text=text,
        field=field,
        municipality=municipality,
        target_group=target_group,
        language=language,
    )
    record(actor, CardRewritten(at.here.board.id, at.contribution.id, version))


def label_card(actor: Actor, at: CardHere, *, label: str) -> None:
    """Put a word or two on a card, or take them off. Raises Invalid for more than fit."""
    RIGHTS.require(actor, Permission.ORDER_BOARD, at.here)
    words = " ".join(clean_text(label).split())
    if len(words) > LABEL_LIMIT:
        sentence = _l("Please use at most %(max)d characters.", max=LABEL_LIMIT)
        raise Invalid(sentence, {"label": [sentence]})
    version = take_board(actor, at.here, Permission.ORDER_BOARD)
    at.card.label = words
    record(actor, CardRewritten(at.here.board.id, at.contribution.id, version))


def move_card(actor: Actor, at: CardHere, *, lane_id: int) -> None:
    """Put a card, with all that lies under it, on top of another lane.

    In a lane with a kind they become cards of that kind: with another register number, to which the former
    one leads. Raises NotFound for a lane of another board.
    """
    RIGHTS.require(actor, Permission.ORDER_BOARD, at.here)
    take_board(actor, at.here, Permission.ORDER_BOARD)
    lane = lane_of(at.here, lane_id)
    here, board_id = at.here, at.here.board.id
    moved = [at.card, *queries.cards_under(at.card.contribution_id)]
    top = queries.last_position(board_id) + 1
    at.card.stack_of, at.card.duplicate = None, False
    for card in moved:
        card.lane_id, card.position = lane.id, top
        if lane.kind:
            dialog_actions.change_kind(actor, CardHere(here, card), kind=Kind(lane.kind))
    record(actor, CardOrdered(board_id, at.contribution.id, "moved"))


def stack_card(actor: Actor, at: CardHere, *, onto: int, duplicate: bool = False) -> None:
    """Lay a card, with all that lies under it, under another one of its lane; `duplicate`: it says the same.

    Raises Invalid for a card of another lane, or for itself.
    """
    RIGHTS.require(actor, Permission.ORDER_BOARD, at.here)
    take_board(actor, at.here, Permission.ORDER_BOARD)
    found = queries.cards_by_id(at.here.board.id, [onto, at.card.contribution_id])
    cards = {card.contribution_id: card for card in found}
    target, card = cards.get(onto), cards[at.card.contribution_id]
    if target is not None and target.stack_of is not None:
        target = queries.cards_by_id(at.here.board.id, [target.stack_of])[0]
    if target is None or target is card or target.lane_id != card.lane_id:
        sentence = _l("Please choose another card of the same column.")
        raise Invalid(sentence, {"onto": [sentence]})
    for one in (card, *queries.cards_under(card.contribution_id)):
        one.stack_of = target.contribution_id
    card.duplicate = duplicate
    record(actor, CardOrdered(at.here.board.id, card.contribution_id, "stacked"))


def unstack_card(actor: Actor, at: CardHere) -> None:
    """Take a card out of its stack; the top card of one takes all of it apart."""
    RIGHTS.require(actor, Permission.ORDER_BOARD, at.here)
    take_board(actor, at.here, Permission.ORDER_BOARD)
    (card,) = queries.cards_by_id(at.here.board.id, [at.card.contribution_id])
    for one in (card, *queries.cards_under(card.contribution_id)):
        one.stack_of, one.duplicate = None, False
    record(actor, CardOrdered(at.here.board.id, card.contribution_id, "unstacked"))


def hide_card(actor: Actor, at: CardHere, *, reason: str, note: str = "") -> None:
    """Take a card out of the group's sight for a reason of the published list; its author learns why."""
    RIGHTS.require(actor, Permission.ORDER_BOARD, at.here)
    take_board(actor, at.here, Permission.ORDER_BOARD)
    if at.here.board.spotlight_id == at.card.contribution_id:
        at.here.board.spotlight_id = None
    dialog_actions.hide_card(actor, at, reason=reason, note=note)
    record(actor, CardOrdered(at.here.board.id, at.contribution.id, "hidden"))


def show_card(actor: Actor, at: CardHere) -> None:
    """Show a hidden card again."""
    RIGHTS.require(actor, Permission.ORDER_BOARD, at.here)
    take_board(actor, at.here, Permission.ORDER_BOARD)
    dialog_actions.show_card_again(actor, at)
    record(actor, CardOrdered(at.here.board.id, at.contribution.id, "shown"))


def let_through(actor: Actor, at: CardHere) -> None:
    """Let the group read a card that waited."""
    RIGHTS.require(actor, Permission.ORDER_BOARD, at.here)
    take_board(actor, at.here, Permission.ORDER_BOARD)
    dialog_actions.let_through(actor, at)
    record(actor, CardOrdered(at.here.board.id, at.contribution.id, "let_through"))


def turn_spotlight(actor: Actor, at: CardHere, *, on: bool) -> None:
    """Say that this card is being talked about, or no longer. Raises Conflict if the group cannot see it."""
    RIGHTS.require(actor, Permission.ORDER_BOARD, at.here)
    take_board(actor, at.here, Permission.ORDER_BOARD)
    if on and at.contribution.visibility not in queries.SEEN_BY_ALL:
        raise Conflict(_l("The group does not see this card."), code="hidden")
    at.here.board.spotlight_id = at.card.contribution_id if on else None
    record(actor, SpotlightTurned(at.here.board.id, at.card.contribution_id if on else 0))
