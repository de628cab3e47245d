"""What can happen to accounts, codes and sessions. Ids only: no login, no code, no token."""

from __future__ import annotations

from dataclasses import dataclass

from core.journal import Fact


@dataclass(frozen=True, slots=True)
class AccountCreated(Fact):
    """Somebody can sign in with a password from now on."""

    account_id: int


@dataclass(frozen=True, slots=True)
class AccountDeactivated(Fact):
    """An account no longer signs in; its sessions have ended."""

    account_id: int


@dataclass(frozen=True, slots=True)
class RoleGiven(Fact):
    """An account holds a role in a scope."""

    account_id: int
    role: str
    scope_kind: str
    scope_id: int | None


@dataclass(frozen=True, slots=True)
class PasswordChanged(Fact):
    """An account has a new password; its sessions have ended."""

    account_id: int


@dataclass(frozen=True, slots=True)
class SessionStarted(Fact):
    """A browser has been signed in, by an account or by a personal code."""

    session_id: str
    account_id: int | None
    personal_code_id: int | None


@dataclass(frozen=True, slots=True)
class SessionEnded(Fact):
    """A browser is signed out; its open connections have to go too."""

    session_id: str


@dataclass(frozen=True, slots=True)
class CodeIssued(Fact):
    """A personal code was made; it is shown once and then known only to its holder."""

    personal_code_id: int


@dataclass(frozen=True, slots=True)
class CodeRevoked(Fact):
    """A personal code opens nothing any more."""

    personal_code_id: int


@dataclass(frozen=True, slots=True)
class CodeReplaced(Fact):
    """The holder of a code got another one; the former is void."""

    personal_code_id: int
    replacement_id: int
