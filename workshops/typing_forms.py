"""Shape of what staff type in for others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from wtforms import HiddenField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice as Choice  # type: ignore[attr-defined]

from core.forms import AtMost, Form, OneOf, Required
from core.i18n import CONTENT_LANGUAGES, default_language, name_in
from core.i18n import lazy_gettext as _l
from dialog.queries.register import COUNTY_WIDE
from dialog.vocabulary import CHANNELS, TEXT_LIMIT, Origin
from region.models import ActionField, Municipality
from workshops.lane_words import lane_name
from workshops.models import Lane

_LANE_FIRST = re.compile(r"\s*/(\d)\s+(?=\S)")


class QuickCardForm(Form):
    """One card on one line. A line may begin with `/2` to go to the second lane and stay there."""

    text = StringField(
        _l("What does the card say?"), [Required(_l("Please write what it is about.")), AtMost(TEXT_LIMIT)]
    )
    lane = RadioField(_l("Column"), validators=[OneOf(_l("Please choose a column."))], validate_choice=False)
    field = RadioField(_l("Topic"), validators=[OneOf(_l("Please choose a topic."))], validate_choice=False)
    municipality = SelectField(
        _l("Where?"), [OneOf(_l("Please choose a place, or the whole county."))], validate_choice=False
    )
    channel = RadioField(
        _l("How did it reach you?"), [OneOf(_l("Please choose how it reached you."))], validate_choice=False
    )
    language = SelectField(
        _l("In which language is it?"), [OneOf(_l("Please choose a language."))], validate_choice=False
    )
    flipchart = HiddenField()
    """Id of the photograph the cards are read from."""

    lanes: Sequence[str] = ()
    """Ids of the lanes in their order, as `offer` was given them."""
    topics: Sequence[str] = ()

    KEPT = ("lane", "field", "municipality", "channel", "language", "flipchart")
    """What stays for the next card."""

    def offer(
        self, lanes: Iterable[Lane], fields: Iterable[ActionField], municipalities: Iterable[Municipality]
    ) -> None:
        """Fill the lists with what there is; where there is only one topic it is not asked for."""
        lane_names = {str(lane.id): lane_name(lane) for lane in lanes}
        topics = {field.slug: name_in(field.names) for field in fields}
        self.lanes, self.topics = list(lane_names), list(topics)
        self.lane.choices = [Choice(*pair) for pair in lane_names.items()]
        self.field.choices = [Choice(*pair) for pair in topics.items()]
        self.municipality.choices = [
            Choice(COUNTY_WIDE, _l("The whole county")),
            *(Choice(one.ags, one.name) for one in municipalities),
        ]
        self.channel.choices = [Choice(*pair) for pair in CHANNELS.items()]
        self.language.choices = [Choice(*pair) for pair in CONTENT_LANGUAGES.items()]
        self._begin_with(
            {
                "lane": self.lanes[0] if self.lanes else "",
                "field": self.topics[0] if len(self.topics) == 1 else "",
                "municipality": COUNTY_WIDE,
                "channel": Origin.PAPER,
                "language": default_language(),
            }
        )

    def fill_in(self, values: Mapping[str, str]) -> None:
        """Begin with what was chosen for the card before; what is on no list is passed over."""
        for name in self.KEPT:
            known = [choice.value for choice in getattr(self[name], "choices", None) or ()]
            if values.get(name) and (not known or values[name] in known):
                self[name].data = values[name][:60]

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether everything is there; a lane named at the beginning of the line is chosen first.

        A number that no lane has is told, so that nobody finds it on a card.
        """
        found = _LANE_FIRST.match(self.text.data or "")
        place = int(found[1]) if found else 0
        if found and 1 <= place <= len(self.lanes):
            self.lane.data = self.lanes[place - 1]
            self.text.data = (self.text.data or "")[found.end() :]
        is_valid = super().validate(extra_validators)
        if found and not 1 <= place <= len(self.lanes):
            sentence = _l(
                "There is no column %(number)s here. The columns have the numbers 1 to %(last)s.",
                number=place,
                last=len(self.lanes),
            )
            self.text.errors = [*self.text.errors, sentence]
            return False
        return bool(is_valid)

    def flipchart_id(self) -> int | None:
        """The photograph the cards are read from, if there is one."""
        typed = self.flipchart.data or ""
        return int(typed) if typed.isdecimal() and len(typed) < 10 else None

    def kept(self) -> dict[str, str]:
        """What the next card begins with."""
        return {name: self[name].data for name in self.KEPT if self[name].data}

    def _begin_with(self, values: Mapping[str, str]) -> None:
        for name, value in values.items():
            if not self[name].data:
                self[name].data = str(value)
