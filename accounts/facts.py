"""What can happen to accounts, invitations, codes and sessions. Ids only: no login, no code, no token."""

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
class RoleTaken(Fact):
    """An account holds a role in a scope no longer; its open connections must ask what they may see."""

    account_id: int
    role: str
    scope_kind: str
    scope_id: int | None


@dataclass(frozen=True, slots=True)
class AccountReopened(Fact):
    """An account that was closed signs in again."""

    account_id: int


@dataclass(frozen=True, slots=True)
class InvitationMade(Fact):
    """Somebody may have a role in a scope, by a link that was shown once."""

    invitation_id: int
    role: str
    scope_kind: str
    scope_id: int | None


@dataclass(frozen=True, slots=True)
class InvitationUsed(Fact):
    """An account got its role by an invitation, which is used up."""

    invitation_id: int
    account_id: int


@dataclass(frozen=True, slots=True)
class InvitationRevoked(Fact):
    """The link of an invitation opens nothing any more."""

    invitation_id: int


@dataclass(frozen=True, slots=True)
class PasswordChanged(Fact):
    """An account has a new password; its sessions have ended."""

    account_id: int


@dataclass(frozen=True, slots=True)
class SecondFactorSet(Fact):
    """An account has a second factor, its first or another one; its sessions have ended."""

    account_id: int


@dataclass(frozen=True, slots=True)
class SecondFactorReset(Fact):
    """Somebody else took the second factor from an account; its sessions have ended, its roles wait."""

    account_id: int


@dataclass(frozen=True, slots=True)
class RecoveryCodesMade(Fact):
    """An account has new recovery codes; those before are void."""

    account_id: int


@dataclass(frozen=True, slots=True)
class RecoveryCodeUsed(Fact):
    """A recovery code stood in for the authenticator app; it is void now."""

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


@dataclass(frozen=True, slots=True)
class CodeRated(Fact):
    """A personal code counts in another assurance tier from now on."""

    personal_code_id: int
    tier: str


@dataclass(frozen=True, slots=True)
class CodeExtended(Fact):
    """The holder of a code may write and vote until another day."""

    personal_code_id: int


@dataclass(frozen=True, slots=True)
class CodesIssued(Fact):
    """A batch of codes was made, to be handed out or sent."""

    batch_id: int
    number: int


@dataclass(frozen=True, slots=True)
class UnusedCodesRevoked(Fact):
    """The codes of a batch that nobody has used open nothing any more."""

    batch_id: int


@dataclass(frozen=True, slots=True)
class PersonTold(Fact):
    """A person was told something on their page; it waits for the next mail."""

    notice_id: int


@dataclass(frozen=True, slots=True)
class AddressGiven(Fact):
    """Somebody asked to be told by mail; the address is not used before it is confirmed."""

    address_id: int


@dataclass(frozen=True, slots=True)
class AddressConfirmed(Fact):
    """A mail address was confirmed from its own mailbox."""

    address_id: int


@dataclass(frozen=True, slots=True)
class AddressForgotten(Fact):
    """A mail address was deleted; nobody writes to it any more."""

    address_id: int


@dataclass(frozen=True, slots=True)
class DigestSent(Fact):
    """A person's news of the last day went into the outbox."""

    address_id: int
    notices: int


@dataclass(frozen=True, slots=True)
class PersonErased(Fact):
    """Somebody was erased everywhere; their key in older entries stands for nobody any more."""

    request_id: int | None
    """That of staff, or None where the person did it."""


@dataclass(frozen=True, slots=True)
class ErasureRequested(Fact):
    """Staff took down that a person wishes to be erased."""

    request_id: int


@dataclass(frozen=True, slots=True)
class ErasureConfirmed(Fact):
    """A second member of staff confirmed an erasure, which happened with it."""

    request_id: int


@dataclass(frozen=True, slots=True)
class ErasureDropped(Fact):
    """A wish to be erased was dropped before anybody confirmed it."""

    request_id: int


@dataclass(frozen=True, slots=True)
class RetentionApplied(Fact):
    """What was kept for long enough was taken away, by rule and number."""

    kind: str
    number: int


@dataclass(frozen=True, slots=True)
class RetentionPeriodSet(Fact):
    """The period of a rule was set."""

    kind: str
    days: int
