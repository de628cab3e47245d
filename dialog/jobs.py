"""What happens in a dialogue by itself."""

from __future__ import annotations

from core.actor import SYSTEM
from core.clock import now
from core.jobs import every
from core.transaction import transaction
from dialog.actions import moderation, reminders
from dialog.actions import polls as actions
from dialog.queries import moderation as moderation_queries
from dialog.queries import polls as queries
from dialog.queries import reminders as reminder_queries
from dialog.vocabulary import LATE_AFTER


@every(1)
def close_polls_in_time() -> None:
    """Close polls whose time is over, so that a clock stepping back cannot open them again."""
    if queries.due_polls(now()):
        with transaction():
            actions.close_due_polls()


@every(600)
def remind_of_events() -> None:
    """Tell those who come to an event that it is near."""
    moment = now()
    for event in reminder_queries.events_to_remind_of(moment, moment + reminders.BEFORE):
        with transaction():
            reminders.remind_of_event(SYSTEM, event)


@every(600)
def remind_of_waiting() -> None:
    """Say that contributions wait for too long, to whoever tells staff; at most once a day."""
    if moderation_queries.overdue_dialogues(now() - LATE_AFTER):
        with transaction():
            moderation.remind_of_waiting()
