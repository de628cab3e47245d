"""What happens to sessions, roles and news by itself."""

from __future__ import annotations

from datetime import timedelta

from accounts import letters, privacy, queries
from accounts.actions import accounts, sessions
from accounts.actions import mail as mail_actions
from accounts.queries import administration, messages
from core import mail
from core.actor import SYSTEM
from core.clock import now
from core.errors import TooMany
from core.jobs import every
from core.transaction import transaction

SETTLING = timedelta(minutes=10)
"""How long news wait for more, so that what happens together leaves together."""


@every(60)
def end_expired_sessions() -> None:
    """End the live connections of those whose session has run out, and forget the session."""
    if queries.expired_sessions(now()):
        with transaction():
            sessions.end_expired_sessions()


@every(60)
def send_digests() -> None:
    """Tell by mail who wants that, one mail a day at most."""
    if not mail.is_configured():
        return
    moment = now()
    for kept, notices in messages.due_digests(moment - SETTLING, moment - mail_actions.BETWEEN_DIGESTS):
        letter = letters.digest(kept, notices)
        try:
            with transaction():
                mail_actions.send_digest(SYSTEM, kept, notices, letter)
        except TooMany:
            # Others have written to this address today, too; tomorrow is another day.
            continue


@every(1)
def end_expired_roles() -> None:
    """Have the live connections of those whose role has run out ask anew, and forget the role."""
    if administration.expired_roles(now()):
        with transaction():
            accounts.end_expired_roles()


@every(60)
def remember_the_erased() -> None:
    """Add to the list beside the database whoever a crash kept from it."""
    privacy.remember_the_erased()


@every(86_400)
def apply_retention() -> None:
    """Take away what was kept for long enough."""
    privacy.apply_all(SYSTEM)
