"""The programme of a day as times and names: what fits, what a move does, what is proposed for a new one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from core.db import Names
from core.errors import Invalid, Sentence
from core.i18n import N_, name_in
from core.i18n import lazy_gettext as _l
from dialog.local_time import on_the_wall
from dialog.models import AgendaItem

PLENARY, GROUPS, BREAK = "plenary", "groups", "break"
_STEP = 5
"""Minutes on which proposed entries begin."""


class Entry(Protocol):
    """What is looked at of an entry of a programme."""

    @property
    def starts_at(self) -> datetime:
        """When it begins."""

    @property
    def ends_at(self) -> datetime:
        """When it ends."""

    @property
    def names(self) -> Names:
        """What happens, by language."""


class Proposed(NamedTuple):
    """One entry that is proposed for a new day; `name` is translated when it is taken over."""

    starts_at: datetime
    ends_at: datetime
    name: str
    format: str


_DAY = (
    (60, N_("Welcome"), PLENARY),
    (180, N_("Round 1 in groups"), GROUPS),
    (240, N_("Break"), BREAK),
    (360, N_("Round 2 in groups"), GROUPS),
    (420, N_("The groups report"), PLENARY),
    (450, N_("Closing words"), PLENARY),
)
"""The proposal for a day from 9:00 to 16:30: each entry's end in minutes, its name, its format."""


def proposal(starts_at: datetime, ends_at: datetime) -> list[Proposed]:
    """A programme with two rounds that fills the time between two moments; shorter where the day is."""
    whole = int((ends_at - starts_at).total_seconds() // 60)
    found: list[Proposed] = []
    begin = 0
    for full, name, format in _DAY:
        end = whole if full == _DAY[-1][0] else full * whole // _DAY[-1][0] // _STEP * _STEP
        if end > begin:
            at = starts_at + timedelta(minutes=begin)
            found.append(Proposed(at, starts_at + timedelta(minutes=end), name, format))
        begin = end
    return found


def check(starts_at: datetime, ends_at: datetime, entries: Iterable[Entry]) -> None:
    """Raise Invalid if an entry ends before it begins, lies outside of the day, or overlaps another one."""
    former: Entry | None = None
    for entry in sorted(entries, key=lambda one: (one.starts_at, one.ends_at)):
        if entry.ends_at <= entry.starts_at:
            raise _refused(_l("“%(name)s” must end after it begins.", name=name_in(entry.names)), "ends")
        if entry.starts_at < starts_at:
            sentence = _l(
                "“%(name)s” begins before the event does. It begins at %(time)s.",
                name=name_in(entry.names),
                time=clock(starts_at),
            )
            raise _refused(sentence, "begins")
        if entry.ends_at > ends_at:
            sentence = _l(
                "“%(name)s” ends after the event does. It ends at %(time)s.",
                name=name_in(entry.names),
                time=clock(ends_at),
            )
            raise _refused(sentence, "ends")
        if former is not None and entry.starts_at < former.ends_at:
            sentence = _l(
                "“%(name)s” begins before “%(former)s” has ended. That ends at %(time)s.",
                name=name_in(entry.names),
                former=name_in(former.names),
                time=clock(former.ends_at),
            )
            raise _refused(sentence, "begins")
        former = entry


def _refused(sentence: Sentence, field: str) -> Invalid:
    return Invalid(sentence, {field: [sentence]})


def swapped(first: Entry, second: Entry) -> tuple[tuple[datetime, datetime], tuple[datetime, datetime]]:
    """The times of two neighbours after they have changed places; both keep their length, the gap stays."""
    length = second.ends_at - second.starts_at
    behind = first.ends_at - first.starts_at
    return (second.ends_at - behind, second.ends_at), (first.starts_at, first.starts_at + length)


def days(starts_at: datetime, ends_at: datetime) -> list[datetime]:
    """The days of an event on the wall, each at its midnight."""
    first = on_the_wall(starts_at).replace(hour=0, minute=0, second=0, microsecond=0)
    last = on_the_wall(ends_at)
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def clock(moment: datetime) -> str:
    """The time of day as the wall shows it."""
    return on_the_wall(moment).strftime("%H:%M")


def rounds_of(entries: Iterable[AgendaItem]) -> list[AgendaItem]:
    """The entries in which groups meet, by time."""
    return sorted((one for one in entries if one.format == GROUPS), key=lambda one: one.starts_at)
