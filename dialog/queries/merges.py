"""Which contributions stand together, and what follows from it for the register and for polls."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    bindparam,
    cast,
    exists,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.orm import aliased, joinedload

from core.actor import Actor
from core.db import db
from core.errors import NotFound
from core.statements import Statement
from core.text import fold
from dialog.models import Ballot, Contribution, Dialogue, Merge, Poll, PollItem
from dialog.permissions import RIGHTS, Permission
from dialog.similar import similar
from dialog.uniting import Together, heads_of, united
from dialog.vocabulary import Outcome, PollStatus, Visibility

MOST_COMPARED = 3000
"""So many contributions, the latest ones, are looked through for similar ones."""


def stands_alone() -> ColumnElement[bool]:
    """For statements about public contributions: it has a line of its own.

    A member has none while its lead is public, too, and what is divided has those of its parts.
    """
    lead = aliased(Contribution)
    return Contribution.split_at.is_(None) & or_(
        Contribution.outcome != Outcome.MERGED,
        ~exists(
            select(Merge.id)
            .join(lead, lead.id == Merge.lead_id)
            .where(
                Merge.member_id == Contribution.id,
                Merge.undone_at.is_(None),
                lead.visibility == Visibility.PUBLIC,
            )
        ),
    )


def number_of_members() -> Any:
    """For statements about public contributions: how many others stand with it."""
    member = aliased(Contribution)
    return (
        select(func.count())
        .select_from(Merge)
        .join(member, member.id == Merge.member_id)
        .where(
            Merge.lead_id == Contribution.id,
            Merge.undone_at.is_(None),
            member.visibility == Visibility.PUBLIC,
        )
        .correlate(Contribution)
        .scalar_subquery()
    )


def standing_of_member(contribution_id: int) -> Merge | None:
    """The merge by which this contribution stands with a lead, or None."""
    return db.session.execute(
        _merges().where(Merge.member_id == contribution_id, Merge.undone_at.is_(None))
    ).scalar_one_or_none()


def standing_of_lead(contribution_id: int) -> list[Merge]:
    """The merges by which others stand with this contribution, the first ones first."""
    return list(
        db.session.execute(
            _merges().where(Merge.lead_id == contribution_id, Merge.undone_at.is_(None)).order_by(Merge.id)
        ).scalars()
    )


def visible_members(actor: Actor, lead: Contribution) -> list[Merge]:
    """The merges by which others stand with a contribution, as far as this actor may read those.

    What its author has taken back is among them: that it was there stays.
    """
    return [
        one
        for one in standing_of_lead(lead.id)
        if one.member.visibility == Visibility.WITHDRAWN
        or RIGHTS.allows(actor, Permission.READ_CONTRIBUTION, one.member)
    ]


def lock_both(one: int, other: int) -> None:
    """Keep everybody else from changing these two contributions until the commit."""
    db.session.execute(
        select(Contribution)
        .where(Contribution.id.in_([one, other]))
        .order_by(Contribution.id)
        .with_for_update(of=Contribution)
        .execution_options(populate_existing=True)
    ).scalars().all()


def merge_by_id(merge_id: int) -> Merge | None:
    """A merge for reactions and subscribers as it is stored now, whoever may see it."""
    return db.session.execute(
        _merges().where(Merge.id == merge_id).execution_options(populate_existing=True)
    ).scalar_one_or_none()


def access_merge(actor: Actor, dialogue: Dialogue, merge_id: int) -> Merge:
    """A merge of this dialogue that still stands, for those who may take it back. Raises NotFound."""
    found = merge_by_id(merge_id)
    if (
        found is None
        or found.undone_at is not None
        or found.member.dialogue_id != dialogue.id
        or not RIGHTS.allows(actor, Permission.MERGE, found.member)
    ):
        raise NotFound
    return found


def visible_merges(actor: Actor, dialogue: Dialogue) -> list[Merge]:
    """All merges of a dialogue that stand: those with an open objection first, then the latest.

    Raises NotFound for those who do not check contributions.
    """
    if not RIGHTS.allows(actor, Permission.SEE_QUEUE, dialogue):
        raise NotFound
    member = aliased(Contribution)
    found = db.session.execute(
        _merges()
        .join(member, member.id == Merge.member_id)
        .where(member.dialogue_id == dialogue.id, Merge.undone_at.is_(None))
        .order_by(Merge.at.desc(), Merge.id.desc())
    ).scalars()
    return sorted(found, key=lambda one: not one.is_disputed)


def heads_in(poll_id: int) -> dict[int, int]:
    """The head of every item of a poll that stands with others in it; see `dialog.uniting`."""
    return heads_of(Together(*row) for row in _TOGETHER.rows(poll=poll_id))


def together() -> Select[Any]:
    """Item, contribution and lead of everything in the `poll` that stands with others."""
    lead = aliased(Contribution)
    rows: Any = (
        select(PollItem.id, PollItem.ref_id, Merge.lead_id)
        .join(Merge, or_(Merge.member_id == PollItem.ref_id, Merge.lead_id == PollItem.ref_id))
        .join(lead, lead.id == Merge.lead_id)
        .where(
            PollItem.poll_id == bindparam("poll"),
            PollItem.ref_kind == "contribution",
            Merge.undone_at.is_(None),
            # A lead that is gone leads nobody: its members stand on their own until it is shown again.
            lead.visibility != Visibility.HIDDEN,
            lead.visibility != Visibility.WITHDRAWN,
        )
    )
    found: Select[Any] = rows
    return found


def together_as_text() -> Any:
    """The same in one value, `item:contribution:lead` with commas between; NULL where nothing does."""
    rows = together().correlate(None).subquery()
    comma: Any = literal_column("','")
    colon: Any = literal_column("':'")
    one = cast(rows.c.id, String) + colon + cast(rows.c.ref_id, String) + colon + cast(rows.c.lead_id, String)
    return select(func.aggregate_strings(one, comma)).select_from(rows).scalar_subquery()


def read_together(text: str | None) -> dict[int, int]:
    """The heads that `together_as_text` tells of."""
    if not text:
        return {}
    return heads_of(Together(*map(int, one.split(":"))) for one in text.split(","))


_TOGETHER = Statement(together)


@dataclass(frozen=True, slots=True)
class United:
    """What contributions that stand together have in a poll: each voter counts once, with what they gave to
    all of them, but at most what could be given to one."""

    points: int
    voters: int
    items: int
    """How many of the poll's items stand together."""


