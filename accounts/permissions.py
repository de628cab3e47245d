"""Who may do what with accounts, invitations, codes and sessions."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from accounts.models import Account, Invitation, PersonalCode
from core.actor import Actor
from core.permissions import Rights, anyone, entrances, is_administrator, is_operator, is_signed_in, is_system


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a role or code counts: `Scope("dialogue", 3)`; the county has no id."""

    kind: str
    id: int | None = None


@dataclass(frozen=True, slots=True)
class RoleThere:
    """A role in a scope, and the wider scope that this one lies in: an event or a group in its dialogue."""

    role: str
    scope: Scope
    within: Scope | None = None


class Permission(StrEnum):
    """What this package offers."""

    SIGN_IN = "accounts.sign_in"
    REDEEM_CODE = "accounts.redeem_code"
    SIGN_OUT = "accounts.sign_out"
    STAY = "accounts.stay"
    SEE_OWN_ACCOUNT = "accounts.see_own_account"
    END_OWN_SESSIONS = "accounts.end_own_sessions"
    CHANGE_OWN_PASSWORD = "accounts.change_own_password"  # noqa: S105 - the name of a right
    KEEP_OWN_SECOND_FACTOR = "accounts.keep_own_second_factor"
    RESET_SECOND_FACTOR = "accounts.reset_second_factor"
    KEEP_ACCOUNTS = "accounts.keep_accounts"
    END_ANY_SESSION = "accounts.end_any_session"
    END_EXPIRED_SESSIONS = "accounts.end_expired_sessions"
    ISSUE_CODES = "accounts.issue_codes"
    LIST_ACCOUNTS = "accounts.list_accounts"
    TELL = "accounts.tell"
    READ_NOTICES = "accounts.read_notices"
    KEEP_ADDRESS = "accounts.keep_address"
    FOLLOW_MAIL = "accounts.follow_mail"
    SEND_DIGESTS = "accounts.send_digests"
    INVITE = "accounts.invite"
    SEE_INVITATIONS = "accounts.see_invitations"
    REVOKE_INVITATION = "accounts.revoke_invitation"
    REDEEM_INVITATION = "accounts.redeem_invitation"
    ACCEPT_INVITATION = "accounts.accept_invitation"
    SEE_COLLEAGUES = "accounts.see_colleagues"
    SEE_OWN_DATA = "accounts.see_own_data"
    ERASE_SELF = "accounts.erase_self"
    ERASE_OTHERS = "accounts.erase_others"
    ERASE_AGAIN = "accounts.erase_again"
    KEEP_RETENTION = "accounts.keep_retention"
    APPLY_RETENTION = "accounts.apply_retention"
    READ_RECORD = "accounts.read_record"


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


def is_own_key(actor: Actor, holder_key: Any) -> bool:
    """Whoever this key stands for."""
    return bool(actor.key) and actor.key == holder_key


def coordinates_holder(actor: Actor, who: Any) -> bool:
    """A coordinator of the county, or of the dialogue in which the code takes part."""
    return isinstance(who, PersonalCode) and coordinates(actor, Scope(who.scope_kind, who.scope_id))


def is_for_the_day(actor: Actor, what: Any) -> bool:
    """The role runs a group on the day of an event."""
    return isinstance(what, RoleThere) and what.role in {"moderator", "note_taker"}


def coordinates_that_dialogue(actor: Actor, what: Any) -> bool:
    """A coordinator of the county, or of the dialogue in which the event or group lies."""
    return isinstance(what, RoleThere) and what.within is not None and coordinates(actor, what.within)


def is_for_a_municipality(actor: Actor, what: Any) -> bool:
    """The role is one of a municipality's own people."""
    return isinstance(what, RoleThere) and what.role == "municipality_editor"


def coordinates_somewhere(actor: Actor, context: Any) -> bool:
    """A coordinator, of whatever dialogue."""
    return actor.has("coordinator")


def edits_somewhere(actor: Actor, context: Any) -> bool:
    """One of the people of some municipality."""
    return actor.has("municipality_editor")


def edits_that_municipality(actor: Actor, what: Any) -> bool:
    """One of the people of this very municipality."""
    scope = what.scope if isinstance(what, RoleThere) else what
    return isinstance(scope, Scope) and actor.has("municipality_editor", scope.kind, scope.id)


def invited_them(actor: Actor, what: Any) -> bool:
    """Whoever made this invitation."""
    return isinstance(what, Invitation) and bool(actor.key) and what.inviter_key == actor.key


def holds_no_office(actor: Actor, context: Any) -> bool:
    """Somebody who takes part and holds no role of staff; an office is given back before one is erased."""
    return all(grant.role in {"participant", "former_participant"} for grant in actor.grants)


def coordinates_erasure(actor: Actor, scope: Any) -> bool:
    """A coordinator of the county, or of the dialogue in which the person takes part (None: of any)."""
    if scope is None:
        return actor.has("coordinator")
    return actor.has("coordinator", scope.kind, scope.id)


