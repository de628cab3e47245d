"""Calling the lead for help, and settling it."""

from __future__ import annotations

from core.actor import Actor
from core.clock import now
from core.db import db
from core.errors import Conflict, Invalid
from core.i18n import lazy_gettext as _l
from core.journal import record
from core.text import clean_text
from workshops.actions._parts import raise_board_version
from workshops.facts import HelpCalled, HelpGiven
from workshops.models import HelpCall
from workshops.permissions import RIGHTS, Permission
from workshops.queries import help as queries
from workshops.queries.boards import BoardHere
from workshops.vocabulary import MESSAGE_LIMIT


def call_for_help(actor: Actor, here: BoardHere, *, text: str = "") -> HelpCall:
    """Call the lead to this group. Raises Conflict while a call of this actor waits."""
    RIGHTS.require(actor, Permission.CALL_HELP, here)
    words = " ".join(clean_text(text).split())
    if len(words) > MESSAGE_LIMIT:
        sentence = _l("Please use at most %(max)d characters.", max=MESSAGE_LIMIT)
        raise Invalid(sentence, {"text": [sentence]})
    # The lock on the board comes first, so that two taps make one call.
    raise_board_version(here.board.id)
    if queries.waits_already(here.board.id, actor.key):
        raise Conflict(_l("Your call is on its way already. Somebody is coming."), code="called")
    call = HelpCall(board_id=here.board.id, text=words, by_key=actor.key, at=now())
    db.session.add(call)
    db.session.flush()  # The fact needs the id.
    record(actor, HelpCalled(here.board.id, call.id))
    return call


def settle_call(actor: Actor, here: BoardHere, call_id: int) -> None:
    """Say that a call was answered. Raises Conflict if somebody has said so already, NotFound without one."""
    RIGHTS.require(actor, Permission.KEEP_TIME, here)
    raise_board_version(here.board.id)
    call = queries.call_on(here.board.id, call_id)
    if call.done_at is not None:
        raise Conflict(_l("Somebody has settled this call already."), code="settled")
    call.done_at, call.done_by = now(), actor.key
    record(actor, HelpGiven(here.board.id, call.id))
