"""What is now and what comes next on the day of an event: a function of the programme and the clock.

All moments are aware and compared as moments, so a night in which the clocks change has no effect here. Only
what people read is local: `LOCAL_TIME` decides which day it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Generic, TypeVar

from core.clock import LOCAL_TIME


class Phase(StrEnum):
    """Where the day stands."""

    BEFORE = "before"
    PLENARY = "plenary"
    ROUND = "round"
    BREAK = "break"
    """Also the time between two entries of the programme, when nothing is planned."""
    AFTER = "after"


E = TypeVar("E", bound=Any)
"""An entry of the programme: it has `id`, `starts_at`, `ends_at` and `format` (plenary, groups or break)."""


@dataclass(frozen=True, slots=True)
class Here(Generic[E]):
    """Where the day stands at a moment.

    `now` is the entry that is going on (None before, after and between entries), `next` the one that begins
    next, `changes_at` when this answer will be another one (None: never).
    """

    phase: Phase
    now: E | None
    next: E | None
    changes_at: datetime | None


_PHASES = {"plenary": Phase.PLENARY, "groups": Phase.ROUND, "break": Phase.BREAK}


def where_we_are(
    entries: Iterable[E],
    moment: datetime,
    *,
    starts_at: datetime,
    ends_at: datetime,
    mine: Collection[int] = (),
) -> Here[E]:
    """Where an event from `starts_at` to `ends_at` stands at `moment`; an end belongs to what comes after.

    `mine` are the ids of the entries somebody has a place in. Of several that go on at once theirs comes
    first, then the one that began last, then the one that ends first. The programme may begin before the
    event or end after it; the earlier beginning and the later end count.
    """
    planned = sorted((e for e in entries if e.starts_at < e.ends_at), key=lambda e: (e.starts_at, e.id))
    begin = min([starts_at, *(e.starts_at for e in planned)])
    end = max([ends_at, *(e.ends_at for e in planned)])
    edges = {begin, end, *(e.starts_at for e in planned), *(e.ends_at for e in planned)}
    changes_at = min((edge for edge in edges if edge > moment), default=None)
    coming = [e for e in planned if e.starts_at > moment]
    following = min(coming, key=lambda e: (e.starts_at, e.id not in mine, e.id), default=None)
    if moment < begin:
        return Here(Phase.BEFORE, None, following, changes_at)
    if moment >= end:
        return Here(Phase.AFTER, None, None, None)
    running = [e for e in planned if e.starts_at <= moment < e.ends_at]
    if not running:
        return Here(Phase.BREAK, None, following, changes_at)
    current = min(running, key=lambda e: (e.id not in mine, -e.starts_at.timestamp(), e.ends_at, e.id))
    return Here(_PHASES.get(current.format, Phase.PLENARY), current, following, changes_at)


class Pace(StrEnum):
    """What the clock of a group says of a round, where it says more than the programme."""

    ON = "on"
    OVER = "over"


def pace_of_all(paces: Mapping[tuple[int, int], Pace | None]) -> dict[int, Pace]:
    """How each round goes for the event, by its id: as it goes for more than half of its groups.

    `paces` are those of the groups by the ids of group and round; None for one whose clock says nothing.
    """
    by_round: dict[int, list[Pace | None]] = {}
    for (_, round_id), pace in paces.items():
        by_round.setdefault(round_id, []).append(pace)
    return {
        round_id: pace
        for round_id, some in by_round.items()
        for pace in Pace
        if 2 * some.count(pace) > len(some)
    }


def follow(here: Here[E], entries: Sequence[E], moment: datetime, paces: Mapping[int, Pace]) -> Here[E]:
    """Where the day stands when the clocks of groups are asked, too: people follow those, not the paper.

    `paces` are those of one's own group, or of most groups, by the id of the round. A round that was begun
    early or lasts longer is on; one that ended early leaves a break. Before the day nothing is on: boards are
    tried out then.
    """
    if here.phase == Phase.BEFORE:
        return here
    on = [entry for entry in entries if paces.get(entry.id) == Pace.ON]
    if on:
        current = max(on, key=lambda entry: (entry.starts_at, entry.id))
        if here.now is not None and here.now.id == current.id:
            return here
        after = current.starts_at if current.starts_at > moment else moment
        coming = [e for e in entries if e.starts_at > after and e.id != current.id]
        following = min(coming, key=lambda entry: (entry.starts_at, entry.id), default=None)
        late = here.now if current.starts_at <= moment and here.now is not None else following
        return replace(here, phase=Phase.ROUND, now=current, next=late)
    if here.now is not None and paces.get(here.now.id) == Pace.OVER:
        return replace(here, phase=Phase.BREAK, now=None)
    return here


def local_day(moment: datetime) -> date:
    """The day it is on the wall at this moment."""
    return moment.astimezone(LOCAL_TIME).date()


def is_day_of(starts_at: datetime, ends_at: datetime, moment: datetime) -> bool:
    """Whether `moment` lies on a day of an event, from its midnight to the one after."""
    return local_day(starts_at) <= local_day(moment) <= local_day(ends_at)


@dataclass(frozen=True, slots=True)
class Wait:
    """How long until something: whole days of the calendar, or hours and minutes within two days' reach."""

    days: int
    hours: int
    minutes: int


def wait_until(then: datetime, moment: datetime) -> Wait:
    """How long from `moment` to `then` as people say it.

    On the same day and in the night before it is counted in hours and minutes (a begun minute counts), else
    in days of the calendar: the day after tomorrow is in two days, however long the night is.
    """
    left = max(then - moment, timedelta())
    days = (local_day(then) - local_day(moment)).days
    if days > 0 and left > timedelta(hours=12):
        return Wait(days, 0, 0)
    minutes = -(-left // timedelta(minutes=1))
    return Wait(0, minutes // 60, minutes % 60)
