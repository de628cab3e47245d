"""Shapes of what people send about themselves."""

from __future__ import annotations

from wtforms import BooleanField, Field, HiddenField, PasswordField, StringField
from wtforms.validators import StopValidation

from accounts import codes, landing
from core.forms import AtMost, Form, Required
from core.i18n import lazy_gettext as _l
from core.text import clean_line


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
    next = HiddenField(filters=[_local])


class CodeForm(Form):
    """A personal code, typed from a slip."""

    code = StringField(
        _l("Your code"),
        description=_l("10 letters and digits from your slip, for example 7K4QM-2XR9T."),
        filters=[_tidy],
        validators=[Required(_l("Please enter your code."))],
    )
    shared_device = BooleanField(
        _l("This device is shared"),
        description=_l("Then we sign you out when you close the browser, at the latest after two hours."),
    )
    next = HiddenField(filters=[_local])

    def validate_code(self, field: Field) -> None:
        """Say at once what cannot be a code; this tells nothing about which codes there are."""
        typed = codes.normalise(field.data or "")
        if len(typed) != codes.LENGTH:
            raise StopValidation(
                _l(
                    "A code has %(needed)d letters and digits. You have entered %(length)d."
                    " A shorter one from a screen is an event code: there is a link for it on the home page.",
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
