"""Who an account or the holder of a code is to the rest of the program."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from accounts.models import Account, PersonalCode, RoleAssignment
from core.actor import Actor, Grant, Tier

PARTICIPANT = "participant"
"""The only role that an account may hold without a second factor."""

FORMER_PARTICIPANT = "former_participant"
"""Role of somebody whose code may still read but no longer write or vote."""


@dataclass(frozen=True, slots=True)
class CodeInUse:
    """What a session needs to know of the personal code that opened it, as plain values."""

    holder_key: str
    role: str
    scope_kind: str
    scope_id: int
    tier: str
    write_until: datetime | None
    read_until: datetime | None
    revoked_at: datetime | None


def actor_of_account(
    account: Account, roles: Iterable[RoleAssignment], at: datetime, *, second_factor: bool
) -> Actor:
    """The actor behind an account at a moment, with or without having proved a second factor.

    It holds no roles while the password is not its own yet, nor without second factor where one is needed.
    """
    held = frozenset(
        Grant(role.role, role.scope_kind, role.scope_id)
        for role in roles
        if role.expires_at is None or role.expires_at > at
    )
    waits = account.password_is_initial or (not second_factor and needs_second_factor(roles, at))
    return Actor(
        account.key,
        frozenset() if waits else held,
        account_id=account.id,
        label=account.label,
    )


def needs_second_factor(roles: Iterable[RoleAssignment], at: datetime) -> bool:
    """Whether somebody with these roles at that moment is staff: any role but that of a participant."""
    return any(role.role != PARTICIPANT for role in roles if role.expires_at is None or role.expires_at > at)


def actor_of_code(code: PersonalCode | CodeInUse, at: datetime) -> Actor:
    """The participant behind a code at a moment. The code must be usable; see `is_usable`."""
    writes = code.write_until is None or at < code.write_until
    role = code.role if writes else FORMER_PARTICIPANT
    return Actor(
        code.holder_key,
        frozenset({Grant(role, code.scope_kind, code.scope_id)}),
        tier=cast(Tier, code.tier),
    )


def is_usable(code: PersonalCode | CodeInUse, at: datetime) -> bool:
    """Whether the code opens anything: neither revoked nor past the end of reading."""
    return code.revoked_at is None and (code.read_until is None or at < code.read_until)
