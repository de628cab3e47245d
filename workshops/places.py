"""Where the boards of an event are and how their clocks stand, for the pages of the day in lower packages."""

from __future__ import annotations

from datetime import datetime

from dialog.agenda import Pace
from dialog.models import DialogueEvent
from workshops import timing
from workshops.drawing import addresses
from workshops.queries import boards as queries


def boards_of(event: DialogueEvent) -> dict[tuple[int, int], str]:
    """The address of each board by the ids of its group and its round."""
    numbers = {group.id: group.number for group in event.groups}
    rounds = {item.id: place for place, item in enumerate(queries.rounds_of(event), start=1)}
    return {
        (group_id, round_id): addresses(
            event.dialogue.slug, event.slug, numbers[group_id], rounds[round_id]
        ).board
        for group_id, round_id in queries.rounds_with_board(event)
    }


def clocks_of(event: DialogueEvent, moment: datetime) -> dict[tuple[int, int], Pace | None]:
    """Whether each group is at work in each of its rounds, or done with it, by the ids of both."""
    ends = {item.id: item.ends_at for item in event.agenda}
    return {
        (clock.group_id, clock.round_id): Pace.ON
        if timing.is_at_work(clock, ends[clock.round_id], moment)
        else Pace.OVER
        if clock.ended_at is not None
        else None
        for clock in queries.clocks_of(event)
    }
