"""How lanes are called."""

from __future__ import annotations

from core.i18n import name_in
from workshops.models import Lane
from workshops.vocabulary import LANE_LABELS


def lane_name(lane: Lane) -> str:
    """The name of a lane in the language in use."""
    return str(LANE_LABELS[lane.kind]) if lane.kind else name_in(lane.names)
