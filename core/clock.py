"""The one place that asks what time it is, so that tests can set it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LOCAL_TIME = ZoneInfo("Europe/Berlin")
"""The clock on the wall of every county: what people read and type is in it, what is stored is in UTC."""


def now() -> datetime:
    """The current moment, aware and in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The day on the wall of the county."""
    return now().astimezone(LOCAL_TIME).date()
