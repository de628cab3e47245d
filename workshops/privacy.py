"""What this package takes away: its part of an erasure, and its rule of retention."""

from __future__ import annotations

from core import erasure, retention
from core.i18n import lazy_gettext as _l
from core.retention import Rule
from workshops.actions import privacy as actions
from workshops.queries import names as queries


def init() -> None:
    """Register the parts of this package."""
    erasure.erases("workshops", actions.erase_person)
    retention.register(
        Rule(
            "workshops.names",
            _l("Names that people have chosen in groups"),
            _l("after the event"),
            1,
            queries.outlived_names,
            actions.forget_names,
            most=30,
        )
    )
