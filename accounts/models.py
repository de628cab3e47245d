"""Accounts, roles, invitations, personal codes, and sessions. No table here holds a secret in plain."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.db import Base, int_pk, key_str, short_str


class Account(Base):
    """Someone who signs in with a password. `key` stands for them in the journal; `label` is a role's title.

    While `password_is_initial` is set, the account holds none of its roles: first it needs its own password,
    then, for any role but participant, a SecondFactor.
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


class Invitation(Base):
    """A link that lets one person have a role in a scope, with an account made for it or with their own.

    Only the keyed digest of its code is kept. It is open until it is used, revoked or past `expires_at`, and
    as long as whoever invited (`inviter_key`) may still invite for it. `role_until` ends the role, not the
    invitation. `login` is a proposal.
    """

    __tablename__ = "invitations"
    __table_args__ = (CheckConstraint("used_at IS NULL OR revoked_at IS NULL", name="used_or_revoked"),)

    id: Mapped[int_pk]
    code_hmac: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    role: Mapped[key_str]
    scope_kind: Mapped[key_str]
    scope_id: Mapped[int | None]
    role_until: Mapped[datetime | None]
    label: Mapped[short_str]
    login: Mapped[key_str] = mapped_column(default="")
    inviter_key: Mapped[key_str] = mapped_column(index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)


class CodeBatch(Base):
    """Codes made together, to be handed out on slips or sent to the places on a list.

    The scope is that of its codes; `event_id` names the event of the dialogue they are for, if it is one.
    `digest` is keyed and stands for the list they were made from, so that it is not read in twice; it goes
    when the codes of the batch are revoked. `label` is staff's own word for the batch.
    """

    __tablename__ = "code_batches"
    __table_args__ = (UniqueConstraint("scope_kind", "scope_id", "digest"),)

    id: Mapped[int_pk]
    scope_kind: Mapped[key_str]
    scope_id: Mapped[int]
    event_id: Mapped[int | None]
    label: Mapped[short_str]
    tier: Mapped[str] = mapped_column(String(1))
    size: Mapped[int]
    digest: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    """When the codes that nobody had used were made void."""


class PersonalCode(Base):
    """A code handed out on paper. Only its keyed digest is kept; the help desk speaks of `slip_number`.

    `holder_key` is the participant in the journal and survives a replacement of the code. After `write_until`
    the code still reads, after `read_until` or once revoked it opens nothing. `used` says only that somebody
    has signed in with it, not when. A code that replaces another one belongs to no batch.
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
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("code_batches.id"), index=True)
    used: Mapped[bool] = mapped_column(default=False)
    write_until: Mapped[datetime | None]
    read_until: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)


class LoginSession(Base):
    """One browser that is signed in, by an account or by a personal code.

    `id` is public (it names the session in the journal and in lists); the secret in the cookie is known
    here only by its digest. `second_factor` is the key of the SecondFactor that its holder proved.
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
    second_factor: Mapped[key_str | None]


class Notice(Base):
    """Something a person is told, shown on their page and, if they wish, in the next mail.

    `label` is a message id of the catalogues and `values` fills it (a mapping of languages is shown in the
    reader's); `url` is the path to where it happened, or empty.
    """

    __tablename__ = "notices"
    __table_args__ = (Index("ix_notices_holder_key_at", "holder_key", "at"),)

    id: Mapped[int_pk]
    holder_key: Mapped[key_str]
    label: Mapped[short_str]
    values: Mapped[dict[str, Any]]
    url: Mapped[short_str]
    at: Mapped[datetime]
    mailed_at: Mapped[datetime | None] = mapped_column(index=True)
    """When it left in a mail, or was found to go nowhere; None while it waits for the next digest."""


class MailAddress(Base):
    """Where somebody wants to be told by mail. It is used only after the mail it was sent has been answered.

    `token_digest` belongs to that first mail and dies with the answer or at `token_until`.
    """

    __tablename__ = "mail_addresses"

    id: Mapped[int_pk]
    holder_key: Mapped[key_str] = mapped_column(unique=True)
    address: Mapped[str] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(8))
    token_digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    token_until: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    last_mail_at: Mapped[datetime | None]
    """When the last digest left."""


class SecondFactor(Base):
    """The secret an account shares with an authenticator app, sealed with a key outside of the database.

    `key` is new with every device. A session names the one its holder proved; with another one in force, or
    none, it opens nothing. `last_step` is the half-minute of the last code used: neither that one nor an
    earlier one is good again.
    """

    __tablename__ = "second_factors"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    key: Mapped[key_str] = mapped_column(unique=True)
    sealed_secret: Mapped[short_str]
    last_step: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(default=now)


class RecoveryCode(Base):
    """A code that stands in once for the authenticator app; its row goes when it is used."""

    __tablename__ = "recovery_codes"

    id: Mapped[int_pk]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    code_hmac: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)


class ErasureRequest(Base):
    """A person's wish to be erased, taken down by staff. A second member of staff confirms it.

    `holder_key` is there until the wish is fulfilled or dropped; afterwards the row names nobody.
    """

    __tablename__ = "erasure_requests"
    __table_args__ = (
        CheckConstraint(
            "decided_by IS NULL OR status = 'dropped' OR decided_by != requested_by", name="four_eyes"
        ),
        CheckConstraint("(holder_key IS NULL) = (status != 'waiting')", name="names_nobody_afterwards"),
    )

    id: Mapped[int_pk]
    holder_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    scope_kind: Mapped[key_str]
    scope_id: Mapped[int]
    channel: Mapped[key_str]
    texts: Mapped[str] = mapped_column(String(10))
    status: Mapped[str] = mapped_column(String(10), default="waiting")
    requested_by: Mapped[key_str]
    requested_at: Mapped[datetime] = mapped_column(default=now)
    decided_by: Mapped[str | None] = mapped_column(String(64))
    decided_at: Mapped[datetime | None]
