"""Shape of a photograph that is sent."""

from __future__ import annotations

import hashlib
from typing import Any

from werkzeug.datastructures import FileStorage
from wtforms import FileField, StringField

from core.forms import AtMost, Form
from core.i18n import lazy_gettext as _l
from core.photographs import MAX_BYTES, NotAPhotograph, Photograph, made_anew
from workshops.vocabulary import FLIPCHART_NOTE_LIMIT


class FlipchartForm(Form):
    """A photograph of paper. Checking it makes it anew, in a child process and before any transaction."""

    photo = FileField(_l("Photograph"))
    note = StringField(_l("What is it of?"), [AtMost(FLIPCHART_NOTE_LIMIT)])

    def __init__(self, *args: Any, file: FileStorage | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.photograph: Photograph | None = None
        self._sent = file.read(MAX_BYTES + 1) if file else b""
        self.digest = hashlib.sha256(self._sent).hexdigest()
        """Tells one file from another: the form's key is made over what was typed only."""

    def made(self) -> Photograph:
        """The photograph of a form that was found complete."""
        if self.photograph is None:
            raise ValueError("The form was not checked.")
        return self.photograph

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether there is a photograph that can be read."""
        is_complete = bool(super().validate(extra_validators))
        if not self._sent:
            self.photo.errors = [_l("Please choose a photograph.")]
            return False
        try:
            self.photograph = made_anew(self._sent)
        except NotAPhotograph:
            self.photo.errors = [
                _l("We cannot read this file. Please choose a JPEG, PNG or WebP of at most 12 MB.")
            ]
            return False
        return is_complete
