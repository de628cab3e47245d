"""Makes plain data of a concept, whole or one chapter; the number of queries does not grow with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from concept.content import (
    Chapter,
    Content,
    EventData,
    Linked,
    MeasureData,
    Origin,
    OtherRanking,
    Participation,
    Piece,
    PollData,
    PollLine,
    Standing,
)
from concept.models import Block, Concept, Goal, Indicator, IndicatorValue, Measure, Section, Source
from concept.permissions import RIGHTS, Permission
from concept.queries.concepts import access_concept
from concept.queries.linked import LinkedReader
from concept.queries.records import Records, goal_data, mark
from concept.vocabulary import LINKED_KINDS, LISTED_KINDS, BlockKind, Part
from core.actor import VISITOR, Actor
from core.clock import now
from core.db import db
from core.errors import NotFound
from core.turns import let_others
from dialog.models import Contribution, Dialogue, DialogueEvent, Poll, WorkingGroup
from dialog.queries import contributions as contribution_queries
from dialog.queries import dialogues as dialogue_queries
from dialog.queries import polls as poll_queries
from dialog.vocabulary import PollStatus, Visibility
from region import queries as region_queries
from region.models import Figure, FigureValue, Publication

BATCH = 200
"""So many blocks are read at once: about 60 pages. Of more the rest is read after others had their turn."""


def content(actor: Actor, concept: Concept, *, chapter: str | None = None) -> Content:
    """What everybody can see of a concept; with `chapter` (a slug) only the blocks of that one.

    The result does not depend on who asks: what is hidden is in nobody's concept. Raises NotFound.
    """
    if not RIGHTS.allows(actor, Permission.READ, concept):
        raise NotFound
    return _Reader(concept, chapter).read()


def outline(actor: Actor, concept: Concept) -> Content:
    """The chapters alone, without anything that stands in them."""
    return content(actor, concept, chapter="")


def all_chapters(chapters: Iterable[Chapter]) -> list[Chapter]:
    """Chapters with those inside them, in reading order."""
    return [inner for chapter in chapters for inner in (chapter, *all_chapters(chapter.chapters))]


def pages(content: Content) -> list[Chapter]:
    """The chapters with a page of their own, in reading order: the top ones and those of the fields."""
    return [
        page
        for top in content.chapters
        for page in (top, *(inner for inner in top.chapters if inner.part == Part.FIELD))
    ]


def decisive_choices(actor: Actor, dialogue: Dialogue, section: Section) -> list[Poll]:
    """The polls that may order the needs of a field's chapter, the latest first."""
    return [
        poll
        for poll in poll_queries.visible_polls(actor, dialogue)
        if poll.status == PollStatus.PUBLISHED and poll.field_id == section.field_id
    ]


def has_newer_choice(actor: Actor, dialogue: Dialogue, section: Section) -> bool:
    """Whether a poll on a field was published after the one that orders its chapter, or without any such."""
    published = {poll.id: poll.published_at for poll in decisive_choices(actor, dialogue, section)}
    present = published.get(section.decisive_poll_id) if section.decisive_poll_id else None
    return any(at is not None and (present is None or at > present) for at in published.values())


def linked_now(concept: Concept, kind: str, settings: Mapping[str, Any]) -> Linked | None:
    """What a linked block with these settings shows now, or None where there is nothing to show."""
    return _Reader(concept, "").linked(kind, settings)


def without_source(chapters: Iterable[Chapter]) -> int:
    """How many paragraphs, goals and measures in these chapters do not show where they come from."""
    return sum(piece.lacks_source for chapter in all_chapters(chapters) for piece in chapter.pieces)


def whole_content(actor: Actor, dialogue: Dialogue, edition: int | None = None) -> Content:
    """Everything that stands in an edition, the latest unless one is named. Raises NotFound."""
    return content(actor, access_concept(actor, dialogue, edition))


