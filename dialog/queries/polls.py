"""Polls, ballots of one's own, and results."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, String, bindparam, cast, func, literal_column, or_, select
from sqlalchemy.orm import joinedload, selectinload

from core import keys
from core.actor import Actor
from core.db import db
from core.errors import NotFound, Sentence
from core.statements import Row, Statement
from dialog.models import (
    Ballot,
    Contribution,
    Dialogue,
    Participant,
    Poll,
    PollItem,
    Tally,
    Turnout,
)
from dialog.permissions import RIGHTS, Permission
from dialog.queries import merges
from dialog.queries.merges import United
from dialog.ranking import Ranked, rank, tiers_to_show
from dialog.vocabulary import NO_LONGER_SHOWN, NUMBER_PREFIX, SMALLEST_GROUP, Kind, PollStatus, Visibility


def access_poll(actor: Actor, dialogue: Dialogue, poll_id: int) -> Poll:
    """A poll with its field and items, if this actor may see it. Raises NotFound."""
    found = db.session.execute(
        _polls().where(Poll.id == poll_id, Poll.dialogue_id == dialogue.id).options(selectinload(Poll.items))
    ).scalar_one_or_none()
    if found is None or not RIGHTS.allows(actor, Permission.READ_POLL, found):
        raise NotFound
    return found


def _polls() -> Select[Poll]:
    return select(Poll).options(joinedload(Poll.field), joinedload(Poll.dialogue))


def visible_polls(actor: Actor, dialogue: Dialogue) -> list[Poll]:
    """The polls of a dialogue this actor may see, open ones first, then by field and age; none of groups."""
    polls = db.session.execute(
        _polls()
        .where(Poll.dialogue_id == dialogue.id, Poll.group_id.is_(None))
        .order_by(Poll.opened_at.desc(), Poll.id)
    ).scalars()
    order = {PollStatus.OPEN: 0, PollStatus.CLOSED: 1, PollStatus.DRAFT: 2, PollStatus.PUBLISHED: 3}
    seen = [poll for poll in polls if RIGHTS.allows(actor, Permission.READ_POLL, poll)]
    return sorted(seen, key=lambda p: (order[PollStatus(p.status)], p.field.position if p.field else 0))


def poll_by_id(poll_id: int) -> Poll | None:
    """A poll for reactions as it is stored now, whoever may see it."""
    return db.session.execute(
        _polls().where(Poll.id == poll_id).execution_options(populate_existing=True)
    ).scalar_one_or_none()


@dataclass(frozen=True, slots=True)
class BallotPaper:
    """What must be known of a poll to vote in it."""

    id: int
    dialogue_id: int
    status: str
    closes_at: datetime | None
    rules: dict[str, Any]
    items: frozenset[int]
    """Ids of everything that can be chosen."""
    group_id: int | None = None
    """The working group whose members alone vote, in the round `round_id`; None: all of the dialogue."""

    round_id: int | None = None
    heads: Mapping[int, int] = field(default_factory=dict)
    """For items that stand together, the one that stands for all of them; see `dialog.uniting`."""


def _paper() -> Select[Any]:
    # The items come as one text, which both databases can make in the same question. The comma is written
    # out: SQLAlchemy would put it in only when the statement is run.
    comma: Any = literal_column("','")
    items = (
        select(func.aggregate_strings(cast(PollItem.id, String), comma))
        .where(PollItem.poll_id == Poll.id)
        .scalar_subquery()
    )
    return (
        select(
            Poll.id,
            Poll.dialogue_id,
            Poll.status,
            Poll.closes_at,
            Poll.rules,
            items,
            Poll.group_id,
            Poll.round_id,
            merges.together_as_text(),
        )
        .where(Poll.id == bindparam("poll"))
        .with_for_update(read=True, of=Poll)
    )


_PAPER = Statement(_paper)
_PAPER_AT = Statement(
    lambda: _paper().join(Dialogue, Dialogue.id == Poll.dialogue_id).where(Dialogue.slug == bindparam("slug"))
)
_ITEMS = Statement(lambda: select(PollItem.id).where(PollItem.poll_id == bindparam("poll")))


def ballot_paper(poll_id: int) -> BallotPaper | None:
    """The poll as it is in the open transaction; it cannot be closed before this transaction ends."""
    return _read_paper(_PAPER.first(poll=poll_id))


def access_ballot_paper(actor: Actor, slug: str, poll_id: int) -> BallotPaper:
    """The same for a poll of this dialogue. Raises NotFound for what this actor may not see."""
    paper = _read_paper(_PAPER_AT.first(poll=poll_id, slug=slug))
    if paper is None or not RIGHTS.allows(actor, Permission.READ_POLL, paper):
        raise NotFound
    return paper


def _read_paper(row: Row | None) -> BallotPaper | None:
    if row is None:
        return None
    poll_id, dialogue_id, status, closes_at, rules, items, group_id, round_id, together = row
    ids = frozenset(map(int, items.split(","))) if items else frozenset()
    heads = merges.read_together(together)
    return BallotPaper(poll_id, dialogue_id, status, closes_at, rules, ids, group_id, round_id, heads)


def poll_to_change(poll_id: int) -> Poll | None:
    """The poll with its row locked until the end of the open transaction."""
    return db.session.execute(
        select(Poll).where(Poll.id == poll_id).with_for_update().execution_options(populate_existing=True)
    ).scalar_one_or_none()


def item_ids(poll_id: int) -> set[int]:
    """Ids of everything that can be chosen in a poll."""
    return {item for (item,) in _ITEMS.rows(poll=poll_id)}


def open_polls_of_field(dialogue_id: int, field_id: int) -> list[Poll]:
    """The polls of a field that are not over yet, locked against closing."""
    return list(
        db.session.execute(
            select(Poll)
            .where(
                Poll.dialogue_id == dialogue_id,
                Poll.field_id == field_id,
                # A vote in a group is about the cards of its board and nothing else.
                Poll.group_id.is_(None),
                Poll.status.in_([PollStatus.DRAFT, PollStatus.OPEN]),
            )
            .with_for_update(read=True)
        ).scalars()
    )


def polls_taking_ballots(dialogue_id: int, moment: datetime) -> list[int]:
    """Ids of the polls of a dialogue that take ballots at this moment, in order, locked against closing."""
    return list(
        db.session.execute(
            select(Poll.id)
            .where(
                Poll.dialogue_id == dialogue_id,
                Poll.status == PollStatus.OPEN,
                or_(Poll.closes_at.is_(None), Poll.closes_at > moment),
            )
            .order_by(Poll.id)
            .with_for_update(read=True)
        ).scalars()
    )


def has_item(poll_id: int, ref_kind: str, ref_id: int) -> bool:
    """Whether something is among the items of a poll already."""
    return (
        db.session.execute(
            select(PollItem.id).where(
                PollItem.poll_id == poll_id, PollItem.ref_kind == ref_kind, PollItem.ref_id == ref_id
            )
        ).scalar_one_or_none()
        is not None
    )


def polls_with(contribution_id: int) -> list[int]:
    """Ids of all polls in which this contribution can or could be chosen."""
    return list(
        db.session.execute(
            select(PollItem.poll_id).where(
                PollItem.ref_kind == "contribution", PollItem.ref_id == contribution_id
            )
        ).scalars()
    )


def polls_of_items(items: Iterable[int]) -> list[int]:
    """Ids of the polls that these items belong to, in their order."""
    wanted = select(PollItem.poll_id).where(PollItem.id.in_(list(items))).distinct()
    return list(db.session.execute(wanted.order_by(PollItem.poll_id)).scalars())


def polls_of(dialogue_id: int) -> list[int]:
    """Ids of all polls of a dialogue."""
    return list(
        db.session.execute(select(Poll.id).where(Poll.dialogue_id == dialogue_id).order_by(Poll.id)).scalars()
    )


def last_position(poll_id: int) -> int:
    """Position of the last item of a poll, 0 without items."""
    return (
        db.session.execute(
            select(func.max(PollItem.position)).where(PollItem.poll_id == poll_id)
        ).scalar_one_or_none()
        or 0
    )


def due_polls(moment: datetime) -> list[int]:
    """Ids of open polls whose time is over."""
    return list(
        db.session.execute(
            select(Poll.id).where(Poll.status == PollStatus.OPEN, Poll.closes_at <= moment)
        ).scalars()
    )


def voter_token(actor: Actor, poll_id: int) -> str:
    """What stands for this participant on a ballot of this poll: a keyed digest, so that ballots of
    different polls cannot be put together and the table alone tells nobody's choice."""
    return voter_token_of(actor.key, poll_id)


