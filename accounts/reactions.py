"""Who is told when a session ends: its open connections, which would otherwise outlive it."""

from __future__ import annotations

from accounts.facts import (
    AccountCreated,
    AccountDeactivated,
    CodeIssued,
    CodeReplaced,
    CodeRevoked,
    PasswordChanged,
    RoleGiven,
    SessionEnded,
    SessionStarted,
)
from core import realtime
from core.bus import no_reaction, react


@react(SessionEnded)
def close_connections(fact: SessionEnded) -> None:
    """End the live connections of the session; what it may see has changed to nothing."""
    realtime.disconnect_session(fact.session_id)


no_reaction(
    AccountCreated,
    AccountDeactivated,
    CodeIssued,
    CodeReplaced,
    CodeRevoked,
    PasswordChanged,
    RoleGiven,
    SessionStarted,
)
