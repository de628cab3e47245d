"""Makes plain data of a concept, whole or one chapter; the number of queries does not grow with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from concept.content import (
    Chapter,
    Content,
    EventData,
    MeasureData,
    Origin,
    OtherRanking,
    Participation,
    Piece,
    PollData,
    PollLine,
    Standing,
)
from concept.models import Block, Concept, Goal, Measure, Section, Source
from concept.permissions import RIGHTS, Permission
from concept.queries.concepts import access_concept
from concept.queries.records import Records, goal_data, mark
from concept.vocabulary import BlockKind, Part
from core.actor import VISITOR, Actor
from core.db import db
from core.errors import NotFound
from dialog.models import Contribution, Dialogue, DialogueEvent, Poll
from dialog.queries import contributions as contribution_queries
from dialog.queries import dialogues as dialogue_queries
from dialog.queries import polls as poll_queries
from dialog.vocabulary import PollStatus, Visibility
from region import queries as region_queries
from region.models import Figure, Publication


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


def whole_content(actor: Actor, dialogue: Dialogue, edition: int | None = None) -> Content:
    """Everything that stands in an edition, the latest unless one is named. Raises NotFound."""
    return content(actor, access_concept(actor, dialogue, edition))


class _Reader:
    """Reads one concept once."""

    def __init__(self, concept: Concept, chapter: str | None) -> None:
        self._concept = concept
        self._base = f"/dialogues/{concept.dialogue.slug}"
        self._records = Records(self._base)
        self._sections = _sections(concept.id)
        self._children: dict[int | None, list[Section]] = defaultdict(list)
        for section in sorted(self._sections, key=lambda section: section.position):
            self._children[section.parent_id].append(section)
        self._wanted = self._within(chapter)
        self._blocks: dict[int, list[Block]] = defaultdict(list)
        for block in _blocks(self._wanted):
            self._blocks[block.section_id].append(block)
        self._kinds = {block.kind for blocks in self._blocks.values() for block in blocks}
        self._polls: dict[int, PollData] = {}

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
        for section in self._sections:  # Parents come before what is inside them.
            # The chapter of a field is a page of its own, not a part of the one around it.
            if section.parent_id in found and section.part != Part.FIELD:
                found.add(section.id)
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
        pieces = [self._piece(block) for block in blocks]
        if section.part == Part.NEEDS and poll is not None:
            standings = {
                line.reference: Standing(line.place, len(poll.lines), line.points, line.voters)
                for line in poll.lines
                if line.reference
            }
            needs = [block.contribution for block in blocks if block.contribution]
            others = _other_rankings([need for need in needs if need.reference not in standings])
            pieces = [_placed(piece, standings, others) for piece in pieces]
        # Words come first; then needs by place, then those it had not, all others by number.
        return tuple(sorted(pieces, key=_order))

    def _piece(self, block: Block) -> Piece:
        goal, measure = block.goal, block.measure
        sources = (goal or measure or block).sources
        return Piece(
            id=block.id,
            position=block.position,
            kind=block.kind,
            html=block.html,
            origins=tuple(
                origin for source in sources if (origin := self._records.origin(source)) is not None
            ),
            voice=self._records.voice(block.contribution) if block.contribution else None,
            goal=goal_data(goal) if goal else None,
            measure=self._records.measure(measure, block.id) if measure else None,
            figures=tuple(self._records.figure(s.figure) for s in sources if s.figure)
            if block.kind == BlockKind.FIGURES
            else (),
        )

    def _all_measures(self) -> tuple[MeasureData, ...]:
        rows = db.session.execute(
            select(Measure, Block.id)
            .join(Block, Block.measure_id == Measure.id)
            .where(Measure.concept_id == self._concept.id)
            .options(joinedload(Measure.field), joinedload(Measure.goal).joinedload(Goal.field))
            .order_by(Measure.number)
        )
        return tuple(self._records.measure(measure, block_id) for measure, block_id in rows)

    def _publications(self) -> tuple[Origin, ...]:
        """Every publication that anything in the concept rests on, also by way of a figure."""
        inside = select(Source).where(
            or_(
                Source.block_id.in_(select(Block.id).where(Block.concept_id == self._concept.id)),
                Source.goal_id.in_(select(Goal.id).where(Goal.concept_id == self._concept.id)),
                Source.measure_id.in_(select(Measure.id).where(Measure.concept_id == self._concept.id)),
            )
        )
        cited = inside.with_only_columns(Source.publication_id).where(Source.publication_id.is_not(None))
        figures = inside.with_only_columns(Source.figure_id).where(Source.figure_id.is_not(None))
        counted = select(Figure.publication_id).where(
            Figure.id.in_(figures), Figure.publication_id.is_not(None)
        )
        rows = db.session.execute(
            select(Publication)
            .where(or_(Publication.id.in_(cited), Publication.id.in_(counted)))
            .order_by(Publication.number)
        ).scalars()
        return tuple(self._records.publication(publication) for publication in rows)

    # -- what people did

    def _poll(self, poll_id: int) -> PollData | None:
        if poll_id not in self._polls:
            poll = poll_queries.access_poll(VISITOR, self._concept.dialogue, poll_id)
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
            whole: DialogueEvent = dialogue_queries.access_event(VISITOR, dialogue, event.slug)
            yield EventData(whole.titles, whole.starts_at, whole.ends_at, len(whole.groups))


def _sections(concept_id: int) -> Sequence[Section]:
    """All sections, parents before what is inside them, each in its place."""
    return (
        db.session.execute(
            select(Section)
            .where(Section.concept_id == concept_id)
            .options(joinedload(Section.field))
            .order_by(Section.id)
        )
        .scalars()
        .all()
    )


def _blocks(section_ids: set[int]) -> Sequence[Block]:
    """The blocks of these sections that everybody may see, with everything they show."""
    if not section_ids:
        return []
    source = [
        joinedload(Source.contribution).joinedload(Contribution.municipality),
        joinedload(Source.poll),
        joinedload(Source.figure).joinedload(Figure.publication),
        joinedload(Source.publication),
    ]
    return (
        db.session.execute(
            select(Block)
            .outerjoin(Contribution, Contribution.id == Block.contribution_id)
            .where(
                Block.section_id.in_(section_ids),
                or_(Block.contribution_id.is_(None), Contribution.visibility == Visibility.PUBLIC),
            )
            .options(
                joinedload(Block.contribution).joinedload(Contribution.municipality),
                selectinload(Block.sources).options(*source),
                joinedload(Block.goal).selectinload(Goal.sources).options(*source),
                joinedload(Block.goal).joinedload(Goal.field),
                joinedload(Block.measure).selectinload(Measure.sources).options(*source),
                joinedload(Block.measure).joinedload(Measure.goal).joinedload(Goal.field),
                joinedload(Block.measure).joinedload(Measure.field),
            )
        )
        .scalars()
        .all()
    )


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
        return (0 if piece.kind == BlockKind.PARAGRAPH else 1, piece.position)
    standing = piece.voice.standing
    number = int(piece.voice.reference.split("-")[1])
    return (2, standing.place, number) if standing else (3, number)
