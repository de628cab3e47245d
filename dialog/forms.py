"""Shapes of what people send to this package."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import (
    DateTimeLocalField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice as Choice  # type: ignore[attr-defined]
from wtforms.validators import StopValidation

from core.errors import Sentence
from core.forms import AtMost, Between, Form, Moment, OneOf, Required
from core.i18n import CONTENT_LANGUAGES, language, name_in
from core.i18n import lazy_gettext as _l
from dialog.models import Contribution
from dialog.queries.register import COUNTY_WIDE
from dialog.vocabulary import HIDING_REASONS, TEXT_LIMIT, TITLE_LIMIT, Kind
from region.models import ActionField, Municipality

LOCAL_TIME = ZoneInfo("Europe/Berlin")


def _select(label: Sentence, sentence: Sentence) -> SelectField:
    return SelectField(label, validators=[OneOf(sentence)], validate_choice=False)


class BasedForm(Form):
    """A form about words that somebody else may have changed meanwhile."""

    based_on = HiddenField()

    @property
    def revision_seen(self) -> int:
        """Number of the revision this form was made from; 0 if it does not say."""
        text = self.based_on.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


class ContributionForm(BasedForm):
    """What is missing or what exists: the words, the topic, the place, the language."""

    text = TextAreaField(
        _l("What is missing?"), [Required(_l("Please write what it is about.")), AtMost(TEXT_LIMIT)]
    )
    field = RadioField(
        _l("What is it about?"), validators=[OneOf(_l("Please choose a topic."))], validate_choice=False
    )
    municipality = _select(_l("Where?"), _l("Please choose a place, or the whole county."))
    language = _select(_l("In which language have you written?"), _l("Please choose a language."))

    def ask_for(self, kind: str) -> None:
        """Ask for what this kind of contribution says."""
        if kind == Kind.OFFER:
            self.text.label.text = _l("What already exists?")

    def offer(self, fields: Iterable[ActionField], municipalities: Iterable[Municipality]) -> None:
        """Fill the lists with the topics and places there are."""
        self.field.choices = [Choice(field.slug, name_in(field.names)) for field in fields]
        self.municipality.choices = [
            Choice("", _l("Please choose")),
            Choice(COUNTY_WIDE, _l("The whole county")),
            *(Choice(municipality.ags, municipality.name) for municipality in municipalities),
        ]
        self.language.choices = [Choice(*pair) for pair in CONTENT_LANGUAGES.items()]
        if self.language.data is None:
            self.language.data = language()

    def show(self, contribution: Contribution) -> None:
        """Fill in the present wording for correcting."""
        self.text.data = contribution.text
        self.field.data = contribution.field.slug
        self.municipality.data = contribution.municipality.ags if contribution.municipality else COUNTY_WIDE
        self.language.data = contribution.language
        self.based_on.data = str(contribution.revision)


class WithdrawForm(Form):
    """Taking a contribution back; the button is the whole form."""


class ModerationForm(BasedForm):
    """Deciding on a contribution: `decision` says which of the others matter."""

    decision = HiddenField()
    title = StringField(_l("Heading in the register"), [AtMost(TITLE_LIMIT)])
    note = TextAreaField(_l("Question or note to the author"), [AtMost(1_000)])
    reason = RadioField(_l("Reason"), choices=[], validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reason.choices = [Choice(*pair) for pair in HIDING_REASONS.items()]


class JoinForm(Form):
    """Joining an event by the code shown on the screen."""

    code = StringField(_l("Event code"), [Required(_l("Please type the code you see on the screen."))])


class PollForm(Form):
    """Preparing a dot vote in one topic."""

    field = RadioField(
        _l("In which topic?"), validators=[OneOf(_l("Please choose a topic."))], validate_choice=False
    )
    dots = IntegerField(
        _l("Points per person"),
        [Between(1, 100, _l("Please type a number from 1 to 100."))],
        default=5,
    )
    max_per_item = IntegerField(
        _l("Most points on one need"),
        [Between(1, 100, _l("Please type a number from 1 to 100."))],
        default=2,
    )
    closes_at = DateTimeLocalField(
        _l("Closes automatically on"),
        [Moment(_l("Please type a date and a time, or leave it empty."))],
        format="%Y-%m-%dT%H:%M",
    )

    def offer(self, fields: Iterable[ActionField]) -> None:
        """Fill the list with the topics there are."""
        self.field.choices = [Choice(field.slug, name_in(field.names)) for field in fields]

    @property
    def closing_moment(self) -> datetime | None:
        """The moment meant by what was typed, which is local time.

        In the night in which an hour comes twice it is in the second one: who reads the announced time on
        the wall for the first time is not late.
        """
        return self.closes_at.data.replace(tzinfo=LOCAL_TIME, fold=1) if self.closes_at.data else None

    def validate_closes_at(self, field: DateTimeLocalField) -> None:
        """Refuse the hour that is left out when the clocks go forward."""
        moment = self.closing_moment
        # Only a time that exists comes back from UTC as it was.
        if moment and moment.astimezone(UTC).astimezone(LOCAL_TIME).replace(tzinfo=None) != field.data:
            raise StopValidation(
                _l("This time does not exist: in that night the clocks go forward by an hour.")
            )


class PollStepForm(Form):
    """Moving a poll on: `step` is open, close or publish."""

    step = HiddenField()


class BallotForm(Form):
    """A whole ballot: a number per item, sent as `item-<id>`; `step` is a button such as `plus-12`.

    `pressed` is the item of that button.
    """

    def __init__(self, formdata: Any = None, **kwargs: Any) -> None:
        super().__init__(formdata, **kwargs)
        self.sent: dict[int, int] = {}
        self.pressed: int | None = None
        self.unreadable = False
        for name, value in (formdata or {}).items():
            self._take(name, value)

    def _take(self, name: str, value: str) -> None:
        if name.startswith("item-"):
            item, points = _small_number(name[5:]), _small_number(value or "0")
            if item is None or points is None:
                self.unreadable = True
            else:
                self.sent[item] = self.sent.get(item, 0) + points
        elif name == "step":
            sign, _, number = value.partition("-")
            item = _small_number(number)
            if item is None or sign not in {"plus", "minus"}:
                self.unreadable = True
            else:
                self.pressed = item
                self.sent[item] = self.sent.get(item, 0) + (1 if sign == "plus" else -1)

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether every number could be read; limits are checked by the action."""
        if self.unreadable:
            self.alerts.append(_l("We could not read your points. Please load the page again."))
        return bool(super().validate(extra_validators)) and not self.unreadable


def _small_number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
