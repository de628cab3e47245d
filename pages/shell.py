"""What this package adds to the frame of every page."""

from __future__ import annotations

from flask import request, url_for

from core.i18n import lazy_gettext as _l
from core.shell import NavItem, Shell, contributes


def init() -> None:
    """Make the entry of the home page known."""
    contributes(add_home)


def add_home(shell: Shell, _read: None) -> None:
    """The way back to the overview, first in the menu."""
    shell.nav.insert(0, NavItem(_l("Overview"), url_for("pages.home"), request.endpoint == "pages.home"))
