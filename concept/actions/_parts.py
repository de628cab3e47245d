"""Pieces that several actions here share; the actions have required the right before."""

from __future__ import annotations

from sqlalchemy import update

from concept.models import Block, Concept, Section
from concept.queries import concepts as queries
from core.clock import now
from core.db import db
from core.errors import Invalid
from core.i18n import lazy_gettext as _l


def raise_version(concept_id: int) -> None:
    """Say that what stands in the concept has changed; locks its row until the commit."""
    db.session.execute(
        update(Concept)
        .where(Concept.id == concept_id)
        .values(version=Concept.version + 1, changed_at=now())
        .execution_options(synchronize_session=False)
    )


def fitting(name: str, text: str, limit: int) -> str:
    """The text, if it is not too long. Raises Invalid that names the field."""
    if len(text) > limit:
        sentence = _l("Please use at most %(max)d characters.", max=limit)
        raise Invalid(sentence, {name: [sentence]})
    return text


def address_of(concept: Concept, block: Block) -> str:
    """Where a block stands on the site, down to its anchor."""
    return f"{chapter_address(concept, block.section_id)}#block-{block.id}"


def chapter_address(concept: Concept, section_id: int) -> str:
    """Where the chapter of a section stands on the site."""
    return f"/dialogues/{concept.dialogue.slug}/concept/{queries.chapter_of(section_id).slug}"


def raise_text(section_id: int) -> None:
    """Say that the text of a section has changed; whoever has an older one open is told when they save."""
    db.session.execute(
        update(Section)
        .where(Section.id == section_id)
        .values(revision=Section.revision + 1)
        .execution_options(synchronize_session="fetch")
    )
