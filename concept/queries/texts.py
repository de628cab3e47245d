"""The text of a section as its writers see it, how it came to be, and who has it open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from accounts.models import Account
from concept import splitting
from concept.models import Block, Concept, Section, SectionRevision, Writer
from concept.permissions import RIGHTS, Permission
from concept.queries.concepts import access_section
from concept.vocabulary import BLOCK_LABELS, LISTED_KINDS, BlockKind
from core.actor import Actor
from core.clock import now
from core.db import Names, db
from core.errors import NotFound
from core.retention import Due

WRITING_FOR = timedelta(seconds=90)
"""How long after the latest sign somebody is said to write."""


@dataclass(frozen=True, slots=True)
class AtWork:
    """Somebody of staff who has the text of a section open; `name` is what their account is called."""

    section_id: int
    slug: str
    titles: Names
    name: str
    since: datetime


def access_text(actor: Actor, concept: Concept, slug: str) -> Section:
    """The section whose text this actor may write. Raises NotFound."""
    if not RIGHTS.allows(actor, Permission.WRITE, concept):
        raise NotFound
    return access_section(actor, concept, slug)


def text_blocks(section_id: int, *, gone: bool = False) -> list[Block]:
    """The blocks that have a place in a section's text, in order, with their sources.

    With `gone` those that had one once, the latest first.
    """
    wanted = (
        select(Block)
        .where(
            Block.section_id == section_id,
            Block.kind.not_in(LISTED_KINDS),
            Block.removed_at.is_not(None) if gone else Block.removed_at.is_(None),
        )
        .options(selectinload(Block.sources))
    )
    order = (Block.removed_at.desc(), Block.id) if gone else (Block.position, Block.id)
    return list(db.session.execute(wanted.order_by(*order)).scalars())


def block_with_sources(block_id: int) -> Block:
    """A block with its sources as they are stored now."""
    return db.session.execute(
        select(Block)
        .where(Block.id == block_id)
        .options(selectinload(Block.sources))
        .execution_options(populate_existing=True)
    ).scalar_one()


def joined_into(block_id: int) -> list[Block]:
    """The vanished paragraphs whose words stand in this one, with their sources as they are stored now."""
    return list(
        db.session.execute(
            select(Block)
            .where(Block.joined_into_id == block_id)
            .options(selectinload(Block.sources))
            .order_by(Block.id)
            .execution_options(populate_existing=True)
        ).scalars()
    )


def joined_ids(section_id: int) -> dict[int, list[int]]:
    """For each paragraph of a section that has taken in others their ids."""
    found: dict[int, list[int]] = defaultdict(list)
    blocks = select(Block).where(Block.section_id == section_id, Block.joined_into_id.is_not(None))
    for block in db.session.execute(blocks.order_by(Block.id)).scalars():
        if block.joined_into_id is not None:
            found[block.joined_into_id].append(block.id)
    return found


def line_of(block_id: int, kind: str) -> str:
    """The line that stands in a text for a block without words of its own."""
    return f"{{{{{block_id}: {BLOCK_LABELS.get(kind, kind)}}}}}"


def words_of(block: Block) -> str:
    """What stands in the text for a block."""
    return block.markdown if block.kind == BlockKind.PARAGRAPH else line_of(block.id, block.kind)


def text_of(blocks: Iterable[Block]) -> str:
    """The text these blocks make."""
    return splitting.compose(words_of(block) for block in blocks)


def lines_of(wording: SectionRevision) -> list[str]:
    """The blocks of a wording as they stood in the text."""
    return [
        entry["markdown"] if entry["kind"] == BlockKind.PARAGRAPH else line_of(entry["id"], entry["kind"])
        for entry in wording.blocks
    ]


def present_revision(section_id: int) -> int:
    """The number of the wording a section has now, as the database says."""
    return db.session.execute(select(Section.revision).where(Section.id == section_id)).scalar_one()


def wording(section_id: int, number: int) -> SectionRevision | None:
    """A wording by its number, or None if it was not kept."""
    return db.session.execute(
        select(SectionRevision).where(
            SectionRevision.section_id == section_id, SectionRevision.number == number
        )
    ).scalar_one_or_none()


def visible_wordings(actor: Actor, concept: Concept, section: Section) -> list[SectionRevision]:
    """Every kept wording of a section, the latest first. Raises NotFound for those who do not write."""
    if not RIGHTS.allows(actor, Permission.WRITE, concept):
        raise NotFound
    return list(
        db.session.execute(
            select(SectionRevision)
            .where(SectionRevision.section_id == section.id)
            .order_by(SectionRevision.number.desc())
        ).scalars()
    )


def names_of(keys: Iterable[str]) -> dict[str, str]:
    """What the accounts with these keys are called; others are left out."""
    rows = db.session.execute(select(Account.key, Account.label).where(Account.key.in_(set(keys))))
    return {row.key: row.label for row in rows}


def visible_writers(actor: Actor, concept: Concept) -> list[AtWork]:
    """Who writes in this concept now, for those who may write, too; nobody sees themselves."""
    if not RIGHTS.allows(actor, Permission.WRITE, concept):
        return []
    rows = db.session.execute(
        select(Section.id, Section.slug, Section.titles, Account.label, Writer.since)
        .join(Writer, Writer.section_id == Section.id)
        .join(Account, Account.key == Writer.by_key)
        .where(
            Section.concept_id == concept.id,
            Writer.seen_at > now() - WRITING_FOR,
            Writer.by_key != actor.key,
        )
        .order_by(Writer.since)
    )
    return [AtWork(*row) for row in rows]


def latest_sign(section_id: int, key: str) -> datetime | None:
    """When somebody last had the text of a section open; None if they have closed it."""
    return db.session.execute(
        select(Writer.seen_at).where(Writer.section_id == section_id, Writer.by_key == key)
    ).scalar_one_or_none()


def outlived_writers(before: datetime) -> list[Due]:
    """Signs that somebody writes which nobody needs any more."""
    rows = db.session.execute(
        select(Writer.section_id, Writer.by_key, Writer.seen_at).where(Writer.seen_at < before)
    )
    return [Due((section_id, key), seen_at) for section_id, key, seen_at in rows]
