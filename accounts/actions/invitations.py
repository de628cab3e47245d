"""Inviting people by a link, taking an invitation back, and using one up."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import update

from accounts import codes
from accounts.actions import accounts
from accounts.actions._parts import LOGIN_RULE, is_login, refusal, refuse_misfit
from accounts.facts import InvitationMade, InvitationRevoked, InvitationUsed
from accounts.models import Account, Invitation
from accounts.permissions import RIGHTS, Permission, RoleThere
from accounts.queries import administration
from accounts.queries import invitations as queries
from accounts.roles import INVITED_ROLES, end_of
from accounts.scopes import Place
from core.actor import SYSTEM, Actor
from core.clock import now
from core.db import db
from core.errors import Conflict, Invalid, NotFound, Sentence
from core.i18n import lazy_gettext as _l
from core.journal import record

WRONG_INVITATION: Sentence = _l(
    "This invitation does not work. Please compare the code, or ask whoever invited you for a new one."
)
"""Said of unknown, used, revoked and expired invitations alike."""

VALID_DAYS = (1, 7, 14, 30)
"""For how long an invitation may be open."""

LABEL_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation that was just made: the only place where its code can be read, without grouping."""

    invitation: Invitation
    code: str = field(repr=False)


def invite(
    actor: Actor,
    role: str,
    place: Place,
    *,
    label: str,
    login: str = "",
    days: int = 14,
    role_until: datetime | None = None,
) -> Invited:
    """Make an invitation to a role in a place and give its code back, once.

    `label` is the title of the role that the account will carry, `login` a proposal. A role that must end
    ends two weeks after the event if nothing is said. Raises Invalid for what makes no sense.
    """
    RIGHTS.require(actor, Permission.INVITE, RoleThere(role, place.scope, place.within))
    refuse_misfit(role, place.scope)
    if role not in INVITED_ROLES:
        raise refusal("role", _l("Nobody needs an invitation to take part."))
    if not label.strip():
        raise refusal("label", _l("Please say what this account is for, such as “Coordination”."))
    if login and not is_login(login):
        raise refusal("login", LOGIN_RULE)
    if days not in VALID_DAYS:
        raise refusal("days", _l("Please choose for how long the link works."))
    code, at = codes.new_code(), now()
    invitation = Invitation(
        code_hmac=queries.digest_of(code),
        role=role,
        scope_kind=place.scope.kind,
        scope_id=place.scope.id,
        role_until=end_of(role, role_until, place.ends_at),
        label=label.strip()[:LABEL_LIMIT],
        login=login,
        inviter_key=actor.key,
        created_at=at,
        expires_at=at + timedelta(days=days),
    )
    db.session.add(invitation)
    db.session.flush()
    record(actor, InvitationMade(invitation.id, role, place.scope.kind, place.scope.id))
    return Invited(invitation, code)


def revoke_invitation(actor: Actor, invitation: Invitation) -> None:
    """Have the link open nothing any more. Raises Conflict if it was used; revoked twice is revoked."""
    RIGHTS.require(actor, Permission.REVOKE_INVITATION, invitation)
    revoked = db.session.execute(
        update(Invitation)
        .where(Invitation.id == invitation.id, Invitation.used_at.is_(None), Invitation.revoked_at.is_(None))
        .values(revoked_at=now())
        .returning(Invitation.id)
    ).first()
    db.session.expire(invitation)
    if revoked is not None:
        record(actor, InvitationRevoked(invitation.id))
    elif invitation.used_at is not None:
        raise Conflict(
            _l("Somebody has used this invitation already. Whoever keeps the accounts can take the role.")
        )


def redeem_invitation(actor: Actor, *, code: str, login: str, password_hash: str, language: str) -> Account:
    """Make the account that an invitation is for, with its role; the invitation is used up.

    Raises Invalid with WRONG_INVITATION at `code` for one that opens nothing, whatever the reason, and at
    `login` for a user name that cannot be had.
    """
    RIGHTS.require(actor, Permission.REDEEM_INVITATION)
    invitation = _use_up(code)
    try:
        # Whoever invited gives the account and the role; the program does it in their stead.
        account = accounts.create_account(
            SYSTEM, login, password_hash=password_hash, label=invitation.label, language=language
        )
    except Conflict:
        raise refusal("login", _l("This user name cannot be had. Please choose another one.")) from None
    _fulfil(invitation, account)
    return account


def accept_invitation(actor: Actor, *, code: str) -> Account:
    """Give the role of an invitation to the account that acts; the invitation is used up.

    Raises Invalid with WRONG_INVITATION at `code` for one that opens nothing, whatever the reason.
    """
    RIGHTS.require(actor, Permission.ACCEPT_INVITATION)
    account = administration.account_by_id(actor.account_id or 0)
    if account is None or not account.active:
        raise NotFound
    invitation = _use_up(code)
    _fulfil(invitation, account)
    return account


def _use_up(code: str) -> Invitation:
    """The invitation with this code, which from now on is used. Two at once: the second finds it used."""
    used: Invitation | None = db.session.execute(
        update(Invitation)
        .where(
            Invitation.code_hmac == queries.digest_of(code),
            Invitation.used_at.is_(None),
            Invitation.revoked_at.is_(None),
            Invitation.expires_at > now(),
        )
        .values(used_at=now())
        .returning(Invitation),
        execution_options={"synchronize_session": False, "populate_existing": True},
    ).scalar_one_or_none()
    if used is None or not queries.is_backed(used):
        raise Invalid(WRONG_INVITATION, {"code": [WRONG_INVITATION]})
    return used


def _fulfil(invitation: Invitation, account: Account) -> None:
    scope = queries.scope_of(invitation)
    until = invitation.role_until
    for held in account.roles:
        if (held.role, held.scope_kind, held.scope_id) == (invitation.role, scope.kind, scope.id):
            # An invitation never shortens what somebody has.
            until = None if held.expires_at is None or until is None else max(held.expires_at, until)
    accounts.give_role(SYSTEM, account, invitation.role, scope, expires_at=until)
    invitation.account_id = account.id
    db.session.flush()
    record(Actor(account.key, account_id=account.id), InvitationUsed(invitation.id, account.id))
