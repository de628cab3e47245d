"""Photographs of paper from the room, kept with a board."""

from __future__ import annotations

from sqlalchemy import update

from core.actor import Actor
from core.clock import now
from core.db import db
from core.errors import Conflict, Invalid
from core.i18n import lazy_gettext as _l
from core.journal import record
from core.photographs import Photograph
from core.text import clean_line
from workshops.actions._parts import take_board
from workshops.facts import FlipchartAdded, FlipchartRemoved
from workshops.models import Card, Flipchart
from workshops.permissions import RIGHTS, Permission
from workshops.queries import flipcharts as queries
from workshops.queries.boards import BoardHere
from workshops.vocabulary import FLIPCHART_NOTE_LIMIT, MOST_FLIPCHARTS


def add_flipchart(actor: Actor, here: BoardHere, photograph: Photograph, *, note: str = "") -> Flipchart:
    """Keep a photograph that `core.photographs` has made anew. Raises Conflict if there are too many."""
    RIGHTS.require(actor, Permission.TYPE_CARDS, here)
    words = clean_line(note)
    if len(words) > FLIPCHART_NOTE_LIMIT:
        sentence = _l("Please use at most %(max)d characters.", max=FLIPCHART_NOTE_LIMIT)
        raise Invalid(sentence, {"note": [sentence]})
    # Whoever counts holds the lock on the board.
    take_board(actor, here, Permission.TYPE_CARDS)
    if queries.number_of_flipcharts(here.board.id) >= MOST_FLIPCHARTS:
        raise Conflict(
            _l("This board has %(max)d photographs already. Please remove one first.", max=MOST_FLIPCHARTS),
            code="full",
        )
    made = Flipchart(
        board_id=here.board.id,
        data=photograph.data,
        width=photograph.width,
        height=photograph.height,
        note=words,
        by_key=actor.key,
        at=now(),
    )
    db.session.add(made)
    db.session.flush()  # The fact needs the id.
    record(actor, FlipchartAdded(here.board.id, made.id))
    return made


def remove_flipchart(actor: Actor, here: BoardHere, flipchart: Flipchart) -> None:
    """Destroy a photograph, such as one that shows a person; cards typed from it stay."""
    RIGHTS.require(actor, Permission.TYPE_CARDS, here)
    take_board(actor, here, Permission.TYPE_CARDS)
    db.session.execute(update(Card).where(Card.flipchart_id == flipchart.id).values(flipchart_id=None))
    db.session.delete(flipchart)
    record(actor, FlipchartRemoved(here.board.id, flipchart.id))