def voter_token_of(key: str, poll_id: int) -> str:
    """The same for the participant with this key."""
    return _ballot_digest(f"{poll_id}|{key}")


def imported_voter_token(voter: str, poll_id: int) -> str:
    """The same for a voter of a file; never equal to that of a participant."""
    return _ballot_digest(f"{poll_id}|imported|{voter}")


def _ballot_digest(text: str) -> str:
    return hmac.digest(keys.current().ballot, text.encode(), hashlib.sha256).hex()


def tier_of_participant() -> Any:
    """For statements: the present tier of `of_participant`, which nobody can change before the commit."""
    return (
        select(Participant.tier)
        .where(Participant.key == bindparam("of_participant"))
        .with_for_update(read=True)
        .scalar_subquery()
    )


def own_ballot(actor: Actor, poll: Poll) -> dict[int, int] | None:
    """This actor's points per item, or None if they have not voted here."""
    if actor.is_visitor:
        return None
    choices = db.session.execute(
        select(Ballot.choices).where(Ballot.poll_id == poll.id, Ballot.voter == voter_token(actor, poll.id))
    ).scalar_one_or_none()
    return None if choices is None else {int(item): points for item, points in choices.items()}


def in_own_order(actor: Actor, poll: Poll) -> list[PollItem]:
    """The items in an order that is random per person but stays the same for that person."""
    seed = actor.key or "visitor"
    return sorted(
        poll.items, key=lambda item: hashlib.sha256(f"{seed}|{poll.id}|{item.id}".encode()).digest()
    )


