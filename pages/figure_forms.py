"""The shape of what staff enter about a figure of the county."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice as Choice  # type: ignore[attr-defined]
from wtforms.validators import StopValidation

from core.forms import AtMost, Required
from core.i18n import lazy_gettext as _l
from core.series_forms import Day, SeriesForm, ValueRow
from core.typed import read_date, read_number, written_date, written_number
from region.actions.figures import LINE_LIMIT, NOTE_LIMIT, FormerValue
from region.models import Figure, Publication


class Amounts:
    """One number or several, with a slash between them."""

    def __call__(self, form: Any, field: Any) -> None:
        """Stop if something else was typed."""
        if any(read_number(part) is None for part in (field.data or "").split("/")):
            raise StopValidation(_l("Please enter a number, such as 12 or 3,5."))


class FigureForm(SeriesForm):
    """A figure about the county with its series."""

    publications: Mapping[str, Publication]
    name = StringField(
        _l("What is counted"), [Required(_l("Please say what is counted.")), AtMost(LINE_LIMIT)]
    )
    amounts = StringField(_l("Amount"), [Required(_l("Please enter the amount.")), Amounts(), AtMost(100)])
    unit = StringField(_l("Unit"), [AtMost(LINE_LIMIT)])
    as_of = StringField(_l("As of"), [Day(), AtMost(20)])
    publication = SelectField(_l("Publication"), validate_choice=False)
    note = StringField(_l("Note"), [AtMost(NOTE_LIMIT)])

    def offer(self, publications: Sequence[Publication]) -> None:
        """Fill the list of publications."""
        self.publications = {one.number: one for one in publications}
        self.offer_sources({one.number: one.title for one in publications})
        self.publication.choices = [
            Choice("", "–"),
            *(Choice(one.number, f"{one.number} {one.title}") for one in publications),
        ]
        self.publication.data = self.publication.data or ""

    def show(self, figure: Figure) -> None:
        """Fill in what is saved."""
        self.name.data, self.unit.data, self.note.data = figure.name, figure.unit, figure.note
        self.amounts.data = " / ".join(written_number(amount) for amount in figure.amounts)
        self.as_of.data = written_date(figure.as_of)
        self.publication.data = figure.publication.number if figure.publication else ""
        self.rows = [
            ValueRow(
                place,
                written_date(one.as_of),
                written_number(one.amount),
                one.note,
                one.publication.number if one.publication else "",
            )
            for place, one in enumerate(figure.values)
        ]
        self.based_on.data = str(figure.revision)

    def facts(self) -> dict[str, Any]:
        """What was sent, as the action takes it."""
        return {
            "name": self.name.data or "",
            "unit": self.unit.data or "",
            "amounts": [read_number(part) or 0.0 for part in (self.amounts.data or "").split("/")],
            "as_of": read_date(self.as_of.data or "") or "",
            "note": self.note.data or "",
            "publication": self.publications.get(self.publication.data or ""),
            "values": [
                FormerValue(as_of, amount, note, self.publications.get(source))
                for as_of, amount, note, source in self.series
            ],
        }
