"""Shapes of what staff send about linked blocks: one form for each kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import IntegerField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice as Choice  # type: ignore[attr-defined]

from concept.queries.linked import COUNTY_WIDE, Choices
from concept.vocabulary import MOST_LISTED, BlockKind
from core.forms import AtMost, Between, OneOf, Required
from core.i18n import gettext, name_in
from core.i18n import lazy_gettext as _l
from core.plan_forms import BasedForm, Boxes


class LinkedForm(BasedForm):
    """What a linked block shows; each kind has its own fields."""

    def offer(self, choices: Choices) -> None:
        """Fill the lists."""

    def show(self, settings: Mapping[str, Any]) -> None:
        """Fill in what is saved."""
        for field in self:
            if field.name in settings:
                field.data = settings[field.name]

    def settings(self) -> dict[str, Any]:
        """What was sent, as the action takes it."""
        return {field.name: field.data for field in self if field.name != "based_on"}


class NeedsListForm(LinkedForm):
    """Needs of a field: the first ones, or those with so many points."""

    field = SelectField(_l("Topic"), [OneOf(_l("Please choose a topic."))], validate_choice=False)
    by = RadioField(_l("Which needs"), [OneOf(_l("Please choose which needs."))], validate_choice=False)
    number = IntegerField(
        _l("So many needs, or so many points"),
        [Between(1, MOST_LISTED, _l("Please enter a number from 1 to %(most)d.", most=MOST_LISTED))],
        default=5,
    )

    def offer(self, choices: Choices) -> None:
        """Fill the lists."""
        self.field.choices = [Choice(one.slug, name_in(one.names)) for one in choices.fields]
        self.by.choices = [
            Choice("first", _l("The first ones of the vote")),
            Choice("points", _l("All with at least so many points")),
        ]
        self.by.data = self.by.data or "first"


class OffersListForm(LinkedForm):
    """Offers of a field, a place, or both."""

    field = SelectField(_l("Topic"), validate_choice=False)
    place = SelectField(_l("Place"), validate_choice=False)

    def offer(self, choices: Choices) -> None:
        """Fill the lists."""
        self.field.choices = [
            Choice("", gettext("All topics")),
            *(Choice(one.slug, name_in(one.names)) for one in choices.fields),
        ]
        self.place.choices = [
            Choice("", gettext("All places")),
            Choice(COUNTY_WIDE, gettext("Whole county")),
            *(Choice(one.ags, one.name) for one in choices.places),
        ]
        self.field.data, self.place.data = self.field.data or "", self.place.data or ""


class ChartForm(LinkedForm):
    """The result of a vote."""

    poll = RadioField(_l("Vote"), [OneOf(_l("Please choose a vote."))], validate_choice=False)

    def offer(self, choices: Choices) -> None:
        """Fill the list."""
        self.poll.choices = [Choice(str(poll.id), name_in(poll.titles)) for poll in choices.polls]

    def show(self, settings: Mapping[str, Any]) -> None:
        """Fill in what is saved."""
        self.poll.data = str(settings.get("poll", ""))


class TableForm(LinkedForm):
    """Figures about the county, or needs and offers by place."""

    what = RadioField(
        _l("What the table shows"),
        [OneOf(_l("Please choose what the table shows."))],
        validate_choice=False,
    )
    figures = Boxes(_l("Figures"))
    field = SelectField(_l("Topic, for the table by place"), validate_choice=False)

    def offer(self, choices: Choices) -> None:
        """Fill the lists."""
        self.what.choices = [
            Choice("figures", _l("Figures about the county")),
            Choice("places", _l("Needs and offers by place")),
        ]
        self.what.data = self.what.data or "figures"
        self.figures.choices = [Choice(one.number, f"{one.number} {one.name}") for one in choices.figures]
        self.field.choices = [
            Choice("", gettext("All topics")),
            *(Choice(one.slug, name_in(one.names)) for one in choices.fields),
        ]
        self.field.data = self.field.data or ""


class QuotationForm(LinkedForm):
    """One contribution, word for word."""

    contribution = StringField(
        _l("Number of the contribution"),
        [Required(_l("Please type the number of the contribution.")), AtMost(20)],
    )


FORMS: Mapping[BlockKind, type[LinkedForm]] = {
    BlockKind.NEEDS_LIST: NeedsListForm,
    BlockKind.OFFERS_LIST: OffersListForm,
    BlockKind.CHART: ChartForm,
    BlockKind.TABLE: TableForm,
    BlockKind.QUOTATION: QuotationForm,
}
