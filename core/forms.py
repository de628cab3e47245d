"""Base of all forms: shape only. What makes sense is decided by the action."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from flask import request
from werkzeug.datastructures import MultiDict
from wtforms import Field
from wtforms import Form as WTForm
from wtforms.validators import StopValidation

from core import idempotency
from core.errors import DomainError, Sentence
from core.i18n import lazy_gettext as _l

AGAIN = "_again"
"""Name of the field that says: yes, send it once more."""


class Form(WTForm):
    """A form with its idempotency key and with sentences that belong to no single field.

    `alerts` are shown on top; `already_sent` is the address of the earlier entry when this form, or the same
    words, were sent once before. The form drawn with it carries AGAIN: whoever sends it means it.
    """

    class Meta:
        """WTForms' own messages are replaced by ours; nothing is cached between languages."""

        cache_translations = False

        def get_translations(self, form: WTForm) -> Any:
            """No catalogue of WTForms' own: our validators bring their sentences."""
            return None

    def __init__(self, formdata: MultiDict[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(formdata, **kwargs)
        self.alerts: list[Sentence] = []
        self.already_sent: str | None = None
        self.key = (formdata.get(idempotency.FIELD) if formdata else None) or idempotency.new_key()
        self.is_sent_again = bool(formdata and formdata.get(AGAIN))
        """Whether the person was asked already if they want a second entry."""

    @classmethod
    def from_request(cls, **kwargs: Any) -> Self:
        """The form as it was sent."""
        return cls(request.form, **kwargs)

    def refuse(self, error: DomainError) -> None:
        """Show what an action found wrong, at its field where it names one."""
        fields: dict[str, Any] = getattr(error, "fields", {})
        for name, sentences in fields.items():
            if name in self._fields:
                self[name].errors = [*self[name].errors, *sentences]
        if not any(name in self._fields for name in fields):
            self.alerts.append(error.sentence)

    def renew_key(self) -> None:
        """Give the form a fresh key, so that sending it again makes a new entry."""
        self.key = idempotency.new_key()

    @property
    def has_errors(self) -> bool:
        """Whether anything is to be shown in the summary on top."""
        return bool(self.alerts or self.errors)


class Required:
    """Something must be there; white space alone is nothing. Takes the whole sentence people read."""

    field_flags: ClassVar[dict[str, Any]] = {"required": True}

    def __init__(self, sentence: Sentence) -> None:
        self.sentence = sentence

    def __call__(self, form: WTForm, field: Field) -> None:
        """Stop with the sentence if nothing was typed or chosen."""
        if field.data in (None, []) or (isinstance(field.data, str) and not field.data.strip()):
            field.errors = []
            raise StopValidation(self.sentence)


class OneOf:
    """A choice must be on the list, for fields with `validate_choice=False`; takes the whole sentence."""

    field_flags: ClassVar[dict[str, Any]] = {"required": True}

    def __init__(self, sentence: Sentence) -> None:
        self.sentence = sentence

    def __call__(self, form: WTForm, field: Any) -> None:
        """Stop with the sentence unless one of the choices was sent."""
        if not field.data or field.data not in [choice.value for choice in field.choices]:
            field.errors = []
            raise StopValidation(self.sentence)


class Between:
    """A whole number from `least` to `most`; takes the whole sentence people read."""

    def __init__(self, least: int, most: int, sentence: Sentence) -> None:
        self.least, self.most = least, most
        self.sentence = sentence
        self.field_flags = {"min": least, "max": most}

    def __call__(self, form: WTForm, field: Field) -> None:
        """Stop with the sentence if this is no number or not one of those."""
        if not isinstance(field.data, int) or not self.least <= field.data <= self.most:
            field.errors = []
            raise StopValidation(self.sentence)


class Moment:
    """A date with its time, or nothing; takes the whole sentence people read."""

    def __init__(self, sentence: Sentence) -> None:
        self.sentence = sentence

    def __call__(self, form: WTForm, field: Field) -> None:
        """Stop with the sentence if something was typed that no calendar on a wall has."""
        if not field.raw_data or not field.raw_data[0]:
            field.errors = []
        elif field.data is None or field.data.year < 1900:
            # Before that a moment may have no counterpart in UTC.
            field.errors = []
            raise StopValidation(self.sentence)


class AtMost:
    """At most so many characters; says how many were sent."""

    def __init__(self, maximum: int) -> None:
        self.maximum = maximum
        self.field_flags = {"maxlength": maximum}

    def __call__(self, form: WTForm, field: Field) -> None:
        """Stop with a sentence that names both numbers."""
        length = len((field.data or "").replace("\r\n", "\n"))
        if length > self.maximum:
            raise StopValidation(
                _l(
                    "Please use at most %(max)d characters. You have written %(length)d.",
                    max=self.maximum,
                    length=length,
                )
            )
