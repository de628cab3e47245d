"""What several actions of accounts ask of user names and roles."""

from __future__ import annotations

import re

from accounts.permissions import Scope
from accounts.roles import ROLE_SCOPES
from core.errors import Invalid, Sentence
from core.i18n import lazy_gettext as _l

LOGIN_RULE: Sentence = _l(
    "A user name has 1 to 40 lower-case letters a-z, digits, dots, hyphens or underscores."
)
_LOGIN = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,38}[a-z0-9])?")


def is_login(text: str) -> bool:
    """Whether an account could have this user name."""
    return _LOGIN.fullmatch(text) is not None


def refusal(field: str, sentence: Sentence) -> Invalid:
    """What is wrong with one field."""
    return Invalid(sentence, {field: [sentence]})


def refuse_misfit(role: str, scope: Scope) -> None:
    """Raise Invalid for a role that is none, or that cannot count in such a scope."""
    if role not in ROLE_SCOPES:
        raise refusal(
            "role",
            _l("“%(role)s” is no role. Choose one of: %(known)s.", role=role, known=", ".join(ROLE_SCOPES)),
        )
    if scope.kind not in ROLE_SCOPES[role] or (scope.kind == "county") != (scope.id is None):
        raise refusal(
            "scope",
            _l(
                "The role %(role)s needs a scope of this kind: %(kinds)s.",
                role=role,
                kinds=", ".join(sorted(ROLE_SCOPES[role])),
            ),
        )
