"""Shapes of what staff send about sources and answers."""

from __future__ import annotations

from flask import request
from wtforms import HiddenField, IntegerField, TextAreaField

from concept.vocabulary import ANSWERS_DUE_MOST, REASON_LIMIT
from core.forms import AtMost, Between, Form, Required
from core.i18n import lazy_gettext as _l


class EvidenceForm(Form):
    """One press: add a record as a source, or remove a source."""

    @property
    def adds(self) -> str:
        """The record to add, such as `contribution:B-058`; empty if none was pressed."""
        return request.form.get("add", "")

    @property
    def removes(self) -> int | None:
        """Id of the source to remove, or None."""
        number = request.form.get("remove", "")
        return int(number) if number.isascii() and number.isdigit() and len(number) < 10 else None


class DeclineForm(Form):
    """Why the concept does not take a need up."""

    reason = TextAreaField(
        _l("Why the concept does not take it up"),
        [Required(_l("Please say why the concept does not take this need up.")), AtMost(REASON_LIMIT)],
    )
    based_on = HiddenField()


class AnswersDueForm(Form):
    """How many needs of a chapter must be answered before a release."""

    number = IntegerField(
        _l("So many needs must be answered"),
        [
            Between(
                0, ANSWERS_DUE_MOST, _l("Please enter a number from 0 to %(most)d.", most=ANSWERS_DUE_MOST)
            )
        ],
    )
