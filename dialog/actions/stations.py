"""Stops on the ways of very many contributions at once, for the packages above."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.actor import Actor
from core.bulk import insert_many
from core.clock import now
from dialog.models import Station
from dialog.permissions import RIGHTS, Permission


def append_stations(actor: Actor, stops: Sequence[Mapping[str, Any]]) -> None:
    """Add stops: `contribution_id`, `kind`, `label`, `values` and `url` of each, as of one."""
    RIGHTS.require(actor, Permission.APPEND_STATION)
    moment = now()
    insert_many(Station, [{**stop, "at": moment} for stop in stops])
