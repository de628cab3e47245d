"""The forms of this package; they check shape only."""

from __future__ import annotations

from wtforms import RadioField
from wtforms.fields.choices import SelectChoice as Choice  # type: ignore[attr-defined]

from core.forms import Form, OneOf
from core.i18n import lazy_gettext as _l
from core.i18n import name_in
from dialog.models import Poll


class DecisivePollForm(Form):
    """Which vote orders the needs of a chapter."""

    poll = RadioField(
        _l("The needs are in the order of"), [OneOf(_l("Please choose a vote."))], validate_choice=False
    )

    def offer(self, polls: list[Poll], chosen: int | None) -> None:
        """Fill the list with the published votes on the topic; `chosen` is the present one."""
        self.poll.choices = [Choice(str(poll.id), name_in(poll.titles)) for poll in polls]
        if self.poll.data is None and chosen is not None:
            self.poll.data = str(chosen)
