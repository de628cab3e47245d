"""Checking what people sent: publish it, ask back, hide it with a reason, show it again."""

from __future__ import annotations

from sqlalchemy import update

from accounts import queries as account_queries
from accounts.actions import notices
from accounts.permissions import Scope
from core.actor import SYSTEM, Actor
from core.clock import now
from core.db import db, upsert
from core.errors import Conflict, Invalid, Stale
from core.i18n import N_
from core.i18n import lazy_gettext as _l
from core.journal import record
from dialog.actions._hiding import check_is_hidden_undisputed, hide
from dialog.actions._hiding import show_again as put_back
from dialog.actions._parts import (
    add_decision,
    add_station,
    keep_wording,
    move,
    raise_register_version,
    searchable,
    sensible_heading,
    sensible_note,
)
from dialog.actions.polls import add_to_open_polls
from dialog.facts import (
    ContributionPublished,
    ContributionReturned,
    HeadingCorrected,
    ModerationOverdue,
)
from dialog.models import Contribution, ModerationReminder
from dialog.permissions import RIGHTS, Permission
from dialog.queries import dialogues as dialogue_queries
from dialog.queries import moderation as queries
from dialog.vocabulary import LATE_AFTER, Origin, Outcome, Visibility


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
    heading = sensible_heading(title)
    move(contribution, Visibility.PUBLIC, based_on=based_on)
    if heading:
        contribution.title = heading
        contribution.search_text = searchable(contribution)
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
    if contribution.author_key is None and contribution.origin != Origin.MUNICIPALITY:
        raise Conflict(_l("Nobody could answer: this was not written on this site."), code="no_author")
    note = sensible_note(question)
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
    hide(actor, contribution, reason=reason, note=note)


def restore_contribution(actor: Actor, contribution: Contribution) -> None:
    """Put a hidden contribution back where it was. Raises Conflict if it is not hidden."""
    RIGHTS.require(actor, Permission.MODERATE, contribution)
    check_is_hidden_undisputed(contribution)
    put_back(actor, contribution, "restore", otherwise=Visibility.WAITING)


def show_again(actor: Actor, contribution: Contribution, decision: str, *, note: str = "") -> None:
    """Put a hidden contribution back where it was, as `decision` says why."""
    RIGHTS.require(actor, Permission.MODERATE, contribution)
    put_back(actor, contribution, decision, otherwise=Visibility.WAITING, note=note)


def correct_heading(actor: Actor, contribution: Contribution, *, title: str, based_on: int) -> None:
    """Give a public contribution another heading; its words stay, the former heading is kept for staff.

    `based_on` is the revision that was read. Raises Conflict if there is a later one or it is not public,
    Invalid for an empty or too long heading. Polls keep the heading that people have voted on.
    """
    RIGHTS.require(actor, Permission.MODERATE, contribution)
    heading = sensible_heading(title)
    if not heading:
        sentence = _l("Please write a heading.")
        raise Invalid(sentence, {"title": [sentence]})
    if contribution.visibility != Visibility.PUBLIC:
        raise Conflict(_l("Only a published contribution has a heading to correct."), code="decided")
    changed = db.session.execute(
        update(Contribution)
        .where(
            Contribution.id == contribution.id,
            Contribution.revision == based_on,
            Contribution.visibility == Visibility.PUBLIC,
        )
        .values(revision=based_on + 1)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount == 0:  # type: ignore[attr-defined]
        raise Stale(_l("Somebody has changed the heading meanwhile. Please read it again."))
    contribution.revision = based_on + 1
    contribution.title = heading
    contribution.search_text = searchable(contribution)
    keep_wording(actor, contribution)
    raise_register_version(contribution.dialogue_id)
    record(actor, HeadingCorrected(contribution.id, contribution.revision))


def remind_of_waiting(actor: Actor = SYSTEM) -> int:
    """Tell the coordinators of every dialogue in which something is late, at most once a day.

    Gives the number of dialogues.
    """
    RIGHTS.require(actor, Permission.REMIND, None)
    moment = now()
    reminded = 0
    for dialogue_id, waiting in queries.overdue_dialogues(moment - LATE_AFTER):
        reminder = upsert(ModerationReminder).values(dialogue_id=dialogue_id, at=moment, waiting=waiting)
        # One statement decides, so that of two programs at work only one reminds.
        told = db.session.execute(
            reminder.on_conflict_do_update(
                index_elements=[ModerationReminder.dialogue_id],
                set_={"at": moment, "waiting": waiting},
                where=ModerationReminder.at <= moment - LATE_AFTER,
            ).returning(ModerationReminder.dialogue_id)
        ).first()
        if told is not None:
            record(actor, ModerationOverdue(dialogue_id, waiting))
            address = f"/dialogues/{dialogue_queries.dialogue_by_id(dialogue_id).slug}/moderation?late=1"
            for key in account_queries.keys_with_role("coordinator", Scope("dialogue", dialogue_id)):
                label = N_("Waiting for more than a day to be checked: %(waiting)s")
                notices.tell(actor, key, label=label, values={"waiting": waiting}, url=address)
            reminded += 1
    return reminded
