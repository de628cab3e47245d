"""The forms of this package; they check shape only."""

from __future__ import annotations

from typing import Any

from wtforms import RadioField

from core.forms import Form, Required
from core.i18n import lazy_gettext as _l
from core.i18n import name_in
from dialog.models import Poll


class DecisivePollForm(Form):
    """Which vote orders the needs of a chapter."""

    poll = RadioField(
        _l("The needs are in the order of"), [Required(_l("Please choose a vote."))], validate_choice=True
    )

    def offer(self, polls: list[Poll], chosen: int | None) -> None:
        """Fill the list with the published votes on the topic; `chosen` is the present one."""
        choices: list[tuple[str, Any]] = [(str(poll.id), name_in(poll.titles)) for poll in polls]
        self.poll.choices = choices
        if self.poll.data is None and chosen is not None:
            self.poll.data = str(chosen)