RIGHTS = Rights[Permission](
    {
        Permission.SIGN_IN: [[anyone]],
        Permission.REDEEM_CODE: [[anyone]],
        Permission.SIGN_OUT: [[anyone]],
        Permission.STAY: [[is_signed_in]],
        Permission.SEE_OWN_ACCOUNT: [[is_signed_in]],
        Permission.END_OWN_SESSIONS: [[is_signed_in]],
        Permission.CHANGE_OWN_PASSWORD: [[has_account]],
        Permission.KEEP_OWN_SECOND_FACTOR: [[has_account]],
        Permission.RESET_SECOND_FACTOR: [[is_operator], [is_administrator]],
        Permission.KEEP_ACCOUNTS: [[is_operator], [is_administrator], [is_system]],
        Permission.END_ANY_SESSION: [
            [is_operator],
            [is_system],
            [is_administrator],
            [is_holder],
            [coordinates_holder],
        ],
        Permission.END_EXPIRED_SESSIONS: [[is_operator], [is_system]],
        Permission.ISSUE_CODES: [[is_operator], [is_system], [coordinates]],
        Permission.LIST_ACCOUNTS: [[is_operator], [is_administrator]],
        Permission.TELL: [[is_system]],
        Permission.READ_NOTICES: [[is_signed_in]],
        Permission.KEEP_ADDRESS: [[is_own_key], [is_system]],
        Permission.FOLLOW_MAIL: [[anyone]],
        Permission.SEND_DIGESTS: [[is_system]],
        Permission.INVITE: [
            [is_operator],
            [is_administrator],
            [is_for_the_day, coordinates_that_dialogue],
            [is_for_a_municipality, coordinates_somewhere],
            [is_for_a_municipality, edits_that_municipality],
        ],
        Permission.SEE_INVITATIONS: [
            [is_operator],
            [is_administrator],
            [coordinates_somewhere],
            [edits_somewhere],
        ],
        Permission.REVOKE_INVITATION: [[is_operator], [is_administrator], [invited_them]],
        Permission.REDEEM_INVITATION: [[anyone]],
        Permission.ACCEPT_INVITATION: [[has_account]],
        Permission.SEE_COLLEAGUES: [[is_administrator], [edits_that_municipality]],
        Permission.SEE_OWN_DATA: [[is_signed_in]],
        Permission.ERASE_SELF: [[is_signed_in, holds_no_office]],
        Permission.ERASE_OTHERS: [[coordinates_erasure], [is_administrator]],
        Permission.ERASE_AGAIN: [[is_operator], [is_system]],
        Permission.KEEP_RETENTION: [[is_administrator], [is_operator]],
        Permission.APPLY_RETENTION: [[is_administrator], [is_operator], [is_system]],
        Permission.READ_RECORD: [[is_operator]],
    }
)

entrances.declare(
    routes={
        "accounts.sign_in": Permission.SIGN_IN,
        "accounts.send_sign_in": Permission.SIGN_IN,
        "accounts.second_step": Permission.SIGN_IN,
        "accounts.send_second_step": Permission.SIGN_IN,
        "accounts.send_recovery_code": Permission.SIGN_IN,
        "accounts.code": Permission.REDEEM_CODE,
        "accounts.send_code": Permission.REDEEM_CODE,
        "accounts.sign_out": Permission.SIGN_OUT,
        "accounts.stay": Permission.STAY,
        "accounts.sign_out_everywhere": Permission.SIGN_OUT,
        "accounts.account": Permission.SEE_OWN_ACCOUNT,
        "accounts.end_session": Permission.END_OWN_SESSIONS,
        "accounts.end_other_sessions": Permission.END_OWN_SESSIONS,
        "accounts.change_password": Permission.CHANGE_OWN_PASSWORD,
        "accounts.messages": Permission.READ_NOTICES,
        "accounts.give_address": Permission.KEEP_ADDRESS,
        "accounts.forget_address": Permission.KEEP_ADDRESS,
        "accounts.confirm_address": Permission.FOLLOW_MAIL,
        "accounts.unsubscribe": Permission.FOLLOW_MAIL,
        "accounts.second_factor": Permission.KEEP_OWN_SECOND_FACTOR,
        "accounts.set_up_second_factor": Permission.KEEP_OWN_SECOND_FACTOR,
        "accounts.replace_second_factor": Permission.KEEP_OWN_SECOND_FACTOR,
        "accounts.send_replacement": Permission.KEEP_OWN_SECOND_FACTOR,
        "accounts.renew_recovery_codes": Permission.KEEP_OWN_SECOND_FACTOR,
        "accounts.accounts": Permission.LIST_ACCOUNTS,
        "accounts.kept_account": Permission.LIST_ACCOUNTS,
        "accounts.give_role": Permission.KEEP_ACCOUNTS,
        "accounts.take_role": Permission.KEEP_ACCOUNTS,
        "accounts.open_or_close": Permission.KEEP_ACCOUNTS,
        "accounts.end_its_sessions": Permission.END_ANY_SESSION,
        "accounts.reset_second_factor": Permission.RESET_SECOND_FACTOR,
        "accounts.colleagues": Permission.SEE_COLLEAGUES,
        "accounts.invitations": Permission.SEE_INVITATIONS,
        "accounts.invite": Permission.INVITE,
        "accounts.revoke_invitation": Permission.REVOKE_INVITATION,
        "accounts.invitation": Permission.REDEEM_INVITATION,
        "accounts.open_invitation": Permission.REDEEM_INVITATION,
        "accounts.redeem_invitation": Permission.REDEEM_INVITATION,
        "accounts.accept_invitation": Permission.ACCEPT_INVITATION,
        "accounts.my_data": Permission.SEE_OWN_DATA,
        "accounts.download_my_data": Permission.SEE_OWN_DATA,
        "accounts.erase_me": Permission.ERASE_SELF,
        "accounts.erased": Permission.SIGN_OUT,
        "accounts.erasures": Permission.ERASE_OTHERS,
        "accounts.decide_erasure": Permission.ERASE_OTHERS,
    },
    commands={
        "account create": Permission.KEEP_ACCOUNTS,
        "account invite": Permission.INVITE,
        "account list": Permission.LIST_ACCOUNTS,
        "account deactivate": Permission.KEEP_ACCOUNTS,
        "account reset-second-factor": Permission.RESET_SECOND_FACTOR,
    },
)
