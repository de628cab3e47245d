"""Shapes of what writers send: the text of a section, an older wording, a sign that somebody writes."""

from __future__ import annotations

from wtforms import HiddenField, TextAreaField
from wtforms.validators import StopValidation

from core.forms import Form
from core.i18n import lazy_gettext as _l
from core.markdown import MAX_LENGTH


class BasedForm(Form):
    """A form about something that somebody else may have changed meanwhile."""

    based_on = HiddenField()

    @property
    def revision_seen(self) -> int:
        """Number of the state this form was made from; 0 if it does not say."""
        return number_in(self.based_on.data)


class TextForm(BasedForm):
    """The text of a section. `dropping` are the ids of blocks that may vanish with their sources.

    The field has no `maxlength`: a browser would cut a long text off without a word.
    """

    text = TextAreaField(_l("Text of the section"))
    dropping = HiddenField()

    def validate_text(self, field: TextAreaField) -> None:
        """Say how long the text is if it is too long."""
        length = len((field.data or "").replace("\r\n", "\n"))
        if length > MAX_LENGTH:
            raise StopValidation(
                _l(
                    "Please use at most %(max)d characters. You have written %(length)d.",
                    max=MAX_LENGTH,
                    length=length,
                )
            )

    @property
    def dropped(self) -> frozenset[int]:
        """The ids in `dropping`."""
        return frozenset(number for part in (self.dropping.data or "").split() if (number := number_in(part)))


class RestoreForm(BasedForm):
    """Bringing an older wording back."""

    number = HiddenField()


class HereForm(Form):
    """A sign that somebody has a text open, or has closed it (`left`); `last` is the window's one before."""

    left = HiddenField()
    last = HiddenField()


def number_in(text: str | None) -> int:
    """A number that was sent, or 0 if it is none."""
    text = text or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
