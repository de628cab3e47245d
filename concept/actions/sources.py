"""Saying what a block, goal or measure rests on, which is also a stop on a contribution's way."""

from __future__ import annotations

from concept.actions._parts import address_of, raise_version
from concept.facts import SourceCited
from concept.models import Concept, Goal, Measure, Source
from concept.permissions import RIGHTS, Permission
from concept.queries import concepts as queries
from concept.queries.concepts import Evidence, Owner
from concept.vocabulary import BlockKind
from core.actor import SYSTEM, Actor
from core.clock import now
from core.db import db
from core.errors import Invalid
from core.i18n import N_
from core.i18n import lazy_gettext as _l
from core.journal import record
from dialog.actions.contributions import append_station
from dialog.models import Contribution, Poll
from dialog.vocabulary import PollStatus, Visibility


def cite(actor: Actor, owner: Owner, evidence: Evidence) -> Source:
    """Let a block, goal or measure rest on a record; said twice it is one source.

    A contribution gets the stop on its way. Raises Invalid for what is not public or of another dialogue.
    """
    concept = queries.concept_by_id(owner.concept_id)
    RIGHTS.require(actor, Permission.WRITE, concept)
    return link(actor, concept, owner, evidence)


def link(actor: Actor, concept: Concept, owner: Owner, evidence: Evidence) -> Source:
    """The same for whoever may include contributions, such as the program itself."""
    RIGHTS.require(actor, Permission.INCLUDE, concept)
    _check_public(concept, evidence)
    found = queries.source_of(owner, evidence)
    if found is not None:
        return found
    source = Source(**queries.columns_of(owner, evidence), by_key=actor.key, at=now())
    db.session.add(source)
    db.session.flush()  # The fact needs the id.
    if isinstance(evidence, Contribution):
        _tell_author(concept, owner, evidence)
    raise_version(concept.id)
    record(actor, SourceCited(source.id))
    return source


def _check_public(concept: Concept, evidence: Evidence) -> None:
    if not isinstance(evidence, Contribution | Poll):
        return
    is_public = (
        evidence.visibility == Visibility.PUBLIC
        if isinstance(evidence, Contribution)
        else evidence.status == PollStatus.PUBLISHED
    )
    if not is_public:
        raise Invalid(_l("Only what is public can be a source."))
    if evidence.dialogue_id != concept.dialogue_id:
        raise Invalid(_l("This belongs to another dialogue."))


def _tell_author(concept: Concept, owner: Owner, contribution: Contribution) -> None:
    if isinstance(owner, Goal):
        address = address_of(concept, queries.block_of(owner))
        label, values, kind = N_("Led to the goal: %(goal)s"), {"goal": owner.texts}, "in_goal"
        append_station(SYSTEM, contribution, kind=kind, label=label, values=values, url=address)
    elif isinstance(owner, Measure):
        append_station(
            SYSTEM,
            contribution,
            kind="in_measure",
            label=N_("Led to measure %(number)s: %(title)s"),
            values={"number": owner.reference, "title": owner.titles},
            url=address_of(concept, queries.block_of(owner)),
        )
    else:
        append_station(
            SYSTEM,
            contribution,
            kind="in_concept",
            label=N_("Appears in the concept, chapter “%(chapter)s”")
            if owner.kind == BlockKind.CONTRIBUTION
            else N_("Supports a paragraph of the concept, chapter “%(chapter)s”"),
            values={"chapter": queries.chapter_of(owner.section_id).titles},
            url=address_of(concept, owner),
        )
