"""Making accounts, giving them roles, changing passwords, closing accounts."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from accounts import queries
from accounts.actions._parts import LOGIN_RULE, is_login, refusal, refuse_misfit
from accounts.actions.sessions import end_sessions_of
from accounts.facts import (
    AccountCreated,
    AccountDeactivated,
    AccountReopened,
    PasswordChanged,
    RoleGiven,
    RoleTaken,
)
from accounts.models import Account, RoleAssignment
from accounts.passwords import Proof
from accounts.permissions import RIGHTS, Permission, Scope
from accounts.queries import administration
from accounts.roles import ROLE_SCOPES as ROLE_SCOPES
from accounts.roles import end_of
from core.actor import SYSTEM, Actor
from core.clock import now
from core.db import db
from core.errors import Conflict, NotFound
from core.i18n import lazy_gettext as _l
from core.journal import record

COUNTY = Scope("county")


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
    if not is_login(login):
        raise refusal("login", LOGIN_RULE)
    if not label.strip():
        raise refusal("label", _l("Please say what this account is for, such as “Coordination”."))
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
    try:
        db.session.flush()
    except IntegrityError:
        # Somebody else took the user name between the look and this.
        raise Conflict(_l("There is an account with this user name already.")) from None
    record(actor, AccountCreated(account.id))
    for role, scope in roles:
        give_role(actor, account, role, scope)
    return account


def give_role(
    actor: Actor, account: Account, role: str, scope: Scope = COUNTY, *, expires_at: datetime | None = None
) -> bool:
    """Give an account a role in a scope; False if it holds it already, then only its end is set anew.

    A role that must end ends two weeks from now if nothing is said. Raises Invalid if they do not fit.
    """
    RIGHTS.require(actor, Permission.KEEP_ACCOUNTS)
    refuse_misfit(role, scope)
    expires_at = end_of(role, expires_at)
    for held in account.roles:
        if (held.role, held.scope_kind, held.scope_id) == (role, scope.kind, scope.id):
            if held.expires_at != expires_at:
                held.expires_at = expires_at
                db.session.flush()
                record(actor, RoleGiven(account.id, role, scope.kind, scope.id))
            return False
    account.roles.append(
        RoleAssignment(role=role, scope_kind=scope.kind, scope_id=scope.id, expires_at=expires_at)
    )
    db.session.flush()
    record(actor, RoleGiven(account.id, role, scope.kind, scope.id))
    return True


def take_role(actor: Actor, account: Account, role: str, scope: Scope) -> bool:
    """Take a role from an account, from the next request on; False if it does not hold it.

    Raises Conflict when administrators would take the right to keep accounts from themselves.
    """
    RIGHTS.require(actor, Permission.KEEP_ACCOUNTS)
    if role == "administrator" and account.id == actor.account_id:
        raise Conflict(
            _l("You cannot take this role from yourself. Another person who keeps accounts can do it.")
        )
    gone = db.session.execute(
        delete(RoleAssignment)
        .where(
            RoleAssignment.account_id == account.id,
            RoleAssignment.role == role,
            RoleAssignment.scope_kind == scope.kind,
            RoleAssignment.scope_id.is_(None) if scope.id is None else RoleAssignment.scope_id == scope.id,
        )
        .returning(RoleAssignment.id)
    ).first()
    if gone is None:
        return False
    db.session.expire(account, ["roles"])
    record(actor, RoleTaken(account.id, role, scope.kind, scope.id))
    return True


def end_expired_roles(actor: Actor = SYSTEM) -> int:
    """Take the roles whose time is over; gives their number. They count no more, but pages may be open."""
    RIGHTS.require(actor, Permission.KEEP_ACCOUNTS)
    return sum(
        take_role(actor, role.account, role.role, Scope(role.scope_kind, role.scope_id))
        for role in administration.expired_roles(now())
    )


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
    """Let an account sign in no more and end its sessions; False if it was closed already.

    Raises Conflict for one's own account.
    """
    RIGHTS.require(actor, Permission.KEEP_ACCOUNTS)
    if not account.active:
        return False
    if account.id == actor.account_id:
        raise Conflict(_l("You cannot close your own account. Another person who keeps accounts can do it."))
    account.active = False
    db.session.flush()
    record(actor, AccountDeactivated(account.id))
    end_sessions_of(actor, account)
    return True


def reopen_account(actor: Actor, account: Account) -> bool:
    """Let an account that was closed sign in again, with the roles it still has; False if it is open."""
    RIGHTS.require(actor, Permission.KEEP_ACCOUNTS)
    if account.active:
        return False
    account.active = True
    db.session.flush()
    record(actor, AccountReopened(account.id))
    return True
