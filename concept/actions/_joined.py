"""Paragraphs whose words stand in another one: it rests on what they rest on until they stand by themselves.

The actions have required the right before.
"""

from __future__ import annotations

from collections.abc import Iterable

from concept.actions._stations import tell_author, tell_end
from concept.facts import SourceCited, SourceRemoved
from concept.models import Block, Concept, Source
from concept.queries import concepts as queries
from concept.queries import texts
from core.actor import Actor
from core.clock import now
from core.db import db
from core.journal import record
from dialog.models import Contribution
from dialog.vocabulary import Visibility


def join(actor: Actor, concept: Concept, into: Block, gone: Iterable[Block]) -> bool:
    """Note that a paragraph has taken in vanished ones, and lend it their sources; they keep theirs.

    What is no longer public is lent, too, but nobody is told of it. Says whether there were any sources.
    """
    lent = False
    for block in gone:
        block.joined_into_id = into.id
        for source in block.sources:
            lent = True
            evidence = queries.evidence_of(source)
            if queries.source_of(into, evidence) is not None:
                continue
            copy = Source(**queries.columns_of(into, evidence), is_lent=True, by_key=actor.key, at=now())
            db.session.add(copy)
            db.session.flush()  # The fact needs the id.
            if isinstance(evidence, Contribution) and evidence.visibility == Visibility.PUBLIC:
                tell_author(concept, into, evidence)
            record(actor, SourceCited(copy.id))
    return lent


def part(actor: Actor, concept: Concept, block: Block) -> None:
    """Let a vanished paragraph be part of no other one: whatever that had only from it goes back."""
    holder_id, block.joined_into_id = block.joined_into_id, None
    while holder_id is not None:
        holder = texts.block_with_sources(holder_id)
        others = texts.joined_into(holder.id)
        still = {queries.evidence_of(source) for other in others for source in other.sources}
        for source in holder.sources:
            if source.is_lent and queries.evidence_of(source) not in still:
                _take_back(actor, concept, holder, source)
        db.session.flush()
        # The holder may have vanished into a further one, which has it from there.
        holder_id = holder.joined_into_id


def _take_back(actor: Actor, concept: Concept, holder: Block, source: Source) -> None:
    if source.contribution is not None and holder.removed_at is None:
        tell_end(concept, holder, source.contribution)
    db.session.delete(source)
    record(actor, SourceRemoved(source.id))
