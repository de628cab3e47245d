"""Shapes of what people send about what is kept about them."""

from __future__ import annotations

from wtforms import BooleanField, Field, HiddenField, PasswordField, RadioField, StringField
from wtforms.fields.choices import SelectChoice as Choice  # type: ignore[attr-defined]
from wtforms.validators import StopValidation

from accounts.privacy import CHANNELS
from core.erasure import Texts
from core.forms import AtMost, Form, OneOf, Required
from core.i18n import lazy_gettext as _l
from core.text import clean_line


class CodeProofForm(Form):
    """The holder's own code once more, before something happens that cannot be undone."""

    proof = StringField(
        _l("Your code once more"),
        filters=[lambda text: clean_line(text or "")],
        validators=[Required(_l("Please enter your code.")), AtMost(64)],
    )


class PasswordProofForm(Form):
    """The holder's own password once more."""

    proof = PasswordField(
        _l("Your password once more"), validators=[Required(_l("Please enter your password."))]
    )


class _Erase:
    texts = RadioField(
        _l("What shall become of your texts?"),
        choices=[
            Choice(str(Texts.KEEP), _l("Leave my texts without any link to me")),
            Choice(str(Texts.WITHDRAW), _l("Take my texts back: the words are destroyed")),
        ],
        validate_choice=False,
        validators=[OneOf(_l("Please choose what shall become of your texts."))],
    )
    sure = BooleanField(_l("I know that this cannot be undone."))

    def validate_sure(self, field: Field) -> None:
        """Nobody is erased by a slip of the hand."""
        if not field.data:
            raise StopValidation(_l("Please confirm that you know that this cannot be undone."))


class EraseByCodeForm(_Erase, CodeProofForm):
    """Erasing oneself, with the code as proof."""


class EraseByPasswordForm(_Erase, PasswordProofForm):
    """Erasing oneself, with the password as proof."""


class RequestErasureForm(Form):
    """A wish to be erased that staff take down."""

    slip = StringField(
        _l("Number of the slip"),
        description=_l("For example Z-4F7QK. Please never ask for the code itself."),
        filters=[lambda text: clean_line(text or "")],
        validators=[Required(_l("Please enter the number of the slip.")), AtMost(20)],
    )
    channel = RadioField(
        _l("How did the person ask?"),
        choices=[Choice(*pair) for pair in CHANNELS.items()],
        validate_choice=False,
        validators=[OneOf(_l("Please choose how the person asked."))],
    )
    texts = RadioField(
        _l("What shall become of the person's texts?"),
        choices=[
            Choice(str(Texts.KEEP), _l("Leave them without any link to the person")),
            Choice(str(Texts.WITHDRAW), _l("Take them back: the words are destroyed")),
        ],
        validate_choice=False,
        validators=[OneOf(_l("Please choose what shall become of the texts."))],
    )


class DecideErasureForm(Form):
    """Which wish is confirmed or dropped."""

    request = HiddenField(validators=[AtMost(20)])
    decision = HiddenField(validators=[AtMost(10)])
