"""Dot votes of working groups: only those with a place there vote, and nobody waits for a draft."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from core.actor import Actor
from core.clock import now
from core.db import Names, db
from core.errors import Conflict, Invalid, NotFound
from core.i18n import lazy_gettext as _l
from core.journal import record
from dialog.actions._ballots import check_ballot, end_poll, snapshot_of, store_ballot
from dialog.actions.cards import Place
from dialog.actions.polls import COUNTED_TIERS
from dialog.facts import BallotCast, PollOpened, PollPrepared
from dialog.models import Contribution, Poll
from dialog.permissions import RIGHTS, Permission
from dialog.queries import polls as queries
from dialog.queries.group_polls import PaperHere
from dialog.vocabulary import PollStatus


def open_group_poll(
    actor: Actor,
    place: Place,
    contributions: Sequence[Contribution],
    *,
    titles: Names,
    dots: int,
    max_per_item: int,
    live: bool,
) -> Poll:
    """Begin a vote of a group in a round on these contributions, with its rules fixed from now on.

    `live`: the sums are shown while it is open. Raises Invalid for rules that make no sense, Conflict if
    there is nothing to vote on.
    """
    RIGHTS.require(actor, Permission.RUN_GROUP_POLL, place)
    if not 1 <= max_per_item <= dots <= 100:
        sentence = _l("Nobody can put more points on one card than they have.")
        raise Invalid(sentence, {"max_per_item": [sentence]})
    if not contributions:
        raise Conflict(_l("There are no cards to vote on in this column."), code="empty")
    moment = now()
    poll = Poll(
        dialogue_id=place.dialogue_id,
        group_id=place.group.id,
        round_id=place.round_id,
        titles=dict(titles),
        questions=dict(titles),
        method="dots",
        rules={
            "dots": dots,
            "max_per_item": max_per_item,
            "changeable": True,
            "counted_tiers": [*COUNTED_TIERS, "C"],
            "ties": "sum, then lower item number",
            "tallies": "live" if live else "hidden",
        },
        status=PollStatus.OPEN,
        created_at=moment,
        opened_at=moment,
        items=[snapshot_of(one, position) for position, one in enumerate(contributions, start=1)],
    )
    db.session.add(poll)
    db.session.flush()  # The facts need the id.
    record(actor, PollPrepared(poll.id))
    record(actor, PollOpened(poll.id))
    return poll


def cast_group_ballot(
    actor: Actor,
    place: Place,
    poll_id: int,
    *,
    choices: Mapping[int, int],
    seen: Collection[str] | None = None,
) -> None:
    """Vote in a group, or change one's vote: `choices` and `seen` are as for `polls.cast_ballot`.

    Raises NotFound for a poll of another group or round, and Conflict while the group takes no points.
    """
    paper = queries.ballot_paper(poll_id)
    if paper is None or (paper.group_id, paper.round_id) != (place.group.id, place.round_id):
        raise NotFound
    RIGHTS.require(actor, Permission.VOTE_IN_GROUP, PaperHere(paper, place.group, place.seated))
    check_ballot(paper, choices)
    voter = queries.voter_token(actor, paper.id)
    store_ballot(paper, voter, actor.tier or "C", choices, key=actor.key, seen=seen)
    record(actor, BallotCast(paper.id))


def close_group_poll(actor: Actor, place: Place, poll: Poll) -> None:
    """End a vote of a group for good; its members see the sums. Raises Conflict if it is not open."""
    RIGHTS.require(actor, Permission.RUN_GROUP_POLL, place)
    if (poll.group_id, poll.round_id) != (place.group.id, place.round_id):
        raise NotFound
    end_poll(actor, poll, now())
