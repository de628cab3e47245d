"""Pieces that several actions here share; the actions have required the right before."""

from __future__ import annotations

from sqlalchemy import update

from concept.models import Block, Concept
from concept.queries import concepts as queries
from core.clock import now
from core.db import db


def raise_version(concept_id: int) -> None:
    """Say that what stands in the concept has changed; locks its row until the commit."""
    db.session.execute(
        update(Concept)
        .where(Concept.id == concept_id)
        .values(version=Concept.version + 1, changed_at=now())
        .execution_options(synchronize_session=False)
    )


def address_of(concept: Concept, block: Block) -> str:
    """Where a block stands on the site, down to its anchor."""
    chapter = queries.chapter_of(block.section_id)
    return f"/dialogues/{concept.dialogue.slug}/concept/{chapter.slug}#block-{block.id}"
