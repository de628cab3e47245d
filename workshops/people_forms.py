"""Shapes of what people say about themselves in a group."""

from __future__ import annotations

from wtforms import HiddenField, StringField

from core.forms import AtMost, Form
from core.i18n import lazy_gettext as _l
from workshops.vocabulary import NAME_LIMIT


class NameForm(Form):
    """What somebody wants to be called; `step` says what is done with the name."""

    step = HiddenField()
    name = StringField(_l("What I am called here"), [AtMost(NAME_LIMIT)])
