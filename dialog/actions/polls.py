"""The life of a poll: draft, open, closed, published; and the ballots in between."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import update

from core.actor import SYSTEM, Actor, Tier
from core.clock import now
from core.db import Names, db
from core.errors import Conflict, Invalid, NotFound
from core.i18n import N_
from core.i18n import lazy_gettext as _l
from core.journal import record
from dialog.actions._ballots import (
    COUNT_BALLOT,
    COUNT_POINTS,
    check_ballot,
    end_poll,
    move_poll,
    snapshot_of,
    store_ballot,
)
from dialog.actions._parts import add_station
from dialog.facts import (
    BallotCast,
    BallotsImported,
    PollItemAdded,
    PollOpened,
    PollPrepared,
    PollPublished,
)
from dialog.models import Ballot, Contribution, Dialogue, DialogueEvent, Poll
from dialog.permissions import RIGHTS, Permission
from dialog.queries import contributions as contribution_queries
from dialog.queries import polls as queries
from dialog.queries.polls import BallotPaper
from dialog.vocabulary import Kind, PollStatus, Visibility
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
        items=[snapshot_of(need, position) for position, need in enumerate(needs, start=1)],
    )
    db.session.add(poll)
    db.session.flush()  # The fact needs the id.
    record(actor, PollPrepared(poll.id))
    return poll


def prepare_poll_on(
    actor: Actor,
    dialogue: Dialogue,
    contributions: Sequence[Contribution],
    *,
    titles: Names,
    questions: Names,
    dots: int,
    max_per_item: int,
) -> Poll:
    """Draft a dot vote of all who take part on these contributions, in this order.

    Raises Invalid for rules that make no sense, and Conflict if one of them is not public in this dialogue.
    """
    RIGHTS.require(actor, Permission.RUN_POLL, dialogue)
    if not 1 <= max_per_item <= dots <= 100:
        sentence = _l("Nobody can put more points on one need than they have.")
        raise Invalid(sentence, {"max_per_item": [sentence]})
    if not contributions:
        raise Conflict(_l("No group has confirmed anything yet that could be voted on."))
    if any(one.dialogue_id != dialogue.id or one.visibility != Visibility.PUBLIC for one in contributions):
        raise Conflict(_l("Only what is public can be voted on by all."))
    poll = Poll(
        dialogue_id=dialogue.id,
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
        items=[snapshot_of(one, position) for position, one in enumerate(contributions, start=1)],
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
    move_poll(poll, PollStatus.DRAFT, PollStatus.OPEN, opened_at=at or now())
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
        item = snapshot_of(contribution, queries.last_position(poll.id) + 1)
        item.poll_id = poll.id
        db.session.add(item)
        db.session.flush()  # The fact needs the id.
        record(actor, PollItemAdded(poll.id, item.id))


def cast_ballot(
    actor: Actor,
    poll: Poll | BallotPaper,
    *,
    choices: Mapping[int, int],
    seen: Collection[str] | None = None,
) -> None:
    """Vote, or change one's vote: `choices` is the whole ballot, points per item id; zeros may be left out.

    One ballot per participant by primary key; it and the tallies change in this one transaction, in which
    a given `BallotPaper` must have been read. Raises Invalid beyond the limits or for items of another
    poll, Conflict when the poll is not open or its votes cannot be changed, Stale if the ballot is in none of
    the states in `seen` (`dialog.uniting.written`).
    """
    paper = poll if isinstance(poll, BallotPaper) else queries.ballot_paper(poll.id)
    if paper is None:
        raise NotFound
    RIGHTS.require(actor, Permission.VOTE, paper)
    check_ballot(paper, choices)
    voter = queries.voter_token(actor, paper.id)
    store_ballot(paper, voter, actor.tier or "C", choices, key=actor.key, seen=seen)
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
        check_ballot(paper, choices)
        store_ballot(paper, queries.imported_voter_token(voter, poll.id), tier, choices)
    record(actor, BallotsImported(poll.id, len(ballots)))


def rate_ballots(
    actor: Actor,
    event: DialogueEvent,
    polls: Sequence[int],
    keys: Sequence[str],
    *,
    before: Tier,
    after: Tier,
) -> None:
    """Let the ballots that these participants have cast count in another tier, with all their points.

    `polls` are those of `queries.polls_taking_ballots`, locked before the participants were: so a vote that
    is given at the same time is either moved here or finds the new tier.
    """
    RIGHTS.require(actor, Permission.RUN_DAY, event)
    points: Counter[tuple[int, str]] = Counter()
    voters: Counter[tuple[int, str]] = Counter()
    turnout: Counter[tuple[int, str]] = Counter()
    for poll_id in polls:
        moved = db.session.execute(
            update(Ballot)
            .where(
                Ballot.poll_id == poll_id,
                Ballot.voter.in_([queries.voter_token_of(key, poll_id) for key in keys]),
                Ballot.tier == before,
            )
            .values(tier=after)
            .returning(Ballot.choices)
            .execution_options(synchronize_session=False)
        ).scalars()
        for choices in moved:
            for tier, sign in ((str(before), -1), (str(after), 1)):
                for item, given in choices.items():
                    points[(int(item), tier)] += sign * given
                    voters[(int(item), tier)] += sign
                turnout[(poll_id, tier)] += sign * bool(choices)
    # In the order in which ballots count, too, so that the two never wait for one another.
    COUNT_POINTS.run_for_each(
        [
            {"item": item, "of_tier": tier, "more_points": more, "more_voters": voters[(item, tier)]}
            for (item, tier), more in sorted(points.items())
        ]
    )
    for (poll_id, tier), more in sorted(turnout.items()):
        if more:
            COUNT_BALLOT.run(of_poll=poll_id, of_tier=tier, more_ballots=more)


def close_poll(actor: Actor, poll: Poll, *, at: datetime | None = None) -> None:
    """End the voting for good. Raises Conflict if it is not open."""
    RIGHTS.require(actor, Permission.RUN_POLL, poll)
    end_poll(actor, poll, at or now())


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
    move_poll(poll, PollStatus.CLOSED, PollStatus.PUBLISHED, published_at=moment)
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


def _raise_version(poll_id: int) -> None:
    db.session.execute(
        update(Poll)
        .where(Poll.id == poll_id)
        .values(version=Poll.version + 1)
        .execution_options(synchronize_session=False)
    )
