"""Shapes of what is sent while a day goes on: the clock, calls for help, messages."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import HiddenField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice as Choice  # type: ignore[attr-defined]

from core.forms import AtMost, Between, Form, OneOf, Required
from core.i18n import lazy_gettext as _l
from core.i18n import name_in
from dialog.models import AgendaItem, WorkingGroup
from workshops.models import Board
from workshops.vocabulary import DOTS, MESSAGE_LIMIT, MOST_DOTS_PER_CARD

BACK = ("control", "clock", "board")
"""From where a button of the clock is pressed, and where one goes on."""


def pressed(text: str | None) -> tuple[str, int]:
    """What a button such as extend-5 means, and its number (0 without one)."""
    how, _, number = (text or "").partition("-")
    return how, int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0


class ClockForm(Form):
    """A button of the clock: `step` is start-12, pause, go_on, extend-5, end or reopen."""

    step = HiddenField()
    back = HiddenField()

    @property
    def wish(self) -> tuple[str, int]:
        """What should happen, with its number."""
        return pressed(self.step.data)

    @property
    def origin(self) -> str:
        """From which page it was pressed."""
        return self.back.data if self.back.data in BACK else "clock"


class HelpForm(Form):
    """A call for help; saying what for is voluntary."""

    text = TextAreaField(_l("What do you need?"), [AtMost(MESSAGE_LIMIT)])


class SettleForm(Form):
    """A call is settled."""

    back = HiddenField()


class MessageForm(Form):
    """A message to one group or to all."""

    text = TextAreaField(
        _l("Short message"), [Required(_l("Please write the message first.")), AtMost(MESSAGE_LIMIT)]
    )
    to = SelectField(_l("For whom?"), default="0", validate_choice=False)
    known: frozenset[str] | set[str] = frozenset()

    def offer(self, boards: Sequence[Board]) -> None:
        """Fill the list with the groups that have these boards."""
        self.known = {str(board.id) for board in boards}
        self.to.choices = [
            ("0", _l("All groups")),
            *((str(board.id), name_in(board.sitting.group.names)) for board in boards),
        ]

    @property
    def board_id(self) -> int | None:
        """The board of the one group; None for all. An unknown one is 0, which no board has."""
        if self.to.data == "0":
            return None
        return int(self.to.data) if self.to.data in self.known else 0


class TakeDownForm(Form):
    """A message that shall stand on boards no more."""


class RoundForm(Form):
    """Something for all groups of a round: `step` is start, extend-5, end or prepare."""

    step = HiddenField()

    @property
    def wish(self) -> tuple[str, int]:
        """What should happen, with its number."""
        return pressed(self.step.data)


class PlenaryPollForm(Form):
    """A vote of all on the first results of each group."""

    first = IntegerField(
        _l("Results of each group"),
        [Between(1, 10, _l("Please choose between 1 and 10 results."))],
        default=3,
    )
    dots = IntegerField(
        _l("Points for each person"),
        [Between(1, 100, _l("Please choose between 1 and 100 points."))],
        default=DOTS,
    )
    max_per_item = IntegerField(
        _l("At most on one entry"),
        [Between(1, 100, _l("Please choose between 1 and 100 points."))],
        default=MOST_DOTS_PER_CARD,
    )


class MoveForm(Form):
    """Somebody, by the number of their slip, and the group they go to in a round."""

    slip = StringField(
        _l("Slip number"),
        [Required(_l("Please type the slip number."))],
        description=_l("For example Z-4F7QK."),
    )
    round = RadioField(_l("Round"), validators=[OneOf(_l("Please choose a round."))], validate_choice=False)
    group = RadioField(_l("Group"), validators=[OneOf(_l("Please choose a group."))], validate_choice=False)

    def offer(self, rounds: Sequence[AgendaItem], groups: Sequence[WorkingGroup]) -> None:
        """Fill the lists."""
        self.round.choices = [Choice(str(item.id), name_in(item.names)) for item in rounds]
        self.group.choices = [Choice(str(group.id), name_in(group.names)) for group in groups]
