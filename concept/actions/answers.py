"""Saying why an edition does not take a need up, and how many needs of a field must be answered."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from concept.actions._parts import raise_version
from concept.facts import AnswersDueChanged, DeclineTakenBack, NeedDeclined
from concept.models import Answer, Concept, Section
from concept.permissions import RIGHTS, Permission
from concept.queries import answers as queries
from concept.queries import concepts as concept_queries
from concept.vocabulary import ANSWERS_DUE_MOST, REASON_LIMIT, Part
from core.actor import SYSTEM, Actor
from core.clock import now
from core.db import db
from core.errors import Conflict, Invalid, Stale
from core.i18n import N_
from core.i18n import lazy_gettext as _l
from core.journal import record
from core.text import clean_text
from dialog.actions.contributions import append_station
from dialog.models import Contribution
from dialog.vocabulary import Kind, Visibility


def decline(
    actor: Actor, concept: Concept, contribution: Contribution, *, reason: str, based_on: str = ""
) -> Answer:
    """Say why an edition does not take a need up; said again it replaces the former reason.

    `based_on` is the reason that was read before, empty if there was none. Everybody reads the reason on the
    page of the need. Raises Invalid without a reason or for what is no public need of this dialogue, and
    Conflict if somebody has written a reason meanwhile.
    """
    RIGHTS.require(actor, Permission.WRITE, concept)
    words = clean_text(reason)
    if not words:
        sentence = _l("Please say why the concept does not take this need up.")
        raise Invalid(sentence, {"reason": [sentence]})
    if len(words) > REASON_LIMIT:
        sentence = _l("Please use at most %(max)d characters.", max=REASON_LIMIT)
        raise Invalid(sentence, {"reason": [sentence]})
    if contribution.dialogue_id != concept.dialogue_id:
        raise Invalid(_l("This belongs to another dialogue."))
    if contribution.kind != Kind.NEED or contribution.visibility != Visibility.PUBLIC:
        raise Invalid(_l("Only a public need can be answered."))
    # The row of the concept is locked by this, so nobody answers between reading and writing.
    raise_version(concept.id)
    answer = queries.declined(concept.id, contribution.id)
    if (answer.reason if answer else "") != clean_text(based_on):
        raise Stale
    if answer is not None and answer.reason == words:
        return answer
    if answer is None:
        answer = Answer(concept_id=concept.id, contribution_id=contribution.id)
        db.session.add(answer)
    answer.reason, answer.by_key, answer.at = words, actor.key, now()
    try:
        db.session.flush()
    except IntegrityError:
        raise Stale(_l("Somebody has answered this need just now.")) from None
    append_station(
        SYSTEM,
        contribution,
        kind="declined",
        label=N_("The concept does not take this up. The reason: %(reason)s"),
        values={"reason": words},
        url="",
    )
    record(actor, NeedDeclined(concept.id, contribution.id))
    return answer


def take_back_decline(actor: Actor, concept: Concept, contribution: Contribution) -> None:
    """Let a need that was declined wait for an answer again. Raises Conflict if it was not declined."""
    RIGHTS.require(actor, Permission.WRITE, concept)
    raise_version(concept.id)
    answer = queries.declined(concept.id, contribution.id)
    if answer is None:
        raise Conflict(_l("Nothing was said about this need."), code="gone")
    db.session.delete(answer)
    append_station(
        SYSTEM,
        contribution,
        kind="reopened",
        label=N_("The reason no longer holds. The concept will answer anew."),
        url="",
    )
    record(actor, DeclineTakenBack(concept.id, contribution.id))


def change_answers_due(actor: Actor, chapter: Section, *, number: int) -> None:
    """Say how many needs of a field's decisive poll must be answered before a release.

    Raises Invalid for a number out of range or a section that is no field's chapter.
    """
    concept = concept_queries.concept_by_id(chapter.concept_id)
    RIGHTS.require(actor, Permission.WRITE, concept)
    if chapter.part != Part.FIELD:
        raise Invalid(_l("Only the chapter of a topic has needs to answer."))
    if not 0 <= number <= ANSWERS_DUE_MOST:
        sentence = _l("Please enter a number from 0 to %(most)d.", most=ANSWERS_DUE_MOST)
        raise Invalid(sentence, {"number": [sentence]})
    if chapter.answers_due == number:
        return
    db.session.execute(
        update(Section)
        .where(Section.id == chapter.id)
        .values(answers_due=number)
        .execution_options(synchronize_session="fetch")
    )
    raise_version(concept.id)
    record(actor, AnswersDueChanged(chapter.id, number))
