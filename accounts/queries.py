"""What may be known of accounts, codes and sessions. Every `select()` of this package is here."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import joinedload, selectinload

from accounts import codes
from accounts.actors import CodeInUse, actor_of_account, actor_of_code, is_usable
from accounts.models import Account, LoginSession, PersonalCode
from accounts.permissions import RIGHTS, Permission, Scope
from core import keys
from core.actor import Actor
from core.clock import now
from core.db import db
from core.errors import NotFound
from core.statements import Statement


@dataclass(frozen=True, slots=True)
class SessionHolder:
    """Who holds a session: plain values that stay true when the database's objects are given up."""

    session_id: str
    actor: Actor
    expires_at: datetime
    shared_device: bool
    login: str = ""
    password_is_initial: bool = False
    slip_number: str = ""


_SESSION = Statement(
    lambda: (
        select(
            LoginSession.id,
            LoginSession.expires_at,
            LoginSession.shared_device,
            LoginSession.account_id,
            PersonalCode.slip_number,
            PersonalCode.holder_key,
            PersonalCode.role,
            PersonalCode.scope_kind,
            PersonalCode.scope_id,
            PersonalCode.tier,
            PersonalCode.write_until,
            PersonalCode.read_until,
            PersonalCode.revoked_at,
        )
        .outerjoin(PersonalCode, LoginSession.personal_code_id == PersonalCode.id)
        .where(LoginSession.token_hash == bindparam("digest"), LoginSession.expires_at > bindparam("moment"))
    )
)


def holder_of_token(token: str) -> SessionHolder | None:
    """Who signed in with this cookie, or None if it opens nothing. At most two queries, never a write."""
    at = now()
    row = _SESSION.peek(digest=token_digest(token), moment=at)
    if row is None:
        return None
    session_id, expires_at, shared_device, account_id, slip_number, *of_code = row
    if account_id is not None:
        account = (
            db.session.scalars(
                select(Account).options(joinedload(Account.roles)).where(Account.id == account_id)
            )
            .unique()
            .one()
        )
        if not account.active:
            return None
        return SessionHolder(
            session_id,
            actor_of_account(account, account.roles, at),
            expires_at,
            shared_device,
            login=account.login,
            password_is_initial=account.password_is_initial,
        )
    code = CodeInUse(*of_code)
    if not is_usable(code, at):
        return None
    return SessionHolder(
        session_id, actor_of_code(code, at), expires_at, shared_device, slip_number=slip_number
    )


def token_digest(token: str) -> bytes:
    """The 32 bytes under which a session's cookie is kept."""
    return hashlib.sha256(token.encode()).digest()


def account_for_sign_in(login: str) -> Account | None:
    """The account of this login, active or not. Only for checking a password: says who exists."""
    return db.session.scalar(select(Account).where(Account.login == login.strip().casefold()))


def visible_accounts(actor: Actor) -> list[Account]:
    """All accounts with their roles, by login. Raises Forbidden for those who do not keep them."""
    RIGHTS.require(actor, Permission.LIST_ACCOUNTS)
    return list(
        db.session.scalars(select(Account).options(selectinload(Account.roles)).order_by(Account.login))
    )


def access_account(actor: Actor, login: str) -> Account:
    """The account of this login, for those who keep accounts. Raises NotFound."""
    account = account_for_sign_in(login)
    if account is None or not RIGHTS.allows(actor, Permission.LIST_ACCOUNTS):
        raise NotFound
    return account


def usable_code(typed: str, purpose: str = codes.PARTICIPATE) -> PersonalCode | None:
    """The code that was typed, if it opens anything now. Unknown, revoked and expired look the same."""
    code = db.session.scalar(
        select(PersonalCode).where(
            PersonalCode.code_hmac
            == codes.digest(codes.normalise(typed), purpose=purpose, key=keys.current().code),
            PersonalCode.purpose == purpose,
        )
    )
    return code if code is not None and is_usable(code, now()) else None


def access_code(actor: Actor, slip_number: str) -> PersonalCode:
    """The code with this slip number, for those who may issue codes in its scope. Raises NotFound."""
    code = db.session.scalar(
        select(PersonalCode).where(PersonalCode.slip_number == slip_number.strip().upper())
    )
    if code is None:
        raise NotFound
    scope = Scope(code.scope_kind, code.scope_id)
    if not RIGHTS.allows(actor, Permission.ISSUE_CODES, scope):
        raise NotFound
    return code


def is_slip_number_taken(slip_number: str) -> bool:
    """Whether a slip with this number exists."""
    found = select(PersonalCode.id).where(PersonalCode.slip_number == slip_number)
    return db.session.scalar(found) is not None


def expired_sessions(moment: datetime) -> list[str]:
    """Ids of the sessions that have run out."""
    return list(db.session.scalars(select(LoginSession.id).where(LoginSession.expires_at <= moment)))


def own_sessions(actor: Actor) -> list[LoginSession]:
    """The sessions of this actor that have not run out, newest first."""
    return list(
        db.session.scalars(
            select(LoginSession)
            .outerjoin(PersonalCode, LoginSession.personal_code_id == PersonalCode.id)
            .where(
                or_(
                    PersonalCode.holder_key == actor.key,
                    LoginSession.account_id == (actor.account_id or -1),
                ),
                LoginSession.expires_at > now(),
            )
            .order_by(LoginSession.created_at.desc(), LoginSession.id)
        )
    )


def access_session(actor: Actor, session_id: str) -> LoginSession:
    """A session of this actor, or any for those who may end any. Raises NotFound."""
    for session in own_sessions(actor):
        if session.id == session_id:
            return session
    session_of_other = db.session.get(LoginSession, session_id)
    if session_of_other is None or not RIGHTS.allows(actor, Permission.END_ANY_SESSION):
        raise NotFound
    return session_of_other


def sessions_of_account(account: Account) -> list[LoginSession]:
    """All sessions of an account, for ending them."""
    return list(db.session.scalars(select(LoginSession).where(LoginSession.account_id == account.id)))


def sessions_of_code(code: PersonalCode) -> list[LoginSession]:
    """All sessions opened by a code, for ending them."""
    return list(db.session.scalars(select(LoginSession).where(LoginSession.personal_code_id == code.id)))


def demo_entrances() -> tuple[int, int]:
    """How many demonstration accounts and codes are open."""
    accounts = db.session.scalars(select(Account.id).where(Account.demo, Account.active)).all()
    open_codes = db.session.scalars(
        select(PersonalCode.id).where(PersonalCode.demo, PersonalCode.revoked_at.is_(None))
    ).all()
    return len(accounts), len(open_codes)
