"""Accounts as those see them who keep them, and as colleagues see one another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from accounts.models import Account, CodeBatch, Invitation, LoginSession, RoleAssignment
from accounts.permissions import RIGHTS, Permission, Scope
from core.actor import Actor
from core.clock import now
from core.db import db
from core.errors import NotFound
from core.paging import Paging

PER_PAGE = 30


def is_spoken_of(scopes: Iterable[Scope]) -> bool:
    """Whether a role, an open invitation or a batch of codes is for one of these places; then they must stay.

    Their numbers may be given anew once the places are gone, and a role would count somewhere else.
    """
    wanted = list(scopes)
    for model in (RoleAssignment, Invitation):
        here = or_(*(and_(model.scope_kind == s.kind, model.scope_id == s.id) for s in wanted))
        found = select(model.id).where(here)
        if model is Invitation:
            found = found.where(Invitation.used_at.is_(None), Invitation.revoked_at.is_(None))
        if db.session.execute(found.limit(1)).first() is not None:
            return True
    events = [scope.id for scope in wanted if scope.kind == "event"]
    batch = select(CodeBatch.id).where(CodeBatch.event_id.in_(events)).limit(1)
    return db.session.execute(batch).first() is not None


@dataclass(frozen=True, slots=True)
class AccountList:
    """One page of the accounts, their roles loaded."""

    accounts: list[Account]
    paging: Paging


def found_accounts(actor: Actor, *, words: str = "", state: str = "", page: str | None = None) -> AccountList:
    """The accounts whose user name or title has these words; `state` is active, closed or all of them.

    By title, open ones first. Raises Forbidden for those who do not keep accounts.
    """
    RIGHTS.require(actor, Permission.LIST_ACCOUNTS)
    wanted = select(Account)
    for word in words.split()[:5]:
        in_login = Account.login.icontains(word, autoescape=True)
        wanted = wanted.where(or_(in_login, Account.label.icontains(word, autoescape=True)))
    if state in {"active", "closed"}:
        wanted = wanted.where(Account.active.is_(state == "active"))
    total = db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    paging = Paging.of(page, PER_PAGE, total)
    rows = db.session.scalars(
        wanted.options(selectinload(Account.roles))
        .order_by(Account.active.desc(), Account.label, Account.login)
        .offset(paging.offset)
        .limit(PER_PAGE)
    )
    return AccountList(list(rows), paging)


def access_kept_account(actor: Actor, account_id: int) -> Account:
    """The account with this number and its roles, for those who keep accounts. Raises NotFound."""
    account = None
    if RIGHTS.allows(actor, Permission.LIST_ACCOUNTS):
        account = db.session.scalar(
            select(Account).options(selectinload(Account.roles)).where(Account.id == account_id)
        )
    if account is None:
        raise NotFound
    return account


def account_by_id(account_id: int) -> Account | None:
    """The account with this number, its roles loaded. Only for what the account itself does."""
    return db.session.scalar(
        select(Account).options(selectinload(Account.roles)).where(Account.id == account_id)
    )


def account_of_key(key: str) -> Account | None:
    """The account that stands in the journal under this key, its roles loaded."""
    return db.session.scalar(select(Account).options(selectinload(Account.roles)).where(Account.key == key))


def sessions_open(account_id: int) -> list[str]:
    """Ids of the sessions of an account that have not run out."""
    return list(
        db.session.scalars(
            select(LoginSession.id).where(
                LoginSession.account_id == account_id, LoginSession.expires_at > now()
            )
        )
    )


def expired_roles(moment: datetime) -> list[RoleAssignment]:
    """The roles whose time is over, with their accounts."""
    return list(
        db.session.scalars(
            select(RoleAssignment)
            .options(joinedload(RoleAssignment.account))
            .where(RoleAssignment.expires_at <= moment)
        )
    )


def numbers_of_colleagues() -> dict[int, int]:
    """How many accounts may work for each municipality now, by its id; for pages of staff."""
    rows = db.session.execute(
        select(RoleAssignment.scope_id, func.count())
        .join(Account)
        .where(
            RoleAssignment.role == "municipality_editor",
            RoleAssignment.scope_kind == "municipality",
            or_(RoleAssignment.expires_at.is_(None), RoleAssignment.expires_at > now()),
            Account.active,
        )
        .group_by(RoleAssignment.scope_id)
    )
    return {municipality_id: number for municipality_id, number in rows if municipality_id is not None}


def colleagues(actor: Actor, municipality_id: int) -> list[RoleAssignment]:
    """Who works for a municipality: each role with its account, by title. Raises NotFound for others.

    What else these accounts may do is not part of it.
    """
    scope = Scope("municipality", municipality_id)
    if not RIGHTS.allows(actor, Permission.SEE_COLLEAGUES, scope):
        raise NotFound
    return list(
        db.session.scalars(
            select(RoleAssignment)
            .join(Account)
            .options(joinedload(RoleAssignment.account))
            .where(
                RoleAssignment.role == "municipality_editor",
                RoleAssignment.scope_kind == scope.kind,
                RoleAssignment.scope_id == scope.id,
                or_(RoleAssignment.expires_at.is_(None), RoleAssignment.expires_at > now()),
                Account.active,
            )
            .order_by(Account.label, Account.login)
        )
    )
