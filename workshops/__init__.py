"""What runs on the day of an event: boards, steps and timers, control room, harvest.

What people say is a contribution of `dialog`; here is where it stands on a board, who may write when, and
how a round ends. It writes `accepts_cards` and `accepts_votes` on dialog's working groups, whose rights read
them. Read `models` (boards and the script), `permissions` (who and when), `actions`; then `views`.
"""

from __future__ import annotations

from flask import Flask

from dialog.boards_of_groups import finds_boards, reads_clocks
from workshops import inventory, places, privacy, reactions
from workshops.views import (
    blueprint,
    boards,
    cards,
    clock,
    control,
    flipcharts,
    hands,
    harvest,
    help,
    lanes,
    moves,
    paper,
    people,
    plenary,
    projectors,
    protocols,
    script,
    setup,
    sheets,
    sorting,
    translations,
    typing,
    votes,
)

__all__ = [
    "boards",
    "cards",
    "clock",
    "control",
    "flipcharts",
    "hands",
    "harvest",
    "help",
    "init",
    "inventory",
    "lanes",
    "moves",
    "paper",
    "people",
    "plenary",
    "privacy",
    "projectors",
    "protocols",
    "reactions",
    "script",
    "setup",
    "sheets",
    "sorting",
    "translations",
    "typing",
    "votes",
]


def init(app: Flask) -> None:
    """Add the pages of this package to `app`, and the regions of them that can be watched."""
    app.register_blueprint(blueprint)
    reactions.init()
    finds_boards(places.boards_of)
    reads_clocks(places.clocks_of)
    privacy.init()
