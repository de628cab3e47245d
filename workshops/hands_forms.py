"""Shape of the hands that were counted in the room."""

from __future__ import annotations

from collections.abc import Iterable

from werkzeug.datastructures import MultiDict
from wtforms import Field, HiddenField, IntegerField
from wtforms import Form as WTForm
from wtforms.validators import StopValidation

from core.forms import Form
from core.i18n import lazy_gettext as _l
from workshops.models import Card
from workshops.vocabulary import MOST_HANDS


class _Hands:
    """Nothing, or a number of hands."""

    def __call__(self, form: WTForm, field: Field) -> None:
        """Stop with a sentence if something was typed that is no number of hands."""
        if not field.raw_data or not field.raw_data[0].strip():
            field.errors, field.data = [], None
        elif not isinstance(field.data, int) or not 0 <= field.data <= MOST_HANDS:
            field.errors = []
            raise StopValidation(_l("Please write a number from 0 to %(max)d.", max=MOST_HANDS))


class HandsForm(Form):
    """One number per card, and beside it the one that stood there when the form was drawn.

    Only what somebody has changed is sent on, so that two people who count do not undo one another.
    """

    numbers: tuple[int, ...] = ()

    def changed(self) -> dict[int, int | None]:
        """What is to be written, by the id of the contribution."""
        found: dict[int, int | None] = {}
        for number in self.numbers:
            now, before = self[f"hands_{number}"].data, self[f"was_{number}"].data or ""
            if ("" if now is None else str(now)) != before:
                found[number] = now
        return found


def hands_form(
    cards: Iterable[Card], hands: dict[int, int], formdata: MultiDict[str, str] | None = None
) -> HandsForm:
    """The form for these cards with what was counted so far."""
    fields: dict[str, object] = {}
    numbers = []
    for card in cards:
        number, known = card.contribution_id, hands.get(card.contribution_id)
        numbers.append(number)
        label = _l("Raised hands for %(number)s", number=card.contribution.reference)
        fields[f"hands_{number}"] = IntegerField(label, [_Hands()], default=known)
        fields[f"was_{number}"] = HiddenField(default="" if known is None else str(known))
    made: HandsForm = type("HandsForm", (HandsForm,), {**fields, "numbers": tuple(numbers)})(formdata)
    return made
