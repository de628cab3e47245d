"""Who may do what with accounts, codes and sessions."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from accounts.models import Account, PersonalCode
from core.actor import Actor
from core.permissions import Rights, anyone, entrances, is_administrator, is_operator, is_signed_in, is_system


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a role or code counts: `Scope("dialogue", 3)`; the county has no id."""

    kind: str
    id: int | None = None


class Permission(StrEnum):
    """What this package offers."""

    SIGN_IN = "accounts.sign_in"
    REDEEM_CODE = "accounts.redeem_code"
    SIGN_OUT = "accounts.sign_out"
    SEE_OWN_ACCOUNT = "accounts.see_own_account"
    END_OWN_SESSIONS = "accounts.end_own_sessions"
    CHANGE_OWN_PASSWORD = "accounts.change_own_password"  # noqa: S105 - the name of a right
    KEEP_ACCOUNTS = "accounts.keep_accounts"
    END_ANY_SESSION = "accounts.end_any_session"
    END_EXPIRED_SESSIONS = "accounts.end_expired_sessions"
    ISSUE_CODES = "accounts.issue_codes"
    LIST_ACCOUNTS = "accounts.list_accounts"


def has_account(actor: Actor, context: Any) -> bool:
    """Somebody with a password, not the holder of a code."""
    return actor.account_id is not None


def coordinates(actor: Actor, scope: Any) -> bool:
    """A coordinator of the county, or of the dialogue the code is for."""
    return isinstance(scope, Scope) and actor.has("coordinator", scope.kind, scope.id)


def is_holder(actor: Actor, who: Any) -> bool:
    """Whoever an account or a code belongs to."""
    if isinstance(who, Account):
        return who.id == actor.account_id
    return isinstance(who, PersonalCode) and who.holder_key == actor.key


def coordinates_holder(actor: Actor, who: Any) -> bool:
    """A coordinator of the county, or of the dialogue in which the code takes part."""
    return isinstance(who, PersonalCode) and coordinates(actor, Scope(who.scope_kind, who.scope_id))


RIGHTS = Rights[Permission](
    {
        Permission.SIGN_IN: [[anyone]],
        Permission.REDEEM_CODE: [[anyone]],
        Permission.SIGN_OUT: [[anyone]],
        Permission.SEE_OWN_ACCOUNT: [[is_signed_in]],
        Permission.END_OWN_SESSIONS: [[is_signed_in]],
        Permission.CHANGE_OWN_PASSWORD: [[has_account]],
        Permission.KEEP_ACCOUNTS: [[is_operator], [is_administrator]],
        Permission.END_ANY_SESSION: [[is_operator], [is_administrator], [is_holder], [coordinates_holder]],
        Permission.END_EXPIRED_SESSIONS: [[is_operator], [is_system]],
        Permission.ISSUE_CODES: [[is_operator], [is_system], [coordinates]],
        Permission.LIST_ACCOUNTS: [[is_operator], [is_administrator]],
    }
)

entrances.declare(
    routes={
        "accounts.sign_in": Permission.SIGN_IN,
        "accounts.send_sign_in": Permission.SIGN_IN,
        "accounts.code": Permission.REDEEM_CODE,
        "accounts.send_code": Permission.REDEEM_CODE,
        "accounts.sign_out": Permission.SIGN_OUT,
        "accounts.sign_out_everywhere": Permission.SIGN_OUT,
        "accounts.account": Permission.SEE_OWN_ACCOUNT,
        "accounts.end_session": Permission.END_OWN_SESSIONS,
        "accounts.change_password": Permission.CHANGE_OWN_PASSWORD,
    },
    commands={
        "account create": Permission.KEEP_ACCOUNTS,
        "account list": Permission.LIST_ACCOUNTS,
        "account deactivate": Permission.KEEP_ACCOUNTS,
    },
)