class _Reader:
    """Reads one concept once."""

    def __init__(self, concept: Concept, chapter: str | None) -> None:
        self._concept = concept
        self._base = f"/dialogues/{concept.dialogue.slug}"
        self._records = Records(self._base)
        self._sections = shown_sections(concept.id)
        self._children: dict[int | None, list[Section]] = defaultdict(list)
        for section in self._sections:
            self._children[section.parent_id].append(section)
        self._wanted = self._within(chapter)
        self._blocks: dict[int, list[Block]] = defaultdict(list)
        for block in _blocks(self._wanted):
            self._blocks[block.section_id].append(block)
        self._kinds = {block.kind for blocks in self._blocks.values() for block in blocks}
        self._polls: dict[int, PollData] = {}
        self._linked = LinkedReader(concept, self._sections, self._records, self._poll)

    def linked(self, kind: str, settings: Mapping[str, Any]) -> Linked | None:
        """What a linked block with these settings shows now."""
        return self._linked.live(kind, settings)

    def read(self) -> Content:
        concept = self._concept
        county = region_queries.county()
        chapters = tuple(self._chapter(s, (n,)) for n, s in enumerate(self._children[None], start=1))
        return Content(
            dialogue_slug=concept.dialogue.slug,
            edition=concept.edition,
            titles=concept.titles,
            subtitles=concept.subtitles,
            language=concept.language,
            changed_at=concept.changed_at,
            publisher=county.publisher if county else "",
            path=f"{self._base}/concept",
            chapters=chapters,
            participation=self._participation() if BlockKind.PARTICIPATION in self._kinds else None,
            measures=self._all_measures() if BlockKind.OVERVIEW in self._kinds else (),
            publications=self._publications() if BlockKind.PUBLICATIONS in self._kinds else (),
        )

    def _within(self, slug: str | None) -> set[int]:
        """The ids of the sections whose blocks are wanted."""
        if slug is None:
            return {section.id for section in self._sections}
        found = {section.id for section in self._sections if section.slug == slug}
        waiting = list(found)
        while waiting:
            for child in self._children[waiting.pop()]:
                # The chapter of a field is a page of its own, not a part of the one around it.
                if child.part != Part.FIELD:
                    found.add(child.id)
                    waiting.append(child.id)
        return found

    # -- chapters

    def _chapter(self, section: Section, number: tuple[int, ...], poll: PollData | None = None) -> Chapter:
        if section.decisive_poll_id is not None and self._is_wanted_inside(section):
            poll = self._poll(section.decisive_poll_id)
        page = section if section.part == Part.FIELD or section.parent_id is None else None
        children = tuple(
            self._chapter(child, (*number, place), poll)
            for place, child in enumerate(self._children[section.id], start=1)
        )
        return Chapter(
            part=section.part,
            slug=section.slug,
            number=".".join(map(str, number)),
            titles=section.titles,
            path=f"{self._base}/concept/{section.slug}" if page else f"#{section.slug}",
            field=mark(section.field) if section.field else None,
            pieces=self._pieces(section, poll),
            chapters=children,
            poll=poll,
        )

    def _is_wanted_inside(self, section: Section) -> bool:
        return any(child.id in self._wanted for child in self._children[section.id])

    def _pieces(self, section: Section, poll: PollData | None) -> tuple[Piece, ...]:
        blocks = self._blocks[section.id]
        pieces = [piece for block in blocks if (piece := self._piece(block)) is not None]
        if section.part == Part.NEEDS and poll is not None:
            standings = {
                line.reference: Standing(line.place, len(poll.lines), line.points, line.voters)
                for line in poll.lines
                if line.reference
            }
            needs = [block.contribution for block in blocks if block.contribution]
            others = _other_rankings([need for need in needs if need.reference not in standings])
            pieces = [_placed(piece, standings, others) for piece in pieces]
        # The text comes first; then needs by place, then those it had not, all others by number.
        return tuple(sorted(pieces, key=_order))

    def _piece(self, block: Block) -> Piece | None:
        let_others()
        goal, measure = block.goal, block.measure
        is_linked = block.kind in LINKED_KINDS or block.kind == BlockKind.VOICES
        linked = self._linked.read(block) if is_linked else None
        if linked is None and is_linked:
            return None
        sources = (goal or measure or block).sources
        return Piece(
            id=block.id,
            position=block.position,
            kind=block.kind,
            html=block.html,
            origins=tuple(
                origin for source in sources if (origin := self._records.origin(source)) is not None
            )
            + (self._linked.origins(linked) if linked else ()),
            linked=linked,
            voice=self._records.voice(block.contribution) if block.contribution else None,
            goal=goal_data(goal) if goal else None,
            measure=self._measure(measure, block.id) if measure else None,
            figures=tuple(self._records.figure(s.figure) for s in sources if s.figure)
            if block.kind == BlockKind.FIGURES
            else (),
        )

    def _all_measures(self) -> tuple[MeasureData, ...]:
        rows = db.session.execute(
            select(Measure, Block.id)
            .join(Block, Block.measure_id == Measure.id)
            .where(
                Block.section_id.in_([section.id for section in self._sections]), Block.removed_at.is_(None)
            )
            .options(
                joinedload(Measure.field),
                joinedload(Measure.goal).joinedload(Goal.field),
                selectinload(Measure.indicators)
                .selectinload(Indicator.values)
                .joinedload(IndicatorValue.publication),
            )
            .order_by(Measure.number)
        )
        return tuple(self._measure(measure, block_id) for measure, block_id in rows)

    def _measure(self, measure: Measure, block_id: int) -> MeasureData:
        """A measure; of a goal that stands in a hidden section it keeps the number alone."""
        data = self._records.measure(measure, block_id)
        fields = {section.field_id for section in self._sections if section.part == Part.GOALS}
        if measure.field_id in fields:
            return data
        return replace(data, goal=replace(data.goal, texts={}))

    def _publications(self) -> tuple[Origin, ...]:
        """Every publication that anything everybody can read here rests on, also by way of a figure."""
        standing = select(Block).where(
            Block.section_id.in_([section.id for section in self._sections]), Block.removed_at.is_(None)
        )
        inside = select(Source).where(
            or_(
                Source.block_id.in_(standing.with_only_columns(Block.id)),
                Source.goal_id.in_(standing.with_only_columns(Block.goal_id)),
                Source.measure_id.in_(standing.with_only_columns(Block.measure_id)),
            )
        )
        cited = inside.with_only_columns(Source.publication_id).where(Source.publication_id.is_not(None))
        figures = inside.with_only_columns(Source.figure_id).where(Source.figure_id.is_not(None))
        watched = select(Indicator.id).where(
            Indicator.measure_id.in_(standing.with_only_columns(Block.measure_id)),
            Indicator.removed_at.is_(None),
        )
        said = (
            cited,
            select(Figure.publication_id).where(Figure.id.in_(figures)),
            select(FigureValue.publication_id).where(FigureValue.figure_id.in_(figures)),
            select(IndicatorValue.publication_id).where(IndicatorValue.indicator_id.in_(watched)),
        )
        rows = db.session.execute(
            select(Publication)
            .where(or_(*(Publication.id.in_(ids) for ids in said)))
            .order_by(Publication.number)
        ).scalars()
        return tuple(self._records.publication(publication) for publication in rows)

    # -- what people did

    def _poll(self, poll_id: int) -> PollData | None:
        if poll_id not in self._polls:
            try:
                poll = poll_queries.access_poll(VISITOR, self._concept.dialogue, poll_id)
            except NotFound:
                return None
            result = poll_queries.public_result(poll)
            if result is None or poll.field is None or poll.closed_at is None:
                return None
            self._polls[poll_id] = PollData(
                titles=poll.titles,
                path=f"{self._base}/polls/{poll.id}",
                closed_at=poll.closed_at,
                dots=poll.rules["dots"],
                max_per_item=poll.rules["max_per_item"],
                ballots=result.ballots,
                ballots_not_counted=result.ballots_not_counted,
                lines=tuple(
                    PollLine(
                        line.rank,
                        line.reference,
                        line.title if line.reference else "",
                        line.language,
                        line.points,
                        line.voters,
                    )
                    for line in result.lines
                ),
                field=mark(poll.field),
            )
        return self._polls[poll_id]

    def _participation(self) -> Participation:
        dialogue = self._concept.dialogue
        counts = contribution_queries.counts_by_field(dialogue).values()
        decisive = [s.decisive_poll_id for s in self._sections if s.decisive_poll_id is not None]
        return Participation(
            needs=sum(count.needs for count in counts),
            offers=sum(count.offers for count in counts),
            heard=contribution_queries.count_municipalities_heard(dialogue),
            municipalities=len(region_queries.visible_municipalities(VISITOR)),
            events=tuple(self._events(dialogue)),
            polls=tuple(poll for poll_id in decisive if (poll := self._poll(poll_id)) is not None),
        )

    def _events(self, dialogue: Dialogue) -> Iterable[EventData]:
        for event in dialogue_queries.visible_events(VISITOR, dialogue):
            if event.ends_at > now():
                # The concept tells how it was made, not what is planned.
                continue
            whole: DialogueEvent = dialogue_queries.access_event(VISITOR, dialogue, event.slug)
            yield EventData(whole.titles, whole.starts_at, whole.ends_at, len(whole.groups))


