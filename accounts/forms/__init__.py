"""Shapes of what people send about themselves."""

from __future__ import annotations

from wtforms import BooleanField, Field, HiddenField, PasswordField, StringField
from wtforms.validators import StopValidation

from accounts import codes, landing
from accounts.second_factor import DIGITS, digits_of
from core.forms import AtMost, Form, Required
from core.i18n import lazy_gettext as _l
from core.text import clean_line

_SHARED = _l("This device is shared")
_SHARED_HINT = _l(
    "Then we sign you out when you close the browser, or when nobody has used it for 15 minutes."
)


def _tidy(text: str | None) -> str:
    return clean_line(text or "")


def _local(text: str | None) -> str:
    return landing.local_path(text) or ""


class SignInForm(Form):
    """User name and password of an account."""

    login = StringField(
        _l("User name"),
        filters=[_tidy],
        validators=[Required(_l("Please enter your user name.")), AtMost(64)],
    )
    password = PasswordField(_l("Password"), validators=[Required(_l("Please enter your password."))])
    shared_device = BooleanField(_SHARED, description=_SHARED_HINT)
    next = HiddenField(filters=[_local])


class SecondStepForm(Form):
    """The code that an authenticator app shows now."""

    code = StringField(
        _l("Code from your app"),
        description=_l("Six digits. They change every half minute."),
        filters=[_tidy],
        validators=[Required(_l("Please enter the six digits from your app.")), AtMost(40)],
    )

    def validate_code(self, field: Field) -> None:
        """Say at once what cannot be a code."""
        if len(digits_of(field.data or "")) != DIGITS:
            raise StopValidation(_l("A code from the app has six digits. Please compare it again."))


class RecoveryForm(Form):
    """One of the recovery codes that were shown once."""

    recovery_code = StringField(
        _l("Recovery code"),
        description=_l("10 letters and digits from your list of recovery codes."),
        filters=[_tidy],
        validators=[Required(_l("Please enter one of your recovery codes.")), AtMost(40)],
    )


class SetUpForm(SecondStepForm):
    """The first code of a new device. `offer` holds the secret that was shown, sealed."""

    offer = HiddenField(validators=[AtMost(200)])
    next = HiddenField(filters=[_local])


class ReplaceForm(SecondStepForm):
    """The first code of another device, with proof that the account is one's own."""

    code = StringField(
        _l("Code of the new device"),
        description=_l("Six digits that the new device shows now."),
        filters=[_tidy],
        validators=[Required(_l("Please enter the six digits from your app.")), AtMost(40)],
    )
    offer = HiddenField(validators=[AtMost(200)])
    password = PasswordField(_l("Your password"), validators=[Required(_l("Please enter your password."))])
    old = StringField(
        _l("Code of the former device, or a recovery code"),
        filters=[_tidy],
        validators=[
            Required(_l("Please enter a code of the former device or a recovery code.")),
            AtMost(40),
        ],
    )


class CodeForm(Form):
    """A personal code, typed from a slip."""

    code = StringField(
        _l("Your code"),
        description=_l("10 letters and digits from your slip, for example 7K4QM-2XR9T."),
        filters=[_tidy],
        validators=[Required(_l("Please enter your code."))],
    )
    shared_device = BooleanField(_SHARED, description=_SHARED_HINT)
    next = HiddenField(filters=[_local])

    def validate_code(self, field: Field) -> None:
        """Say at once what cannot be a code; this tells nothing about which codes there are."""
        typed = codes.normalise(field.data or "")
        if len(typed) != codes.LENGTH:
            raise StopValidation(
                _l(
                    "A code has %(needed)d letters and digits. You have entered %(length)d."
                    " A shorter one from a screen is an event code: there is a link for it below.",
                    needed=codes.LENGTH,
                    length=len(typed),
                )
            )
        if not codes.is_code(typed):
            raise StopValidation(
                _l("A code has only letters from A to Z, without U, and digits. Please compare it again.")
            )


class PasswordForm(Form):
    """A new password for one's own account."""

    current = PasswordField(
        _l("Your current password"), validators=[Required(_l("Please enter your current password."))]
    )
    password = PasswordField(
        _l("New password"),
        description=_l("At least 15 characters. A few words are easy to remember."),
        validators=[Required(_l("Please choose a new password."))],
    )
    repeated = PasswordField(
        _l("New password once more"), validators=[Required(_l("Please enter the new password once more."))]
    )

    def validate_repeated(self, field: Field) -> None:
        """Both entries must be the same."""
        if field.data != self.password.data:
            raise StopValidation(_l("The two new passwords differ. Please enter both once more."))


class EndSessionForm(Form):
    """The session that is to end."""

    session = HiddenField(filters=[_tidy], validators=[AtMost(64)])


class AddressForm(Form):
    """A mail address for being told what is new."""

    address = StringField(
        _l("Your mail address"),
        filters=[_tidy],
        validators=[Required(_l("Please enter your mail address.")), AtMost(254)],
    )