@dataclass(frozen=True, slots=True)
class ResultLine:
    """One item of a result: its rank, points and voters of the tiers the ranking counts."""

    rank: int
    item_id: int
    title: Sentence
    language: str
    """That of the title."""
    points: int
    voters: int
    reference: str
    """Register number of the need behind it. If it is not public any more, this and `language` are empty and
    the title says so."""
    united: United | None = None
    """Where others of this poll stand with it: what all of them have together. Ranks follow `points`."""


@dataclass(frozen=True, slots=True)
class Result:
    """A result: its lines by rank, the number of ballots that count, and of those that do not.

    `tiers` are the ballots per tier, or empty where that would tell of fewer than five people.
    """

    lines: list[ResultLine]
    ballots: int
    ballots_not_counted: int
    tiers: list[tuple[str, int]]


def access_result(actor: Actor, poll: Poll) -> Result:
    """The result of a poll from its stored tallies. Raises NotFound while this actor may not see it."""
    if not RIGHTS.allows(actor, Permission.READ_RESULT, poll):
        raise NotFound
    return _result(poll)


def public_result(poll: Poll) -> Result | None:
    """The result if everybody may see it, else None."""
    return _result(poll) if poll.status == PollStatus.PUBLISHED else None


def _result(poll: Poll) -> Result:
    counted = set(poll.rules["counted_tiers"])
    rows = db.session.execute(
        select(PollItem.id, PollItem.position, Tally.tier, Tally.points, Tally.voters)
        .outerjoin(Tally, Tally.item_id == PollItem.id)
        .where(PollItem.poll_id == poll.id)
    )
    sums: dict[int, Ranked] = {}
    for item_id, position, tier, points, voters in rows:
        before = sums.get(item_id) or Ranked(item_id, position, 0, 0)
        if tier in counted:
            before = Ranked(item_id, position, before.points + points, before.voters + voters)
        sums[item_id] = before
    items = {item.id: item for item in poll.items}
    references = references_of(items.values())
    together = merges.united_by_head(poll)
    turnout: dict[str, int] = dict(
        db.session.execute(select(Turnout.tier, Turnout.ballots).where(Turnout.poll_id == poll.id)).all()
    )
    return Result(
        [
            ResultLine(
                place,
                line.item_id,
                items[line.item_id].title if line.item_id in references else NO_LONGER_SHOWN,
                items[line.item_id].title_language if line.item_id in references else "",
                line.points,
                line.voters,
                references.get(line.item_id, ""),
                together.get(line.item_id),
            )
            for place, line in rank(sums.values())
        ],
        sum(number for tier, number in turnout.items() if tier in counted),
        sum(number for tier, number in turnout.items() if tier not in counted),
        tiers_to_show(turnout, SMALLEST_GROUP),
    )


def references_of(items: Iterable[PollItem]) -> dict[int, str]:
    """Register numbers of the public contributions behind poll items, by item id."""
    by_contribution = {item.ref_id: item.id for item in items if item.ref_kind == "contribution"}
    rows = db.session.execute(
        select(Contribution.id, Contribution.kind, Contribution.number).where(
            Contribution.id.in_(by_contribution), Contribution.visibility == Visibility.PUBLIC
        )
    )
    return {
        by_contribution[contribution_id]: f"{NUMBER_PREFIX[Kind(kind)]}-{number:03d}"
        for contribution_id, kind, number in rows
    }


def published_ballots(actor: Actor, poll: Poll) -> list[dict[int, int]]:
    """Every ballot the ranking counts, as points per item, in no order that means anything.

    Raises NotFound while the result is not this actor's to see.
    """
    if not RIGHTS.allows(actor, Permission.READ_RESULT, poll):
        raise NotFound
    rows = db.session.execute(
        select(Ballot.choices)
        .where(Ballot.poll_id == poll.id, Ballot.tier.in_(poll.rules["counted_tiers"]))
        .order_by(Ballot.voter)
    ).scalars()
    return [{int(item): points for item, points in choices.items()} for choices in rows if choices]


def places_of_contributions(poll: Poll) -> dict[int, tuple[int, int, int]]:
    """Place, points and voters of every contribution in a poll's result, by contribution id.

    For packages above that may use a published result; an unpublished poll gives nothing.
    """
    if poll.status != PollStatus.PUBLISHED:
        return {}
    refs = {item.id: item.ref_id for item in poll.items if item.ref_kind == "contribution"}
    return {
        refs[line.item_id]: (line.rank, line.points, line.voters)
        for line in _result(poll).lines
        if line.item_id in refs
    }
