"""Concepts, their sections and the records that already stand in them."""

from __future__ import annotations

from sqlalchemy import ColumnElement, bindparam, func, or_, select
from sqlalchemy.orm import joinedload

from concept.models import Block, Concept, Goal, Measure, Section, Source
from concept.permissions import RIGHTS, Permission
from concept.vocabulary import LISTED_KINDS, BlockKind, Part
from core.actor import Actor
from core.db import db
from core.errors import NotFound
from core.statements import Statement
from dialog.models import Contribution, Dialogue, DialogueEvent, ListImport, Poll, WorkingGroup
from region.models import Figure, Publication

Owner = Block | Goal | Measure
"""What can rest on something."""

Evidence = Contribution | Poll | DialogueEvent | WorkingGroup | Figure | Publication
"""What something can rest on."""


def access_concept(actor: Actor, dialogue: Dialogue, edition: int | None = None) -> Concept:
    """An edition of the dialogue's concept, the latest unless one is named. Raises NotFound."""
    found = concept_of(dialogue.id, edition)
    if found is None or not RIGHTS.allows(actor, Permission.READ, found):
        raise NotFound
    return found


def concept_of(dialogue_id: int, edition: int | None = None) -> Concept | None:
    """The same whoever asks, or None."""
    wanted = select(Concept).where(Concept.dialogue_id == dialogue_id).options(joinedload(Concept.dialogue))
    if edition is not None:
        wanted = wanted.where(Concept.edition == edition)
    return db.session.execute(wanted.order_by(Concept.edition.desc()).limit(1)).scalar_one_or_none()


def concept_for(contribution_id: int) -> Concept | None:
    """The concept, in its latest edition, of the dialogue a contribution belongs to, or None."""
    dialogue = select(Contribution.dialogue_id).where(Contribution.id == contribution_id)
    return _latest_edition(Concept.dialogue_id.in_(dialogue))


def concept_for_list(import_id: int) -> Concept | None:
    """The same for the dialogue that a list was handed in to."""
    dialogue = select(ListImport.dialogue_id).where(ListImport.id == import_id)
    return _latest_edition(Concept.dialogue_id.in_(dialogue))


def _latest_edition(wanted: ColumnElement[bool]) -> Concept | None:
    return db.session.execute(
        select(Concept)
        .where(wanted)
        .options(joinedload(Concept.dialogue))
        .order_by(Concept.edition.desc())
        .limit(1)
    ).scalar_one_or_none()


def concept_by_id(concept_id: int) -> Concept:
    """The concept a block, goal or measure stands in."""
    return db.session.execute(
        select(Concept).where(Concept.id == concept_id).options(joinedload(Concept.dialogue))
    ).scalar_one()


def has_concept(dialogue_id: int) -> bool:
    """Whether a dialogue has a concept, in any edition."""
    return _ANY.first(dialogue=dialogue_id) is not None


_ANY = Statement(lambda: select(Concept.id).where(Concept.dialogue_id == bindparam("dialogue")).limit(1))


def access_section(actor: Actor, concept: Concept, slug: str) -> Section:
    """The section with this address. Raises NotFound."""
    found = db.session.execute(
        select(Section)
        .where(Section.concept_id == concept.id, Section.slug == slug)
        .options(joinedload(Section.field), joinedload(Section.concept))
    ).scalar_one_or_none()
    if found is None or not RIGHTS.allows(actor, Permission.READ, concept):
        raise NotFound
    return found


def address_by_id(section_id: int) -> str:
    """The address of a section that is there."""
    return db.session.get_one(Section, section_id).slug


def section_of(concept_id: int, part: Part, field_id: int | None = None) -> Section | None:
    """The first section of a kind, within the chapter of a field where one is named."""
    wanted = select(Section).where(Section.concept_id == concept_id, Section.part == part)
    if field_id is not None:
        wanted = wanted.where(Section.field_id == field_id)
    return db.session.execute(wanted.order_by(Section.position).limit(1)).scalar_one_or_none()


def chapter_of(section_id: int) -> Section:
    """The section with a page of its own that holds this one: the chapter of its field, or its top one."""
    section = db.session.get_one(Section, section_id)
    while section.part != Part.FIELD and section.parent_id is not None:
        section = db.session.get_one(Section, section.parent_id)
    return section


def is_shown(section_id: int | None) -> bool:
    """Whether everybody can read a section: neither it nor one around it is hidden."""
    while section_id is not None:
        section = db.session.get_one(Section, section_id)
        if section.hidden:
            return False
        section_id = section.parent_id
    return True


def owners_within(section: Section) -> list[Owner]:
    """Everything in a section, or in one inside it, that can rest on a contribution."""
    inside = select(Section.id).where(Section.id == section.id).cte(recursive=True)
    inside = inside.union_all(select(Section.id).where(Section.parent_id == inside.c.id))
    blocks = db.session.execute(
        select(Block)
        .where(Block.section_id.in_(select(inside.c.id)), Block.removed_at.is_(None))
        .options(joinedload(Block.goal), joinedload(Block.measure))
        .order_by(Block.id)
    ).scalars()
    return [block.goal or block.measure or block for block in blocks]


def block_of(owner: Goal | Measure, *, flush: bool = True) -> Block:
    """The block in which a goal or measure stands; without `flush` what was changed waits to be written."""
    column = Block.goal_id if isinstance(owner, Goal) else Block.measure_id
    wanted = select(Block).where(column == owner.id)
    return db.session.execute(wanted, execution_options={"autoflush": flush}).scalar_one()


