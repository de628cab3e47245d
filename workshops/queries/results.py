"""What the groups of an event have confirmed: for the plenary, the screen in the hall and the snapshot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, func, select
from sqlalchemy.orm import joinedload

from core.actor import Actor
from core.db import db
from core.errors import NotFound
from dialog.models import AgendaItem, Contribution, DialogueEvent, Poll, PollItem, Tally, WorkingGroup
from dialog.permissions import RIGHTS as DIALOG_RIGHTS
from dialog.permissions import Permission as DialogPermission
from dialog.queries import polls as poll_queries
from dialog.vocabulary import Outcome, PollStatus, Visibility
from workshops.models import Lane
from workshops.permissions import RIGHTS, Permission
from workshops.queries.hands import hands_of
from workshops.queries.votes import OVER


@dataclass(frozen=True, slots=True)
class ConfirmedResult:
    """One card that a group has adopted; `points` are those of its votes that are over, None without."""

    contribution: Contribution
    points: int | None
    hands: int | None
    """Hands raised in the room, which are no points; None where nobody counted."""


@dataclass(frozen=True, slots=True)
class GroupResult:
    """What one group has confirmed so far, the most important first."""

    group: WorkingGroup
    results: Sequence[ConfirmedResult]


def may_read(actor: Actor, event_id: int) -> bool:
    """Whether this actor reads what the groups of an event have confirmed."""
    found = db.session.get(DialogueEvent, event_id)
    return (
        found is not None
        and DIALOG_RIGHTS.allows(actor, DialogPermission.READ_EVENT, found)
        and RIGHTS.allows(actor, Permission.READ_RESULTS, found)
    )


def events_of_poll(poll_id: int) -> list[int]:
    """The ids of the events at which something was said that a vote of all asks about."""
    return list(
        db.session.execute(
            select(AgendaItem.event_id)
            .join(Contribution, Contribution.round_id == AgendaItem.id)
            .join(PollItem, and_(PollItem.ref_id == Contribution.id, PollItem.ref_kind == "contribution"))
            .join(Poll, Poll.id == PollItem.poll_id)
            .where(Poll.id == poll_id, Poll.group_id.is_(None))
            .distinct()
        ).scalars()
    )


_PRIORITIES = {"high": 0, "medium": 1, "low": 2, "": 3}


def may_show(actor: Actor, event_id: int) -> bool:
    """Whether this actor shows the plenary of an event on a big screen."""
    found = db.session.get(DialogueEvent, event_id)
    return found is not None and RIGHTS.allows(actor, Permission.SHOW_PLENARY, found)


def confirmed_results(actor: Actor, event: DialogueEvent) -> list[GroupResult]:
    """The adopted cards of each group of an event by number, those with many points first.

    Only what is public is told, so that nothing stands on a screen in the hall that was hidden meanwhile.
    Raises NotFound for those who do not see the event.
    """
    if not RIGHTS.allows(actor, Permission.READ_RESULTS, event):
        raise NotFound
    adopted = db.session.execute(
        select(Contribution)
        .join(AgendaItem, AgendaItem.id == Contribution.round_id)
        .where(
            AgendaItem.event_id == event.id,
            Contribution.group_id.is_not(None),
            Contribution.outcome == Outcome.ADOPTED,
            Contribution.visibility == Visibility.PUBLIC,
        )
        .options(joinedload(Contribution.field), joinedload(Contribution.municipality))
    ).scalars()
    by_group: dict[int | None, list[Contribution]] = {}
    for contribution in adopted:
        by_group.setdefault(contribution.group_id, []).append(contribution)
    ids = [one.id for some in by_group.values() for one in some]
    points, hands = _points(ids), hands_of(ids)
    return [
        GroupResult(
            group,
            [
                ConfirmedResult(one, points.get(one.id), hands.get(one.id))
                for one in sorted(
                    by_group.get(group.id, []),
                    key=lambda one: (-points.get(one.id, 0), _PRIORITIES.get(one.priority, 3), one.id),
                )
            ],
        )
        for group in event.groups
    ]


def _points(contribution_ids: Sequence[int]) -> dict[int, int]:
    """The sums of lanes' latest votes that are over, by contribution; all tiers: a group sees its room."""
    rows = db.session.execute(
        select(PollItem.ref_id, Tally.points)
        .join(Lane, Lane.poll_id == PollItem.poll_id)
        .join(Poll, Poll.id == PollItem.poll_id)
        .join(Tally, Tally.item_id == PollItem.id)
        .where(Poll.status.in_(OVER))
        .where(PollItem.ref_kind == "contribution", PollItem.ref_id.in_(contribution_ids))
    )
    found: dict[int, int] = {}
    for contribution_id, points in rows:
        found[contribution_id] = found.get(contribution_id, 0) + points
    return found


def open_polls_on(actor: Actor, event: DialogueEvent) -> list[Poll]:
    """The votes of all that are open and ask about nothing but what was said at this event.

    A dialogue has other votes, too; on the day they would only lead people elsewhere.
    """
    said_here = (
        select(PollItem.poll_id)
        .outerjoin(
            Contribution, and_(Contribution.id == PollItem.ref_id, PollItem.ref_kind == "contribution")
        )
        .outerjoin(AgendaItem, and_(AgendaItem.id == Contribution.round_id, AgendaItem.event_id == event.id))
        .group_by(PollItem.poll_id)
        .having(func.count() == func.count(AgendaItem.id))
    )
    about = set(db.session.execute(said_here).scalars())
    return [
        poll
        for poll in poll_queries.visible_polls(actor, event.dialogue)
        if poll.status == PollStatus.OPEN and poll.id in about
    ]
