"""Making accounts, giving them roles, changing passwords, closing accounts."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from datetime import datetime

from accounts import queries
from accounts.actions.sessions import end_sessions_of
from accounts.facts import AccountCreated, AccountDeactivated, PasswordChanged, RoleGiven
from accounts.models import Account, RoleAssignment
from accounts.passwords import Proof
from accounts.permissions import RIGHTS, Permission, Scope
from core.actor import Actor
from core.db import db
from core.errors import Conflict, Invalid, NotFound, Sentence
from core.i18n import lazy_gettext as _l
from core.journal import record

ROLE_SCOPES = {
    "administrator": frozenset({"county"}),
    "coordinator": frozenset({"county", "dialogue"}),
    "moderator": frozenset({"event", "group"}),
    "note_taker": frozenset({"event", "group"}),
    "municipality_editor": frozenset({"municipality"}),
    "provider": frozenset({"organisation"}),
    "auditor": frozenset({"county"}),
    "participant": frozenset({"dialogue"}),
}
"""Roles that accounts may hold, and where each one may count."""

COUNTY = Scope("county")
_LOGIN = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,38}[a-z0-9])?")


def create_account(
    actor: Actor,
    login: str,
    *,
    password_hash: str,
    label: str,
    roles: Iterable[tuple[str, Scope]] = (),
    language: str = "de",
    password_is_initial: bool = False,
    demo: bool = False,
) -> Account:
    """Make an account. `label` is the title of a role; nobody's name is needed.

    `password_hash` comes from `passwords.make_hash`. Raises Invalid for a login that cannot be one or an
    unknown role, Conflict if the login is taken.
    """
    RIGHTS.require(actor, Permission.KEEP_ACCOUNTS)
    login = login.strip().casefold()
    if not _LOGIN.fullmatch(login):
        raise _refusal(
            "login",
            _l("A user name has 1 to 40 lower-case letters a-z, digits, dots, hyphens or underscores."),
        )
    if not label.strip():
        raise _refusal("label", _l("Please say what this account is for, such as “Coordination”."))
    if queries.account_for_sign_in(login) is not None:
        raise Conflict(_l("There is an account with this user name already."))
    account = Account(
        key=secrets.token_hex(16),
        login=login,
        password_hash=password_hash,
        password_is_initial=password_is_initial,
        label=label.strip()[:200],
        language=language,
        demo=demo,
    )
    db.session.add(account)
    db.session.flush()
    record(actor, AccountCreated(account.id))
    for role, scope in roles:
        give_role(actor, account, role, scope)
    return account


def give_role(
    actor: Actor, account: Account, role: str, scope: Scope = COUNTY, *, expires_at: datetime | None = None
) -> bool:
    """Give an account a role in a scope; False if it holds it already. Raises Invalid if they do not fit."""
    RIGHTS.require(actor, Permission.KEEP_ACCOUNTS)
    if role not in ROLE_SCOPES:
        raise _refusal(
            "role",
            _l("“%(role)s” is no role. Choose one of: %(known)s.", role=role, known=", ".join(ROLE_SCOPES)),
        )
    if scope.kind not in ROLE_SCOPES[role] or (scope.kind == "county") != (scope.id is None):
        raise _refusal(
            "scope",
            _l(
                "The role %(role)s needs a scope of this kind: %(kinds)s.",
                role=role,
                kinds=", ".join(sorted(ROLE_SCOPES[role])),
            ),
        )
    for held in account.roles:
        if (held.role, held.scope_kind, held.scope_id) == (role, scope.kind, scope.id):
            held.expires_at = expires_at
            return False
    account.roles.append(
        RoleAssignment(role=role, scope_kind=scope.kind, scope_id=scope.id, expires_at=expires_at)
    )
    db.session.flush()
    record(actor, RoleGiven(account.id, role, scope.kind, scope.id))
    return True


def change_password(actor: Actor, proof: Proof, *, password_hash: str) -> Account:
    """Give the actor's own account a new password and end all its sessions; the caller opens a new one.

    Raises NotFound if the account is another's, Conflict if the password has changed meanwhile.
    """
    RIGHTS.require(actor, Permission.CHANGE_OWN_PASSWORD)
    account = db.session.get(Account, proof.account_id)
    if account is None or account.id != actor.account_id or not account.active:
        raise NotFound
    if account.password_hash != proof.seen_hash:
        raise Conflict(_l("Your password was changed elsewhere just now. Please sign in again."))
    account.password_hash = password_hash
    account.password_is_initial = False
    db.session.flush()
    record(actor, PasswordChanged(account.id))
    end_sessions_of(actor, account)
    return account


def deactivate_account(actor: Actor, account: Account) -> bool:
    """Let an account sign in no more and end its sessions; False if it was closed already."""
    RIGHTS.require(actor, Permission.KEEP_ACCOUNTS)
    if not account.active:
        return False
    account.active = False
    db.session.flush()
    record(actor, AccountDeactivated(account.id))
    end_sessions_of(actor, account)
    return True


def _refusal(field: str, sentence: Sentence) -> Invalid:
    return Invalid(sentence, {field: [sentence]})
