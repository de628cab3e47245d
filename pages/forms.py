"""Shapes of what staff enter on the pages of this package."""

from __future__ import annotations

from typing import Any

from wtforms import DateField, Field, IntegerField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice as Choice  # type: ignore[attr-defined]
from wtforms.validators import StopValidation

from core.errors import Sentence
from core.forms import AtMost, Between, Form, Required
from core.i18n import lazy_gettext as _l
from core.text import clean_line
from region.notices import CHOICES, LINE_LIMIT, NAMES, TEXT_LIMIT


def _line(name: str) -> StringField:
    return StringField(
        NAMES[name], filters=[lambda text: clean_line(text or "")], validators=[AtMost(LINE_LIMIT)]
    )


def _text(name: str, hint: Sentence = "") -> TextAreaField:
    return TextAreaField(NAMES[name], description=hint, validators=[AtMost(TEXT_LIMIT)])


def _choice(name: str) -> RadioField:
    choices = [Choice("", _l("Not entered yet")), *(Choice(*pair) for pair in CHOICES[name].items())]
    return RadioField(NAMES[name], choices=choices, default="", validate_choice=False)


_MARKDOWN = _l("You can use headings (##), lists (-) and links ([words](https://…)).")


class NoticesForm(Form):
    """What the county says of itself as a public body."""

    office_name = _line("office_name")
    postal = _text("postal")
    represented_by = _line("represented_by")
    office_phone = _line("office_phone")
    office_mail = _line("office_mail")
    more_imprint = _text("more_imprint", _MARKDOWN)
    dpo_office = _text("dpo_office")
    dpo_mail = _line("dpo_mail")
    authority = _text("authority")
    accessibility_status = _choice("accessibility_status")
    barriers = _text("barriers", _MARKDOWN)
    checked_on = DateField(NAMES["checked_on"])
    checked_how = _choice("checked_how")
    feedback = _text("feedback")
    enforcement = _text("enforcement")

    def validate_checked_on(self, field: Field) -> None:
        """A day, or nothing."""
        field.errors = []
        if field.raw_data and field.raw_data[0] and (field.data is None or field.data.year < 1900):
            raise StopValidation(_l("Please enter a day, such as 31.12.2025."))
        if field.data is None:
            raise StopValidation

    def facts(self) -> dict[str, Any]:
        """What was entered, by the names the action takes."""
        return {name: self[name].data if name == "checked_on" else self[name].data or "" for name in NAMES}


class PeriodForm(Form):
    """For how long a rule keeps something."""

    days = IntegerField(
        _l("Days"), validators=[Between(1, 3_650, _l("Please enter a number of days from 1 to 3650."))]
    )


class HoldForm(Form):
    """Why something is kept, or need not be kept any more."""

    reason = StringField(
        _l("Reason"),
        filters=[lambda text: clean_line(text or "")],
        validators=[Required(_l("Please give a reason.")), AtMost(300)],
    )
