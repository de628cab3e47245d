"""Who may do what in a dialogue, and when."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from core.actor import Actor
from core.clock import now
from core.i18n import lazy_gettext as _l
from core.permissions import Rights, anyone, entrances, is_operator, is_system, phase
from dialog.models import Contribution, Dialogue, Poll
from dialog.vocabulary import PollStatus, Visibility


class Permission(StrEnum):
    """Everything that can be done in this package."""

    READ_REGISTER = "dialog.read_register"
    READ_CONTRIBUTION = "dialog.read_contribution"
    READ_HISTORY = "dialog.read_history"
    REGISTER = "dialog.register"
    CONTRIBUTE = "dialog.contribute"
    READ_OWN = "dialog.read_own"
    REVISE = "dialog.revise"
    WITHDRAW = "dialog.withdraw"
    SEE_QUEUE = "dialog.see_queue"
    MODERATE = "dialog.moderate"
    IMPORT = "dialog.import"
    PREPARE_DIALOGUE = "dialog.prepare_dialogue"
    READ_POLL = "dialog.read_poll"
    READ_RESULT = "dialog.read_result"
    VOTE = "dialog.vote"
    RUN_POLL = "dialog.run_poll"
    APPEND_STATION = "dialog.append_station"


def _dialogue_id(context: Any) -> int | None:
    return context.id if isinstance(context, Dialogue) else getattr(context, "dialogue_id", None)


def is_coordinator(actor: Actor, context: Any) -> bool:
    """Someone of the county who prepares, moderates and publishes in this dialogue."""
    return actor.has("coordinator", "dialogue", _dialogue_id(context))


def is_participant(actor: Actor, context: Any) -> bool:
    """Someone who takes part in this dialogue and may still write and vote."""
    return actor.has("participant", "dialogue", _dialogue_id(context))


def was_participant(actor: Actor, context: Any) -> bool:
    """Someone who took part and may still read what became of it."""
    return actor.has("former_participant", "dialogue", _dialogue_id(context))


def is_author(actor: Actor, context: Contribution) -> bool:
    """The one who wrote this contribution."""
    return bool(actor.key) and context.author_key == actor.key


def is_public(actor: Actor, context: Contribution) -> bool:
    """The contribution stands in the public register."""
    return context.visibility == Visibility.PUBLIC


@phase(_l("This dialogue does not take contributions at the moment."))
def dialogue_accepts(actor: Actor, context: Dialogue) -> bool:
    """The dialogue takes contributions now."""
    return context.accepts_contributions


@phase(_l("This contribution can no longer be changed. It has been decided on already."))
def awaits_author(actor: Actor, context: Contribution) -> bool:
    """The author can still change the wording."""
    return context.visibility in {Visibility.WAITING, Visibility.RETURNED}


@phase(_l("This contribution has been withdrawn by its author."))
def is_not_withdrawn(actor: Actor, context: Contribution) -> bool:
    """Its words still exist."""
    return context.visibility != Visibility.WITHDRAWN


@phase(_l("This poll is not open. Your points were not saved."))
def poll_is_open(actor: Actor, context: Poll) -> bool:
    """Votes are taken now, by the server's clock."""
    return context.status == PollStatus.OPEN and (context.closes_at is None or now() < context.closes_at)


def poll_is_visible(actor: Actor, context: Poll) -> bool:
    """The poll is past its preparation."""
    return context.status != PollStatus.DRAFT


def result_is_public(actor: Actor, context: Poll) -> bool:
    """The result has been published."""
    return context.status == PollStatus.PUBLISHED


@phase(_l("The result is hidden until the poll is closed."))
def poll_is_over(actor: Actor, context: Poll) -> bool:
    """Nobody can vote any more."""
    return context.status in {PollStatus.CLOSED, PollStatus.PUBLISHED}


RIGHTS = Rights[Permission](
    {
        Permission.READ_REGISTER: [[anyone]],
        Permission.READ_CONTRIBUTION: [[is_public], [is_author], [is_coordinator], [is_operator]],
        Permission.READ_HISTORY: [[is_coordinator]],
        Permission.REGISTER: [[anyone]],
        Permission.CONTRIBUTE: [[is_participant, dialogue_accepts], [is_coordinator]],
        Permission.READ_OWN: [[is_participant], [was_participant]],
        Permission.REVISE: [[is_author, is_participant, awaits_author]],
        Permission.WITHDRAW: [[is_author, is_not_withdrawn]],
        Permission.SEE_QUEUE: [[is_coordinator]],
        Permission.MODERATE: [[is_coordinator, is_not_withdrawn]],
        Permission.IMPORT: [[is_coordinator], [is_operator]],
        Permission.PREPARE_DIALOGUE: [[is_coordinator], [is_operator]],
        Permission.READ_POLL: [[poll_is_visible], [is_coordinator], [is_operator]],
        Permission.READ_RESULT: [
            [result_is_public],
            [is_coordinator, poll_is_over],
            [is_operator, poll_is_over],
        ],
        Permission.VOTE: [[is_participant, poll_is_open]],
        Permission.RUN_POLL: [[is_coordinator], [is_operator], [is_system]],
        Permission.APPEND_STATION: [[is_coordinator], [is_operator], [is_system]],
    }
)

entrances.declare(
    routes={
        "dialog.register": Permission.READ_REGISTER,
        "dialog.register_region": Permission.READ_REGISTER,
        "dialog.register_table": Permission.READ_REGISTER,
        "dialog.contribution": Permission.READ_CONTRIBUTION,
        "dialog.contribute": Permission.CONTRIBUTE,
        "dialog.mine": Permission.READ_OWN,
        "dialog.revise": Permission.REVISE,
        "dialog.withdraw": Permission.WITHDRAW,
        "dialog.moderation": Permission.SEE_QUEUE,
        "dialog.moderate": Permission.MODERATE,
        "dialog.event": Permission.READ_REGISTER,
        "dialog.join": Permission.REGISTER,
        "dialog.polls": Permission.READ_REGISTER,
        "dialog.prepare_poll": Permission.RUN_POLL,
        "dialog.poll": Permission.READ_POLL,
        "dialog.poll_region": Permission.READ_POLL,
        "dialog.vote": Permission.VOTE,
        "dialog.run_poll": Permission.RUN_POLL,
        "dialog.ballots_file": Permission.READ_RESULT,
    },
    commands={"dialogue create": Permission.PREPARE_DIALOGUE},
)
