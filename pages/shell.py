"""What this package adds to the frame of every page."""

from __future__ import annotations

from flask import request, url_for

from accounts.permissions import RIGHTS, Permission
from core.i18n import lazy_gettext as _l
from core.shell import NavItem, Shell, contributes
from core.web import current_actor


def init() -> None:
    """Make the entry of the home page known."""
    contributes(add_home)
    contributes(add_notices)
    contributes(add_retention)


def add_home(shell: Shell, _read: None) -> None:
    """The way back to the overview, first in the menu."""
    shell.nav.insert(0, NavItem(_l("Overview"), url_for("pages.home"), request.endpoint == "pages.home"))


def add_notices(shell: Shell, _read: None) -> None:
    """Who does what in the county, and what a public body must show, at the foot of every page."""
    for label, endpoint in (
        (_l("Who is responsible?"), "pages.responsible"),
        (_l("Imprint"), "pages.imprint"),
        (_l("Privacy"), "pages.privacy"),
        (_l("Accessibility"), "pages.accessibility"),
    ):
        shell.footer_links.append(NavItem(label, url_for(endpoint), request.endpoint == endpoint))


def add_retention(shell: Shell, _read: None) -> None:
    """What goes by its age, for those who administer."""
    if RIGHTS.allows(current_actor(), Permission.APPLY_RETENTION):
        is_here = request.endpoint == "pages.retention"
        shell.footer_links.append(NavItem(_l("Retention"), url_for("pages.retention"), is_here))
