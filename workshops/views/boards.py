"""The board of a group in a round: the page, and the part of it that others change."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Response, make_response, redirect, render_template, request, url_for

from core import realtime
from core.actor import Actor
from core.i18n import name_in, ngettext
from core.web import current_actor, page
from dialog.vocabulary import KIND_LABELS, Visibility
from workshops.card_forms import CardForm, small_number
from workshops.drawing import Addresses, addresses, draw_board, name_of_lane, wanted_lane
from workshops.now import now_here
from workshops.people import people_here
from workshops.permissions import RIGHTS, Permission
from workshops.queries import boards as queries
from workshops.queries import cards as card_queries
from workshops.queries.boards import BoardHere
from workshops.queries.cards import CardHere
from workshops.views.blueprint import blueprint
from workshops.views.card_parts import offer_places
from workshops.views.parts import BOARD, Moved, own_board, to_own_day, visible_board, visible_event

LONGEST_SEARCH = 100
CORRECTABLE = {Visibility.GROUP, Visibility.WAITING}


@blueprint.get(BOARD)
def board(slug: str, event_slug: str, number: int, round_no: int) -> Response:
    """What is asked now, the lanes with their cards, and one's own."""
    actor = current_actor()
    visible_event(actor, slug, event_slug)
    if actor.is_visitor:
        return make_response(redirect(url_for("accounts.code", next=request.path), 303))
    try:
        here = own_board(actor, slug, event_slug, number, round_no)
    except Moved:
        # Whoever was moved loads the page of their former group again, and finds where they are now.
        return to_own_day(slug, event_slug)
    return page(draw_page(actor, here, addresses(slug, event_slug, number, round_no)))


@blueprint.get(f"{BOARD}/region")
def board_region(slug: str, event_slug: str, number: int, round_no: int) -> Response:
    """The lanes as everybody of one's audience sees them."""
    actor = current_actor()
    here = visible_board(actor, slug, event_slug, number, round_no)
    audience = queries.audience_of(actor, here)
    lane_id, words = _selection()
    at = addresses(slug, event_slug, number, round_no)
    return realtime.region_response(
        here.board.version,
        lambda: draw_board(here.board, at, audience, lane_id=lane_id, words=words),
        region=f"board:{here.key}",
        audience=audience,
        query=_query(lane_id, words),
    )


def draw_page(actor: Actor, here: BoardHere, at: Addresses) -> str:
    """The whole page of a board for whoever asks."""
    audience = queries.audience_of(actor, here)
    lane_id, words = _selection()
    version = here.board.version
    query = _query(lane_id, words)
    may_write = RIGHTS.allows(actor, Permission.WRITE_CARD, here)
    form = CardForm()
    if may_write:
        offer_places(form, here)
    fields = here.group.fields
    own = card_queries.own_cards(actor, here)
    open_lanes = {lane.id for lane in here.board.lanes if not lane.locked}
    return render_template(
        "workshops/board.html",
        here=here,
        event=here.event,
        dialogue=here.event.dialogue,
        at=at,
        group_name=name_in(here.group.names),
        field=fields[0] if len(fields) == 1 else None,
        round_no=queries.round_number(here),
        rounds=len(queries.rounds_of(here.event)),
        audience=audience,
        version=version,
        now=now_here(here),
        people=people_here(actor, here),
        region_url=f"{at.board}/region" + (f"?{query}" if query else ""),
        region=realtime.cached(
            f"board:{here.key}",
            version,
            lambda: draw_board(here.board, at, audience, lane_id=lane_id, words=words),
            audience=audience,
            query=query,
        ),
        insert="" if words else "start",
        news=news(),
        words=words,
        own=own,
        kind_labels=KIND_LABELS,
        may_write=may_write,
        correctable={
            card.contribution_id
            for card in own
            if card.lane_id in open_lanes
            and card.contribution.visibility in CORRECTABLE
            and RIGHTS.allows(actor, Permission.CORRECT_CARD, CardHere(here, card))
        },
        may_order=RIGHTS.allows(actor, Permission.ORDER_BOARD, here),
        form=form,
        lanes=[(lane, name_of_lane(lane)) for lane in here.board.lanes],
        wanted=wanted_lane(here.board),
        done=request.args.get("done", ""),
    )


def news() -> dict[str, str]:
    """How new cards are announced, by plural category, with {n} for the number."""
    return {
        category: ngettext("%(count)s new card", "%(count)s new cards", number, count="{n}")
        for category, number in {"one": 1, "two": 2, "few": 3, "many": 11, "other": 100}.items()
    }


def _selection() -> tuple[int | None, str]:
    """The lane that is to be shown whole, and the words that are looked for."""
    return small_number(request.args.get("lane", "")), " ".join(request.args.get("q", "").split())[
        :LONGEST_SEARCH
    ]


def _query(lane_id: int | None, words: str) -> str:
    chosen = ({"lane": str(lane_id)} if lane_id else {}) | ({"q": words} if words else {})
    return urlencode(chosen)
