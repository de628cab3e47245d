"""Shapes of what staff send about codes on paper: making slips, reading in lists, the help desk."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time

from wtforms import (
    DateField,
    Field,
    FileField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
)
from wtforms.fields.choices import SelectChoice as Choice  # type: ignore[attr-defined]
from wtforms.validators import StopValidation

from accounts import codes
from core.clock import LOCAL_TIME
from core.forms import AtMost, Between, Form, Moment, Required
from core.i18n import lazy_gettext as _l
from core.i18n import name_in, own_name
from core.text import clean_line
from dialog.models import DialogueEvent
from dialog.slip_sheets import PER_SHEET
from dialog.vocabulary import MOST_SLIPS


class HandOutForm(Form):
    """Codes on paper: what they are for, until when they count, and how their slips look."""

    label = StringField(
        _l("What are these codes for?"),
        [Required(_l("Please write what these codes are for.")), AtMost(120)],
        filters=[lambda text: clean_line(text or "")],
        description=_l("For your own list, such as “Town hall, at the door”. Please write no names."),
    )
    event = SelectField(_l("For which event?"), validate_choice=False)
    language = SelectField(
        _l("Second language on the slip"),
        validate_choice=False,
        description=_l("German always stands on it."),
    )
    until = DateField(
        _l("Writing and voting until"),
        [Moment(_l("Please type a day, or leave it empty."))],
        description=_l("If you leave it empty: until two weeks after the event."),
    )
    per_sheet = RadioField(
        _l("Slips on a sheet of A4"), choices=[], default=str(PER_SHEET[0]), validate_choice=False
    )

    def offer(self, events: Iterable[DialogueEvent], languages: Iterable[str]) -> None:
        """Fill the lists with the events of the dialogue and the languages besides the first."""
        self._languages = list(languages)
        self.event.choices = [
            Choice("", _l("For the whole dialogue")),
            *(Choice(event.slug, name_in(event.titles)) for event in events),
        ]
        self.language.choices = [
            Choice("", _l("German only")),
            *(Choice(code, own_name(code)) for code in self._languages),
        ]
        self.per_sheet.choices = [
            Choice(str(number), _l("%(number)d slips", number=number)) for number in PER_SHEET
        ]

    @property
    def sheet_size(self) -> int:
        """How many slips go on a sheet."""
        return next((number for number in PER_SHEET if str(number) == self.per_sheet.data), PER_SHEET[0])

    @property
    def second_language(self) -> str:
        """The second language, or empty."""
        return self.language.data if self.language.data in self._languages else ""

    @property
    def end(self) -> datetime | None:
        """The end of the day chosen, by the clocks of the county."""
        return end_of_day(self.until.data)


class SlipsForm(HandOutForm):
    """Making slips to hand out."""

    number = IntegerField(
        _l("How many slips?"),
        [Between(1, MOST_SLIPS, _l("Please type a number from 1 to %(most)d.", most=MOST_SLIPS))],
        default=40,
    )


class RollForm(HandOutForm):
    """A list of places that are invited: a file first, then what was read from it, once more as text."""

    file = FileField(_l("The list as a CSV file"))
    rows = HiddenField()


class ButtonForm(Form):
    """A change that needs no more than a button."""


class DoorForm(Form):
    """Checking the holder of a slip in at one of the events of today, named by its address."""

    event = HiddenField()


class SlipNumberForm(Form):
    """Looking up a slip at the help desk."""

    number = StringField(
        _l("Number of the slip"),
        [Required(_l("Please type the number of the slip."))],
        filters=[lambda text: clean_line(text or "")],
        description=_l("It begins with Z, for example Z-4F7QK. Capitals and the dash do not matter."),
    )

    def validate_number(self, field: Field) -> None:
        """Tell a code from a number: nobody should say their code aloud."""
        typed = field.data or ""
        if codes.normalise_slip_number(typed):
            return
        if codes.is_code(codes.normalise(typed)):
            # A secret is not shown again on a screen that others may see.
            field.data = ""
            raise StopValidation(
                _l(
                    "That is a personal code, not the number of a slip. Please do not ask for codes:"
                    " the short number below it is enough."
                )
            )
        raise StopValidation(
            _l("The number of a slip has five letters and digits after the Z. Please compare it again.")
        )


class ExtendForm(Form):
    """Until when somebody may write and vote."""

    until = DateField(
        _l("Writing and voting until"),
        [Required(_l("Please choose a day.")), Moment(_l("Please choose a day."))],
    )

    @property
    def end(self) -> datetime | None:
        """The end of the day chosen, by the clocks of the county."""
        return end_of_day(self.until.data)


def end_of_day(day: date | None) -> datetime | None:
    """The last moment of a day by the clocks of the county."""
    return datetime.combine(day, time(23, 59, 59), LOCAL_TIME) if day else None
