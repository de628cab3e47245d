"""Forms for putting words of others into another language."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField, TextAreaField

from core.errors import Sentence
from core.forms import AtMost, Required
from core.i18n import lazy_gettext as _l
from core.plan_forms import BasedForm
from dialog import personal_data
from dialog.vocabulary import TEXT_LIMIT


class TranslationForm(BasedForm):
    """The words in the other language; `based_on` is the number of the wording they replace."""

    text = TextAreaField(
        _l("Your translation"), [Required(_l("Please write the translation.")), AtMost(TEXT_LIMIT)]
    )
    looked_over = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asks: list[Sentence] = []

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether the words are there, and whether what looks personal was looked over."""
        is_complete = bool(super().validate(extra_validators))
        if is_complete and not self.looked_over.data:
            self.asks = personal_data.questions(self.text.data or "")
        return is_complete and not self.asks


class TakeOutForm(BasedForm):
    """Taking a translation out; the button is the whole form."""
