"""Shapes of what people send to this package."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

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
from core.i18n import CONTENT_LANGUAGES, language_to_write_in, name_in
from core.i18n import lazy_gettext as _l
from core.plan_forms import BasedForm
from dialog import personal_data
from dialog.local_time import moment_of
from dialog.models import Contribution
from dialog.queries.register import COUNTY_WIDE
from dialog.vocabulary import HIDING_REASONS, NOTE_LIMIT, TEXT_LIMIT, TITLE_LIMIT, Kind
from region.models import ActionField, Municipality


def _select(label: Sentence, sentence: Sentence) -> SelectField:
    return SelectField(label, validators=[OneOf(sentence)], validate_choice=False)


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
    looked_over = HiddenField()
    """Set once the person was asked about what looks personal; who sends it again means it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asks: list[Sentence] = []

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether everything is there, and whether what looks personal was looked over by its author."""
        is_complete = bool(super().validate(extra_validators))
        if is_complete and not self.looked_over.data:
            self.asks = personal_data.questions(self.text.data or "")
        return is_complete and not self.asks

    def ask_for(self, kind: str) -> None:
        """Ask for what this kind of contribution says."""
        if kind == Kind.OFFER:
            self.text.label.text = _l("What already exists?")

    def offer(self, fields: Iterable[ActionField], municipalities: Iterable[Municipality]) -> None:
        """Fill the lists with the topics and places there are."""
        self.offer_topics(fields)
        self.municipality.choices = [
            Choice("", _l("Please choose")),
            Choice(COUNTY_WIDE, _l("The whole county")),
            *(Choice(municipality.ags, municipality.name) for municipality in municipalities),
        ]

    def offer_topics(self, fields: Iterable[ActionField]) -> None:
        """Fill the lists of topics and languages."""
        self.field.choices = [Choice(field.slug, name_in(field.names)) for field in fields]
        self.language.choices = [Choice(*pair) for pair in CONTENT_LANGUAGES.items()]
        if self.language.data is None:
            self.language.data = language_to_write_in()

    def show(self, contribution: Contribution) -> None:
        """Fill in the present wording for correcting."""
        self.show_entry(contribution)
        self.municipality.data = contribution.municipality.ags if contribution.municipality else COUNTY_WIDE

    def show_entry(self, contribution: Contribution) -> None:
        """Fill in everything but the place."""
        self.text.data = contribution.text
        self.field.data = contribution.field.slug
        self.language.data = contribution.language
        self.based_on.data = str(contribution.revision)


class WithdrawForm(Form):
    """Taking a contribution back; the button is the whole form."""


class ModerationForm(BasedForm):
    """Deciding on a contribution: `decision` says which of the others matter."""

    decision = HiddenField()
    title = StringField(_l("Heading in the register"), [AtMost(TITLE_LIMIT)])
    note = TextAreaField(_l("Question or note to the author"), [AtMost(NOTE_LIMIT)])
    reason = RadioField(_l("Reason"), choices=[], validate_choice=False)
    block = HiddenField()
    """Number of the text block that goes before the note; without a script it is chosen from a list."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reason.choices = [Choice(*pair) for pair in HIDING_REASONS.items()]


class JoinForm(Form):
    """Joining an event by the code shown on the screen."""

    code = StringField(_l("Event code"), [Required(_l("Please type the code you see on the screen."))])


class EventCodeForm(Form):
    """Opening registration with a new event code, or closing it: `step` is open or close."""

    step = HiddenField()


class CheckInForm(Form):
    """People who are here. `step` is slip, ticked, group or undo; `ids` are the registrations it is about.

    The list can be narrowed to a `group` and to `who` is missing or here; both come back with the page.
    """

    step = HiddenField()
    slip = StringField(_l("Slip number"), description=_l("For example Z-4F7QK."))
    group = HiddenField()
    who = HiddenField()

    def __init__(self, formdata: Any = None, **kwargs: Any) -> None:
        super().__init__(formdata, **kwargs)
        # The button of one line means that line, whatever else is ticked.
        sent = (formdata.getlist("one") or formdata.getlist("tick")) if formdata else []
        self.ids = [number for number in map(_small_number, sent) if number is not None]

    @property
    def group_id(self) -> int | None:
        """Id of the group the list was narrowed to."""
        return _small_number(self.group.data or "")


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
        """The moment meant by what was typed, which is local time; None if there is none."""
        return moment_of(self.closes_at.data, last=True) if self.closes_at.data else None

    def validate_closes_at(self, field: DateTimeLocalField) -> None:
        """Refuse the hour that is left out when the clocks go forward."""
        if field.data and self.closing_moment is None:
            raise StopValidation(
                _l("This time does not exist: in that night the clocks go forward by an hour.")
            )


class PollStepForm(Form):
    """Moving a poll on: `step` is open, close or publish."""

    step = HiddenField()


def _small_number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
