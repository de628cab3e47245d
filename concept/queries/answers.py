"""What an edition answers to a need: it takes it up somewhere, or says why not.

A need is taken up where a paragraph, a goal or a measure rests on it. Its own entry in the list of needs, or
being quoted, is no answer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload

from concept.content import FieldMark
from concept.models import Answer, Block, Concept, Goal, Measure, Section, Source
from concept.permissions import RIGHTS, Permission
from concept.queries.contents import shown_sections
from concept.queries.records import mark
from concept.vocabulary import BlockKind, Part
from core.actor import VISITOR, Actor
from core.db import Names, db
from core.errors import NotFound
from dialog.models import Contribution, Dialogue
from dialog.queries import contributions as contribution_queries
from dialog.queries import polls as poll_queries
from dialog.vocabulary import Kind, Visibility


@dataclass(frozen=True, slots=True)
class Use:
    """One place where a need is taken up: `kind` is paragraph, goal or measure; `names` what it is called."""

    kind: str
    reference: str
    """The number of a goal or measure; empty for a paragraph."""
    names: Names
    """The words of a goal, the title of a measure, the chapter of a paragraph."""
    path: str


@dataclass(frozen=True, slots=True)
class Given:
    """What an edition answers to one need. Without a use and without a reason it answers nothing."""

    uses: tuple[Use, ...] = ()
    reason: str = ""
    at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether the answer is still to come."""
        return not self.uses and not self.reason


@dataclass(frozen=True, slots=True)
class NeedAnswer:
    """One public need with its place in the decisive poll (None if it was not in it) and its answer."""

    contribution_id: int
    reference: str
    title: str
    title_language: str
    place: int | None
    points: int
    is_due: bool
    """Whether it is above the line and so must be answered before a release."""
    given: Given

    @property
    def is_missing(self) -> bool:
        """Whether a release waits for the answer to this need."""
        return self.is_due and self.given.is_open


@dataclass(frozen=True, slots=True)
class ChapterAnswers:
    """The needs of one field: those of the decisive poll by place, then all others by number."""

    slug: str
    titles: Names
    field: FieldMark
    answers_due: int
    poll: Names | None
    """The title of the decisive poll, or None: then nothing is due here."""
    needs: tuple[NeedAnswer, ...]


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A need above the line that an edition neither takes up nor declines."""

    contribution_id: int
    reference: str
    title: str
    title_language: str
    place: int
    points: int
    chapter: str
    """The address of its field's chapter in the concept."""
    field: FieldMark


def unanswered(concept: Concept) -> list[Unanswered]:
    """The needs that stand in the way of a release, by field and place.

    Those are the first `answers_due` of each field's decisive poll that are neither used nor declined. What
    is not public any more needs no answer, and a hidden chapter or one without a poll asks for none.
    """
    return [
        Unanswered(
            need.contribution_id,
            need.reference,
            need.title,
            need.title_language,
            need.place or 0,
            need.points,
            chapter.slug,
            chapter.field,
        )
        for chapter in _chapters(concept)
        for need in chapter.needs
        if need.is_missing
    ]


def access_answers(actor: Actor, concept: Concept) -> list[ChapterAnswers]:
    """Every public need with its answer, by field, for those who write. Raises Forbidden."""
    RIGHTS.require(actor, Permission.WRITE, concept)
    return _chapters(concept)


def answer_of(concept: Concept, contribution: Contribution) -> Given:
    """What this edition answers to one contribution."""
    return _given(concept, shown_sections(concept.id), [contribution.id]).get(contribution.id, Given())


