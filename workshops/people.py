"""Who is at a board now: how many, and what those are called who want to be called anything.

It is drawn once for all in a group and pushed as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import render_template, url_for

from core import realtime
from core.actor import Actor
from workshops.now import address_of
from workshops.queries import control as control_queries
from workshops.queries import names as queries
from workshops.queries.boards import BoardHere

NAMES_SHOWN = 12


@dataclass(frozen=True, slots=True)
class PeopleHere:
    """What `workshops/_present.html` needs: a region that can be watched."""

    region: str
    version: int
    url: str
    html: str


def region_of(board_id: int) -> str:
    """The region of those who are at a board; whoever watches it counts as one of them."""
    return f"people:{board_id}"


def number_at(board_id: int) -> int:
    """How many people are at a board now."""
    return len(realtime.people_at(region_of(board_id)))


def control_version(event_id: int) -> int:
    """The version of the control room, which shows how many people are at each board."""
    return control_queries.version_of() + realtime.presence_version(f"attendance:{event_id}")


def people_here(actor: Actor, here: BoardHere) -> PeopleHere:
    """Who is at a board, for a page of it that this actor is given now and counts by."""
    region = region_of(here.board.id)
    realtime.note_asked(region, actor.key)
    version = realtime.presence_version(region)
    return PeopleHere(
        region,
        version,
        url_for("workshops.people_region", **address_of(here.board)),
        realtime.cached(region, version, lambda: draw_people(here.board.id), query=""),
    )


def draw_people(board_id: int) -> str:
    """What everybody in the group reads of who is there."""
    keys = realtime.people_at(region_of(board_id))
    names = queries.names_of(board_id, keys)
    return render_template(
        "workshops/_people.html",
        number=len(keys),
        names=names[:NAMES_SHOWN],
        others=len(keys) - len(names[:NAMES_SHOWN]),
    )


def pushed_people(board_id: int) -> Mapping[str, Any]:
    """What those who are at a board are told of one another."""
    version = realtime.presence_version(region_of(board_id))
    return {"version": version, "html": draw_people(board_id)}
