"""What a block, goal or measure can rest on: searching it, and what it rests on already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from concept.content import Origin
from concept.models import Block, Concept, Goal, Measure, Section, Source
from concept.permissions import RIGHTS, Permission
from concept.queries.concepts import Evidence, Owner
from concept.queries.records import Records
from concept.vocabulary import BlockKind
from core.actor import Actor
from core.clock import LOCAL_TIME
from core.db import Names, db
from core.errors import NotFound
from core.text import fold
from dialog.models import Contribution, DialogueEvent, WorkingGroup
from dialog.queries import contributions as contribution_queries
from dialog.queries import polls as poll_queries
from dialog.queries import register as register_queries
from dialog.queries.register import RegisterEntry, RegisterFilter
from dialog.vocabulary import PollStatus
from region import queries as region_queries
from region.models import ActionField, Figure

SHOWN = 20
"""So many contributions are shown at once; more words find fewer."""

OWNERS: dict[str, type[Block] | type[Goal] | type[Measure]] = {
    "block": Block,
    "goal": Goal,
    "measure": Measure,
}


@dataclass(frozen=True, slots=True)
class Found:
    """One record that can be added; `token` names it in forms, such as `contribution:B-058`."""

    token: str
    kind: str
    reference: str
    names: Names
    language: str
    detail: str
    path: str
    is_cited: bool


@dataclass(frozen=True, slots=True)
class Evidences:
    """What a search has found. `total` counts all contributions that fit, also those not shown."""

    contributions: tuple[Found, ...]
    total: int
    others: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class Cited:
    """A source of an owner; `origin` is None for what is not public any more."""

    source_id: int
    token: str
    origin: Origin | None


def access_owner(actor: Actor, concept: Concept, kind: str, owner_id: int) -> Owner:
    """A paragraph, goal or measure that stands in a concept.

    Raises NotFound, also for blocks that get their sources by themselves, and Forbidden.
    """
    RIGHTS.require(actor, Permission.WRITE, concept)
    model = OWNERS.get(kind)
    if model is None:
        raise NotFound
    found: Any = db.session.execute(
        select(model).where(model.id == owner_id, model.concept_id == concept.id, model.removed_at.is_(None))
    ).scalar_one_or_none()
    if isinstance(found, Block):
        # A goal or measure may be named by the block it stands in.
        found = found.goal or found.measure or (found if found.kind == BlockKind.PARAGRAPH else None)
    if found is None:
        raise NotFound
    owner: Owner = found
    return owner


def field_of(owner: Owner) -> ActionField | None:
    """The field of action an owner is about, or None."""
    if not isinstance(owner, Block):
        return owner.field
    section = db.session.execute(
        select(Section).where(Section.id == owner.section_id).options(joinedload(Section.field))
    ).scalar_one()
    return section.field


def access_source(owner: Owner, source_id: int) -> Source:
    """One source of an owner that was read for somebody who writes. Raises NotFound."""
    found = next((source for source in _sources(owner) if source.id == source_id), None)
    if found is None:
        raise NotFound
    return found


def cited(concept: Concept, owner: Owner) -> list[Cited]:
    """What an owner rests on, in the order in which it was added."""
    records = Records(f"/dialogues/{concept.dialogue.slug}")
    return [Cited(source.id, token_of(source), records.origin(source)) for source in _sources(owner)]


def access_evidence(actor: Actor, concept: Concept, token: str) -> Evidence:
    """The record that a token names, if this actor may read it. Raises NotFound."""
    kind, _, name = token.partition(":")
    found: Evidence | None = None
    if kind == "contribution":
        found = contribution_queries.access_contribution(actor, concept.dialogue, name)
    elif kind == "poll" and name.isascii() and name.isdigit() and len(name) < 10:
        found = poll_queries.access_poll(actor, concept.dialogue, int(name))
    elif kind == "event":
        found = next((day for day in _published(concept) if day.slug == name), None)
    elif kind == "group":
        groups = (group for day in _published(concept) for group in day.groups)
        found = next((group for group in groups if str(group.id) == name), None)
    elif kind == "figure":
        found = region_queries.figure_of(name)
    elif kind == "publication":
        found = region_queries.publication_of(name)
    if found is None:
        raise NotFound
    return found


def search(actor: Actor, concept: Concept, owner: Owner, wish: RegisterFilter) -> Evidences:
    """Public contributions that fit, and the polls, figures and publications that have all the words.

    Raises Forbidden for those who do not write.
    """
    RIGHTS.require(actor, Permission.WRITE, concept)
    dialogue = concept.dialogue
    has = {entry.token for entry in cited(concept, owner)}
    entries = register_queries.visible_register(
        actor, dialogue, wish, register_queries.field_labels(dialogue), limit=SHOWN
    )
    base = f"/dialogues/{dialogue.slug}"
    others: list[Found] = []
    if not (wish.kind or wish.place):
        others = [
            *_polls(actor, concept, base),
            *_days(concept, base),
            *_figures(actor, base),
            *_publications(actor, base),
        ]
    looked_for = fold(wish.words).split()
    return Evidences(
        tuple(_entry(entry, base, has) for entry in entries),
        register_queries.count_register(actor, dialogue, wish),
        tuple(
            _marked(one, has)
            for one in others
            if all(
                word in fold(" ".join((one.reference, *one.names.values(), one.detail)))
                for word in looked_for
            )
        ),
    )


def _polls(actor: Actor, concept: Concept, base: str) -> list[Found]:
    return [
        Found(f"poll:{poll.id}", "poll", "", poll.titles, "", "", f"{base}/polls/{poll.id}", False)
        for poll in poll_queries.visible_polls(actor, concept.dialogue)
        if poll.status == PollStatus.PUBLISHED
    ]


def _days(concept: Concept, base: str) -> list[Found]:
    """Every day that everybody sees, each followed by its working groups."""
    records = Records(base)
    found = []
    for day in _published(concept):
        known = [(f"event:{day.slug}", records.event(day))]
        known += [(f"group:{group.id}", records.group(group)) for group in day.groups]
        for token, origin in known:
            found.append(Found(token, origin.kind, "", origin.names, "", _day(origin), origin.path, False))
    return found


def _day(origin: Origin) -> str:
    return f"{origin.moment.astimezone(LOCAL_TIME):%d.%m.%Y}" if origin.moment else ""


def _published(concept: Concept) -> Sequence[DialogueEvent]:
    return (
        db.session.execute(
            select(DialogueEvent)
            .where(DialogueEvent.dialogue_id == concept.dialogue_id, DialogueEvent.published)
            .options(selectinload(DialogueEvent.groups).joinedload(WorkingGroup.event))
            .order_by(DialogueEvent.starts_at, DialogueEvent.id)
        )
        .scalars()
        .all()
    )


def _figures(actor: Actor, base: str) -> list[Found]:
    records = Records(base)
    return [
        Found(
            f"figure:{figure.number}",
            "figure",
            figure.number,
            {"de": figure.name},
            "de",
            _amount(figure),
            records.figure_path(figure),
            False,
        )
        for figure in region_queries.visible_figures(actor)
    ]


def _amount(figure: Figure) -> str:
    numbers = " / ".join(f"{number:g}" for number in figure.amounts)
    return f"{numbers} {figure.unit}".strip()


def _publications(actor: Actor, base: str) -> list[Found]:
    records = Records(base)
    return [
        Found(
            f"publication:{one.number}",
            "publication",
            one.number,
            {"de": one.title},
            "de",
            one.publisher,
            one.url or records.publication(one).path,
            False,
        )
        for one in region_queries.visible_publications(actor)
    ]


def _entry(entry: RegisterEntry, base: str, has: set[str]) -> Found:
    token = f"contribution:{entry.reference}"
    return Found(
        token,
        entry.kind,
        entry.reference,
        {"de": entry.title},
        entry.title_language,
        entry.place or "",
        f"{base}/contributions/{entry.reference}",
        token in has,
    )


def _marked(one: Found, has: set[str]) -> Found:
    return Found(
        one.token, one.kind, one.reference, one.names, one.language, one.detail, one.path, one.token in has
    )


def token_of(source: Source) -> str:
    """What names the record of a source in forms, such as `contribution:B-058`."""
    if source.contribution is not None:
        return f"contribution:{source.contribution.reference}"
    if source.poll_id is not None:
        return f"poll:{source.poll_id}"
    if source.event is not None:
        return f"event:{source.event.slug}"
    if source.group_id is not None:
        return f"group:{source.group_id}"
    if source.figure is not None:
        return f"figure:{source.figure.number}"
    return f"publication:{source.publication.number}" if source.publication else ""


def _sources(owner: Owner) -> Sequence[Source]:
    columns = {Block: Source.block_id, Goal: Source.goal_id, Measure: Source.measure_id}
    return (
        db.session.execute(
            select(Source)
            .where(columns[type(owner)] == owner.id)
            .options(
                joinedload(Source.contribution).joinedload(Contribution.municipality),
                joinedload(Source.poll),
                joinedload(Source.figure).joinedload(Figure.publication),
                joinedload(Source.publication),
                joinedload(Source.event),
                joinedload(Source.group).joinedload(WorkingGroup.event),
            )
            .order_by(Source.id)
        )
        .scalars()
        .all()
    )
