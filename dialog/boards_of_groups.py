"""Where the board of a group is and how its clock stands, as the package above says that has boards.

Pages of the day lead to the boards, and follow the clocks: people are where their group is, and not where the
programme has them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from dialog.agenda import Here, Pace, follow, pace_of_all, where_we_are
from dialog.models import AgendaItem, DialogueEvent, Registration
from dialog.queries.day import seats_of

Found = Mapping[tuple[int, int], str]
"""The address of each board by the ids of its group and its round."""

Paces = Mapping[tuple[int, int], Pace | None]
"""How the clock of each board stands by the ids of its group and its round."""

Finder = Callable[[DialogueEvent], Found]
Reader = Callable[[DialogueEvent, datetime], Paces]
_finders: list[Finder] = []
_readers: list[Reader] = []


def finds_boards(function: Finder) -> Finder:
    """Let the function say where the boards of an event are."""
    if function not in _finders:
        _finders.append(function)
    return function


def reads_clocks(function: Reader) -> Reader:
    """Let the function say how the clocks of the groups of an event stand at a moment."""
    if function not in _readers:
        _readers.append(function)
    return function


def boards_of(event: DialogueEvent) -> Found:
    """The addresses of all boards of an event, whoever may open them; empty where there are none."""
    found: dict[tuple[int, int], str] = {}
    for finder in _finders:
        found.update(finder(event))
    return found


def where_the_day_is(
    event: DialogueEvent, moment: datetime, registration: Registration | None = None
) -> Here[AgendaItem]:
    """What is on and what comes next by the clocks of the groups: of one's own, else of most of them."""
    seats = seats_of(registration, event) if registration else {}
    here = where_we_are(
        event.agenda, moment, starts_at=event.starts_at, ends_at=event.ends_at, mine=seats.keys()
    )
    paces: dict[tuple[int, int], Pace | None] = {}
    for reader in _readers:
        paces.update(reader(event, moment))
    own = {
        round_id: pace
        for round_id, group in seats.items()
        if (pace := paces.get((group.id, round_id))) is not None
    }
    return follow(here, event.agenda, moment, pace_of_all(paces) | own)
