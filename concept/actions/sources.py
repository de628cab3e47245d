"""Saying what a block, goal or measure rests on, which is also a stop on a contribution's way."""

from __future__ import annotations

from concept.actions._parts import raise_version
from concept.actions._stations import tell_author, tell_end
from concept.facts import SourceCited, SourceRemoved
from concept.models import Concept, Source
from concept.permissions import RIGHTS, Permission
from concept.queries import concepts as queries
from concept.queries.concepts import Evidence, Owner
from core.actor import Actor
from core.clock import now
from core.db import db
from core.errors import Invalid
from core.i18n import lazy_gettext as _l
from core.journal import record
from dialog.models import Contribution, DialogueEvent, Poll, WorkingGroup
from dialog.vocabulary import PollStatus, Visibility
from region.models import Figure


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
        # Who says so of a paragraph that had it only from another one means this one.
        found.is_lent = False
        return found
    source = Source(**queries.columns_of(owner, evidence), by_key=actor.key, at=now())
    db.session.add(source)
    db.session.flush()  # The fact needs the id.
    if isinstance(evidence, Contribution):
        tell_author(concept, owner, evidence)
    raise_version(concept.id)
    record(actor, SourceCited(source.id))
    return source


def _check_public(concept: Concept, evidence: Evidence) -> None:
    if isinstance(evidence, WorkingGroup):
        evidence = evidence.event
    if not isinstance(evidence, Contribution | Poll | DialogueEvent):
        return
    if isinstance(evidence, Contribution):
        is_public = evidence.visibility == Visibility.PUBLIC
    elif isinstance(evidence, Poll):
        is_public = evidence.status == PollStatus.PUBLISHED
    else:
        is_public = evidence.published
    if not is_public:
        raise Invalid(_l("Only what is public can be a source."))
    if evidence.dialogue_id != concept.dialogue_id:
        raise Invalid(_l("This belongs to another dialogue."))


def uncite(actor: Actor, source: Source) -> None:
    """Let something no longer rest on a record. The stop on the contribution's way stays, with its end."""
    owner = queries.owner_of(source)
    concept = queries.concept_by_id(owner.concept_id)
    RIGHTS.require(actor, Permission.WRITE, concept)
    unlink(actor, concept, owner, source)


def unlink(actor: Actor, concept: Concept, owner: Owner, source: Source) -> None:
    """The same for whoever may include contributions."""
    RIGHTS.require(actor, Permission.INCLUDE, concept)
    if source.contribution is not None:
        tell_end(concept, owner, source.contribution)
    db.session.delete(source)
    raise_version(concept.id)
    record(actor, SourceRemoved(source.id))


def keep_up_with_event(actor: Actor, concept: Concept, event_id: int) -> None:
    """Take note that a day of the dialogue or a group of it is called otherwise, moved or hidden."""
    RIGHTS.require(actor, Permission.INCLUDE, concept)
    if queries.rests_on_event(concept.id, event_id):
        raise_version(concept.id)


def keep_up_with_figure(actor: Actor, concept: Concept, figure: Figure) -> None:
    """Take note that a figure of the county is new or another; every list of figures shows it."""
    RIGHTS.require(actor, Permission.INCLUDE, concept)
    for block in queries.figure_lists(concept.id):
        link(actor, concept, block, figure)
    raise_version(concept.id)
