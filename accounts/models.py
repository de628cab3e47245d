"""Accounts, the roles they hold, personal codes, and sessions. No table here holds a secret in plain."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.db import Base, int_pk, key_str, short_str


class Account(Base):
    """Someone who signs in with a password. `key` stands for them in the journal; `label` is a role's title.

    While `password_is_initial` is set, the account holds none of its roles: first it needs its own password.
    """

    __tablename__ = "accounts"

    id: Mapped[int_pk]
    key: Mapped[key_str] = mapped_column(unique=True)
    login: Mapped[key_str] = mapped_column(unique=True)
    password_hash: Mapped[short_str]
    password_is_initial: Mapped[bool] = mapped_column(default=False)
    label: Mapped[short_str]
    language: Mapped[str] = mapped_column(String(8), default="de")
    active: Mapped[bool] = mapped_column(default=True)
    demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=now)
    roles: Mapped[list[RoleAssignment]] = relationship(
        back_populates="account", cascade="all, delete-orphan", order_by="RoleAssignment.id"
    )


class RoleAssignment(Base):
    """A role of an account in a scope; a county-wide one has no `scope_id`; after `expires_at` it is void."""

    __tablename__ = "role_assignments"
    __table_args__ = (UniqueConstraint("account_id", "role", "scope_kind", "scope_id"),)

    id: Mapped[int_pk]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    role: Mapped[key_str]
    scope_kind: Mapped[key_str]
    scope_id: Mapped[int | None]
    expires_at: Mapped[datetime | None]
    account: Mapped[Account] = relationship(back_populates="roles")


class PersonalCode(Base):
    """A code handed out on paper. Only its keyed digest is kept; the help desk speaks of `slip_number`.

    `holder_key` is the participant in the journal and survives a replacement of the code. After `write_until`
    the code still reads, after `read_until` or once revoked it opens nothing.
    """

    __tablename__ = "personal_codes"
    __table_args__ = (Index("ix_personal_codes_scope", "scope_kind", "scope_id"),)

    id: Mapped[int_pk]
    code_hmac: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    slip_number: Mapped[key_str] = mapped_column(unique=True)
    holder_key: Mapped[key_str] = mapped_column(index=True)
    role: Mapped[key_str] = mapped_column(default="participant")
    scope_kind: Mapped[key_str] = mapped_column(default="dialogue")
    scope_id: Mapped[int]
    tier: Mapped[str] = mapped_column(String(1))
    purpose: Mapped[key_str] = mapped_column(default="participate")
    demo: Mapped[bool] = mapped_column(default=False)
    write_until: Mapped[datetime | None]
    read_until: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)


class LoginSession(Base):
    """One browser that is signed in, by an account or by a personal code.

    `id` is public (it names the session in the journal and in lists); the secret in the cookie is known
    here only by its digest.
    """

    __tablename__ = "login_sessions"
    __table_args__ = (
        CheckConstraint("(account_id IS NULL) != (personal_code_id IS NULL)", name="one_holder"),
    )

    id: Mapped[key_str] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    personal_code_id: Mapped[int | None] = mapped_column(ForeignKey("personal_codes.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    shared_device: Mapped[bool] = mapped_column(default=False)
