"""Shapes of what staff write about an offer or a need beyond its words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice as Choice  # type: ignore[attr-defined]
from wtforms.validators import StopValidation

from core.forms import AtMost, Between, Form, Moment, OneOf
from core.i18n import lazy_gettext as _l
from core.plan_forms import BasedForm, Boxes
from dialog.actions.details import NeedFacts, OfferFacts
from dialog.models import NeedDetails
from dialog.municipal_lists.values import read_cost
from dialog.offer_words import OFFER_STATUS_LABELS, TRAIT_LABELS, Trait
from dialog.personal_data import names_somebody
from dialog.queries.details import Offer

_DAYS = ["%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y"]
_DAY = _l("Please type the day, such as 19.11.2027, or leave it empty.")


def _day(label: Any, description: Any = "") -> DateField:
    return DateField(label, [Moment(_DAY)], format=_DAYS, description=description)


class OfferForm(BasedForm):
    """Everything that staff know of an offer. `person` says that somebody saw the hint about names."""

    status = RadioField(
        _l("Does it exist?"),
        [OneOf(_l("Please choose whether the offer exists."))],
        choices=[Choice(*pair) for pair in OFFER_STATUS_LABELS.items()],
        validate_choice=False,
    )
    checked_on = _day(_l("Checked on"), _l("When somebody last made sure. Empty leaves it as it is."))
    groups = Boxes(_l("For whom"))
    languages = Boxes(_l("In which languages"))
    serves_county = BooleanField(_l("People from all over the county can use it"))
    places = Boxes(_l("Which other places does it serve?"))
    cost = StringField(
        _l("Charge in euros"), [AtMost(20)], description=_l("Such as 12,50. Type 0 if it is free of charge.")
    )
    cost_words = StringField(_l("More about the charge"), [AtMost(200)])
    ways = Boxes(_l("How do people get in?"))
    access = StringField(_l("More about getting in"), [AtMost(300)])
    capacity = StringField(_l("How many places are there?"), [AtMost(200)])
    begin = _day(_l("First day"))
    ends_on = _day(_l("Last day"), _l("For a single day the same as the first. Afterwards it has ended."))
    schedule = StringField(
        _l("When exactly?"), [AtMost(200)], description=_l("Such as: Wednesdays from 3 to 6 p.m.")
    )
    url = StringField(_l("Page on the internet"), [AtMost(500)])
    contact = StringField(
        _l("Contact"),
        [AtMost(200)],
        description=_l("An office with its telephone number, never a person."),
    )
    contact_public = BooleanField(_l("Show the contact to everybody"))
    person_seen = BooleanField(_l("I have checked: the contact names no person"))
    contact_mail = StringField(
        _l("Mail address of the office"),
        [AtMost(254)],
        description=_l("There we ask whether the offer still exists. It is never shown in public."),
    )
    funded_until = _day(_l("Funded until"), _l("For staff only."))
    remark = TextAreaField(_l("Remark"), [AtMost(1000)], description=_l("For staff only."))

    def offer_places(self, places: Iterable[tuple[str, str]]) -> None:
        """Fill the lists to choose from; `places` are official keys and names."""
        self.places.choices = [Choice(ags, name) for ags, name in places]
        for field, trait in (
            (self.groups, Trait.GROUP),
            (self.languages, Trait.LANGUAGE),
            (self.ways, Trait.ACCESS),
        ):
            field.choices = [Choice(code, label) for code, label in TRAIT_LABELS[trait].items()]

    def show(self, offer: Offer) -> None:
        """Fill in what is known."""
        details = offer.details
        for name in _PLAIN:
            if name in self:
                self[name].data = getattr(details, name)
        self.cost.data = "" if details.cost is None else f"{details.cost // 100},{details.cost % 100:02}"
        self.groups.data, self.languages.data = list(offer.groups), list(offer.languages)
        self.ways.data = list(offer.access)
        self.places.data = [place.ags for place in offer.places]
        self.checked_on.data = (
            date.fromisoformat(details.checked_on) if len(details.checked_on) == 10 else None
        )
        self.based_on.data = str(details.revision)

    @property
    def names_somebody(self) -> bool:
        """Whether the contact looks as if it named a person."""
        return names_somebody(self.contact.data or "")

    def validate_cost(self, field: StringField) -> None:
        """Refuse what is no amount."""
        text = field.data or ""
        if text.strip() and read_cost(text)[0] is None:
            raise StopValidation(_l("Please type an amount such as 12,50, or leave it empty."))

    def validate_contact(self, field: StringField) -> None:
        """Ask once more before what may be a person's name is shown to everybody."""
        if self.contact_public.data and self.names_somebody and not self.person_seen.data:
            raise StopValidation(
                _l("This looks like the name of a person. Name the office, or say that you have checked it.")
            )

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether all can be kept; what does not go together is said with what is wrong by itself."""
        is_valid = super().validate(extra_validators)
        for name, sentence in self.facts.problems.items():
            if not self[name].errors:
                self[name].errors = [sentence]
            is_valid = False
        return is_valid

    @property
    def facts(self) -> OfferFacts:
        """What was written; what cannot be read is left out."""
        written: dict[str, Any] = {
            name: _EMPTY.get(name) if self[name].data is None else self[name].data
            for name in _PLAIN
            if name in self
        }
        return OfferFacts(
            **written,
            cost=read_cost(self.cost.data or "")[0],
            checked_on=self.checked_on.data.isoformat() if self.checked_on.data else None,
        )

    @property
    def traits(self) -> dict[Trait, list[str]]:
        """What was ticked."""
        return {
            Trait.GROUP: list(self.groups.data or []),
            Trait.LANGUAGE: list(self.languages.data or []),
            Trait.ACCESS: list(self.ways.data or []),
        }


_PLAIN = (
    "status",
    "serves_county",
    "cost_words",
    "access",
    "capacity",
    "begin",
    "ends_on",
    "schedule",
    "url",
    "contact",
    "contact_public",
    "contact_mail",
    "funded_until",
    "remark",
)
_EMPTY: dict[str, Any] = {name: "" for name in _PLAIN if name not in {"begin", "ends_on", "funded_until"}}


class NeedForm(BasedForm):
    """Everything that staff know of a need."""

    urgency = SelectField(
        _l("How urgent is it?"),
        choices=[
            Choice("", _l("not said")),
            *(Choice(str(number), str(number)) for number in range(1, 6)),
        ],
        validate_choice=False,
    )
    known_how = StringField(
        _l("How do we know?"), [AtMost(200)], description=_l("Such as: told in three advice sessions.")
    )
    evidence = TextAreaField(_l("What shows it?"), [AtMost(1000)], description=_l("Figures, reports, links."))
    reported_by = StringField(
        _l("Reported by"), [AtMost(200)], description=_l("An office or a group, never a person.")
    )
    reported_on = _day(_l("Reported on"))
    remark = TextAreaField(_l("Remark"), [AtMost(1000)])

    def show(self, details: NeedDetails | None) -> None:
        """Fill in what is known."""
        self.based_on.data = str(details.revision if details else 0)
        if details is None:
            return
        for name in ("known_how", "evidence", "reported_by", "reported_on", "remark"):
            self[name].data = getattr(details, name)
        self.urgency.data = str(details.urgency or "")

    @property
    def facts(self) -> NeedFacts:
        """What was written. Ask for it on a valid form only."""
        return NeedFacts(
            urgency=int(self.urgency.data) if self.urgency.data in set("12345") else None,
            reported_by=self.reported_by.data or "",
            reported_on=self.reported_on.data,
            known_how=self.known_how.data or "",
            evidence=self.evidence.data or "",
            remark=self.remark.data or "",
        )


class CheckForm(Form):
    """What staff found about an offer: `found` is a status; `checked` leaves the status as it is."""

    found = HiddenField()


class PeriodForm(Form):
    """After how many months offers are to be checked again."""

    months = IntegerField(
        _l("Check again after so many months"), [Between(1, 60, _l("Please type a number from 1 to 60."))]
    )


class AnswerForm(Form):
    """What the provider says about an offer: `answer` is `exists` or `gone`."""

    answer = HiddenField()
