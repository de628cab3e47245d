"""Dot votes on the cards of a column."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from core.actor import Actor
from core.errors import Conflict
from core.i18n import gettext, in_all_languages, name_in
from core.i18n import lazy_gettext as _l
from core.journal import record
from dialog.actions import group_polls
from dialog.models import Poll
from dialog.vocabulary import PollStatus
from workshops.actions._parts import lane_of, take_board
from workshops.facts import PointsGiven, VoteEnded, VoteOpened
from workshops.models import Lane
from workshops.permissions import RIGHTS, Permission
from workshops.queries import cards as queries
from workshops.queries import votes as vote_queries
from workshops.queries.boards import BoardHere
from workshops.vocabulary import DOTS, LANE_LABELS, MOST_DOTS_PER_CARD


def open_vote(
    actor: Actor,
    here: BoardHere,
    *,
    lane_id: int,
    dots: int = DOTS,
    max_per_card: int = MOST_DOTS_PER_CARD,
    live: bool = False,
) -> Poll:
    """Let the group give points to the cards of a column that the group sees; a stack is one card.

    `live`: everybody sees the sums while people vote. Raises Conflict while another vote on the column is
    open or if it has no cards, Invalid for rules that make no sense.
    """
    RIGHTS.require(actor, Permission.ORDER_BOARD, here)
    take_board(actor, here, Permission.ORDER_BOARD)
    lane = lane_of(here, lane_id)
    if lane.poll is not None and lane.poll.status == PollStatus.OPEN:
        raise Conflict(_l("A vote on this column is open already."), code="open")
    poll = group_polls.open_group_poll(
        actor,
        here,
        queries.tops_of(lane.id),
        titles=in_all_languages(lambda code: gettext("Points: %(lane)s", lane=_name(lane, code))),
        dots=dots,
        max_per_item=max_per_card,
        live=live,
    )
    lane.poll = poll
    here.group.accepts_votes = True
    record(actor, VoteOpened(here.board.id, lane.id, poll.id))
    return poll


def give_points(
    actor: Actor,
    here: BoardHere,
    *,
    lane_id: int,
    choices: Mapping[int, int],
    seen: Collection[str] | None = None,
) -> None:
    """Send a whole ballot for the vote on a column: points by id of its items, after the states in `seen`.

    Raises what `dialog.actions.group_polls.cast_group_ballot` raises, Conflict where nobody votes.
    """
    RIGHTS.require(actor, Permission.GIVE_POINTS, here)
    lane = lane_of(here, lane_id)
    if lane.poll_id is None:
        raise Conflict(_l("There is no vote on this column."), code="no_vote")
    group_polls.cast_group_ballot(actor, here, lane.poll_id, choices=choices, seen=seen)
    record(actor, PointsGiven(here.board.id, lane.id))


def end_vote(actor: Actor, here: BoardHere, *, lane_id: int) -> None:
    """End the vote on a column for good; its points stand on the cards. Raises Conflict if none is open."""
    RIGHTS.require(actor, Permission.ORDER_BOARD, here)
    take_board(actor, here, Permission.ORDER_BOARD)
    lane = lane_of(here, lane_id)
    if lane.poll is None:
        raise Conflict(_l("There is no vote on this column."), code="no_vote")
    group_polls.close_group_poll(actor, here, lane.poll)
    if not vote_queries.has_open_vote(here.board.id):
        here.group.accepts_votes = False
    record(actor, VoteEnded(here.board.id, lane.id, lane.poll.id))


def _name(lane: Lane, code: str) -> str:
    return str(LANE_LABELS[lane.kind]) if lane.kind else name_in(lane.names, code)
