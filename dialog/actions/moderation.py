"""Checking what people sent: publish it, ask back, hide it with a reason, show it again."""

from __future__ import annotations

from core.actor import Actor
from core.clock import now
from core.db import db
from core.errors import Conflict, Invalid
from core.i18n import N_
from core.i18n import lazy_gettext as _l
from core.journal import record
from core.text import clean_text
from dialog.actions._parts import (
    add_decision,
    add_station,
    move,
    raise_register_version,
    show_otherwise_in_polls,
)
from dialog.actions.polls import add_to_open_polls
from dialog.facts import (
    ContributionHidden,
    ContributionPublished,
    ContributionRestored,
    ContributionReturned,
)
from dialog.models import Contribution
from dialog.permissions import RIGHTS, Permission
from dialog.vocabulary import HIDING_REASONS, TITLE_LIMIT, Outcome, Visibility

NOTE_LIMIT = 1_000
"""Most characters of a question or note to the author."""


def publish_contribution(
    actor: Actor, contribution: Contribution, *, title: str = "", based_on: int | None = None
) -> None:
    """Put it into the public register, and into the open polls of its field if it is a need.

    `title` replaces the heading made from its first words; `based_on` is the revision that was read. Raises
    Conflict if it does not wait (any more) or its author has revised it since.
    """
    RIGHTS.require(actor, Permission.MODERATE, contribution)
    if contribution.visibility not in {Visibility.WAITING, Visibility.RETURNED}:
        raise Conflict(_l("Somebody has decided on this contribution already."), code="decided")
    heading = " ".join(clean_text(title).split())
    if len(heading) > TITLE_LIMIT:
        sentence = _l(
            "Please use at most %(max)d characters. You have written %(length)d.",
            max=TITLE_LIMIT,
            length=len(heading),
        )
        raise Invalid(sentence, {"title": [sentence]})
    move(contribution, Visibility.PUBLIC, based_on=based_on)
    if heading:
        contribution.title = heading
    contribution.outcome = Outcome.ADOPTED
    contribution.published_at = now()
    add_decision(actor, contribution, "publish")
    moment = contribution.published_at
    add_station(contribution.id, "published", N_("Published in the register"), {}, "", moment)
    raise_register_version(contribution.dialogue_id)
    db.session.flush()  # Polls copy the heading as it is now.
    add_to_open_polls(actor, contribution)
    record(actor, ContributionPublished(contribution.id))


def return_contribution(
    actor: Actor, contribution: Contribution, *, question: str, based_on: int | None = None
) -> None:
    """Give it back with a question about the revision `based_on`.

    Raises Invalid without a question, Conflict if it does not wait or was revised since.
    """
    RIGHTS.require(actor, Permission.MODERATE, contribution)
    if contribution.visibility != Visibility.WAITING:
        raise Conflict(_l("Somebody has decided on this contribution already."), code="decided")
    note = _note(question)
    if not note:
        sentence = _l("Please write the question for the author.")
        raise Invalid(sentence, {"note": [sentence]})
    move(contribution, Visibility.RETURNED, based_on=based_on)
    add_decision(actor, contribution, "return", note=note)
    add_station(contribution.id, "returned", N_("We have a question about it"), {}, "", now())
    record(actor, ContributionReturned(contribution.id))


def hide_contribution(actor: Actor, contribution: Contribution, *, reason: str, note: str = "") -> None:
    """Take it out of sight for a reason of the published list; votes on it stay. It can be shown again."""
    RIGHTS.require(actor, Permission.MODERATE, contribution)
    if contribution.visibility == Visibility.HIDDEN:
        raise Conflict(_l("Somebody has decided on this contribution already."), code="decided")
    if reason not in HIDING_REASONS:
        sentence = _l("Please choose one of the reasons on the list.")
        raise Invalid(sentence, {"reason": [sentence]})
    before = Visibility(contribution.visibility)
    move(contribution, Visibility.HIDDEN)
    contribution.visible_before = before
    add_decision(actor, contribution, "hide", reason=reason, note=_note(note))
    add_station(contribution.id, "hidden", N_("Hidden by the county"), {}, "", now())
    if before == Visibility.PUBLIC:
        raise_register_version(contribution.dialogue_id)
        show_otherwise_in_polls(contribution.id)
    record(actor, ContributionHidden(contribution.id, reason))


def restore_contribution(actor: Actor, contribution: Contribution) -> None:
    """Put a hidden contribution back where it was. Raises Conflict if it is not hidden."""
    RIGHTS.require(actor, Permission.MODERATE, contribution)
    if contribution.visibility != Visibility.HIDDEN:
        raise Conflict(_l("This contribution is not hidden."), code="decided")
    move(contribution, Visibility(contribution.visible_before or Visibility.WAITING))
    contribution.visible_before = None
    add_decision(actor, contribution, "restore")
    add_station(contribution.id, "restored", N_("Shown again"), {}, "", now())
    if contribution.visibility == Visibility.PUBLIC:
        raise_register_version(contribution.dialogue_id)
        show_otherwise_in_polls(contribution.id)
    record(actor, ContributionRestored(contribution.id))


def _note(text: str) -> str:
    note = clean_text(text)
    if len(note) > NOTE_LIMIT:
        sentence = _l(
            "Please use at most %(max)d characters. You have written %(length)d.",
            max=NOTE_LIMIT,
            length=len(note),
        )
        raise Invalid(sentence, {"note": [sentence]})
    return note
