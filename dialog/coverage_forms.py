"""Shapes of what staff send about a need and an offer."""

from __future__ import annotations

from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice as Choice  # type: ignore[attr-defined]

from core.forms import AtMost, Form, OneOf
from core.i18n import lazy_gettext as _l
from dialog.models import Coverage
from dialog.vocabulary import EXTENT_LABELS, NOTE_LIMIT


class CoverageForm(Form):
    """Whether an offer covers a need; `seen` is the id of the word that counted on the page."""

    extent = RadioField(
        _l("Does the offer cover the need?"),
        [OneOf(_l("Please choose how far the offer covers the need."))],
        choices=[Choice(*pair) for pair in EXTENT_LABELS.items()],
        validate_choice=False,
    )
    reason = TextAreaField(
        _l("Why?"),
        [AtMost(NOTE_LIMIT)],
        description=_l(
            "Needed unless it covers the need fully. If it helps, everybody reads this beside the need."
        ),
    )
    seen = HiddenField()

    def show(self, said: Coverage | None) -> None:
        """Fill in the word that counts now."""
        self.seen.data = str(said.id) if said else ""
        if said is not None:
            self.extent.data, self.reason.data = said.extent, said.reason

    @property
    def seen_id(self) -> int | None:
        """The word somebody saw, or None if there was none."""
        typed = self.seen.data or ""
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None
