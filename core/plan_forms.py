"""Forms about words that others may have changed meanwhile, in several languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, ClassVar, NamedTuple, Self

from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    widgets,
)

from core.db import Names
from core.errors import Sentence
from core.forms import AtMost, Form
from core.i18n import gettext, own_name
from core.i18n import lazy_gettext as _l
from core.text import clean_line, clean_text


class BasedForm(Form):
    """A form about words that somebody else may have changed meanwhile."""

    based_on = HiddenField()

    @property
    def revision_seen(self) -> int:
        """Number of the revision this form was made from; 0 if it does not say."""
        text = self.based_on.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


class Boxes(SelectMultipleField):
    """Several choices as boxes to tick; unknown ones are left out."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()

    def __init__(self, label: Sentence, **kwargs: Any) -> None:
        super().__init__(label, choices=[], validate_choice=False, default=list, **kwargs)


class Text(NamedTuple):
    """A text that people write in several languages: what it is called, and its length."""

    label: Sentence
    limit: int
    lines: int = 1


class PlanForm(BasedForm):
    """A form with texts in several languages: `title` is German, `title_en` English, and so on.

    TEXTS names them; German ones are declared as fields where they stand among the others.
    """

    TEXTS: ClassVar[dict[str, Text]] = {}
    LANGUAGES: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def speaking(cls, languages: Sequence[str]) -> type[Self]:
        """This form with fields for these languages besides German."""
        return _speaking(cls, tuple(code for code in languages if code != "de"))

    def names(self, name: str) -> Names:
        """What was written of one text, in each language in which something was."""
        clean = clean_text if self.TEXTS[name].lines > 1 else clean_line
        written = {"de": clean(self[name].data or "")}
        for code in self.LANGUAGES:
            written[code] = clean(self[f"{name}_{code}"].data or "")
        return {code: text for code, text in written.items() if text or code == "de"}

    def show_names(self, name: str, names: Mapping[str, str]) -> None:
        """Fill in what is written of one text."""
        self[name].data = names.get("de", "")
        for code in self.LANGUAGES:
            self[f"{name}_{code}"].data = names.get(code, "")

    @property
    def translations(self) -> list[tuple[str, str, list[Field]]]:
        """For each further language its code, its own name and its fields."""
        return [
            (code, own_name(code), [self[f"{name}_{code}"] for name in self.TEXTS]) for code in self.LANGUAGES
        ]

    @property
    def is_translated(self) -> bool:
        """Whether anything is written in a further language, or something is wrong there."""
        return any(field.data or field.errors for _, _, fields in self.translations for field in fields)

    def differs_from(self, saved: Form) -> list[tuple[Sentence, str]]:
        """What is saved where it is other than what was typed here: label and saved text."""
        return [
            (field.label.text, _shown(saved[field.name]) or "–")
            for field in self
            if field.name in saved and field.name != "based_on" and _shown(field) != _shown(saved[field.name])
        ]


@lru_cache(maxsize=64)
def _speaking(form: type[Any], languages: tuple[str, ...]) -> type[Any]:
    fields: dict[str, Any] = {"LANGUAGES": languages}
    for name, text in form.TEXTS.items():
        kind = TextAreaField if text.lines > 1 else StringField
        for code in languages:
            label = _l("%(label)s (%(language)s)", label=text.label, language=own_name(code))
            fields[f"{name}_{code}"] = kind(label, [AtMost(text.limit)])
    return type(form.__name__, (form,), fields)


def _shown(field: Any) -> str:
    if isinstance(field, RadioField | SelectMultipleField | SelectField):
        chosen = [str(one) for one in (field.data if isinstance(field.data, list) else [field.data])]
        known: list[Any] = list(field.choices or [])
        return ", ".join(str(one.label) for one in known if str(one.value) in chosen)
    if isinstance(field, BooleanField):
        return gettext("ticked") if field.data else gettext("not ticked")
    value = field._value() if hasattr(field, "_value") else field.data
    return str(value or "").replace("\r\n", "\n").strip()
