"""The sections of a concept as those who write it see them: all, with what is in them and what is missing."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from concept.models import Block, Concept, Section, Source
from concept.permissions import RIGHTS, Permission
from concept.queries.texts import AtWork, visible_writers
from concept.vocabulary import LISTED_KINDS, BlockKind, Part
from core.actor import Actor
from core.db import db
from core.errors import NotFound

_WORD = re.compile(r"\w+")
_INSIDE_FIELD = frozenset({Part.SITUATION, Part.OFFERS, Part.NEEDS, Part.GOALS, Part.MEASURES})


@dataclass(frozen=True, slots=True)
class Line:
    """One section. `number` is empty for what is not shown, be it that only a section around it is hidden.

    `words` counts those of its text, `listed` the contributions, goals and measures in it, `without_source`
    the paragraphs that rest on nothing. `is_empty` says that nothing at all stands in it or inside it.
    """

    section: Section
    depth: int
    number: str
    words: int
    listed: int
    is_empty: bool
    without_source: int
    is_first: bool
    is_last: bool
    may_move: bool
    may_remove: bool
    writers: tuple[AtWork, ...]


def visible_structure(actor: Actor, concept: Concept) -> list[Line]:
    """Every section in reading order. Raises NotFound for those who do not write."""
    if not RIGHTS.allows(actor, Permission.WRITE, concept):
        raise NotFound
    return _Structure(actor, concept).lines()


def sections_of(concept_id: int) -> list[Section]:
    """All sections, in the order of their places."""
    return list(
        db.session.execute(
            select(Section)
            .where(Section.concept_id == concept_id)
            .options(joinedload(Section.field))
            .order_by(Section.position, Section.id)
        ).scalars()
    )


def may_hold_sections(section: Section) -> bool:
    """Whether sections of the county's own may stand inside: only one level below a page is ever drawn."""
    return section.part == Part.FIELD or (section.parent_id is None and section.part != Part.FIELDS)


def may_be_moved(section: Section) -> bool:
    """Whether a section may stand inside another one: what belongs to a field stays in its chapter."""
    return section.part not in _INSIDE_FIELD | {Part.FIELD, Part.FIELDS}


def has_sections(section_id: int) -> bool:
    """Whether anything stands inside a section."""
    return _has(select(Section.id).where(Section.parent_id == section_id))


def has_blocks(section_id: int) -> bool:
    """Whether a section has, or ever had, a block."""
    return _has(select(Block.id).where(Block.section_id == section_id))


def is_address_taken(concept_id: int, slug: str) -> bool:
    """Whether a section of the concept has this address already."""
    return _has(select(Section.id).where(Section.concept_id == concept_id, Section.slug == slug))


def _has(wanted: object) -> bool:
    return db.session.execute(wanted.limit(1)).scalar_one_or_none() is not None  # type: ignore[attr-defined]


class _Structure:
    def __init__(self, actor: Actor, concept: Concept) -> None:
        self._inside: dict[int | None, list[Section]] = defaultdict(list)
        for section in sections_of(concept.id):
            self._inside[section.parent_id].append(section)
        self._words: dict[int, int] = defaultdict(int)
        self._listed: dict[int, int] = defaultdict(int)
        self._bare: dict[int, int] = defaultdict(int)
        self._ever: set[int] = set()
        self._filled: set[int] = set()
        self._count(concept)
        self._writers: dict[int, list[AtWork]] = defaultdict(list)
        for writer in visible_writers(actor, concept):
            self._writers[writer.section_id].append(writer)

    def _count(self, concept: Concept) -> None:
        sources = (
            select(Source.block_id, func.count().label("number"))
            .where(Source.block_id.is_not(None))
            .group_by(Source.block_id)
            .subquery()
        )
        rows = db.session.execute(
            select(Block.section_id, Block.kind, Block.markdown, Block.removed_at, sources.c.number)
            .outerjoin(sources, sources.c.block_id == Block.id)
            .where(Block.concept_id == concept.id)
        )
        for section_id, kind, text, removed_at, number in rows:
            self._ever.add(section_id)
            if removed_at is not None:
                continue
            self._filled.add(section_id)
            if kind in LISTED_KINDS:
                self._listed[section_id] += 1
            elif kind == BlockKind.PARAGRAPH:
                self._words[section_id] += len(_WORD.findall(text))
                self._bare[section_id] += not number and not text.startswith("#")

    def lines(self) -> list[Line]:
        return self._below(None, (), shown=True)

    def _below(self, parent: int | None, number: tuple[int, ...], *, shown: bool) -> list[Line]:
        found: list[Line] = []
        place = 0
        sections = self._inside[parent]
        for at, section in enumerate(sections):
            is_shown = shown and not section.hidden
            place += not section.hidden
            own = (*number, place)
            found.append(
                Line(
                    section=section,
                    depth=len(number),
                    number=".".join(map(str, own)) if is_shown else "",
                    words=self._words[section.id],
                    listed=self._listed[section.id],
                    is_empty=section.id not in self._filled and not self._inside[section.id],
                    without_source=self._bare[section.id],
                    is_first=at == 0,
                    is_last=at == len(sections) - 1,
                    may_move=may_be_moved(section) and not self._inside[section.id],
                    may_remove=section.part == Part.FREE
                    and not self._inside[section.id]
                    and section.id not in self._ever,
                    writers=tuple(self._writers[section.id]),
                )
            )
            found += self._below(section.id, own, shown=is_shown)
        return found
