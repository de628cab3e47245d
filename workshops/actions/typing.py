"""Cards that somebody types in for others: from paper, from the telephone, from what was said in the room."""

from __future__ import annotations

from core.actor import Actor
from core.clock import now
from core.db import db
from core.errors import Conflict, Invalid, NotFound
from core.i18n import lazy_gettext as _l
from core.journal import record
from dialog.actions import cards as dialog_actions
from dialog.actions import contributions as contribution_actions
from dialog.models import Contribution
from dialog.vocabulary import CHANNELS, Kind, Origin
from region.models import ActionField, Municipality
from workshops.actions._parts import take_board
from workshops.facts import CardPosted, TypedCardTakenBack
from workshops.models import Card, Flipchart
from workshops.permissions import RIGHTS, Permission
from workshops.queries.boards import BoardHere
from workshops.vocabulary import KIND_OF_FREE_LANES


def type_card(
    actor: Actor,
    here: BoardHere,
    *,
    lane_id: int,
    text: str,
    field: ActionField,
    municipality: Municipality | None,
    language: str,
    channel: str,
    flipchart: Flipchart | None = None,
) -> Contribution:
    """Put somebody's words that came by `channel`, one of CHANNELS, at the end of a lane.

    Works whether or not the group takes cards now, until it is closed. What was written on paper are the
    person's own words; from the telephone and the room they are those of whoever types. `flipchart` is the
    photograph it was read from. Raises Invalid like `dialog.actions.cards.post_card`, NotFound for a lane of
    another board and Conflict for a locked one.
    """
    RIGHTS.require(actor, Permission.TYPE_CARDS, here)
    if channel not in CHANNELS:
        sentence = _l("Please choose how it reached you.")
        raise Invalid(sentence, {"channel": [sentence]})
    # The lock on the board comes first: nobody locks a lane or closes the group meanwhile.
    version = take_board(actor, here, Permission.TYPE_CARDS, last_card_at=now())
    lane = next((one for one in here.board.lanes if one.id == lane_id), None)
    if lane is None or (flipchart is not None and flipchart.board_id != here.board.id):
        raise NotFound
    if lane.locked:
        raise Conflict(_l("This column is locked. Nobody can write in it at the moment."), code="locked")
    contribution = dialog_actions.post_card(
        actor,
        here,
        kind=Kind(lane.kind or KIND_OF_FREE_LANES),
        text=text,
        field=field,
        municipality=municipality,
        language=language,
        origin=Origin(channel),
        own=False,
        noted_down=channel != Origin.PAPER,
    )
    db.session.add(
        Card(
            contribution_id=contribution.id,
            board_id=here.board.id,
            lane_id=lane.id,
            position=contribution.id,
            flipchart_id=flipchart.id if flipchart else None,
        )
    )
    record(actor, CardPosted(here.board.id, contribution.id, version))
    return contribution


def take_back_card(actor: Actor, here: BoardHere, contribution: Contribution) -> None:
    """Take a card back that this actor typed in by mistake. Raises Conflict when it is too late for that."""
    RIGHTS.require(actor, Permission.TYPE_CARDS, here)
    take_board(actor, here, Permission.TYPE_CARDS)
    contribution_actions.take_back_typed(actor, contribution)
    record(actor, TypedCardTakenBack(here.board.id, contribution.id))
