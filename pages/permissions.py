"""Who may see the pages of this package."""

from __future__ import annotations

from enum import StrEnum

from accounts.permissions import Permission as AccountPermission
from core.permissions import Rights, anyone, entrances, is_operator
from dialog.permissions import Permission as DialogPermission
from region.permissions import Permission as RegionPermission


class Permission(StrEnum):
    """What this package offers."""

    SEE_HOME = "pages.see_home"
    LOAD_DEMO = "pages.load_demo"
    READ_NOTICES = "pages.read_notices"


RIGHTS = Rights[Permission](
    {
        Permission.SEE_HOME: [[anyone]],
        Permission.LOAD_DEMO: [[is_operator]],
        Permission.READ_NOTICES: [[anyone]],
    }
)

entrances.declare(
    routes={
        "pages.home": Permission.SEE_HOME,
        "pages.imprint": Permission.READ_NOTICES,
        "pages.privacy": Permission.READ_NOTICES,
        "pages.accessibility": Permission.READ_NOTICES,
        "pages.edit_notices": RegionPermission.EDIT_NOTICES,
        "pages.figures": RegionPermission.EDIT_FIGURES,
        "pages.add_figure": RegionPermission.EDIT_FIGURES,
        "pages.edit_figure": RegionPermission.EDIT_FIGURES,
        "pages.organisations": RegionPermission.SEE,
        "pages.organisations_table": RegionPermission.SEE,
        "pages.organisation": RegionPermission.SEE,
        "pages.add_organisation": RegionPermission.EDIT_ORGANISATIONS,
        "pages.edit_organisation": RegionPermission.EDIT_ORGANISATIONS,
        "pages.responsible": RegionPermission.SEE,
        "pages.responsible_table": RegionPermission.SEE,
        "pages.add_task": RegionPermission.EDIT_ORGANISATIONS,
        "pages.rename_task": RegionPermission.EDIT_ORGANISATIONS,
        "pages.remove_municipal_task": RegionPermission.EDIT_ORGANISATIONS,
        "pages.set_responsible": RegionPermission.EDIT_ORGANISATIONS,
        "pages.retention": AccountPermission.APPLY_RETENTION,
        "pages.apply_retention": AccountPermission.APPLY_RETENTION,
        "pages.set_period": AccountPermission.KEEP_RETENTION,
        "pages.set_hold": DialogPermission.KEEP_HOLDS,
        "pages.lift_hold": DialogPermission.KEEP_HOLDS,
        "pages.leave": Permission.READ_NOTICES,
    },
    commands={
        "demo": Permission.LOAD_DEMO,
        "privacy record": AccountPermission.READ_RECORD,
        "privacy retention": AccountPermission.APPLY_RETENTION,
        "privacy erase-again": AccountPermission.ERASE_AGAIN,
    },
)
