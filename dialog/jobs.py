"""What happens in a dialogue by itself."""

from __future__ import annotations

from core import mail
from core.actor import SYSTEM
from core.clock import now
from core.errors import TooMany
from core.jobs import every
from core.transaction import transaction
from dialog import long_lists
from dialog.actions import list_work, moderation, offers_kept, reminders
from dialog.actions import polls as actions
from dialog.matching.meaning import in_use
from dialog.queries import contributions as contribution_queries
from dialog.queries import lists as list_queries
from dialog.queries import matches as match_queries
from dialog.queries import moderation as moderation_queries
from dialog.queries import offers_kept as offer_queries
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


@every(3600)
def ask_providers() -> None:
    """Ask those who provide an offer that nobody has checked for long whether it still exists."""
    if not mail.is_configured():
        return
    full: set[str] = set()
    for contribution_id, address in offer_queries.to_ask():
        if address in full:
            continue
        try:
            with transaction():
                found = contribution_queries.contribution_by_id(contribution_id)
                if found is not None:
                    offers_kept.ask_provider(SYSTEM, found)
        except TooMany:
            # An office with many offers gets a few of these mails a day; the others wait until tomorrow.
            full.add(address)


@every(1, long=True)
def work_on_lists() -> None:
    """Judge long lists and take them over, beside the pages."""
    for import_id in list_queries.works_waiting(now() - list_work.SILENT_AFTER):
        long_lists.work_on(import_id)


@every(10, long=True)
def learn_meanings() -> None:
    """Find out what new needs and offers mean, where they are compared by it."""
    meaning = in_use()
    if meaning is None:
        return
    changes = match_queries.changes_of_registers()
    if changes != meaning.learned_at:
        texts = list(match_queries.texts_to_learn())
        meaning.learn(texts)
        meaning.keep_only(texts)
        meaning.learned_at = changes
