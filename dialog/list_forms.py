"""Shapes of what staff send about lists of municipalities: the file, one row, the columns."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from werkzeug.datastructures import FileStorage, MultiDict
from wtforms import BooleanField, FileField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice as Choice  # type: ignore[attr-defined]

from core.errors import Sentence
from core.forms import AtMost, Form, OneOf
from core.i18n import lazy_gettext as _l
from core.text import clean_line, clean_text
from dialog.municipal_lists.columns import COLUMN_LABELS, ONLY_OF, names_of
from dialog.municipal_lists.judging import Fix
from dialog.municipal_lists.limits import MAX_BYTES, BadList
from dialog.municipal_lists.places import COUNTY_WIDE
from dialog.municipal_lists.reading import SentList, sent_list
from dialog.vocabulary import TEXT_LIMIT, TITLE_LIMIT, Kind

KINDS = [Choice(Kind.NEED, _l("Needs")), Choice(Kind.OFFER, _l("Offers"))]


class ListForm(Form):
    """A list as it was sent, and what is in it."""

    file = FileField(
        _l("Your list"),
        description=_l("A workbook (.xlsx) or CSV file as you have it, at most 5 MB and 10,000 rows."),
    )
    kind = RadioField(
        _l("What does the list contain?"),
        [OneOf(_l("Please choose whether these are needs or offers."))],
        choices=KINDS,
        validate_choice=False,
    )

    def __init__(
        self, formdata: MultiDict[str, str] | None = None, sent: FileStorage | None = None, **kwargs: Any
    ) -> None:
        super().__init__(formdata, **kwargs)
        self.name = (sent.filename or "") if sent else ""
        self.content = sent.read(MAX_BYTES + 1) if sent else b""
        if sent:
            sent.close()
        self.digest = hashlib.sha256(self.content).hexdigest()
        self.sent = SentList((), ())

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether everything is there; the list has been read into `sent` then, before anything is locked."""
        is_valid = super().validate(extra_validators)
        if not self.name and not self.content:
            self.file.errors = [_l("Please choose a file with your list.")]
            return False
        try:
            self.sent = sent_list(self.name, self.content)
        except BadList as error:
            self.file.errors = [error.sentence]
            return False
        return is_valid


class RowForm(Form):
    """What somebody decides about a row by hand; what is left open stays as the list says."""

    title = StringField(
        _l("Title"),
        [AtMost(TITLE_LIMIT)],
        filters=[lambda text: clean_line(text or "")],
    )
    place = SelectField(_l("Municipality"), validate_choice=False)
    field = SelectField(_l("Field of action"), validate_choice=False)
    text = TextAreaField(
        _l("Description"),
        [AtMost(TEXT_LIMIT)],
        filters=[lambda text: clean_text(text or "")],
        description=_l("Empty leaves it as the list says."),
    )
    take = BooleanField(_l("Take it over although it is similar to another entry"))
    leave = BooleanField(_l("Leave this row out"))
    seen = HiddenField()

    def offer(
        self, places: Iterable[tuple[str, str]], fields: Iterable[tuple[str, str]], *, county: bool = True
    ) -> None:
        """Fill the lists with the municipalities and the fields of the dialogue, and the whole `county`."""
        as_it_says = Choice("", _l("As the list says"))
        whole = [Choice(COUNTY_WIDE, _l("The whole county"))] if county else []
        self.place.choices = [as_it_says, *whole, *(Choice(ags, name) for ags, name in places)]
        self.field.choices = [as_it_says, *(Choice(slug, name) for slug, name in fields)]

    @property
    def fix(self) -> Fix:
        """What was decided; what is not on the lists counts as left open."""
        return Fix(
            title=self.title.data or "",
            place=_on_list(self.place),
            field=_on_list(self.field),
            take=bool(self.take.data),
            text=self.text.data or "",
            leave=bool(self.leave.data),
        )


def _on_list(field: SelectField) -> str:
    known = {choice.value for choice in field.choices}  # type: ignore[union-attr]
    return str(field.data) if field.data in known else ""


class TakeOverForm(Form):
    """Takes a list over."""

    hints_read = BooleanField(_l("I have read the rows with hints. They may be published."))


class ColumnsForm(Form):
    """What the headings of a list mean, with one choice for each."""

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether no two headings are said to mean the same: one of them would be lost."""
        is_valid = super().validate(extra_validators)
        chosen = [field for field in self if field.name.startswith("column_") and field.data]
        for at, field in enumerate(chosen):
            before = next((one for one in chosen[:at] if one.data == field.data), None)
            if before is not None:
                field.errors = [
                    _l("“%(other)s” is said to mean the same already.", other=str(before.label.text))
                ]
                is_valid = False
        return is_valid


def columns_form(
    header: Sequence[str],
    kind: Kind,
    present: Mapping[str, int],
    samples: Sequence[Sequence[str]],
    formdata: MultiDict[str, str] | None = None,
) -> Form:
    """A form with one choice for each heading.

    `present` says which column stands where now, and `samples` are some cells below each heading.
    """
    offered = [
        Choice("", _l("Leave this column out")),
        *(Choice(name, label) for name, label in COLUMN_LABELS.items() if ONLY_OF.get(name, kind) == kind),
    ]
    at = {position: column for column, position in present.items()}
    members: dict[str, Any] = {
        f"column_{position}": SelectField(
            heading,
            choices=list(offered),
            default=at.get(position, ""),
            validate_choice=False,
            description=_sample_words(samples[position]),
        )
        for position, heading in enumerate(header)
        if heading
    }
    form: Form = type("ColumnsOfOneList", (ColumnsForm,), members)(formdata)
    return form


def _sample_words(cells: Sequence[str]) -> Sentence:
    if not cells:
        return _l("Nothing stands below it.")
    return _l("Such as: %(cells)s", cells=" · ".join(cells))


def named_columns(form: Form, header: Sequence[str]) -> dict[str, str]:
    """What each heading was said to mean, as `mapping_of` understands it."""
    names = names_of(header)
    return {
        names[position]: str(form[f"column_{position}"].data or "")
        for position, heading in enumerate(header)
        if heading
    }
