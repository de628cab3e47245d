"""How long a harvest will take yet; no database here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

ENOUGH = 4
"""So many decisions must have been made before anything can be said."""

PAUSE = timedelta(minutes=5)
"""Longer between two decisions is a break and not work on a card."""


def minutes_left(moments: Sequence[datetime], still: int) -> int | None:
    """About how many minutes the open cards take, going by the decisions so far; None if nobody can say."""
    if not still or len(moments) < ENOUGH:
        return None
    in_order = sorted(moments)
    gaps = [later - earlier for earlier, later in pairwise(in_order)]
    worked = [gap.total_seconds() for gap in gaps if gap <= PAUSE]
    if not worked:
        return None
    return max(1, round(median(worked) * still / 60))
