"""Who may see and who may set up the county's own data."""

from __future__ import annotations

from enum import StrEnum

from core.permissions import Rights, anyone, entrances, is_administrator, is_operator


class Permission(StrEnum):
    """What this package offers."""

    SEE = "region.see"
    SET_UP = "region.set_up"


RIGHTS = Rights[Permission](
    {
        Permission.SEE: [[anyone]],
        Permission.SET_UP: [[is_operator], [is_administrator]],
    }
)

entrances.declare(commands={"init": Permission.SET_UP})
