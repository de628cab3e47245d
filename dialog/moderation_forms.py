"""Shapes of what staff send while checking, and of what authors object."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from flask import current_app
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice as Choice  # type: ignore[attr-defined]

from core.forms import AtMost, Form, OneOf, Required
from core.i18n import lazy_gettext as _l
from core.i18n import name_in
from core.plan_forms import BasedForm
from dialog.forms import ContributionForm
from dialog.models import Contribution, TextBlock
from dialog.queries.text_blocks import Insertable
from dialog.vocabulary import (
    CHANNELS,
    HIDING_REASONS,
    KIND_LABELS,
    NOTE_LIMIT,
    TITLE_LIMIT,
    Kind,
)
from region.models import ActionField

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)

MOST_TICKED = 200
"""No page of the queue has more; what is sent beyond that is not ours."""


def with_block(note: str | None, block: str | None, blocks: Iterable[Insertable]) -> str:
    """The note with the text block of this number before it."""
    chosen = next((one.text for one in blocks if str(one.id) == block), "")
    return "\n\n".join(part for part in (chosen, (note or "").strip()) if part)


class BatchForm(Form):
    """A decision on many: `chosen` are register numbers with revisions, or `everything` the filter shows."""

    decision = HiddenField()
    note = TextAreaField(_l("Question to the authors"), [AtMost(NOTE_LIMIT)])
    reason = RadioField(_l("Reason"), choices=[], validate_choice=False)
    block = HiddenField()
    everything = HiddenField()
    seen = HiddenField()

    def __init__(self, formdata: MultiDict[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(formdata, **kwargs)
        self.reason.choices = [Choice(*pair) for pair in HIDING_REASONS.items()]
        sent = formdata.getlist("chosen")[:MOST_TICKED] if formdata else []
        self.ticked = set(sent)
        """What was ticked, as it was sent."""

    @property
    def chosen(self) -> list[tuple[str, int]]:
        """The register numbers that were ticked, each with the revision that was read."""
        pairs = (one.partition(":") for one in sorted(self.ticked))
        return [
            (reference, int(revision))
            for reference, _, revision in pairs
            if revision.isascii() and revision.isdigit() and len(revision) < 9
        ]

    @property
    def seen_at(self) -> datetime:
        """The moment the list was drawn; the beginning of time if the form does not say."""
        try:
            moment = datetime.fromisoformat(self.seen.data or "")
        except ValueError:
            return LONG_AGO
        return moment if moment.tzinfo else LONG_AGO


class UndoForm(Form):
    """Taking a decision on many back; the button is the whole form."""


class HeadingForm(BasedForm):
    """Another heading for what is published."""

    title = StringField(
        _l("Heading in the register"), [Required(_l("Please write a heading.")), AtMost(TITLE_LIMIT)]
    )


class SortingForm(BasedForm):
    """What sort of thing it is, and about which topic."""

    kind = RadioField(_l("What is it?"), [OneOf(_l("Please choose what it is."))], validate_choice=False)
    field = RadioField(_l("Topic"), [OneOf(_l("Please choose a topic."))], validate_choice=False)

    def offer(self, fields: Iterable[ActionField]) -> None:
        """Fill the lists with the kinds and the topics of the dialogue."""
        self.kind.choices = [Choice(*pair) for pair in KIND_LABELS.items()]
        self.field.choices = [Choice(field.slug, name_in(field.names)) for field in fields]

    def show(self, contribution: Contribution) -> None:
        """Begin with what it is now."""
        self.kind.data, self.field.data = contribution.kind, contribution.field.slug


class ObjectionForm(Form):
    """Why an author wants to be shown again."""

    text = TextAreaField(
        _l("Why should it be shown?"),
        [Required(_l("Please write why it should be shown.")), AtMost(NOTE_LIMIT)],
    )


class VerdictForm(Form):
    """A second person decides on an objection: `verdict` is grant or uphold."""

    verdict = HiddenField()
    note = TextAreaField(_l("Your answer to the author"), [AtMost(NOTE_LIMIT)])


class TextBlockForm(Form):
    """A text block: `step` is keep, remove or suggest; one field per language of the site."""

    step = HiddenField()
    block = HiddenField()
    title = StringField(_l("Name, for staff only"), [AtMost(80)])

    def texts(self) -> dict[str, str]:
        """What was written, by language."""
        return {
            name[5:]: field.data or "" for name, field in self._fields.items() if name.startswith("text_")
        }

    def show(self, block: TextBlock) -> None:
        """Fill in what there is for changing it."""
        self.block.data, self.title.data = str(block.id), block.title
        for language, text in block.texts.items():
            if f"text_{language}" in self._fields:
                self._fields[f"text_{language}"].data = text


def text_block_form(
    names: Sequence[tuple[str, str]], formdata: MultiDict[str, str] | None = None
) -> TextBlockForm:
    """The form with a field for each of these languages, given by code and name."""
    fields = {f"text_{code}": TextAreaField(name, [AtMost(NOTE_LIMIT)]) for code, name in names}
    made: TextBlockForm = type("TextBlockForm", (TextBlockForm,), fields)(formdata)
    return made


def languages_of_site() -> list[str]:
    """The languages text blocks can be written in."""
    return list(current_app.config["LANGUAGES"])


class TypingInForm(ContributionForm):
    """What somebody said on paper, by telephone or in a conversation, typed in by staff."""

    kind = RadioField(_l("What is it?"), validators=[OneOf(_l("Please choose what it is."))])
    channel = RadioField(
        _l("How did it reach you?"),
        validators=[OneOf(_l("Please choose how it reached you."))],
        validate_choice=False,
    )
    noted_down = BooleanField(_l("I have written it down in my own words"))
    publish = BooleanField(_l("I have checked it. Publish it at once."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [Choice(kind, KIND_LABELS[kind]) for kind in (Kind.NEED, Kind.OFFER)]
        self.channel.choices = [Choice(*pair) for pair in CHANNELS.items()]
        self.text.label.text = _l("What did the person say?")
        self.language.label.text = _l("In which language is it?")
