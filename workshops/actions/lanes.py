"""The columns of a board, and whether its cards wait to be checked."""

from __future__ import annotations

from core.actor import Actor
from core.db import Names, db
from core.errors import Conflict, Invalid
from core.i18n import lazy_gettext as _l
from core.journal import record
from core.text import clean_text
from dialog.vocabulary import PollStatus
from workshops.actions._parts import lane_of, take_board
from workshops.facts import CheckingSet, LaneChanged
from workshops.models import Lane
from workshops.permissions import RIGHTS, Permission
from workshops.queries import cards as card_queries
from workshops.queries.boards import BoardHere
from workshops.vocabulary import LABEL_LIMIT, MOST_LANES


def add_lane(actor: Actor, here: BoardHere, *, names: Names) -> Lane:
    """Add a free column at the end. Raises Invalid for a missing name, Conflict if the board is full."""
    RIGHTS.require(actor, Permission.ORDER_BOARD, here)
    names = _sensible_names(names)
    take_board(actor, here, Permission.ORDER_BOARD)
    if len(here.board.lanes) >= MOST_LANES:
        raise Conflict(_l("A board has at most %(max)d columns.", max=MOST_LANES), code="full")
    lane = Lane(position=max((one.position for one in here.board.lanes), default=0) + 1, names=names)
    here.board.lanes.append(lane)
    db.session.flush()  # The fact needs the id.
    record(actor, LaneChanged(here.board.id, lane.id, "added"))
    return lane


def name_lane(actor: Actor, here: BoardHere, *, lane_id: int, names: Names) -> None:
    """Call a free column otherwise. Raises Conflict for one that is called after its kind."""
    RIGHTS.require(actor, Permission.ORDER_BOARD, here)
    names = _sensible_names(names)
    take_board(actor, here, Permission.ORDER_BOARD)
    lane = lane_of(here, lane_id)
    if lane.kind:
        raise Conflict(_l("This column has a fixed name."), code="fixed")
    lane.names = {**lane.names, **names}
    record(actor, LaneChanged(here.board.id, lane.id, "named"))


def move_lane(actor: Actor, here: BoardHere, *, lane_id: int, forward: bool) -> None:
    """Let a column change places with the one before it, or after it; at the end of the row it stays."""
    RIGHTS.require(actor, Permission.ORDER_BOARD, here)
    take_board(actor, here, Permission.ORDER_BOARD)
    lane = lane_of(here, lane_id)
    row = list(here.board.lanes)
    at = row.index(lane)
    to = at - 1 if forward else at + 1
    if not 0 <= to < len(row):
        return
    row[at], row[to] = row[to], row[at]
    for position, one in enumerate(row, start=1):
        one.position = position
    record(actor, LaneChanged(here.board.id, lane.id, "moved"))


def remove_lane(actor: Actor, here: BoardHere, *, lane_id: int) -> None:
    """Take a free column away that has no card. Raises Conflict for any other.

    A vote that was held there stays with the votes of the dialogue.
    """
    RIGHTS.require(actor, Permission.ORDER_BOARD, here)
    # Whoever writes a card takes the board first, so that none comes in meanwhile.
    take_board(actor, here, Permission.ORDER_BOARD)
    lane = lane_of(here, lane_id)
    if lane.kind:
        raise Conflict(_l("Every board keeps this column."), code="fixed")
    if card_queries.has_cards(lane.id):
        raise Conflict(
            _l("This column has cards, perhaps hidden ones. Please move them into another column first."),
            code="not_empty",
        )
    if lane.poll is not None and lane.poll.status == PollStatus.OPEN:
        raise Conflict(_l("Please end the vote on this column first."), code="open")
    here.board.lanes.remove(lane)
    db.session.flush()
    record(actor, LaneChanged(here.board.id, lane_id, "removed"))


def lock_lane(actor: Actor, here: BoardHere, *, lane_id: int, locked: bool) -> None:
    """Let nobody write in a column, or let people again."""
    RIGHTS.require(actor, Permission.ORDER_BOARD, here)
    take_board(actor, here, Permission.ORDER_BOARD)
    lane = lane_of(here, lane_id)
    lane.locked = locked
    record(actor, LaneChanged(here.board.id, lane.id, "locked" if locked else "opened"))


def set_checking(actor: Actor, here: BoardHere, *, checks_first: bool) -> None:
    """Have new cards wait until somebody who leads the group lets them through, or not."""
    RIGHTS.require(actor, Permission.ORDER_BOARD, here)
    take_board(actor, here, Permission.ORDER_BOARD)
    here.board.checks_first = checks_first
    record(actor, CheckingSet(here.board.id, checks_first))


def _sensible_names(names: Names) -> Names:
    kept = {code: " ".join(clean_text(name).split()) for code, name in names.items()}
    kept = {code: name for code, name in kept.items() if name}
    if not kept:
        sentence = _l("Please write a name for the column.")
        raise Invalid(sentence, {"name": [sentence]})
    if any(len(name) > LABEL_LIMIT for name in kept.values()):
        sentence = _l("Please use at most %(max)d characters.", max=LABEL_LIMIT)
        raise Invalid(sentence, {"name": [sentence]})
    return kept
