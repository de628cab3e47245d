"""Shapes of what people write on a board."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice as Choice  # type: ignore[attr-defined]

from core.forms import AtMost, Form, OneOf, Required
from core.i18n import CONTENT_LANGUAGES, language, name_in
from core.i18n import lazy_gettext as _l
from core.plan_forms import BasedForm
from dialog.actions.cards import TARGET_GROUP_LIMIT
from dialog.models import Contribution
from dialog.queries.register import COUNTY_WIDE
from dialog.vocabulary import HIDING_REASONS, TEXT_LIMIT
from region.models import ActionField
from region.queries import Place
from workshops.vocabulary import LABEL_LIMIT

MOST_SORTED = 200
"""So many cards are sorted at once at most."""


class CardForm(BasedForm):
    """One sentence on a card. Everything else may be left out, except a topic where the group has several."""

    lane = HiddenField()
    text = TextAreaField(
        _l("What do you want to say?"), [Required(_l("Please write a sentence.")), AtMost(TEXT_LIMIT)]
    )
    field = RadioField(
        _l("What is it about?"), validators=[OneOf(_l("Please choose a topic."))], validate_choice=False
    )
    municipality = SelectField(_l("Where?"), validate_choice=False)
    target_group = StringField(_l("For whom?"), [AtMost(TARGET_GROUP_LIMIT)])
    language = SelectField(
        _l("In which language have you written?"),
        validators=[OneOf(_l("Please choose a language."))],
        validate_choice=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.only_field: str | None = None
        """The topic of a group that has exactly one; nobody is asked for it then."""

    def offer(self, fields: Sequence[ActionField], places: Iterable[Place]) -> None:
        """Fill the lists with the topics of the group and the places there are."""
        if len(fields) == 1:
            self.only_field = fields[0].slug
            self.field.data = self.only_field
        self.field.choices = [Choice(field.slug, name_in(field.names)) for field in fields]
        self.municipality.choices = [
            Choice("", _l("The whole county, or no place in particular")),
            *(Choice(place.ags, place.name) for place in places),
        ]
        self.language.choices = [Choice(*pair) for pair in CONTENT_LANGUAGES.items()]
        if self.language.data is None:
            self.language.data = language()

    @property
    def lane_id(self) -> int | None:
        """The lane that was chosen."""
        return small_number(self.lane.data or "")

    @property
    def place(self) -> str | None:
        """Official key of the municipality, or None for the whole county."""
        return None if self.municipality.data in {None, "", COUNTY_WIDE} else self.municipality.data

    def show(self, contribution: Contribution) -> None:
        """Fill in the present wording for correcting."""
        self.text.data = contribution.text
        self.field.data = contribution.field.slug
        self.municipality.data = contribution.municipality.ags if contribution.municipality else ""
        self.target_group.data = contribution.target_group
        self.language.data = contribution.language
        self.based_on.data = str(contribution.revision)


class OrderForm(Form):
    """Sorting one card: `step` says what is done, and which of the others matter."""

    step = HiddenField()
    label = StringField(_l("A word on the card"), [AtMost(LABEL_LIMIT)])
    label_seen = HiddenField()
    """The label the card had when its page was drawn; another one was typed and goes with any step."""
    lane = SelectField(_l("Into which column?"), validate_choice=False)
    onto = SelectField(_l("Under which card?"), validate_choice=False)
    duplicate = BooleanField(_l("It says the same"))
    reason = RadioField(_l("Reason"), choices=[], validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reason.choices = [Choice(*pair) for pair in HIDING_REASONS.items()]

    def offer(self, lanes: Iterable[tuple[int, str]], cards: Iterable[tuple[int, str]]) -> None:
        """Fill the lists with the other columns and the other cards of this one."""
        self.lane.choices = [Choice(str(lane_id), name) for lane_id, name in lanes]
        others = [Choice(str(card_id), text) for card_id, text in cards]
        # No card is chosen for whoever presses without looking.
        self.onto.choices = [Choice("", _l("Please choose")), *others] if others else []

    def number(self, name: str) -> int:
        """The number that was chosen in a list; 0 for anything else, which names nothing."""
        return small_number(self[name].data or "") or 0


class SortForm(Form):
    """Sorting several cards of a column: `step` is the button, `chosen` are the ids of the cards."""

    step = HiddenField()
    lane = SelectField(_l("Into which column?"), validate_choice=False)
    label = StringField(_l("A word on the cards"), [AtMost(LABEL_LIMIT)])
    duplicate = BooleanField(_l("They say the same"))
    cards = HiddenField()
    """Where a sentence about the choice stands."""

    def __init__(self, formdata: Any = None, **kwargs: Any) -> None:
        super().__init__(formdata, **kwargs)
        typed = formdata.getlist("card") if formdata else []
        self.chosen = {number for one in typed[:MOST_SORTED] if (number := small_number(one)) is not None}

    def offer(self, lanes: Iterable[tuple[int, str]]) -> None:
        """Fill the list with the other columns."""
        self.lane.choices = [Choice(str(lane_id), name) for lane_id, name in lanes]

    @property
    def lane_id(self) -> int:
        """The column that was chosen; 0 for anything else, which names none."""
        return small_number(self.lane.data or "") or 0


class SetupForm(Form):
    """Setting up a board: `step` is the button, such as `lock-12`."""

    step = HiddenField()
    name = StringField(_l("Name of the new column"), [AtMost(LABEL_LIMIT)])

    @property
    def what(self) -> str:
        """What is to be done."""
        return (self.step.data or "").partition("-")[0]

    @property
    def lane_id(self) -> int:
        """The column it is about; 0 if none."""
        return small_number((self.step.data or "").partition("-")[2]) or 0


def small_number(text: str) -> int | None:
    """A number as it stands in an address or a form; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
