"""Who may see and who may set up the county's own data."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from core.actor import Actor
from core.permissions import Rights, anyone, entrances, is_administrator, is_operator


class Permission(StrEnum):
    """What this package offers."""

    SEE = "region.see"
    SET_UP = "region.set_up"
    EDIT_NOTICES = "region.edit_notices"
    EDIT_FIGURES = "region.edit_figures"
    EDIT_ORGANISATIONS = "region.edit_organisations"


def coordinates_somewhere(actor: Actor, context: Any) -> bool:
    """A coordinator of the county or of any of its dialogues."""
    return actor.has("coordinator")


RIGHTS = Rights[Permission](
    {
        Permission.SEE: [[anyone]],
        Permission.SET_UP: [[is_operator], [is_administrator]],
        Permission.EDIT_NOTICES: [[is_operator], [is_administrator], [coordinates_somewhere]],
        Permission.EDIT_FIGURES: [[is_operator], [is_administrator], [coordinates_somewhere]],
        Permission.EDIT_ORGANISATIONS: [[is_operator], [is_administrator], [coordinates_somewhere]],
    }
)

entrances.declare(commands={"init": Permission.SET_UP})
