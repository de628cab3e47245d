"""Ballots as they are kept and counted; the actions have required the right before."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, update

from core.actor import Actor
from core.db import db, upsert
from core.errors import Conflict, Invalid, Stale
from core.i18n import lazy_gettext as _l
from core.journal import record
from core.statements import Statement
from dialog.facts import PollClosed
from dialog.models import Ballot, Contribution, Poll, PollItem, Tally, Turnout
from dialog.queries import polls as queries
from dialog.queries.polls import BallotPaper
from dialog.uniting import settle, weights, written
from dialog.vocabulary import PollStatus

CHANGED_ELSEWHERE = _l(
    "You have changed your points in another window. These are the points that are saved now."
)


def move_poll(poll: Poll, before: PollStatus, after: PollStatus, **moments: Any) -> None:
    """Bring a poll into its next state. Raises Conflict if it is in another one than `before`."""
    # One statement decides, so that of two people who press the button only one moves the poll.
    moved = db.session.execute(
        update(Poll)
        .where(Poll.id == poll.id, Poll.status == before)
        .values(status=after, version=Poll.version + 1, **moments)
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount == 0:  # type: ignore[attr-defined]
        raise Conflict(_l("This has been done already, or it is not the time for it."), code="wrong_status")
    db.session.refresh(poll)


def end_poll(actor: Actor, poll: Poll, at: datetime) -> None:
    """What closing does, for those who have required the right."""
    move_poll(poll, PollStatus.OPEN, PollStatus.CLOSED, closed_at=at)
    # PostgreSQL keeps with every row which transaction wrote it; written once more by this one, all
    # ballots of the poll look alike and cannot be laid beside the journal any more.
    db.session.execute(update(Ballot).where(Ballot.poll_id == poll.id).values(tier=Ballot.tier))
    record(actor, PollClosed(poll.id))


def snapshot_of(contribution: Contribution, position: int) -> PollItem:
    """What can be chosen, as it reads now."""
    return PollItem(
        position=position,
        title=contribution.title,
        text=contribution.text,
        language=contribution.language,
        ref_kind="contribution",
        ref_id=contribution.id,
    )


def check_ballot(paper: BallotPaper, sent: Mapping[int, int]) -> None:
    """Raise Invalid for a ballot beyond the limits of its poll."""
    dots, most = paper.rules["dots"], paper.rules["max_per_item"]
    given = {item: points for item, points in sent.items() if points}
    if any(points < 0 for points in given.values()):
        raise Invalid(_l("Points cannot be less than zero."))
    if any(points > most for points in given.values()):
        raise Invalid(_l("Please put at most %(most)d points on one need.", most=most))
    # What stands together weighs no more than one of them can: the rest may be given to others.
    weight = sum(weights(given, paper.heads, most).values())
    if weight > dots:
        raise Invalid(
            _l(
                "You have %(dots)d points. You have given %(given)d. Please take some back.",
                dots=dots,
                given=weight,
            )
        )
    if not given.keys() <= paper.items:
        raise Invalid(_l("Some of what you chose is not in this poll. Please load the page again."))


def store_ballot(
    paper: BallotPaper,
    voter: str,
    tier: str,
    sent: Mapping[int, int],
    *,
    key: str = "",
    seen: Collection[str] | None = None,
) -> None:
    """Keep a whole ballot in place of the voter's former one and count it. Conflict if that is fixed.

    `seen` are the states the voter's page knows of (`dialog.uniting.written`): raises Stale if the ballot is
    in another one, because it was changed in another window or on another device. None asks nothing.
    """
    # The upsert that changes nothing locks the ballot's row, or makes it, and tells what stands on it.
    # A ballot stays in the tier in which it was first cast, and so do its points; only `rate_ballots` moves
    # both. A new one takes the tier its voter has at this moment: they may have been checked in since the
    # request came in.
    poll_id = paper.id
    row = _TAKE_BALLOT.first(new_poll=poll_id, new_voter=voter, new_tier=tier, of_participant=key)
    former, tier = row or ({}, tier)
    before = {int(item): points for item, points in former.items()}
    dots, most = paper.rules["dots"], paper.rules["max_per_item"]
    given = (
        settle(sent, before, paper.heads, dots=dots, most=most)
        if paper.heads
        else {item: points for item, points in sent.items() if points}
    )
    if before == given:
        return
    if before and not paper.rules["changeable"]:
        raise Conflict(_l("You have voted already. In this poll points cannot be changed."), code="voted")
    if seen is not None and not {written(before), written(weights(before, paper.heads, most))} & set(seen):
        raise Stale(CHANGED_ELSEWHERE)
    # Written by item: the order in which somebody sent them is the order of their page, which is their own.
    points = {str(item): given[item] for item in sorted(given)}
    _FILL_BALLOT.run(of_poll=poll_id, of_voter=voter, points=points)
    # In the order of ids, so that two ballots never wait for one another.
    changes = [
        {
            "item": item,
            "of_tier": tier,
            "more_points": given.get(item, 0) - before.get(item, 0),
            "more_voters": (item in given) - (item in before),
        }
        for item in sorted(before.keys() | given.keys())
    ]
    COUNT_POINTS.run_for_each([c for c in changes if c["more_points"] or c["more_voters"]])
    if bool(given) != bool(before):
        COUNT_BALLOT.run(of_poll=poll_id, of_tier=tier, more_ballots=1 if given else -1)


_TAKE_BALLOT = Statement(
    lambda: (
        upsert(Ballot)
        .values(
            poll_id=bindparam("new_poll"),
            voter=bindparam("new_voter"),
            tier=func.coalesce(queries.tier_of_participant(), bindparam("new_tier")),
            choices={},
        )
        .on_conflict_do_update(index_elements=[Ballot.poll_id, Ballot.voter], set_={"tier": Ballot.tier})
        .returning(Ballot.choices, Ballot.tier)
    )
)
_FILL_BALLOT = Statement(
    lambda: (
        update(Ballot)
        .where(Ballot.poll_id == bindparam("of_poll"), Ballot.voter == bindparam("of_voter"))
        .values(choices=bindparam("points"))
    )
)
COUNT_POINTS = Statement(
    lambda: (
        upsert(Tally)
        .values(
            item_id=bindparam("item"),
            tier=bindparam("of_tier"),
            points=bindparam("more_points"),
            voters=bindparam("more_voters"),
        )
        .on_conflict_do_update(
            index_elements=[Tally.item_id, Tally.tier],
            set_={
                "points": Tally.points + bindparam("more_points"),
                "voters": Tally.voters + bindparam("more_voters"),
            },
        )
    )
)
COUNT_BALLOT = Statement(
    lambda: (
        upsert(Turnout)
        .values(poll_id=bindparam("of_poll"), tier=bindparam("of_tier"), ballots=bindparam("more_ballots"))
        .on_conflict_do_update(
            index_elements=[Turnout.poll_id, Turnout.tier],
            set_={"ballots": Turnout.ballots + bindparam("more_ballots")},
        )
    )
)