def shown_sections(concept_id: int) -> Sequence[Section]:
    """All sections that everybody sees, each in its place; what is inside a hidden one is left out, too."""
    rows = (
        db.session.execute(
            select(Section)
            .where(Section.concept_id == concept_id)
            .options(joinedload(Section.field))
            .order_by(Section.position, Section.id)
        )
        .scalars()
        .all()
    )
    parents = {section.id: section for section in rows}

    def is_shown(section: Section | None) -> bool:
        return section is None or (
            not section.hidden and is_shown(parents[section.parent_id] if section.parent_id else None)
        )

    return [section for section in rows if is_shown(section)]


def _blocks(section_ids: set[int]) -> Sequence[Block]:
    """The blocks of these sections that everybody may see, with everything they show."""
    if not section_ids:
        return []
    source = [
        joinedload(Source.contribution).joinedload(Contribution.municipality),
        joinedload(Source.poll),
        joinedload(Source.figure).joinedload(Figure.publication),
        joinedload(Source.publication),
        joinedload(Source.event),
        joinedload(Source.group).joinedload(WorkingGroup.event),
    ]
    wanted = (
        select(Block)
        .outerjoin(Contribution, Contribution.id == Block.contribution_id)
        .where(
            Block.section_id.in_(section_ids),
            Block.removed_at.is_(None),
            or_(Block.contribution_id.is_(None), Contribution.visibility == Visibility.PUBLIC),
        )
        .options(
            joinedload(Block.contribution).joinedload(Contribution.municipality),
            selectinload(Block.sources).options(
                *source,
                joinedload(Source.figure).selectinload(Figure.values).joinedload(FigureValue.publication),
            ),
            joinedload(Block.goal).selectinload(Goal.sources).options(*source),
            joinedload(Block.goal).joinedload(Goal.field),
            joinedload(Block.measure).selectinload(Measure.sources).options(*source),
            joinedload(Block.measure).joinedload(Measure.goal).joinedload(Goal.field),
            joinedload(Block.measure).joinedload(Measure.field),
            joinedload(Block.measure)
            .selectinload(Measure.indicators)
            .selectinload(Indicator.values)
            .joinedload(IndicatorValue.publication),
        )
    )
    found: list[Block] = []
    # A long concept is read in parts, between which others are served.
    for part in db.session.execute(wanted.execution_options(yield_per=BATCH)).scalars().partitions():
        found += part
        let_others()
    return found


def _other_rankings(needs: Sequence[Contribution]) -> dict[str, OtherRanking]:
    """How needs came out in the latest published poll they were in, by register number."""
    latest = contribution_queries.latest_rankings(need.id for need in needs)
    return {
        need.reference: OtherRanking(
            station.values["place"], station.values["of"], station.values["poll"], station.url
        )
        for need in needs
        if (station := latest.get(need.id)) is not None
    }


def _placed(piece: Piece, standings: Mapping[str, Standing], others: Mapping[str, OtherRanking]) -> Piece:
    if piece.voice is None:
        return piece
    number = piece.voice.reference
    return replace(
        piece, voice=replace(piece.voice, standing=standings.get(number), other=others.get(number))
    )


def _order(piece: Piece) -> tuple[int, ...]:
    if piece.voice is None:
        return (1 if piece.kind in LISTED_KINDS else 0, piece.position, piece.id)
    standing = piece.voice.standing
    number = int(piece.voice.reference.split("-")[1])
    return (2, standing.place, number) if standing else (3, number)
