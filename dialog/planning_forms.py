"""Shapes of what coordinators send while they prepare a dialogue and its events."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from wtforms import (
    BooleanField,
    Field,
    RadioField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice as Choice  # type: ignore[attr-defined]
from wtforms.validators import StopValidation

from core.db import Names
from core.errors import Sentence
from core.forms import AtMost, OneOf, Required
from core.i18n import lazy_gettext as _l
from core.i18n import name_in
from core.plan_forms import PlanForm, Text
from dialog.addresses import is_address
from dialog.models import Dialogue
from dialog.vocabulary import STEP_STATES
from region.models import FieldSet

NAME_LIMIT = 120
LINE_LIMIT = 200
PARAGRAPH_LIMIT = 2_000


class Given:
    """A day or a time must be given and readable; takes the whole sentence people read."""

    field_flags: ClassVar[dict[str, Any]] = {"required": True}

    def __init__(self, sentence: Sentence) -> None:
        self.sentence = sentence

    def __call__(self, form: Any, field: Field) -> None:
        """Stop with the sentence if there is nothing, or nothing that is on a calendar or a clock."""
        if field.data is None or (isinstance(field.data, date) and not 1900 < field.data.year < 9000):
            field.errors = []
            raise StopValidation(self.sentence)


class PerhapsBetween:
    """A whole number from `least` to `most`, or nothing; takes the whole sentence people read."""

    def __init__(self, least: int, most: int, sentence: Sentence) -> None:
        self.least, self.most = least, most
        self.sentence = sentence

    def __call__(self, form: Any, field: Field) -> None:
        """Stop with the sentence if something else was typed."""
        typed = field.raw_data[0] if field.raw_data else ""
        field.errors = []
        if not str(typed).strip():
            field.data = None
        elif not isinstance(field.data, int) or not self.least <= field.data <= self.most:
            raise StopValidation(self.sentence)


class Address:
    """The last part of a page's address, or nothing, so that it is made from the title."""

    def __call__(self, form: Any, field: Field) -> None:
        """Stop unless it consists of small letters, digits and dashes."""
        field.data = (field.data or "").strip()
        if field.data and not is_address(field.data):
            raise StopValidation(
                _l("Please use small letters, digits and dashes only, and begin with a letter.")
            )


class DialogueForm(PlanForm):
    """The words of a dialogue."""

    TEXTS: ClassVar[dict[str, Text]] = {
        "title": Text(_l("Title"), NAME_LIMIT),
        "question": Text(_l("Question on the first page"), LINE_LIMIT),
        "introduction": Text(_l("Introduction"), PARAGRAPH_LIMIT, 4),
    }
    title = StringField(TEXTS["title"].label, [Required(_l("Please type a title.")), AtMost(NAME_LIMIT)])
    question = StringField(
        TEXTS["question"].label, [Required(_l("Please type the question.")), AtMost(LINE_LIMIT)]
    )
    introduction = TextAreaField(TEXTS["introduction"].label, [AtMost(PARAGRAPH_LIMIT)])
    accepts_contributions = BooleanField(_l("People can report needs and offers"), default=True)

    def show(self, dialogue: Dialogue) -> None:
        """Fill in what is saved."""
        self.show_names("title", dialogue.titles)
        self.show_names("question", dialogue.questions)
        self.show_names("introduction", dialogue.introductions)
        self.accepts_contributions.data = dialogue.accepts_contributions
        self.based_on.data = str(dialogue.revision)


class FoundingForm(DialogueForm):
    """A new dialogue with its fields and its address."""

    field_set = RadioField(
        _l("Topics"), validators=[OneOf(_l("Please choose a set of topics."))], validate_choice=False
    )
    address = StringField(_l("Address of its pages"), [Address()])

    def offer(self, field_sets: Sequence[FieldSet]) -> None:
        """Fill the list with the sets of topics there are."""
        self.field_set.choices = [
            Choice(one.slug, f"{name_in(one.names)}: {', '.join(name_in(f.names) for f in one.fields)}")
            for one in field_sets
        ]
        if self.field_set.data is None and len(field_sets) == 1:
            self.field_set.data = field_sets[0].slug


class StepForm(PlanForm):
    """One step of the process."""

    TEXTS: ClassVar[dict[str, Text]] = {"text": Text(_l("What happens"), LINE_LIMIT)}
    when = StringField(_l("When"), [Required(_l("Please type when it is.")), AtMost(40)])
    text = StringField(TEXTS["text"].label, [Required(_l("Please write what happens.")), AtMost(LINE_LIMIT)])
    done = RadioField(_l("How far is it?"), default="", validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.done.choices = [Choice(*pair) for pair in STEP_STATES.items()]
        if self.done.data not in STEP_STATES:
            self.done.data = ""

    def show(self, step: Names) -> None:
        """Fill in what is saved."""
        self.when.data, self.done.data = step.get("when", ""), step.get("done", "")
        self.show_names("text", step)
