"""Writing paragraphs, and putting contributions into the chapter of their field."""

from __future__ import annotations

from sqlalchemy import update

from concept.actions._parts import raise_text, raise_version
from concept.actions.sources import link
from concept.facts import ContributionIncluded, ParagraphWritten
from concept.models import Block, Concept, Section
from concept.permissions import RIGHTS, Permission
from concept.queries import concepts as queries
from concept.vocabulary import LISTED_KINDS, BlockKind, Part
from core import markdown
from core.actor import Actor
from core.clock import now
from core.db import db
from core.errors import Invalid
from core.i18n import lazy_gettext as _l
from core.journal import record
from core.text import clean_text
from dialog.models import Contribution
from dialog.vocabulary import Kind, Visibility

PART_OF_KIND = {Kind.NEED: Part.NEEDS, Kind.OFFER: Part.OFFERS}
"""Where contributions stand in the chapter of their field; other kinds are not listed in it."""


def write_paragraph(actor: Actor, section: Section, *, text: str) -> Block:
    """Add a paragraph of Markdown behind those a section has. Raises Invalid if it is empty or too long."""
    concept = queries.concept_by_id(section.concept_id)
    RIGHTS.require(actor, Permission.WRITE, concept)
    words = clean_text(text)
    if not words:
        raise Invalid(_l("Please write something."), {"text": [_l("Please write something.")]})
    position = queries.place_after_paragraphs(section.id)
    db.session.execute(
        update(Block)
        .where(Block.section_id == section.id, Block.position >= position, Block.kind.not_in(LISTED_KINDS))
        .values(position=Block.position + 1)
        .execution_options(synchronize_session="fetch")
    )
    block = Block(
        concept_id=concept.id,
        section_id=section.id,
        position=position,
        kind=BlockKind.PARAGRAPH,
        markdown=words,
        html=str(markdown.render(words)),
        changed_at=now(),
    )
    db.session.add(block)
    db.session.flush()  # The fact needs the id.
    raise_text(section.id)
    raise_version(concept.id)
    record(actor, ParagraphWritten(block.id))
    return block


def include_contribution(actor: Actor, concept: Concept, contribution: Contribution) -> Block | None:
    """Let a public need or offer stand in its field's chapter, with its source and a stop on its way.

    Done again it changes nothing, unless the contribution is about another field now: then its block moves
    there and keeps its id. Gives None where the concept has no place for it. Raises Invalid if it is not
    public.
    """
    RIGHTS.require(actor, Permission.INCLUDE, concept)
    if contribution.visibility != Visibility.PUBLIC:
        raise Invalid(_l("Only what is public can be a source."))
    part = PART_OF_KIND.get(Kind(contribution.kind))
    section = queries.section_of(concept.id, part, contribution.field_id) if part else None
    if section is None:
        return None
    block = queries.block_of_contribution(concept.id, contribution.id)
    if block is None:
        block = Block(
            concept_id=concept.id,
            section_id=section.id,
            position=contribution.number,
            kind=BlockKind.CONTRIBUTION,
            contribution_id=contribution.id,
            changed_at=now(),
        )
        db.session.add(block)
    elif block.section_id != section.id:
        block.section_id = section.id
        block.changed_at = now()
    else:
        raise_version(concept.id)
        return block
    db.session.flush()  # Source, station and fact need the id.
    link(actor, concept, block, contribution)
    if contribution.publication is not None:
        link(actor, concept, block, contribution.publication)
    raise_version(concept.id)
    record(actor, ContributionIncluded(block.id, contribution.id))
    return block


def renew_contribution(actor: Actor, concept: Concept, contribution: Contribution) -> None:
    """Take note that a contribution of the concept is shown or no longer shown; its block stays as it is."""
    RIGHTS.require(actor, Permission.INCLUDE, concept)
    if queries.is_cited(concept.id, contribution.id):
        raise_version(concept.id)
