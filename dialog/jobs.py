"""What happens in a dialogue by itself."""

from __future__ import annotations

from core.clock import now
from core.jobs import every
from core.transaction import transaction
from dialog.actions import polls as actions
from dialog.queries import polls as queries


@every(1)
def close_polls_in_time() -> None:
    """Close polls whose time is over, so that a clock stepping back cannot open them again."""
    if queries.due_polls(now()):
        with transaction():
            actions.close_due_polls()
