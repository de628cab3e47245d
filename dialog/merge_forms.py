"""Shapes of what people send about contributions that stand together."""

from __future__ import annotations

from wtforms import HiddenField, StringField, TextAreaField

from core.forms import AtMost, Form, Required
from core.i18n import lazy_gettext as _l
from dialog.vocabulary import NOTE_LIMIT


class MergeForm(Form):
    """Having a contribution stand with the one of this register number."""

    lead = StringField(
        _l("Number of the contribution that says the same"),
        [Required(_l("Please type the number, such as B-058."))],
        description=_l("For example B-058."),
    )


class MergeObjectionForm(Form):
    """What an author has against it that their contribution stands with another one."""

    text = TextAreaField(
        _l("What is different about yours?"),
        [Required(_l("Please write what is different about yours.")), AtMost(NOTE_LIMIT)],
    )


class MergeDecisionForm(Form):
    """Taking two apart, or leaving them together with an answer: `step` is part or uphold."""

    step = HiddenField()
    answer = TextAreaField(_l("Answer to the author"), [AtMost(NOTE_LIMIT)])