def united_by_head(poll: Poll) -> dict[int, United]:
    """The united figures of a poll that is over, by the item that heads each group.

    Only ballots that the ranking counts; whoever asks may see the result.
    """
    heads = heads_in(poll.id)
    if not heads or poll.status not in {PollStatus.CLOSED, PollStatus.PUBLISHED}:
        return {}
    rows = db.session.execute(
        select(Ballot.choices).where(Ballot.poll_id == poll.id, Ballot.tier.in_(poll.rules["counted_tiers"]))
    ).scalars()
    ballots = ({int(item): points for item, points in choices.items()} for choices in rows)
    sums = united(ballots, heads, poll.rules["max_per_item"])
    number = list(heads.values()).count
    return {head: United(points, voters, number(head)) for head, (points, voters) in sums.items()}


def published_polls_with(contribution_ids: Iterable[int]) -> list[Poll]:
    """The published polls in which one of these could be chosen, the latest first."""
    wanted = select(PollItem.poll_id).where(
        PollItem.ref_kind == "contribution", PollItem.ref_id.in_(list(contribution_ids))
    )
    return list(
        db.session.execute(
            select(Poll)
            .where(Poll.id.in_(wanted), Poll.status == PollStatus.PUBLISHED)
            .order_by(Poll.published_at.desc(), Poll.id.desc())
        ).scalars()
    )


def united_results(contribution_id: int, member_ids: Iterable[int]) -> list[tuple[Poll, United]]:
    """For a lead: its united figures in every published poll in which two or more of them could be chosen."""
    everybody = {contribution_id, *member_ids}
    results = []
    for poll in published_polls_with(everybody):
        sums = united_by_head(poll)
        heads = {
            item.id for item in poll.items if item.ref_kind == "contribution" and item.ref_id in everybody
        }
        results += [(poll, sums[head]) for head in sorted(heads & sums.keys())]
    return results


def _merges() -> Select[Merge]:
    return select(Merge).options(
        joinedload(Merge.lead).joinedload(Contribution.dialogue),
        joinedload(Merge.lead).joinedload(Contribution.field),
        joinedload(Merge.member).joinedload(Contribution.dialogue),
        joinedload(Merge.member).joinedload(Contribution.field),
    )


def similar_to(actor: Actor, contribution: Contribution) -> list[tuple[Contribution, bool]]:
    """Public contributions that say nearly the same, each with whether it is very similar.

    Raises NotFound for those who put nothing together.
    """
    if not RIGHTS.allows(actor, Permission.MERGE, contribution):
        raise NotFound
    rows = db.session.execute(
        select(Contribution)
        .where(
            Contribution.dialogue_id == contribution.dialogue_id,
            Contribution.visibility == Visibility.PUBLIC,
            Contribution.id != contribution.id,
            stands_alone(),
        )
        .order_by(Contribution.id.desc())
        .limit(MOST_COMPARED)
    ).scalars()
    others = {one.id: one for one in rows}
    found = similar(fold(contribution.text), {key: fold(one.text) for key, one in others.items()}, most=5)
    return [(others[one.key], one.very) for one in found]


def members_of(contribution_ids: Iterable[int]) -> dict[int, int]:
    """How many others stand with each of these, whoever sees them; those with none are left out."""
    return dict(
        db.session.execute(
            select(Merge.lead_id, func.count())
            .where(Merge.lead_id.in_(list(contribution_ids)), Merge.undone_at.is_(None))
            .group_by(Merge.lead_id)
        ).all()
    )
