"""What this package takes away: its part of an erasure, its rules of retention, and what holds them up."""

from __future__ import annotations

from core import erasure, retention
from core.i18n import lazy_gettext as _l
from core.retention import Rule
from dialog.actions import lists as list_actions
from dialog.actions import offers_kept as offer_actions
from dialog.actions import privacy as actions
from dialog.queries import lists as list_queries
from dialog.queries import offers_kept as offer_queries
from dialog.queries import privacy as queries


def init() -> None:
    """Register the parts of this package."""
    erasure.erases("dialog", actions.erase_person)
    retention.holds(queries.held)
    retention.register(
        Rule(
            "dialog.people",
            _l("Links between people and what they wrote and chose, with their codes"),
            _l("after the dialogue has ended"),
            365,
            queries.outlived_participants,
            actions.forget_participants,
        ),
        Rule(
            "dialog.batches",
            _l("Lists of what was decided together"),
            _l("after the decision"),
            90,
            queries.outlived_batches,
            actions.forget_batches,
        ),
        Rule(
            "dialog.notes",
            _l("Notes of staff on contributions"),
            _l("after the decision"),
            730,
            queries.outlived_notes,
            actions.clear_notes,
        ),
        Rule(
            "dialog.list_previews",
            _l("Lists of municipalities that were only looked at and not taken over"),
            _l("after they were read"),
            14,
            list_queries.outlived_previews,
            list_actions.forget_previews,
        ),
        Rule(
            "dialog.list_rows",
            _l("Rows of lists of municipalities as they were sent"),
            _l("after the list was taken over or taken back"),
            365,
            list_queries.outlived_rows,
            list_actions.forget_rows,
        ),
        Rule(
            "dialog.offer_mails",
            _l("Mail addresses of offers that are hidden or were never published"),
            _l("after the offer was reported"),
            90,
            offer_queries.outlived_addresses,
            offer_actions.forget_addresses,
        ),
    )
