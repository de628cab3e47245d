"""What the lead tells groups: a short message that stands on their boards until it is taken down."""

from __future__ import annotations

from core.actor import Actor
from core.clock import now
from core.db import db
from core.errors import Conflict, Invalid
from core.i18n import lazy_gettext as _l
from core.journal import record
from core.text import clean_text
from dialog.models import DialogueEvent
from workshops.actions._parts import raise_board_version
from workshops.facts import MessageSent, MessageTakenDown
from workshops.models import Message
from workshops.permissions import RIGHTS, Permission
from workshops.queries import boards as board_queries
from workshops.queries import messages as queries
from workshops.vocabulary import MESSAGE_LIMIT


def send_message(actor: Actor, event: DialogueEvent, *, text: str, board_id: int | None = None) -> Message:
    """Show a message on the board of one group, or on all of the event (None).

    Raises Invalid for nothing or too much, and NotFound for a board of another event.
    """
    RIGHTS.require(actor, Permission.CONTROL, event)
    words = " ".join(clean_text(text).split())
    if not words or len(words) > MESSAGE_LIMIT:
        sentence = _l("Please write a message of at most %(max)d characters.", max=MESSAGE_LIMIT)
        raise Invalid(sentence, {"text": [sentence]})
    _raise_versions(event, board_id)
    message = Message(event_id=event.id, board_id=board_id, text=words, by_key=actor.key, at=now())
    db.session.add(message)
    db.session.flush()  # The fact needs the id.
    record(actor, MessageSent(event.id, board_id, message.id))
    return message


def take_down_message(actor: Actor, event: DialogueEvent, message_id: int) -> None:
    """Take a message off the boards. Raises Conflict if it is off already, NotFound if there is none."""
    RIGHTS.require(actor, Permission.CONTROL, event)
    message = queries.message_of(event.id, message_id)
    _raise_versions(event, message.board_id)
    message = queries.message_of(event.id, message_id)
    if message.taken_down_at is not None:
        raise Conflict(_l("This message was taken down already."), code="taken_down")
    message.taken_down_at = now()
    record(actor, MessageTakenDown(event.id, message.board_id, message.id))


def _raise_versions(event: DialogueEvent, board_id: int | None) -> None:
    boards = board_queries.board_ids_of_event(event.id)
    if board_id is not None:
        boards = [one for one in boards if one == board_id]
    if not boards:
        raise Invalid(_l("There is no board yet that could show a message. Please prepare the boards."))
    for one in boards:
        raise_board_version(one)
