"""What became of the cards of a group, of a whole day: what protocols say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from core.actor import Actor
from core.db import db
from core.errors import NotFound
from dialog.models import (
    AgendaItem,
    Contribution,
    DialogueEvent,
    Merge,
    Poll,
    PollItem,
    Revision,
    Tally,
    WorkingGroup,
)
from dialog.vocabulary import Outcome, PollStatus, Visibility
from workshops.models import Board, Card, Flipchart, HandTally, HarvestStep, Lane, ScriptStep
from workshops.queries.boards import BoardHere, boards_of, rounds_of
from workshops.queries.harvest import name_of
from workshops.vocabulary import HarvestDecision

_SHOWN = (Visibility.GROUP, Visibility.PUBLIC)


@dataclass(frozen=True, slots=True)
class CardRecord:
    """A card with what became of it; `points` and `hands` are None where nobody voted or counted."""

    contribution: Contribution
    lane: Lane
    points: int | None
    hands: int | None
    lead: str = ""
    """The register number of the contribution it stands with now."""
    members: tuple[str, ...] = ()
    """Those of the contributions that stand with this one."""
    harvested: int | None = None
    """The revision that the harvest found, before it worded the card otherwise; None before it came to it."""

    @property
    def original(self) -> Revision | None:
        """The wording that the harvest has changed, or None if it stands as it was.

        What its author or whoever leads the group corrected before is not told again.
        """
        found = (one for one in self.contribution.revisions if one.number == self.harvested)
        said = next(found, None)
        return said if said is not None and said.text not in {"", self.contribution.text} else None

    @property
    def outcome(self) -> str:
        """What the harvest made of it."""
        return self.contribution.outcome


@dataclass(frozen=True, slots=True)
class BoardRecord:
    """What the protocol of a group in a round says."""

    board: Board
    group: WorkingGroup
    round: AgendaItem
    cards: tuple[CardRecord, ...]
    """Those the group sees, by lane and in their order."""
    not_shown: int
    """How many others there are: hidden, withdrawn, or not checked yet."""
    steps: tuple[ScriptStep, ...]
    photographs: int
    as_of: datetime | None
    """When anything of this was changed last; None for a board on which nothing has happened yet."""
    closed_by: str = ""
    """How the one is called who closed the group with cards still open; empty if there were none."""

    def with_outcome(self, outcome: Outcome) -> list[CardRecord]:
        """The cards of which the harvest made this."""
        return [card for card in self.cards if card.outcome == outcome]


@dataclass(slots=True)
class _Found:
    cards: dict[int, list[Card]] = field(default_factory=lambda: defaultdict(list))
    points: dict[int, int] = field(default_factory=dict)
    hands: dict[tuple[int, int], HandTally] = field(default_factory=dict)
    lead_of: dict[int, str] = field(default_factory=dict)
    members_of: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    merged_at: dict[int, datetime] = field(default_factory=dict)
    photographs: dict[int, int] = field(default_factory=dict)
    harvested: dict[int, int] = field(default_factory=dict)


def board_record(here: BoardHere) -> BoardRecord:
    """The record of a board that this actor may see (whoever has it was let in by `access_board`)."""
    found = _find([here.board])
    return _record(here.board, found, _steps([here.round_id]))


def day_records(actor: Actor, event: DialogueEvent) -> list[tuple[AgendaItem, list[BoardRecord]]]:
    """The records of all boards of an event by round. Raises NotFound for those who see no control room."""
    boards = boards_of(actor, event)
    if not boards:
        raise NotFound
    found, steps = _find(boards), _steps([one.id for one in rounds_of(event)])
    by_round: dict[int, list[BoardRecord]] = defaultdict(list)
    for board in boards:
        by_round[board.sitting.round_id].append(_record(board, found, steps))
    return [(one, by_round[one.id]) for one in rounds_of(event) if one.id in by_round]


def _record(
    board: Board, found: _Found, steps: Mapping[tuple[int, int | None], list[ScriptStep]]
) -> BoardRecord:
    group, round = board.sitting.group, board.sitting.round
    cards = found.cards[board.id]
    shown = [card for card in cards if card.contribution.visibility in _SHOWN]
    records = tuple(
        CardRecord(
            card.contribution,
            card.lane,
            found.points.get(card.contribution_id),
            tally.hands if (tally := found.hands.get((board.id, card.contribution_id))) else None,
            found.lead_of.get(card.contribution_id, ""),
            tuple(found.members_of.get(card.contribution_id, ())),
            found.harvested.get(card.contribution_id),
        )
        for card in shown
    )
    moments = [
        *(moment for card in cards for moment in _moments(card.contribution)),
        *(tally.at for (board_id, _), tally in found.hands.items() if board_id == board.id),
        *(found.merged_at[card.contribution_id] for card in shown if card.contribution_id in found.merged_at),
        *(moment for moment in (board.ended_at, board.harvested_at) if moment),
    ]
    return BoardRecord(
        board,
        group,
        round,
        records,
        len(cards) - len(shown),
        tuple(steps.get((round.id, group.id)) or steps.get((round.id, None)) or ()),
        found.photographs.get(board.id, 0),
        max(moments, default=None),
        name_of(board.harvested_by) if board.left_open else "",
    )


def _moments(contribution: Contribution) -> Iterable[datetime]:
    yield contribution.created_at
    yield from (one.at for one in contribution.revisions)
    yield from (one.at for one in contribution.decisions)
    yield from (one.at for one in contribution.stations)


def _find(boards: Iterable[Board]) -> _Found:
    found = _Found()
    ids = [board.id for board in boards]
    cards = db.session.execute(
        select(Card)
        .join(Card.lane)
        .where(Card.board_id.in_(ids))
        .options(
            joinedload(Card.lane),
            joinedload(Card.contribution).options(
                joinedload(Contribution.municipality),
                joinedload(Contribution.field),
                selectinload(Contribution.revisions),
                selectinload(Contribution.decisions),
                selectinload(Contribution.stations),
            ),
        )
        .order_by(Lane.position, Card.position, Card.contribution_id)
    ).scalars()
    for card in cards:
        found.cards[card.board_id].append(card)
    contributions = [card.contribution_id for of_board in found.cards.values() for card in of_board]
    _find_merges(found, contributions)
    found.points = _points(contributions)
    for tally in db.session.execute(select(HandTally).where(HandTally.board_id.in_(ids))).scalars():
        found.hands[tally.board_id, tally.contribution_id] = tally
    photographs = db.session.execute(
        select(Flipchart.board_id, func.count())
        .where(Flipchart.board_id.in_(ids))
        .group_by(Flipchart.board_id)
    )
    found.photographs = {row[0]: row[1] for row in photographs}
    taken_up = db.session.execute(
        select(HarvestStep.contribution_id, HarvestStep.revision)
        .where(
            HarvestStep.board_id.in_(ids),
            HarvestStep.decision == HarvestDecision.TAKEN_UP,
            HarvestStep.undone_at.is_(None),
        )
        .order_by(HarvestStep.id)
    )
    found.harvested = {row[0]: row[1] for row in taken_up}
    return found


def _find_merges(found: _Found, contributions: list[int]) -> None:
    merges = db.session.execute(
        select(Merge)
        .where(
            Merge.undone_at.is_(None),
            or_(Merge.lead_id.in_(contributions), Merge.member_id.in_(contributions)),
        )
        .options(joinedload(Merge.lead), joinedload(Merge.member))
        .order_by(Merge.id)
    ).scalars()
    for merge in merges:
        found.lead_of[merge.member_id] = merge.lead.reference
        found.members_of[merge.lead_id].append(merge.member.reference)
        found.merged_at[merge.member_id] = merge.at


def _points(contributions: list[int]) -> dict[int, int]:
    """The points of contributions in the latest votes on columns, if over; only of tiers that count.

    An earlier vote on the same column is none of the result, on the board as in the protocol.
    """
    rows = db.session.execute(
        select(PollItem.ref_id, Poll.rules, Tally.tier, Tally.points)
        .join(Poll, Poll.id == PollItem.poll_id)
        .join(Lane, Lane.poll_id == Poll.id)
        .outerjoin(Tally, Tally.item_id == PollItem.id)
        .where(
            PollItem.ref_kind == "contribution",
            PollItem.ref_id.in_(contributions),
            Poll.group_id.is_not(None),
            Poll.status.in_((PollStatus.CLOSED, PollStatus.PUBLISHED)),
        )
    )
    points: dict[int, int] = {}
    for contribution_id, rules, tier, number in rows:
        counts = tier in rules["counted_tiers"]
        points[contribution_id] = points.get(contribution_id, 0) + (number if counts else 0)
    return points


def _steps(rounds: list[int]) -> dict[tuple[int, int | None], list[ScriptStep]]:
    steps: dict[tuple[int, int | None], list[ScriptStep]] = defaultdict(list)
    for step in db.session.execute(
        select(ScriptStep).where(ScriptStep.round_id.in_(rounds)).order_by(ScriptStep.position, ScriptStep.id)
    ).scalars():
        steps[step.round_id, step.group_id].append(step)
    return steps
