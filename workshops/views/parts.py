"""What the pages of the day share: whose board or event an address names, and whom it lets in."""

from __future__ import annotations

from flask import Response, make_response, redirect, request, url_for

from core.actor import Actor
from core.errors import Conflict, NotFound
from core.i18n import lazy_gettext as _l
from core.web import current_actor
from dialog.models import Dialogue, DialogueEvent
from dialog.queries import dialogues as dialogue_queries
from dialog.queries import registrations as registration_queries
from workshops.drawing import Addresses, addresses
from workshops.now import address_of
from workshops.permissions import RIGHTS, Permission
from workshops.queries import boards as queries
from workshops.queries.boards import BoardHere

BOARD = "/boards/<int(max=9999):number>/<int(max=99):round_no>"


def board_here(slug: str, event_slug: str, number: int, round_no: int) -> tuple[Actor, BoardHere]:
    """Who asks, and the board at this address. Raises NotFound, also for those who may not see it."""
    actor = current_actor()
    return actor, visible_board(actor, slug, event_slug, number, round_no)


def event_here(
    slug: str, event_slug: str, permission: Permission = Permission.CONTROL
) -> tuple[Actor, Dialogue, DialogueEvent]:
    """Who asks, and the event they may do this with. Raises NotFound, also for those who may not."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    event = dialogue_queries.access_event(actor, dialogue, event_slug)
    if not RIGHTS.allows(actor, permission, event):
        raise NotFound
    return actor, dialogue, event


def visible_event(actor: Actor, slug: str, event_slug: str) -> DialogueEvent:
    """The event of an address, for what concerns one of its groups. Raises NotFound."""
    return dialogue_queries.access_day(actor, slug, event_slug)


def visible_board(actor: Actor, slug: str, event_slug: str, number: int, round_no: int) -> BoardHere:
    """The board of an address. Raises NotFound, also for those who may not see it."""
    return queries.access_board(actor, visible_event(actor, slug, event_slug), number, round_no)


class Moved(Conflict):
    """The board is that of a group in which this actor has a place no longer."""

    code = "moved"

    def __init__(self) -> None:
        super().__init__(_l("You have a place in another group now. “My day” leads you there."))


def own_board(actor: Actor, slug: str, event_slug: str, number: int, round_no: int) -> BoardHere:
    """The board of an address, for pages that people may still have open when they are moved.

    Raises Moved for those who take part in the event and may not see this board, NotFound for others.
    """
    event = visible_event(actor, slug, event_slug)
    try:
        return queries.access_board(actor, event, number, round_no)
    except NotFound:
        if registration_queries.own_registration(actor, event) is None:
            raise
    raise Moved


def to_own_day(slug: str, event_slug: str) -> Response:
    """Lead somebody who was moved to where they are now."""
    return make_response(redirect(url_for("dialog.now", slug=slug, event_slug=event_slug), 303))


def addresses_of(here: BoardHere) -> Addresses:
    """Where the pages of this board are."""
    event = here.event
    return addresses(event.dialogue.slug, event.slug, here.group.number, queries.round_number(here))


def board_url(here: BoardHere) -> str:
    """The address of the board itself; its other pages hang on it."""
    return url_for("workshops.clock", **address_of(here.board)).removesuffix("/clock")


def control_url(here: BoardHere, anchor: str | None = None) -> str:
    """The address of the control room with the round of a board."""
    address = address_of(here.board)
    return url_for(
        "workshops.control",
        slug=address["slug"],
        event_slug=address["event_slug"],
        round=address["round_no"],
        _anchor=anchor,
    )


def wanted_round() -> int:
    """The number of the round in the address; 0 if none is named."""
    text = request.args.get("round", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 3 else 0