def declined(concept_id: int, contribution_id: int) -> Answer | None:
    """The row that says why a need is not taken up, or None."""
    return db.session.execute(
        select(Answer)
        .where(Answer.concept_id == concept_id, Answer.contribution_id == contribution_id)
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()


def reasons(concept: Concept) -> list[tuple[str, str]]:
    """Every declined need that is still public, with its reason, by number: for versions and annexes."""
    rows = db.session.execute(
        select(Answer)
        .join(Contribution, Contribution.id == Answer.contribution_id)
        .where(Answer.concept_id == concept.id, Contribution.visibility == Visibility.PUBLIC)
        .options(joinedload(Answer.contribution))
        .order_by(Contribution.number)
    ).scalars()
    return [(answer.contribution.reference, answer.reason) for answer in rows]


def access_need(actor: Actor, dialogue: Dialogue, reference: str) -> Contribution:
    """A public need of this dialogue. Raises NotFound for everything else."""
    found = contribution_queries.access_contribution(actor, dialogue, reference)
    if found.kind != Kind.NEED or found.visibility != Visibility.PUBLIC:
        raise NotFound
    return found


def access_field_chapter(actor: Actor, concept: Concept, slug: str) -> Section:
    """The chapter of a field. Raises NotFound for other sections, Forbidden for those who do not write."""
    RIGHTS.require(actor, Permission.WRITE, concept)
    found = db.session.execute(
        select(Section)
        .where(Section.concept_id == concept.id, Section.slug == slug, Section.part == Part.FIELD)
        .options(joinedload(Section.field))
    ).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def _chapters(concept: Concept) -> list[ChapterAnswers]:
    sections = shown_sections(concept.id)
    needs = _public_needs(concept.dialogue_id)
    given = _given(concept, sections, [need.id for need in needs])
    by_field: dict[int, list[Contribution]] = defaultdict(list)
    for need in needs:
        by_field[need.field_id].append(need)
    return [
        _chapter(concept, section, by_field[section.field.id], given)
        for section in sections
        if section.part == Part.FIELD and section.field is not None
    ]


def _chapter(
    concept: Concept, section: Section, needs: Sequence[Contribution], given: dict[int, Given]
) -> ChapterAnswers:
    if section.field is None:
        raise ValueError("Only the chapter of a field has needs.")
    places: dict[int, tuple[int, int, int]] = {}
    titles = None
    if section.decisive_poll_id is not None:
        poll = poll_queries.access_poll(VISITOR, concept.dialogue, section.decisive_poll_id)
        places = poll_queries.places_of_contributions(poll)
        titles = poll.titles
    return ChapterAnswers(
        section.slug,
        section.titles,
        mark(section.field),
        section.answers_due,
        titles,
        tuple(
            NeedAnswer(
                need.id,
                need.reference,
                need.title,
                need.title_language,
                places[need.id][0] if need.id in places else None,
                places[need.id][1] if need.id in places else 0,
                need.id in places and places[need.id][0] <= section.answers_due,
                given.get(need.id, Given()),
            )
            for need in sorted(needs, key=lambda one: (places.get(one.id, (10**9,))[0], one.number))
        ),
    )


def _public_needs(dialogue_id: int) -> Sequence[Contribution]:
    return (
        db.session.execute(
            select(Contribution)
            .where(
                Contribution.dialogue_id == dialogue_id,
                Contribution.kind == Kind.NEED,
                Contribution.visibility == Visibility.PUBLIC,
            )
            .order_by(Contribution.number)
        )
        .scalars()
        .all()
    )


def _given(concept: Concept, sections: Sequence[Section], wanted: Iterable[int]) -> dict[int, Given]:
    """The answers to these contributions, by their id; what has none is left out."""
    ids = set(wanted)
    uses = _uses(concept, sections, ids)
    rows = db.session.execute(select(Answer).where(Answer.concept_id == concept.id)).scalars()
    answers = {answer.contribution_id: answer for answer in rows if answer.contribution_id in ids}
    return {
        one: Given(
            tuple(uses.get(one, ())),
            answers[one].reason if one in answers else "",
            answers[one].at if one in answers else None,
        )
        for one in uses.keys() | answers.keys()
    }


def _uses(concept: Concept, sections: Sequence[Section], ids: set[int]) -> dict[int, list[Use]]:
    known = {section.id: section for section in sections}
    rows = db.session.execute(
        select(Source.contribution_id, Block)
        .join(
            Block,
            or_(
                and_(Block.id == Source.block_id, Block.kind == BlockKind.PARAGRAPH),
                Block.goal_id == Source.goal_id,
                Block.measure_id == Source.measure_id,
            ),
        )
        .outerjoin(Goal, Goal.id == Block.goal_id)
        .outerjoin(Measure, Measure.id == Block.measure_id)
        .where(
            Source.contribution_id.is_not(None),
            Block.concept_id == concept.id,
            Block.section_id.in_(known),
            Block.removed_at.is_(None),
            Goal.removed_at.is_(None),
            Measure.removed_at.is_(None),
        )
        .options(joinedload(Block.goal).joinedload(Goal.field), joinedload(Block.measure))
        .order_by(Source.id)
    )
    found: dict[int, list[Use]] = defaultdict(list)
    for contribution_id, block in rows:
        if contribution_id in ids:
            found[contribution_id].append(_use(concept, known, block))
    return found


def _use(concept: Concept, known: dict[int, Section], block: Block) -> Use:
    chapter = known[block.section_id]
    while chapter.part != Part.FIELD and chapter.parent_id is not None:
        chapter = known[chapter.parent_id]
    path = f"/dialogues/{concept.dialogue.slug}/concept/{chapter.slug}#block-{block.id}"
    if block.goal is not None:
        number = f"{block.goal.field.position}.{block.goal.number}"
        return Use("goal", number, block.goal.texts, path)
    if block.measure is not None:
        return Use("measure", block.measure.reference, block.measure.titles, path)
    return Use("paragraph", "", chapter.titles, path)
