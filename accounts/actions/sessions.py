"""Signing in, by password or by code, and signing out."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, update

from accounts import queries
from accounts.actors import actor_of_code
from accounts.facts import SessionEnded, SessionStarted
from accounts.models import Account, LoginSession, PersonalCode
from accounts.passwords import Proof
from accounts.permissions import RIGHTS, Permission
from accounts.queries import SessionHolder
from core.actor import SYSTEM, Actor
from core.clock import now
from core.db import db
from core.errors import Invalid, NotFound, Sentence
from core.i18n import lazy_gettext as _l
from core.journal import record

WRONG_PASSWORD: Sentence = _l("User name and password do not match. Please check both and try again.")
"""Said whether the account exists or not."""

WRONG_CODE: Sentence = _l(
    "This code does not work. Please compare it with your slip, or ask the help desk for a new one."
)
"""Said of unknown, replaced and expired codes alike."""

SHARED_DEVICE = timedelta(hours=2)
"""How long a session lasts at most on a device that several people use."""

SHARED_DEVICE_IDLE = timedelta(minutes=15)
"""After how long without anybody there it ends."""

SHARED_DEVICE_FRESH = SHARED_DEVICE_IDLE - timedelta(minutes=2)
"""As long as so much is left of that, nothing is written."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A new session: the secret for the cookie, which exists only here, and who holds it."""

    token: str
    holder: SessionHolder


def start_session_by_password(
    actor: Actor,
    proof: Proof,
    *,
    lifetime: timedelta,
    shared_device: bool = False,
    instead_of: SessionHolder | None = None,
    second_factor: str | None = None,
) -> Opened:
    """Sign an account in whose password was just verified; the session this browser had before ends.

    `second_factor` is what `actions.second_factor` gave for a code of it; an account that has a factor gets
    no session without. Raises Invalid, in the same words as for a wrong password, if the account has changed
    meanwhile.
    """
    RIGHTS.require(actor, Permission.SIGN_IN)
    account = db.session.get(Account, proof.account_id)
    if account is None or not account.active or account.password_hash != proof.seen_hash:
        raise Invalid(WRONG_PASSWORD)
    in_force = queries.second_factor_of(account.id)
    if second_factor != (in_force.key if in_force else None):
        raise Invalid(WRONG_PASSWORD)
    return _open(
        account,
        lifetime=lifetime,
        shared_device=shared_device,
        instead_of=instead_of,
        second_factor=second_factor,
    )


def renew_password_hash(actor: Actor, proof: Proof) -> Proof:
    """Keep the hash by today's parameters where the stored one is older; gives the proof that fits it."""
    RIGHTS.require(actor, Permission.SIGN_IN)
    account = db.session.get(Account, proof.account_id)
    if proof.rehashed is None or account is None or account.password_hash != proof.seen_hash:
        return proof
    account.password_hash = proof.rehashed
    db.session.flush()
    return Proof(account.id, proof.rehashed)


def redeem_code(
    actor: Actor,
    *,
    code: str,
    lifetime: timedelta,
    shared_device: bool = False,
    instead_of: SessionHolder | None = None,
) -> Opened:
    """Sign in the holder of a personal code as it was typed; the session this browser had before ends.

    Raises Invalid with WRONG_CODE at the field `code` for one that opens nothing, whatever the reason.
    """
    RIGHTS.require(actor, Permission.REDEEM_CODE)
    personal_code = queries.usable_code(code)
    if personal_code is None or not _mark_used(personal_code):
        raise Invalid(WRONG_CODE, {"code": [WRONG_CODE]})
    return _open(personal_code, lifetime=lifetime, shared_device=shared_device, instead_of=instead_of)


