"""What runs on the day of an event: boards, steps and timers, control room, harvest.

It will write `accepts_cards` and `accepts_votes` on dialog's working groups; nothing of it is built yet.
"""

from __future__ import annotations

from flask import Flask


def init(app: Flask) -> None:
    """Register what this package offers; there is nothing yet."""
