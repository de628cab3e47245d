"""The life of a poll: draft, open, closed, published; and the ballots in between."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, update

from core.actor import SYSTEM, Actor, Tier
from core.clock import now
from core.db import Names, db, upsert
from core.errors import Conflict, Invalid, NotFound
from core.i18n import N_
from core.i18n import lazy_gettext as _l
from core.journal import record
from core.statements import Statement
from dialog.actions._parts import add_station
from dialog.facts import (
    BallotCast,
    BallotsImported,
    PollClosed,
    PollItemAdded,
    PollOpened,
    PollPrepared,
    PollPublished,
)
from dialog.models import Ballot, Contribution, Dialogue, Poll, PollItem, Tally, Turnout
from dialog.permissions import RIGHTS, Permission
from dialog.queries import contributions as contribution_queries
from dialog.queries import polls as queries
from dialog.queries.polls import BallotPaper
from dialog.vocabulary import Kind, PollStatus
from region.models import ActionField

COUNTED_TIERS = ("A", "B")
"""Published priorities count verified people and codes handed out by staff."""


def prepare_poll(
    actor: Actor,
    dialogue: Dialogue,
    field: ActionField,
    *,
    titles: Names,
    questions: Names,
    dots: int,
    max_per_item: int,
    closes_at: datetime | None = None,
) -> Poll:
    """Draft a dot vote on all public needs of a field. Raises Invalid for rules that make no sense."""
    RIGHTS.require(actor, Permission.RUN_POLL, dialogue)
    if not 1 <= max_per_item <= dots <= 100:
        sentence = _l("Nobody can put more points on one need than they have.")
        raise Invalid(sentence, {"max_per_item": [sentence]})
    if closes_at is not None and closes_at <= now():
        sentence = _l("This moment has passed already. Please choose a later one.")
        raise Invalid(sentence, {"closes_at": [sentence]})
    needs = contribution_queries.public_of_field(dialogue, field.id, Kind.NEED)
    poll = Poll(
        dialogue_id=dialogue.id,
        field_id=field.id,
        titles=dict(titles),
        questions=dict(questions),
        method="dots",
        rules={
            "dots": dots,
            "max_per_item": max_per_item,
            "changeable": True,
            "counted_tiers": list(COUNTED_TIERS),
            "ties": "sum, then lower item number",
        },
        created_at=now(),
        closes_at=closes_at,
        items=[_snapshot(need, position) for position, need in enumerate(needs, start=1)],
    )
    db.session.add(poll)
    db.session.flush()  # The fact needs the id.
    record(actor, PollPrepared(poll.id))
    return poll


def open_poll(actor: Actor, poll: Poll, *, at: datetime | None = None) -> None:
    """Begin the voting; the rules are frozen from now on. Raises Conflict unless it is a draft with items."""
    RIGHTS.require(actor, Permission.RUN_POLL, poll)
    if not queries.item_ids(poll.id):
        raise Conflict(_l("There is nothing to vote on in this topic yet."))
    _move(poll, PollStatus.DRAFT, PollStatus.OPEN, opened_at=at or now())
    record(actor, PollOpened(poll.id))


def add_to_open_polls(actor: Actor, contribution: Contribution) -> None:
    """Let a need that was just published be chosen in the polls of its field that are not over yet."""
    RIGHTS.require(actor, Permission.RUN_POLL, contribution)
    if contribution.kind != Kind.NEED:
        return
    for poll in queries.open_polls_of_field(contribution.dialogue_id, contribution.field_id):
        if queries.has_item(poll.id, "contribution", contribution.id):
            continue
        _raise_version(poll.id)
        item = _snapshot(contribution, queries.last_position(poll.id) + 1)
        item.poll_id = poll.id
        db.session.add(item)
        db.session.flush()  # The fact needs the id.
        record(actor, PollItemAdded(poll.id, item.id))


def cast_ballot(actor: Actor, poll: Poll | BallotPaper, *, choices: Mapping[int, int]) -> None:
    """Vote, or change one's vote: `choices` is the whole ballot, points per item id; zeros may be left out.

    One ballot per participant by primary key; it and the tallies change in this one transaction, in which
    a given `BallotPaper` must have been read. Raises Invalid beyond the limits or for items of another
    poll, Conflict when the poll is not open or its votes cannot be changed.
    """
    paper = poll if isinstance(poll, BallotPaper) else queries.ballot_paper(poll.id)
    if paper is None:
        raise NotFound
    RIGHTS.require(actor, Permission.VOTE, paper)
    given = {item: points for item, points in choices.items() if points}
    _check_ballot(paper, given)
    _store_ballot(paper, queries.voter_token(actor, paper.id), actor.tier or "C", given)
    record(actor, BallotCast(paper.id))


def import_ballots(actor: Actor, poll: Poll, *, ballots: Mapping[str, Mapping[int, int]], tier: Tier) -> None:
    """Take over ballots cast elsewhere, by a name of the voter that means nothing outside the file.

    Raises Conflict unless the poll is open, Invalid for a ballot beyond its limits.
    """
    RIGHTS.require(actor, Permission.IMPORT, poll)
    paper = queries.ballot_paper(poll.id)
    if paper is None or paper.status != PollStatus.OPEN:
        raise Conflict(_l("Ballots can be taken over only while the poll is open."), code="wrong_time")
    for voter, choices in ballots.items():
        given = {item: points for item, points in choices.items() if points}
        _check_ballot(paper, given)
        _store_ballot(paper, queries.imported_voter_token(voter, poll.id), tier, given)
    record(actor, BallotsImported(poll.id, len(ballots)))


def close_poll(actor: Actor, poll: Poll, *, at: datetime | None = None) -> None:
    """End the voting for good. Raises Conflict if it is not open."""
    RIGHTS.require(actor, Permission.RUN_POLL, poll)
    _move(poll, PollStatus.OPEN, PollStatus.CLOSED, closed_at=at or now())
    # PostgreSQL keeps with every row which transaction wrote it; written once more by this one, all
    # ballots of the poll look alike and cannot be laid beside the journal any more.
    db.session.execute(update(Ballot).where(Ballot.poll_id == poll.id).values(tier=Ballot.tier))
    record(actor, PollClosed(poll.id))


def close_due_polls(actor: Actor = SYSTEM) -> int:
    """Close what is past its time; gives the number."""
    RIGHTS.require(actor, Permission.RUN_POLL, None)
    due = queries.due_polls(now())
    for poll_id in due:
        poll = queries.poll_to_change(poll_id)
        if poll is not None and poll.status == PollStatus.OPEN:
            close_poll(actor, poll, at=poll.closes_at)
    return len(due)


def publish_poll(actor: Actor, poll: Poll, *, at: datetime | None = None) -> None:
    """Show everybody the result, and say on every contribution's way how it came out.

    Raises Conflict if the poll is not closed.
    """
    RIGHTS.require(actor, Permission.RUN_POLL, poll)
    moment = at or now()
    _move(poll, PollStatus.CLOSED, PollStatus.PUBLISHED, published_at=moment)
    places = queries.places_of_contributions(poll)
    for contribution_id, (place, points, _voters) in places.items():
        add_station(
            contribution_id,
            "ranked",
            N_("%(points)s points, place %(place)s of %(of)s in “%(poll)s”"),
            {"points": points, "place": place, "of": len(places), "poll": poll.titles},
            f"/dialogues/{poll.dialogue.slug}/polls/{poll.id}",
            moment,
        )
    record(actor, PollPublished(poll.id))


def _snapshot(contribution: Contribution, position: int) -> PollItem:
    return PollItem(
        position=position,
        title=contribution.title,
        text=contribution.text,
        language=contribution.language,
        ref_kind="contribution",
        ref_id=contribution.id,
    )


def _move(poll: Poll, before: PollStatus, after: PollStatus, **moments: Any) -> None:
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


def _raise_version(poll_id: int) -> None:
    db.session.execute(
        update(Poll)
        .where(Poll.id == poll_id)
        .values(version=Poll.version + 1)
        .execution_options(synchronize_session=False)
    )


def _check_ballot(paper: BallotPaper, given: Mapping[int, int]) -> None:
    dots, most = paper.rules["dots"], paper.rules["max_per_item"]
    if any(points < 0 for points in given.values()):
        raise Invalid(_l("Points cannot be less than zero."))
    if any(points > most for points in given.values()):
        raise Invalid(_l("Please put at most %(most)d points on one need.", most=most))
    if sum(given.values()) > dots:
        raise Invalid(
            _l(
                "You have %(dots)d points. You have given %(given)d. Please take some back.",
                dots=dots,
                given=sum(given.values()),
            )
        )
    if not given.keys() <= paper.items:
        raise Invalid(_l("Some of what you chose is not in this poll. Please load the page again."))


def _store_ballot(paper: BallotPaper, voter: str, tier: str, given: Mapping[int, int]) -> None:
    # The upsert that changes nothing locks the ballot's row, or makes it, and tells what stands on it.
    # A ballot stays in the tier in which it was first cast, and so do its points.
    poll_id = paper.id
    row = _TAKE_BALLOT.first(new_poll=poll_id, new_voter=voter, new_tier=tier)
    former, tier = row or ({}, tier)
    before = {int(item): points for item, points in former.items()}
    if before == given:
        return
    if before and not paper.rules["changeable"]:
        raise Conflict(_l("You have voted already. In this poll points cannot be changed."), code="voted")
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
    _COUNT_POINTS.run_for_each([c for c in changes if c["more_points"] or c["more_voters"]])
    if bool(given) != bool(before):
        _COUNT_BALLOT.run(of_poll=poll_id, of_tier=tier, more_ballots=1 if given else -1)


_TAKE_BALLOT = Statement(
    lambda: (
        upsert(Ballot)
        .values(
            poll_id=bindparam("new_poll"),
            voter=bindparam("new_voter"),
            tier=bindparam("new_tier"),
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
_COUNT_POINTS = Statement(
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
_COUNT_BALLOT = Statement(
    lambda: (
        upsert(Turnout)
        .values(poll_id=bindparam("of_poll"), tier=bindparam("of_tier"), ballots=bindparam("more_ballots"))
        .on_conflict_do_update(
            index_elements=[Turnout.poll_id, Turnout.tier],
            set_={"ballots": Turnout.ballots + bindparam("more_ballots")},
        )
    )
)