def stay(actor: Actor, session_id: str) -> None:
    """Somebody is still at a shared device: its idle time begins anew. Raises NotFound for other sessions.

    No fact tells of it, because nobody needs to know when somebody was at a device.
    """
    RIGHTS.require(actor, Permission.STAY)
    session = queries.access_session(actor, session_id)
    if not session.shared_device:
        raise NotFound
    session.expires_at = max(
        session.expires_at, min(now() + SHARED_DEVICE_IDLE, session.created_at + SHARED_DEVICE)
    )


def end_session(actor: Actor, session_id: str) -> None:
    """End one of one's own sessions, or anybody's for those who may. Raises NotFound."""
    RIGHTS.require(actor, Permission.SIGN_OUT)
    session = queries.access_session(actor, session_id)
    if not _forget(actor, session.id):
        raise NotFound


def end_all_sessions(actor: Actor) -> int:
    """End all sessions of the actor, this one too; gives their number."""
    RIGHTS.require(actor, Permission.END_OWN_SESSIONS)
    return sum(_forget(actor, session.id) for session in queries.own_sessions(actor))


def end_other_sessions(actor: Actor, this: str) -> int:
    """End all sessions of the actor but the one with the id `this`; gives their number."""
    RIGHTS.require(actor, Permission.END_OWN_SESSIONS)
    return sum(_forget(actor, session.id) for session in queries.own_sessions(actor) if session.id != this)


def end_sessions_of(actor: Actor, who: Account | PersonalCode) -> int:
    """End all sessions of one account or of one code; gives their number."""
    RIGHTS.require(actor, Permission.END_ANY_SESSION, who)
    sessions = queries.sessions_of_account(who) if isinstance(who, Account) else queries.sessions_of_code(who)
    return sum(_forget(actor, session.id) for session in sessions)


def end_expired_sessions(actor: Actor = SYSTEM) -> int:
    """End what has run out; gives the number. It opens nothing any more, but live connections may be open."""
    RIGHTS.require(actor, Permission.END_EXPIRED_SESSIONS)
    return sum(_forget(actor, session_id) for session_id in queries.expired_sessions(now()))


def _open(
    who: Account | PersonalCode,
    *,
    lifetime: timedelta,
    shared_device: bool,
    instead_of: SessionHolder | None,
    second_factor: str | None = None,
) -> Opened:
    at = now()
    if instead_of is not None:
        _forget(instead_of.actor, instead_of.session_id)
    token = secrets.token_urlsafe(32)
    session = LoginSession(
        id=secrets.token_hex(16),
        token_hash=queries.token_digest(token),
        created_at=at,
        expires_at=at + (min(lifetime, SHARED_DEVICE_IDLE) if shared_device else lifetime),
        shared_device=shared_device,
    )
    if isinstance(who, Account):
        session.account_id = who.id
        session.second_factor = second_factor
        holder = queries.holder_by_account(session.id, who, session.expires_at, shared_device, second_factor)
    else:
        session.personal_code_id = who.id
        holder = SessionHolder(
            session.id,
            actor_of_code(who, at),
            session.expires_at,
            shared_device,
            slip_number=who.slip_number,
        )
    db.session.add(session)
    db.session.flush()
    # From this moment it is the holder who acts, no longer a visitor.
    record(holder.actor, SessionStarted(session.id, session.account_id, session.personal_code_id))
    return Opened(token, holder)


def _mark_used(personal_code: PersonalCode) -> bool:
    """Say that somebody has this code; False if it was made void at the same instant."""
    if personal_code.used:
        return True
    used = db.session.execute(
        update(PersonalCode)
        .where(PersonalCode.id == personal_code.id, PersonalCode.revoked_at.is_(None))
        .values(used=True)
    )
    return bool(used.rowcount)  # type: ignore[attr-defined]


def _forget(actor: Actor, session_id: str) -> bool:
    gone = db.session.execute(
        delete(LoginSession).where(LoginSession.id == session_id).returning(LoginSession.id)
    ).first()
    if gone is None:
        return False
    record(actor, SessionEnded(session_id))
    return True
