"""Times as people say them in the county, and the moments they mean."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from core.clock import LOCAL_TIME


def moment_of(wall: datetime, *, last: bool = False) -> datetime | None:
    """The moment meant by a time on the wall; None for the hour left out when the clocks go forward.

    In the night in which an hour comes twice it is in the first one, with `last` in the second one: who
    reads an announced end on the wall for the first time is not late.
    """
    moment = wall.replace(tzinfo=LOCAL_TIME, fold=1 if last else 0)
    # Only a time that exists comes back from UTC as it was.
    if on_the_wall(moment) != wall.replace(tzinfo=None, fold=0):
        return None
    return moment.astimezone(UTC)


def on_the_wall(moment: datetime) -> datetime:
    """What the clock on the wall shows at a moment."""
    return moment.astimezone(UTC).astimezone(LOCAL_TIME).replace(tzinfo=None, fold=0)


def later_on_the_wall(moment: datetime, by: timedelta) -> datetime | None:
    """The moment at which the wall shows so much later; None if it never does.

    Ten o'clock on another day stays ten o'clock, whatever the clocks do in between.
    """
    return moment_of(on_the_wall(moment) + by)
