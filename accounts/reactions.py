"""Who is told when a session ends or a role is taken: open connections, which would otherwise outlive it."""

from __future__ import annotations

from accounts.facts import (
    AccountCreated,
    AccountDeactivated,
    AccountReopened,
    AddressConfirmed,
    AddressForgotten,
    AddressGiven,
    CodeExtended,
    CodeIssued,
    CodeRated,
    CodeReplaced,
    CodeRevoked,
    CodesIssued,
    DigestSent,
    ErasureConfirmed,
    ErasureDropped,
    ErasureRequested,
    InvitationMade,
    InvitationRevoked,
    InvitationUsed,
    PasswordChanged,
    PersonErased,
    PersonTold,
    RecoveryCodesMade,
    RecoveryCodeUsed,
    RetentionApplied,
    RetentionPeriodSet,
    RoleGiven,
    RoleTaken,
    SecondFactorReset,
    SecondFactorSet,
    SessionEnded,
    SessionStarted,
    UnusedCodesRevoked,
)
from accounts.queries import administration
from accounts.queries import privacy as queries
from core import erasure, realtime
from core.bus import no_reaction, react


@react(SessionEnded)
def close_connections(fact: SessionEnded) -> None:
    """End the live connections of the session; what it may see has changed to nothing."""
    realtime.disconnect_session(fact.session_id)


@react(RoleTaken)
def ask_anew(fact: RoleTaken) -> None:
    """End the live connections of the account; its browsers come back and watch what they may see now."""
    for session_id in administration.sessions_open(fact.account_id):
        realtime.disconnect_session(session_id)


@react(PersonErased)
def note_beside_the_database(fact: PersonErased) -> None:
    """Write whoever was erased on the list that a restored backup does not replace."""
    erasure.write_missing(queries.erased_people())


no_reaction(
    AddressConfirmed,
    AddressForgotten,
    AddressGiven,
    DigestSent,
    AccountCreated,
    AccountDeactivated,
    AccountReopened,
    CodeExtended,
    CodeIssued,
    CodeRated,
    CodeReplaced,
    CodeRevoked,
    CodesIssued,
    InvitationMade,
    InvitationRevoked,
    InvitationUsed,
    PasswordChanged,
    PersonTold,
    RecoveryCodesMade,
    RecoveryCodeUsed,
    ErasureConfirmed,
    ErasureDropped,
    ErasureRequested,
    PasswordChanged,
    PersonTold,
    RetentionApplied,
    RetentionPeriodSet,
    RoleGiven,
    SecondFactorReset,
    SecondFactorSet,
    SessionStarted,
    UnusedCodesRevoked,
)
