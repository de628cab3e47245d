"""Hands that were raised in the room, as somebody counted them."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import delete

from core.actor import Actor
from core.clock import now
from core.db import db, upsert
from core.errors import Invalid, NotFound
from core.i18n import lazy_gettext as _l
from core.journal import record
from workshops.actions._parts import take_board
from workshops.facts import HandsCounted
from workshops.models import HandTally
from workshops.permissions import RIGHTS, Permission
from workshops.queries import hands as queries
from workshops.queries.boards import BoardHere
from workshops.vocabulary import MOST_HANDS


def count_hands(actor: Actor, here: BoardHere, hands: Mapping[int, int | None]) -> None:
    """Write down how many hands were raised for cards, by the id of the contribution; None: nobody counted.

    Cards that are not named keep their number. Raises Invalid for an impossible number, NotFound for a card
    of another board.
    """
    RIGHTS.require(actor, Permission.TYPE_CARDS, here)
    if any(number is not None and not 0 <= number <= MOST_HANDS for number in hands.values()):
        raise Invalid(_l("Please write a number from 0 to %(max)d.", max=MOST_HANDS))
    take_board(actor, here, Permission.TYPE_CARDS)
    if not set(hands) <= queries.cards_on(here.board.id):
        raise NotFound
    for contribution_id, number in hands.items():
        if number is None:
            db.session.execute(
                delete(HandTally).where(
                    HandTally.board_id == here.board.id, HandTally.contribution_id == contribution_id
                )
            )
            continue
        values = {"hands": number, "by_key": actor.key, "at": now()}
        db.session.execute(
            upsert(HandTally)
            .values(board_id=here.board.id, contribution_id=contribution_id, **values)
            .on_conflict_do_update(index_elements=["board_id", "contribution_id"], set_=values)
        )
    if hands:
        record(actor, HandsCounted(here.board.id, tuple(sorted(hands))))
