"""Who may see the pages of this package."""

from __future__ import annotations

from enum import StrEnum

from core.permissions import Rights, anyone, entrances, is_operator


class Permission(StrEnum):
    """What this package offers."""

    SEE_HOME = "pages.see_home"
    LOAD_DEMO = "pages.load_demo"


RIGHTS = Rights[Permission]({Permission.SEE_HOME: [[anyone]], Permission.LOAD_DEMO: [[is_operator]]})

entrances.declare(routes={"pages.home": Permission.SEE_HOME}, commands={"demo": Permission.LOAD_DEMO})