def block_of_contribution(concept_id: int, contribution_id: int) -> Block | None:
    """The block in which a contribution stands, or None."""
    return db.session.execute(
        select(Block).where(Block.concept_id == concept_id, Block.contribution_id == contribution_id)
    ).scalar_one_or_none()


def chart_block(concept_id: int, field_id: int) -> Block | None:
    """The block that shows the result of the decisive poll in the chapter of a field, or None."""
    return db.session.execute(
        select(Block)
        .join(Section, Section.id == Block.section_id)
        .where(
            Block.concept_id == concept_id, Block.kind == BlockKind.POLL_CHART, Section.field_id == field_id
        )
    ).scalar_one_or_none()


def place_after_paragraphs(section_id: int) -> int:
    """The position behind the last paragraph of a section's text; what is computed there stands later."""
    last = db.session.execute(
        select(func.max(Block.position)).where(
            Block.section_id == section_id, Block.kind == BlockKind.PARAGRAPH, Block.removed_at.is_(None)
        )
    ).scalar_one_or_none()
    return (last or 0) + 1


def figure_lists(concept_id: int) -> list[Block]:
    """The blocks that list all figures of the county."""
    return list(
        db.session.execute(
            select(Block).where(Block.concept_id == concept_id, Block.kind == BlockKind.FIGURES)
        ).scalars()
    )


def all_concepts() -> list[Concept]:
    """Every edition of every concept."""
    return list(db.session.execute(select(Concept).order_by(Concept.id)).scalars())


def figure_by_id(figure_id: int) -> Figure | None:
    """A figure of the county for subscribers, or None."""
    return db.session.execute(select(Figure).where(Figure.id == figure_id)).scalar_one_or_none()


def place_after_text(section_id: int) -> int:
    """The position behind everything that has a place in a section's text."""
    last = db.session.execute(
        select(func.max(Block.position)).where(
            Block.section_id == section_id, Block.kind.not_in(LISTED_KINDS), Block.removed_at.is_(None)
        )
    ).scalar_one_or_none()
    return (last or 0) + 1


def last_goal_number(concept_id: int, field_id: int) -> int:
    """The number of the last goal of a field, 0 without any."""
    return (
        db.session.execute(
            select(func.max(Goal.number)).where(Goal.concept_id == concept_id, Goal.field_id == field_id)
        ).scalar_one_or_none()
        or 0
    )


def last_measure_number(concept_id: int) -> int:
    """The number of the last measure of a concept, 0 without any."""
    return (
        db.session.execute(
            select(func.max(Measure.number)).where(Measure.concept_id == concept_id)
        ).scalar_one_or_none()
        or 0
    )


def columns_of(owner: Owner, evidence: Evidence) -> dict[str, int]:
    """The two columns of a source row that says that `owner` rests on `evidence`."""
    owners = {Block: "block_id", Goal: "goal_id", Measure: "measure_id"}
    evidences = {
        Contribution: "contribution_id",
        Poll: "poll_id",
        DialogueEvent: "event_id",
        WorkingGroup: "group_id",
        Figure: "figure_id",
        Publication: "publication_id",
    }
    return {owners[type(owner)]: owner.id, evidences[type(evidence)]: evidence.id}


def source_of(owner: Owner, evidence: Evidence) -> Source | None:
    """The row that says so already, or None."""
    return db.session.execute(
        select(Source).filter_by(**columns_of(owner, evidence)).limit(1)
    ).scalar_one_or_none()


def owner_of(source: Source) -> Owner:
    """The block, goal or measure that rests on something."""
    owner = source.block or source.goal or source.measure
    if owner is None:
        raise ValueError("A source belongs to something.")
    return owner


def evidence_of(source: Source) -> Evidence:
    """The record that something rests on."""
    said = source.contribution or source.poll or source.event or source.group
    evidence = said or source.figure or source.publication
    if evidence is None:
        raise ValueError("A source names a record.")
    return evidence


def voices_of(owner: Owner) -> list[Contribution]:
    """The contributions that a block, goal or measure rests on."""
    columns = {Block: Source.block_id, Goal: Source.goal_id, Measure: Source.measure_id}
    return list(
        db.session.execute(
            select(Contribution)
            .join(Source, Source.contribution_id == Contribution.id)
            .where(columns[type(owner)] == owner.id)
            .order_by(Source.id)
        ).scalars()
    )


def poll_sources(block: Block) -> list[Source]:
    """The rows by which a block rests on polls."""
    return list(
        db.session.execute(
            select(Source).where(Source.block_id == block.id, Source.poll_id.is_not(None))
        ).scalars()
    )


def is_cited(concept_id: int, contribution_id: int) -> bool:
    """Whether anything in a concept rests on this contribution."""
    return _rests_on(concept_id, Source.contribution_id == contribution_id)


def rests_on_event(concept_id: int, event_id: int) -> bool:
    """Whether anything in a concept rests on this day or on one of its working groups."""
    groups = select(WorkingGroup.id).where(WorkingGroup.event_id == event_id)
    return _rests_on(concept_id, or_(Source.event_id == event_id, Source.group_id.in_(groups)))


def _rests_on(concept_id: int, evidence: ColumnElement[bool]) -> bool:
    found = select(Source.id).where(
        evidence,
        or_(
            Source.block_id.in_(select(Block.id).where(Block.concept_id == concept_id)),
            Source.goal_id.in_(select(Goal.id).where(Goal.concept_id == concept_id)),
            Source.measure_id.in_(select(Measure.id).where(Measure.concept_id == concept_id)),
        ),
    )
    return db.session.execute(found.limit(1)).scalar_one_or_none() is not None
