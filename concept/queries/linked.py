"""What linked blocks show, now or as it was frozen, and what can be chosen for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from concept import freezing
from concept.content import FieldMark, Linked, Origin, PlaceCount, PollData, Standing, Voice
from concept.models import Block, Concept, Section
from concept.permissions import RIGHTS, Permission
from concept.queries.records import Records, mark
from concept.vocabulary import LINKED_KINDS, BlockKind, Part
from core.actor import VISITOR, Actor
from core.db import db
from core.errors import NotFound
from dialog.models import Contribution, Poll
from dialog.queries import dialogues as dialogue_queries
from dialog.queries import polls as poll_queries
from dialog.vocabulary import Kind, PollStatus, Visibility
from region import queries as region_queries
from region.models import ActionField, Figure, Municipality

COUNTY_WIDE = "county"
"""The place of contributions about the whole county, in settings."""


class LinkedReader:
    """Reads the linked blocks of one concept; however many there are, each table is asked once.

    `poll` gives the result of a published poll by its id, or None.
    """

    def __init__(
        self,
        concept: Concept,
        sections: Iterable[Section],
        records: Records,
        poll: Callable[[int], PollData | None],
    ) -> None:
        self._concept = concept
        self._records = records
        self._poll = poll
        self._decisive = {
            section.field_id: section.decisive_poll_id
            for section in sections
            if section.part == Part.FIELD and section.field_id is not None
        }

    def read(self, block: Block) -> Linked | None:
        """What a block shows, or None where nothing of it may be shown any more."""
        if block.frozen is None or block.frozen_at is None:
            return self.live(block.kind, block.settings)
        kept = replace(freezing.from_plain(block.frozen), is_frozen=True, as_of=block.frozen_at)
        shown = freezing.only(kept, self._public.keys())
        return None if block.kind == BlockKind.QUOTATION and not shown.voices else shown

    def live(self, kind: str, settings: Mapping[str, Any]) -> Linked | None:
        """What a block with these settings shows now."""
        readers: dict[str, Callable[[Mapping[str, Any]], Linked | None]] = {
            BlockKind.NEEDS_LIST: self._needs,
            BlockKind.OFFERS_LIST: self._offers,
            BlockKind.CHART: self._chart,
            BlockKind.TABLE: self._table,
            BlockKind.QUOTATION: self._quotation,
            BlockKind.VOICES: self._everything,
        }
        return readers[kind](settings)

    def origins(self, linked: Linked) -> tuple[Origin, ...]:
        """Where the contributions of a list come from: each of them, and the poll that orders them."""
        if linked.kind not in {BlockKind.NEEDS_LIST, BlockKind.OFFERS_LIST}:
            return ()
        voices = tuple(
            Origin(
                kind=voice.kind,
                reference=voice.reference,
                names={"de": voice.title},
                path=voice.path,
                language=voice.title_language,
                detail=voice.place or "",
            )
            for voice in linked.voices
        )
        if linked.poll is None:
            return voices
        poll = linked.poll
        return (Origin("poll", "", poll.titles, poll.path, moment=poll.closed_at), *voices)

    # -- kinds

    def _everything(self, settings: Mapping[str, Any]) -> Linked | None:
        voices = [self._records.voice(one) for one in self._public.values()]
        return self._linked(BlockKind.VOICES, voices=voices)

    def _needs(self, settings: Mapping[str, Any]) -> Linked | None:
        field = self._fields.get(settings.get("field", ""))
        if field is None:
            return None
        poll_id = self._decisive.get(field.id)
        poll = self._poll(poll_id) if poll_id is not None else None
        lines = {line.reference: line for line in poll.lines if line.reference} if poll else {}
        needs = [one for one in self._public.values() if one.kind == Kind.NEED and one.field_id == field.id]
        number = int(settings.get("number", 0))
        least = number if settings.get("by") == "points" else None
        if least is not None:
            needs = [one for one in needs if one.reference in lines and lines[one.reference].points >= least]
        needs.sort(
            key=lambda one: (lines[one.reference].place if one.reference in lines else 10**9, one.number)
        )
        if least is None:
            needs = needs[:number]
        voices = []
        for need in needs:
            voice = self._records.voice(need)
            line = lines.get(need.reference)
            if line is not None and poll is not None:
                at = Standing(line.place, len(poll.lines), line.points, line.voters)
                voice = replace(voice, standing=at)
            voices.append(voice)
        # Of the poll only its name is needed; its lines would be kept twice when this is frozen.
        named = replace(poll, lines=()) if poll else None
        return self._linked(BlockKind.NEEDS_LIST, field=mark(field), least=least, voices=voices, poll=named)

    def _offers(self, settings: Mapping[str, Any]) -> Linked | None:
        field = self._fields.get(settings.get("field", ""))
        place = str(settings.get("place", ""))
        offers = [
            self._records.voice(one)
            for one in self._public.values()
            if one.kind == Kind.OFFER
            and (field is None or one.field_id == field.id)
            and (not place or (one.municipality.ags if one.municipality else COUNTY_WIDE) == place)
        ]
        name = next((one.name for one in self._municipalities if one.ags == place), place or None)
        return self._linked(
            BlockKind.OFFERS_LIST, field=mark(field) if field else None, place=name, voices=offers
        )

    def _chart(self, settings: Mapping[str, Any]) -> Linked | None:
        poll = self._poll(int(settings.get("poll", 0)))
        if poll is None:
            return None
        return self._linked(BlockKind.CHART, field=poll.field, poll=poll, as_of=poll.closed_at)

    def _table(self, settings: Mapping[str, Any]) -> Linked | None:
        if settings.get("what") == "figures":
            chosen = list(settings.get("figures", []))
            shown = [self._figures[number] for number in chosen if number in self._figures]
            return self._linked(
                BlockKind.TABLE, figures=tuple(self._records.figure(figure) for figure in shown)
            )
        field = self._fields.get(settings.get("field", ""))
        counted = Counter(
            (one.municipality_id, one.kind)
            for one in self._public.values()
            if field is None or one.field_id == field.id
        )
        ids: list[tuple[int | None, str | None]] = [(one.id, one.name) for one in self._municipalities]
        return self._linked(
            BlockKind.TABLE,
            field=mark(field) if field else None,
            places=tuple(
                PlaceCount(name, counted[id, Kind.NEED], counted[id, Kind.OFFER])
                for id, name in [*ids, (None, None)]
            ),
        )

    def _quotation(self, settings: Mapping[str, Any]) -> Linked | None:
        voice = self._public.get(settings.get("contribution", ""))
        if voice is None:
            return None
        return self._linked(BlockKind.QUOTATION, voices=[self._records.voice(voice)])

    def _linked(
        self,
        kind: BlockKind,
        *,
        field: FieldMark | None = None,
        place: str | None = None,
        least: int | None = None,
        voices: Sequence[Voice] = (),
        poll: PollData | None = None,
        figures: tuple[Any, ...] = (),
        places: tuple[PlaceCount, ...] = (),
        as_of: datetime | None = None,
    ) -> Linked:
        return Linked(
            kind=str(kind),
            as_of=as_of or self._concept.changed_at,
            field=field,
            place=place,
            least=least,
            voices=tuple(voices),
            poll=poll,
            figures=figures,
            places=places,
        )

    # -- what is asked once

    @cached_property
    def _public(self) -> dict[str, Contribution]:
        rows = db.session.execute(
            select(Contribution)
            .where(
                Contribution.dialogue_id == self._concept.dialogue_id,
                Contribution.visibility == Visibility.PUBLIC,
            )
            .options(joinedload(Contribution.municipality))
            .order_by(Contribution.kind, Contribution.number)
        ).scalars()
        return {one.reference: one for one in rows}

    @cached_property
    def _fields(self) -> dict[str, ActionField]:
        return {field.slug: field for field in dialogue_queries.fields_of(self._concept.dialogue)}

    @cached_property
    def _figures(self) -> dict[str, Figure]:
        return {figure.number: figure for figure in region_queries.visible_figures(VISITOR)}

    @cached_property
    def _municipalities(self) -> list[Municipality]:
        return list(region_queries.visible_municipalities(VISITOR))


@dataclass(frozen=True, slots=True)
class Choices:
    """What the forms of linked blocks offer: (value, words) each."""

    fields: list[ActionField]
    places: list[Municipality]
    polls: list[Poll]
    figures: list[Figure]


def choices(actor: Actor, concept: Concept) -> Choices:
    """What linked blocks of this concept can be made of. Raises Forbidden for those who do not write."""
    RIGHTS.require(actor, Permission.WRITE, concept)
    return Choices(
        list(dialogue_queries.fields_of(concept.dialogue)),
        list(region_queries.visible_municipalities(VISITOR)),
        [
            poll
            for poll in poll_queries.visible_polls(VISITOR, concept.dialogue)
            if poll.status == PollStatus.PUBLISHED and poll.field_id is not None
        ],
        region_queries.visible_figures(VISITOR),
    )


def access_linked(actor: Actor, concept: Concept, block_id: int) -> Block:
    """A linked block of a concept as it is stored now, also a removed one. Raises NotFound and Forbidden."""
    RIGHTS.require(actor, Permission.WRITE, concept)
    found = db.session.execute(
        select(Block)
        .where(Block.id == block_id, Block.concept_id == concept.id, Block.kind.in_(LINKED_KINDS))
        .options(joinedload(Block.section))
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def frozen_blocks(concept_id: int) -> Sequence[Block]:
    """Every frozen block of a concept, also removed ones."""
    return (
        db.session.execute(select(Block).where(Block.concept_id == concept_id, Block.frozen.is_not(None)))
        .scalars()
        .all()
    )
