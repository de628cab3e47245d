"""The forms around versions; they check shape only."""

from __future__ import annotations

from wtforms import TextAreaField

from concept.vocabulary import NOTE_LIMIT, WITHDRAWAL_LIMIT
from core.forms import AtMost, Form, Required
from core.i18n import lazy_gettext as _l


class ReleaseForm(Form):
    """What is new in a version."""

    note = TextAreaField(_l("What is new?"), [AtMost(NOTE_LIMIT)])


class WithdrawForm(Form):
    """Why a version holds no longer."""

    reason = TextAreaField(
        _l("Why does this version hold no longer?"),
        [Required(_l("Please write the reason.")), AtMost(WITHDRAWAL_LIMIT)],
    )
