"""What may be known of accounts, codes and sessions. Every `select()` of this package is here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TypeVar

from sqlalchemy import and_, bindparam, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from accounts import codes
from accounts.actors import CodeInUse, actor_of_account, actor_of_code, is_usable, needs_second_factor
from accounts.models import (
    Account,
    CodeBatch,
    LoginSession,
    PersonalCode,
    RecoveryCode,
    RoleAssignment,
    SecondFactor,
)
from accounts.permissions import RIGHTS, Permission, Scope
from accounts.second_factor import RECOVER, Purpose, code_of, step_at, unseal
from core import keys
from core.actor import Actor
from core.clock import now
from core.db import db
from core.errors import NotFound
from core.statements import Statement

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SessionHolder:
    """Who holds a session: plain values that stay true when the database's objects are given up."""

    session_id: str
    actor: Actor
    expires_at: datetime
    shared_device: bool
    login: str = ""
    password_is_initial: bool = False
    second_factor: str | None = None
    """Key of the second factor that was proved."""

    needs_second_factor: bool = False
    """Whether there are roles that wait for one."""

    slip_number: str = ""


_SESSION = Statement(
    lambda: (
        select(
            LoginSession.id,
            LoginSession.expires_at,
            LoginSession.shared_device,
            LoginSession.account_id,
            LoginSession.second_factor,
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
    session_id, expires_at, shared_device, account_id, proved, slip_number, *of_code = row
    if account_id is not None:
        account, in_force = (
            db.session.execute(
                select(Account, SecondFactor.key)
                .outerjoin(SecondFactor, SecondFactor.account_id == Account.id)
                .options(joinedload(Account.roles))
                .where(Account.id == account_id)
            )
            .unique()
            .one()
        )
        # A session from before the account got this second factor, or lost it, is not good enough.
        if not account.active or proved != in_force:
            return None
        return holder_by_account(session_id, account, expires_at, shared_device, proved)
    code = CodeInUse(*of_code)
    if not is_usable(code, at):
        return None
    return SessionHolder(
        session_id, actor_of_code(code, at), expires_at, shared_device, slip_number=slip_number
    )


def holder_by_account(
    session_id: str, account: Account, expires_at: datetime, shared_device: bool, second_factor: str | None
) -> SessionHolder:
    """Who holds a session that an account opened."""
    at = now()
    proved = second_factor is not None
    return SessionHolder(
        session_id,
        actor_of_account(account, account.roles, at, second_factor=proved),
        expires_at,
        shared_device,
        login=account.login,
        password_is_initial=account.password_is_initial,
        second_factor=second_factor,
        needs_second_factor=not proved and needs_second_factor(account.roles, at),
    )


def token_digest(token: str) -> bytes:
    """The 32 bytes under which a session's cookie is kept."""
    return hashlib.sha256(token.encode()).digest()


def account_for_sign_in(login: str) -> Account | None:
    """The account of this login, active or not. Only for checking a password: says who exists."""
    return db.session.scalar(select(Account).where(Account.login == login.strip().casefold()))


def account_by_id(account_id: int) -> Account | None:
    """The account with this id, active or not. Only for the way in, where nobody is anybody yet."""
    return db.session.get(Account, account_id)


def label_of_key(key: str) -> str | None:
    """What the account of this key is called, for pages that say who of staff decided; None without one."""
    return db.session.scalar(select(Account.label).where(Account.key == key))


def labels_of_keys(keys: Iterable[str]) -> dict[str, str]:
    """What the accounts of these keys are called; keys without an account are left out."""
    wanted = set(keys)
    if not wanted:
        return {}
    rows = db.session.execute(select(Account.key, Account.label).where(Account.key.in_(wanted)))
    return {row[0]: row[1] for row in rows}


def second_factor_of(account_id: int) -> SecondFactor | None:
    """The second factor in force, for checking it and for deciding whether to ask for it."""
    return db.session.get(SecondFactor, account_id)


def demo_code(account: Account) -> str | None:
    """A code of a demonstration account that works now and was not used; None for all others."""
    factor = second_factor_of(account.id)
    if not account.demo or factor is None:
        return None
    secret = unseal(Purpose.KEPT, factor.sealed_secret, bound_to=account.key)
    return code_of(secret, max(step_at(now()), factor.last_step + 1)) if secret else None


def recovery_digest(typed: str) -> bytes:
    """The 32 bytes under which a recovery code is kept."""
    return codes.digest(codes.normalise(typed), purpose=RECOVER, key=keys.current().code)


def own_second_factor(actor: Actor) -> tuple[SecondFactor, int] | None:
    """The second factor of one's own account with the number of recovery codes left; None without one."""
    RIGHTS.require(actor, Permission.KEEP_OWN_SECOND_FACTOR)
    found = second_factor_of(actor.account_id) if actor.account_id is not None else None
    if found is None:
        return None
    left = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.account_id == actor.account_id)
    return found, db.session.scalar(left) or 0


def accounts_with_second_factor(actor: Actor) -> frozenset[int]:
    """Ids of the accounts that have set a second factor up. Raises Forbidden for those who keep none."""
    RIGHTS.require(actor, Permission.LIST_ACCOUNTS)
    return frozenset(db.session.scalars(select(SecondFactor.account_id)))


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


def code_of_seed(seed: bytes) -> tuple[str, PersonalCode] | None:
    """The code that was derived from `seed`, as text and as it is kept, or None if it opens nothing (now).

    Only for whoever holds the seed, and so may see the code once more.
    """
    code = codes.derived_code(seed, key=keys.current().code)
    kept = usable_code(code)
    return None if kept is None else (code, kept)


def codes_of_seeds(seed: bytes, numbers: Iterable[int]) -> dict[int, tuple[str, PersonalCode]]:
    """The same for several codes by their number (`codes.numbered`); those that open nothing are left out."""
    key = keys.current().code
    texts = {number: codes.derived_code(codes.numbered(seed, number), key=key) for number in numbers}
    digests = {
        codes.digest(text, purpose=codes.PARTICIPATE, key=key): number for number, text in texts.items()
    }
    at = now()
    found = {}
    for some in batched(digests, 500):
        for code in db.session.scalars(select(PersonalCode).where(PersonalCode.code_hmac.in_(some))):
            if is_usable(code, at):
                number = digests[code.code_hmac]
                found[number] = (texts[number], code)
    return dict(sorted(found.items()))


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
    return _SLIP.first(of_slip=slip_number) is not None


_SLIP = Statement(lambda: select(PersonalCode.id).where(PersonalCode.slip_number == bindparam("of_slip")))


def codes_of_holder(actor: Actor, code: PersonalCode) -> list[PersonalCode]:
    """All codes that the holder of this one ever had, the latest first. Raises NotFound as `access_code`."""
    if not RIGHTS.allows(actor, Permission.ISSUE_CODES, Scope(code.scope_kind, code.scope_id)):
        raise NotFound
    return list(
        db.session.scalars(
            select(PersonalCode)
            .where(PersonalCode.holder_key == code.holder_key)
            .order_by(PersonalCode.id.desc())
        )
    )


@dataclass(frozen=True, slots=True)
class BatchInUse:
    """A batch and how many of its codes somebody has signed in with."""

    batch: CodeBatch
    used: int
    unused: int
    """Codes that nobody has used and that still open something."""


def visible_batches(actor: Actor, scope: Scope) -> list[BatchInUse]:
    """The batches of codes in a scope, the latest first. Nobody's for those who do not issue codes."""
    if not RIGHTS.allows(actor, Permission.ISSUE_CODES, scope):
        return []
    used = func.count().filter(PersonalCode.used)
    unused = func.count().filter(PersonalCode.used.is_(False), PersonalCode.revoked_at.is_(None))
    rows = db.session.execute(
        select(CodeBatch, used, unused)
        .join(PersonalCode, PersonalCode.batch_id == CodeBatch.id)
        .where(CodeBatch.scope_kind == scope.kind, CodeBatch.scope_id == scope.id)
        .group_by(CodeBatch.id)
        .order_by(CodeBatch.id.desc())
    )
    return [BatchInUse(*row) for row in rows]


def access_batch(actor: Actor, scope: Scope, batch_id: int) -> CodeBatch:
    """A batch of codes in a scope. Raises NotFound, also for those who do not issue codes there."""
    batch = db.session.get(CodeBatch, batch_id)
    if (
        batch is None
        or (batch.scope_kind, batch.scope_id) != (scope.kind, scope.id)
        or not RIGHTS.allows(actor, Permission.ISSUE_CODES, scope)
    ):
        raise NotFound
    return batch


def batch_of_digest(scope: Scope, digest: bytes) -> CodeBatch | None:
    """The batch that was made from the list with this keyed digest, or None."""
    return db.session.scalar(
        select(CodeBatch).where(
            CodeBatch.scope_kind == scope.kind,
            CodeBatch.scope_id == scope.id,
            CodeBatch.digest == digest,
        )
    )


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


def keys_with_role(role: str, scope: Scope) -> list[str]:
    """The keys of everybody who has this role now, county-wide or in this scope, the oldest account first."""
    return list(
        db.session.scalars(
            select(Account.key)
            .where(
                Account.active,
                Account.roles.any(
                    and_(
                        RoleAssignment.role == role,
                        or_(
                            RoleAssignment.scope_kind == "county",
                            and_(
                                RoleAssignment.scope_kind == scope.kind, RoleAssignment.scope_id == scope.id
                            ),
                        ),
                        or_(RoleAssignment.expires_at.is_(None), RoleAssignment.expires_at > now()),
                    )
                ),
            )
            .order_by(Account.id)
        )
    )


def batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items in lists of at most `size`: a statement takes only so many values."""
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some
