"""Votes of working groups: the paper with its place, and the points."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from core.db import db
from dialog.models import PollItem, Tally, WorkingGroup
from dialog.queries.polls import BallotPaper


@dataclass(frozen=True, slots=True)
class PaperHere:
    """The paper of a vote of a group, with the group and whether the one who votes has a place in it."""

    paper: BallotPaper
    group: WorkingGroup
    seated: bool

    @property
    def dialogue_id(self) -> int:
        """The dialogue of the poll."""
        return self.paper.dialogue_id

    @property
    def round_id(self) -> int | None:
        """The round of the poll."""
        return self.paper.round_id

    @property
    def poll_place(self) -> tuple[int | None, int | None]:
        """The group and the round whose vote it is."""
        return self.paper.group_id, self.paper.round_id

    @property
    def status(self) -> str:
        """The state of the poll."""
        return self.paper.status

    @property
    def closes_at(self) -> datetime | None:
        """When the poll ends by itself."""
        return self.paper.closes_at


def sums_of(polls: Iterable[int]) -> dict[int, dict[int, int]]:
    """The points of all voters of these polls, by poll and by the contribution they are for.

    For packages that know who may see them.
    """
    rows = db.session.execute(
        select(PollItem.poll_id, PollItem.ref_id, func.coalesce(func.sum(Tally.points), 0))
        .outerjoin(Tally, Tally.item_id == PollItem.id)
        .where(PollItem.poll_id.in_(list(polls)), PollItem.ref_kind == "contribution")
        .group_by(PollItem.poll_id, PollItem.ref_id)
    )
    found: dict[int, dict[int, int]] = {}
    for poll_id, contribution_id, points in rows:
        found.setdefault(poll_id, {})[contribution_id] = int(points)
    return found
