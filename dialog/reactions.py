"""Who is told when something has happened in a dialogue: the browsers that watch its pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core import realtime
from core.actor import VISITOR, Actor
from core.bus import no_reaction, react
from core.errors import NotFound
from dialog.entries import draw_entries
from dialog.facts import (
    BallotCast,
    BallotsImported,
    ContributionHidden,
    ContributionImported,
    ContributionPublished,
    ContributionRestored,
    ContributionReturned,
    ContributionRevised,
    ContributionSubmitted,
    ContributionWithdrawn,
    DialogueFounded,
    EventPlanned,
    ParticipantRegistered,
    PollClosed,
    PollItemAdded,
    PollOpened,
    PollPrepared,
    PollPublished,
)
from dialog.queries import contributions as contribution_queries
from dialog.queries import dialogues as dialogue_queries
from dialog.queries import polls as poll_queries
from dialog.queries import register as register_queries
from dialog.queries.register import RegisterFilter
from dialog.vocabulary import total_text

no_reaction(
    DialogueFounded,
    EventPlanned,
    ParticipantRegistered,
    ContributionSubmitted,
    ContributionReturned,
    ContributionRevised,
    BallotCast,
    BallotsImported,
    PollPrepared,
)


def init() -> None:
    """Declare the regions of this package's pages that can be watched."""
    realtime.region("register", access=_is_dialogue)
    realtime.region("poll", access=_is_poll)


def _is_dialogue(actor: Actor, key: str) -> bool:
    return dialogue_queries.dialogue_exists(key)


def _is_poll(actor: Actor, key: str) -> bool:
    slug, _, number = key.rpartition(".")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return False
    try:
        poll_queries.access_poll(VISITOR, dialogue_queries.access_dialogue(VISITOR, slug), int(number))
    except NotFound:
        return False
    return True


@react(
    ContributionPublished,
    ContributionHidden,
    ContributionRestored,
    ContributionWithdrawn,
    ContributionImported,
)
def show_in_register(fact: Any) -> None:
    """Push the entry as it now stands in the register, or that it is gone."""
    contribution = contribution_queries.contribution_by_id(fact.contribution_id)
    if contribution is None:
        return
    dialogue = contribution.dialogue
    entry = register_queries.register_entry(contribution.id)
    total = register_queries.count_register(VISITOR, dialogue, RegisterFilter())

    def render(language: str) -> Mapping[str, Any]:
        html = str(draw_entries(dialogue.slug, [entry])) if entry else ""
        return {
            "version": dialogue.register_version,
            "id": contribution.reference,
            "html": html,
            "texts": {"total": total_text(total)},
        }

    realtime.push(f"register:{dialogue.slug}", render)
    for poll_id in poll_queries.polls_with(contribution.id):
        _tell_of_poll(poll_id)


@react(PollOpened, PollClosed, PollPublished, PollItemAdded)
def show_poll(fact: Any) -> None:
    """Tell who watches a poll that its state or its items have changed; the page reads it again."""
    _tell_of_poll(fact.poll_id)


def _tell_of_poll(poll_id: int) -> None:
    poll = poll_queries.poll_by_id(poll_id)
    if poll is not None:
        realtime.push(f"poll:{poll.dialogue.slug}.{poll.id}", lambda language: {"version": poll.version})
