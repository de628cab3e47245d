"""What a group reads on top of its board: the step it is at, until when, and what the lead tells it.

It is drawn once for all in a group and pushed as it is, so it knows the time of day at which the step ends,
and not how long that is; the browser counts (`static/workshops/clock.js`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import render_template, url_for

from core import realtime
from core.clock import now
from core.i18n import ngettext
from workshops import timing
from workshops.models import Board
from workshops.queries import boards as board_queries
from workshops.queries import help as help_queries
from workshops.queries import messages as message_queries
from workshops.queries.boards import BoardHere
from workshops.vocabulary import ALLOWED_LABELS, WARN_BEFORE, Allowed

_CATEGORIES = {"one": 1, "two": 2, "few": 3, "many": 11, "other": 100}


@dataclass(frozen=True, slots=True)
class NowHere:
    """What `workshops/_now.html` needs: a region that can be watched, and the server's own time."""

    region: str
    version: int
    url: str
    html: str
    moment: datetime


def now_here(here: BoardHere) -> NowHere:
    """The top of a board for a page that shows it; give it to the template as `now`."""
    board = here.board
    region = f"now:{board.id}"
    return NowHere(
        region,
        board.version,
        url_for("workshops.now", **address_of(here.board)),
        realtime.cached(region, board.version, lambda: draw_step(board), query=""),
        now(),
    )


def draw_step(board: Board) -> str:
    """What everybody in the group reads: the step with its end, messages, and that help is on its way."""
    group = board.sitting.group
    return render_template(
        "workshops/_step.html",
        board=board,
        step=board.step,
        state=timing.read(board, board.step_started_at or now()).state,
        # While the clock stands still, what is left does not change either.
        left=timing.read(board, board.paused_at).minutes if board.paused_at else None,
        allowed=ALLOWED_LABELS,
        Allowed=Allowed,
        States=timing.State,
        messages=message_queries.standing_on(group.event_id, board.id),
        calls=help_queries.number_waiting(board.id),
        warn=" ".join(str(int(before.total_seconds())) for before in WARN_BEFORE),
        minutes_left=minutes_left(),
        warnings=minutes_warned(),
    )


def minutes_left(name: str = "left") -> dict[str, str]:
    """How the minutes that are left are told in the language in use: attributes for `clock.js`, one for each
    plural category, with `{n}` for the number.
    """
    return _counted(
        name, lambda number: ngettext("%(count)s minute left", "%(count)s minutes left", number, count="{n}")
    )


def minutes_warned() -> dict[str, str]:
    """How people are warned that a step ends, as `minutes_left`."""
    return _counted(
        "warning",
        lambda number: ngettext(
            "%(count)s minute left for this step.",
            "%(count)s minutes left for this step.",
            number,
            count="{n}",
        ),
    )


def minutes_ago() -> dict[str, str]:
    """How it is told how long ago something was, as `minutes_left`."""
    return _counted(
        "ago", lambda number: ngettext("%(count)s minute ago", "%(count)s minutes ago", number, count="{n}")
    )


def minutes_since() -> dict[str, str]:
    """How it is told how long something lasts, as `minutes_left`."""
    return _counted(
        "since", lambda number: ngettext("for %(count)s minute", "for %(count)s minutes", number, count="{n}")
    )


def _counted(name: str, say: Callable[[int], str]) -> dict[str, str]:
    return {f"data-{name}-{category}": str(say(number)) for category, number in _CATEGORIES.items()}


def address_of(board: Board) -> dict[str, Any]:
    """What the addresses of a board's pages are made of."""
    group = board.sitting.group
    rounds = board_queries.rounds_of(group.event)
    return {
        "slug": group.event.dialogue.slug,
        "event_slug": group.event.slug,
        "number": group.number,
        "round_no": 1 + [item.id for item in rounds].index(board.sitting.round_id),
    }
