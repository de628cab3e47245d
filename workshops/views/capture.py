"""What the pages for taking down what happens in the room share."""

from __future__ import annotations

from typing import Any

from core.actor import Actor
from workshops.permissions import RIGHTS, Permission
from workshops.queries.boards import BoardHere
from workshops.views.parts import visible_board

Place = dict[str, Any]
"""The parts of the address of a board, as `url_for` takes them."""


def place_of(slug: str, event_slug: str, number: int, round_no: int) -> Place:
    """The parts of an address together."""
    return {"slug": slug, "event_slug": event_slug, "number": number, "round_no": round_no}


def board_at(actor: Actor, place: Place, permission: Permission = Permission.SEE_BOARD) -> BoardHere:
    """The board of an address. Raises NotFound, and Forbidden or Conflict without this permission."""
    here = visible_board(actor, **place)
    RIGHTS.require(actor, permission, here)
    return here


def frame(here: BoardHere, place: Place) -> dict[str, Any]:
    """What every template of these pages needs."""
    return {"here": here, "event": here.event, "dialogue": here.event.dialogue, "address": place}
