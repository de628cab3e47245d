"""Shapes of what writers send about the chapters of a concept."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, ClassVar

from wtforms import HiddenField, SelectField, StringField
from wtforms.fields.choices import SelectChoice as Choice  # type: ignore[attr-defined]

from concept.models import Section
from concept.vocabulary import TITLE_LIMIT
from core.db import Names
from core.forms import AtMost, Form, Required
from core.i18n import lazy_gettext as _l
from core.i18n import name_in, own_name

TOP = "top"


class SectionForm(Form):
    """What a section is called in every language, and where it stands. `seen` is what it was called."""

    LANGUAGES: ClassVar[tuple[str, ...]] = ()

    title = StringField(_l("Heading"), [Required(_l("Please write a heading.")), AtMost(TITLE_LIMIT)])
    under = SelectField(_l("Where does it stand?"), validate_choice=False)
    seen = HiddenField()

    @classmethod
    def speaking(cls, languages: Sequence[str]) -> type[SectionForm]:
        """This form with fields for these languages besides German."""
        return _speaking(tuple(code for code in languages if code != "de"))

    def names(self) -> Names:
        """The heading in each language in which one was written."""
        written = {"de": self.title.data or ""}
        for code in self.LANGUAGES:
            written[code] = self[f"title_{code}"].data or ""
        return {code: text for code, text in written.items() if text.strip()}

    def names_seen(self) -> Names:
        """What the section was called when this form was drawn."""
        try:
            said = json.loads(self.seen.data or "")
        except (ValueError, RecursionError):
            return {}
        return said if isinstance(said, dict) else {}

    def show_names(self, names: Mapping[str, str]) -> None:
        """Fill in what a section is called."""
        self.title.data = names.get("de", "")
        for code in self.LANGUAGES:
            self[f"title_{code}"].data = names.get(code, "")

    def see(self, names: Mapping[str, str]) -> None:
        """Remember what the section is called now."""
        self.seen.data = json.dumps(dict(names), ensure_ascii=False, sort_keys=True)

    def offer(self, chapters: Sequence[Section], chosen: str) -> None:
        """Fill the list of places with the chapters that may hold a section."""
        self.under.choices = [
            Choice(TOP, _l("As a chapter of its own")),
            *(
                Choice(chapter.slug, _l("In the chapter “%(chapter)s”", chapter=name_in(chapter.titles)))
                for chapter in chapters
            ),
        ]
        if self.under.data is None:
            self.under.data = chosen

    @property
    def places(self) -> list[str]:
        """What `under` may be."""
        choices: list[Any] = list(self.under.choices or [])
        return [choice.value for choice in choices]

    @property
    def translations(self) -> list[tuple[str, str, list[Any]]]:
        """For each further language its code, its own name and its field."""
        return [(code, own_name(code), [self[f"title_{code}"]]) for code in self.LANGUAGES]

    @property
    def is_translated(self) -> bool:
        """Whether anything is written in a further language."""
        return any(field.data or field.errors for _, _, fields in self.translations for field in fields)


class StructureForm(Form):
    """One step with one section, such as `up-12`; the button says which."""

    step = HiddenField()

    @property
    def wish(self) -> tuple[str, str]:
        """What is to be done, and with the section of which address."""
        what, _, slug = (self.step.data or "").partition(":")
        return what, slug


@lru_cache(maxsize=64)
def _speaking(languages: tuple[str, ...]) -> type[SectionForm]:
    fields: dict[str, Any] = {"LANGUAGES": languages}
    for code in languages:
        label = _l("%(label)s (%(language)s)", label=_l("Heading"), language=own_name(code))
        fields[f"title_{code}"] = StringField(label, [AtMost(TITLE_LIMIT)])
    return type("SectionForm", (SectionForm,), fields)
