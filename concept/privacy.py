"""What this package takes away by itself."""

from __future__ import annotations

from concept.actions import texts as actions
from concept.queries import texts as queries
from core import retention
from core.i18n import lazy_gettext as _l
from core.retention import Rule


def init() -> None:
    """Register the rule of this package."""
    retention.register(
        Rule(
            "concept.writers",
            _l("Signs that somebody of staff has a text of the concept open"),
            _l("after the latest sign"),
            1,
            queries.outlived_writers,
            actions.forget_writers,
            is_fixed=True,
        )
    )
