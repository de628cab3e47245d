"""Shapes of what is sent about the roles of others, and of invitations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time

from wtforms import DateField, Field, HiddenField, PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice as Choice  # type: ignore[attr-defined]
from wtforms.validators import StopValidation

from accounts import codes
from accounts.actions.invitations import LABEL_LIMIT, VALID_DAYS
from accounts.roles import ROLE_LABELS
from accounts.scopes import Place
from core import i18n
from core.clock import LOCAL_TIME, now
from core.forms import AtMost, Form, OneOf, Required
from core.i18n import lazy_gettext as _l
from core.i18n import ngettext, own_name
from core.text import clean_line

Offers = Sequence[tuple[str, list[Place]]]
"""Roles, each with the places where it may be given."""


def _tidy(text: str | None) -> str:
    return clean_line(text or "")


class GiveRoleForm(Form):
    """A role with the place where it counts, and its end."""

    role_at = SelectField(
        _l("Role and place"),
        validators=[OneOf(_l("Please choose a role and where it counts."))],
        validate_choice=False,
    )
    until = DateField(
        _l("The role ends after"),
        description=_l("Moderation and minutes end 14 days after the event if you leave this empty."),
    )

    def offer(self, offers: Offers) -> None:
        """Fill the list with what may be given."""
        self.role_at.choices = [
            Choice("", _l("Please choose")),
            *(
                Choice(f"{role} {place.key}", str(place.name), optgroup=str(ROLE_LABELS[role]))
                for role, places in offers
                for place in places
            ),
        ]

    def chosen(self, offers: Offers) -> tuple[str, Place]:
        """The role and the place that were chosen; the form is valid."""
        return next(
            (role, place)
            for role, places in offers
            for place in places
            if f"{role} {place.key}" == self.role_at.data
        )

    @property
    def ends_at(self) -> datetime | None:
        """The last moment of the day that was named, or None if none was."""
        if self.until.data is None:
            return None
        return datetime.combine(self.until.data, time(23, 59), LOCAL_TIME).astimezone(UTC)

    def validate_until(self, field: Field) -> None:
        """A day of the calendar that is not over yet, or nothing."""
        if not field.raw_data or not field.raw_data[0]:
            field.errors = []
        elif field.data is None or not 1900 < field.data.year < 9000:
            field.errors = []
            raise StopValidation(_l("Please enter a date such as 31.12.2030, or leave this empty."))
        elif field.data < now().astimezone(LOCAL_TIME).date():
            raise StopValidation(_l("This day is over. Please enter a later one, or leave this empty."))


class InviteForm(GiveRoleForm):
    """Whom to invite to what."""

    label = StringField(
        _l("What people read about this account"),
        description=_l("The title of a role, such as “Integration officer”. No name of a person is needed."),
        filters=[_tidy],
        validators=[Required(_l("Please say what this account is for.")), AtMost(LABEL_LIMIT)],
    )
    login = StringField(
        _l("User name to propose"),
        description=_l("Whoever is invited can choose another one."),
        filters=[_tidy],
        validators=[AtMost(40)],
    )
    days = SelectField(
        _l("The link works for"),
        validators=[OneOf(_l("Please choose for how long the link works."))],
        validate_choice=False,
    )

    def offer(self, offers: Offers) -> None:
        """Fill the lists."""
        super().offer(offers)
        self.days.choices = [
            Choice(str(days), ngettext("%(num)s day", "%(num)s days", days)) for days in VALID_DAYS
        ]
        if self.days.data is None:
            self.days.data = "14"


class TakeRoleForm(Form):
    """The role that is to be taken, as the page names it."""

    role = HiddenField(filters=[_tidy], validators=[AtMost(64)])
    scope_kind = HiddenField(filters=[_tidy], validators=[AtMost(64)])
    scope_id = HiddenField(filters=[_tidy], validators=[AtMost(9)])


class DecisionForm(Form):
    """What is to be done with an account."""

    decision = HiddenField(filters=[_tidy], validators=[AtMost(20)])


class InvitationForm(Form):
    """The code of an invitation, out of its link or typed."""

    code = StringField(
        _l("Code of the invitation"),
        description=_l("10 letters and digits, for example 7K4QM-2XR9T."),
        filters=[_tidy],
        validators=[Required(_l("Please enter the code of your invitation."))],
    )

    def validate_code(self, field: Field) -> None:
        """Say at once what cannot be a code; this tells nothing about which codes there are."""
        typed = codes.normalise(field.data or "")
        if not codes.is_code(typed):
            raise StopValidation(
                _l(
                    "A code has %(needed)d letters and digits, without U. You have entered %(length)d.",
                    needed=codes.LENGTH,
                    length=len(typed),
                )
            )


class NewAccountForm(InvitationForm):
    """The account that somebody makes for themselves with an invitation."""

    code = HiddenField(filters=[_tidy])
    login = StringField(
        _l("User name"),
        description=_l("Small letters, digits, dots, hyphens or underscores. It needs no name of a person."),
        filters=[_tidy],
        validators=[Required(_l("Please choose a user name.")), AtMost(40)],
    )
    password = PasswordField(
        _l("Password"),
        description=_l("At least 15 characters. A few words are easy to remember."),
        validators=[Required(_l("Please choose a password."))],
    )
    repeated = PasswordField(
        _l("Password once more"), validators=[Required(_l("Please enter the password once more."))]
    )
    language = SelectField(
        _l("Language of your pages"),
        validators=[OneOf(_l("Please choose a language."))],
        validate_choice=False,
    )

    def offer(self, languages: Sequence[str]) -> None:
        """Fill the list of languages."""
        self.language.choices = [Choice(code, own_name(code)) for code in languages]
        if self.language.data is None:
            self.language.data = i18n.language()

    def validate_repeated(self, field: Field) -> None:
        """Both entries must be the same."""
        if field.data != self.password.data:
            raise StopValidation(_l("The two passwords differ. Please enter both once more."))
