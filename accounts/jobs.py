"""What happens to sessions by itself."""

from __future__ import annotations

from accounts import queries
from accounts.actions import sessions
from core.clock import now
from core.jobs import every
from core.transaction import transaction


@every(60)
def end_expired_sessions() -> None:
    """End the live connections of those whose session has run out, and forget the session."""
    if queries.expired_sessions(now()):
        with transaction():
            sessions.end_expired_sessions()
