"""Forms with a series of values: what something was, when, and where that is known from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms.validators import StopValidation

from core.errors import Sentence
from core.forms import Form
from core.i18n import lazy_gettext as _l
from core.plan_forms import PlanForm
from core.typed import read_date, read_number

MOST_ROWS = 60
NOTE_LIMIT = 200
_NO_DATE = _l("Please enter a year, a month or a day, such as 2027, 09.2027 or 30.09.2027.")
_NO_NUMBER = _l("Please enter a number, such as 12 or 3,5.")


class Day:
    """A year, month or day, or nothing."""

    def __call__(self, form: Any, field: Any) -> None:
        """Stop if something else was typed."""
        if (field.data or "").strip() and read_date(field.data) is None:
            raise StopValidation(_NO_DATE)


class Amount:
    """A number as people type it, or nothing."""

    def __call__(self, form: Any, field: Any) -> None:
        """Stop if something else was typed."""
        if (field.data or "").strip() and read_number(field.data) is None:
            raise StopValidation(_NO_NUMBER)


class ValueRow:
    """One row of a series as it was typed; `errors` says what is wrong with it."""

    def __init__(
        self, number: int, as_of: str = "", value: str = "", note: str = "", source: str = ""
    ) -> None:
        self.number, self.as_of, self.value, self.note, self.source = number, as_of, value, note, source
        self.errors: list[Sentence] = []

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed in it."""
        return not (self.as_of.strip() or self.value.strip() or self.note.strip())


class SeriesForm(PlanForm):
    """A form with a series of values: rows named `as_of-0`, `value-0`, `note-0`, `source-0` and so on.

    An empty row is no value. There are always some more rows than values.
    """

    SPARE = 2

    def __init__(self, formdata: Any = None, **kwargs: Any) -> None:
        super().__init__(formdata, **kwargs)
        self.rows: list[ValueRow] = []
        self.sources: Mapping[str, str] = {}
        if formdata is not None:
            number = 0
            while number <= MOST_ROWS and f"as_of-{number}" in formdata:
                cells = [
                    formdata.get(f"{name}-{number}", "") for name in ("as_of", "value", "note", "source")
                ]
                self.rows.append(ValueRow(number, *cells))
                number += 1

    def offer_sources(self, sources: Mapping[str, str]) -> None:
        """What a value can be taken from: number and title."""
        self.sources = sources

    def fill_up(self) -> None:
        """Have spare rows at the end."""
        spare = 0 if not self.rows else sum(1 for row in self.rows if row.is_empty)
        for _ in range(max(self.SPARE - spare, 0)):
            if len(self.rows) < MOST_ROWS:
                self.rows.append(ValueRow(len(self.rows)))

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether every row is empty or a value of a time."""
        is_valid = super().validate(extra_validators)
        for row in self.rows:
            if row.is_empty:
                continue
            if read_date(row.as_of) is None:
                row.errors.append(_NO_DATE)
            if read_number(row.value) is None:
                row.errors.append(_NO_NUMBER)
            if len(row.note) > NOTE_LIMIT:
                row.errors.append(_l("Please use at most %(max)d characters.", max=NOTE_LIMIT))
            if row.source and row.source not in self.sources:
                row.errors.append(_l("Please choose a publication from the list."))
        wrong = [row for row in self.rows if row.errors]
        self.alerts += [
            _l("Value %(number)d: %(what)s", number=row.number + 1, what=row.errors[0]) for row in wrong
        ]
        return is_valid and not wrong

    @property
    def series(self) -> list[tuple[str, float, str, str]]:
        """The values that were typed, for a form that is valid: as of when, value, note, source."""
        return [
            (read_date(row.as_of) or "", read_number(row.value) or 0.0, row.note, row.source)
            for row in self.rows
            if not row.is_empty
        ]

    def differs_from(self, saved: Form) -> list[tuple[Sentence, str]]:
        """What is saved where it is other than what was typed here, the series as one text."""
        found = super().differs_from(saved)
        if isinstance(saved, SeriesForm) and saved.typed_rows != self.typed_rows:
            found.append((_l("Values"), saved.typed_rows or "–"))
        return found

    @property
    def typed_rows(self) -> str:
        """The rows as one text, for comparing with what is saved."""
        return "\n".join(
            " · ".join(part.strip() for part in (row.as_of, row.value, row.note, row.source) if part.strip())
            for row in self.rows
            if not row.is_empty
        )
