"""Votes on the columns of a board: the ballot of whoever asks, and the points that everybody may see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from core.actor import Actor
from core.db import db
from core.errors import NotFound
from dialog.models import Poll, PollItem
from dialog.queries import merges as merge_queries
from dialog.queries import polls as poll_queries
from dialog.queries.group_polls import sums_of
from dialog.uniting import weights
from dialog.vocabulary import PollStatus
from workshops.models import Lane
from workshops.queries import cards as card_queries
from workshops.queries.boards import BoardHere
from workshops.queries.cards import CardShown
from workshops.vocabulary import MEMBER

OVER = (PollStatus.CLOSED, PollStatus.PUBLISHED)


@dataclass(frozen=True, slots=True)
class BallotHere:
    """The vote on a column as one person finds it."""

    lane: Lane
    poll: Poll
    items: list[tuple[PollItem, CardShown | None]]
    """What can be chosen, in an order of one's own, with the card; None where the group no longer sees it."""
    own: dict[int, int] | None
    """What this person's points weigh, by item; None if they have not voted."""
    together: dict[int, int]
    """How many of the cards that were voted on stand together, by the item under which they stand."""

    def left(self, given: Mapping[int, int]) -> int:
        """The points that remain of a ballot: what stands together never takes more than one card may get."""
        dots: int = self.poll.rules["dots"]
        most: int = self.poll.rules["max_per_item"]
        return dots - sum(min(points, most) for points in given.values())


def access_vote(actor: Actor, here: BoardHere, lane_id: int) -> BallotHere:
    """The latest vote on a column of a board one sees. Raises NotFound where there is none."""
    lane = next((one for one in here.board.lanes if one.id == lane_id), None)
    if lane is None or lane.poll is None:
        raise NotFound
    poll = lane.poll
    cards = {card.id: card for card in card_queries.cards_shown(here.board.id, MEMBER)}
    heads = merge_queries.heads_in(poll.id)
    items = [
        (item, cards.get(item.ref_id))
        for item in poll_queries.in_own_order(actor, poll)
        if heads.get(item.id, item.id) == item.id
    ]
    own = poll_queries.own_ballot(actor, poll)
    if own is not None:
        own = weights(own, heads, poll.rules["max_per_item"])
    return BallotHere(lane, poll, items, own, Counter(heads.values()))


def points_on(board_id: int) -> dict[int, int]:
    """The points on the cards of a board by contribution, of each column's latest vote once it is over."""
    over = db.session.execute(
        select(Lane.poll_id)
        .join(Poll, Poll.id == Lane.poll_id)
        .where(Lane.board_id == board_id, Poll.status.in_(OVER))
    ).scalars()
    found: dict[int, int] = {}
    for sums in sums_of([poll_id for poll_id in over if poll_id]).values():
        found |= sums
    return found


def points_of(lanes: Iterable[Lane]) -> dict[int, int]:
    """The same as `points_on` for the columns of a board that was read with its votes."""
    over = [lane.poll.id for lane in lanes if lane.poll and lane.poll.status in OVER]
    found: dict[int, int] = {}
    for sums in (sums_of(sorted(over)) if over else {}).values():
        found |= sums
    return found


def sums_to_show(poll: Poll) -> dict[int, int]:
    """The points of a vote by contribution if the group may see them now, else nothing."""
    if poll.status == PollStatus.OPEN and poll.rules.get("tallies") != "live":
        return {}
    return sums_of([poll.id]).get(poll.id, {})


def has_open_vote(board_id: int) -> bool:
    """Whether a vote on any column of a board is open."""
    return (
        db.session.execute(
            select(Lane.id)
            .join(Poll, Poll.id == Lane.poll_id)
            .where(Lane.board_id == board_id, Poll.status == PollStatus.OPEN)
            .limit(1)
        ).scalar_one_or_none()
        is not None
    )


def lane_to_tell_of(lane_id: int) -> Lane | None:
    """A column with its vote as they are stored now, for reactions."""
    return db.session.execute(
        select(Lane).where(Lane.id == lane_id).execution_options(populate_existing=True)
    ).scalar_one_or_none()
