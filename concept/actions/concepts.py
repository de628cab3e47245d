"""Beginning a concept, and naming the poll that orders a chapter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from concept.actions._parts import raise_version
from concept.actions.blocks import PART_OF_KIND, include_contribution
from concept.actions.sources import link
from concept.facts import ConceptFounded, DecisivePollChosen
from concept.models import Block, Concept, Section
from concept.outline import PlannedSection, outline_of, standard_outline
from concept.permissions import RIGHTS, Permission
from concept.queries import concepts as queries
from concept.vocabulary import BlockKind, Part
from core.actor import Actor
from core.clock import now
from core.db import Names, db
from core.errors import Conflict, Invalid
from core.i18n import lazy_gettext as _l
from core.journal import record
from dialog.models import Dialogue, Poll
from dialog.queries import contributions as contribution_queries
from dialog.queries import dialogues as dialogue_queries
from dialog.vocabulary import PollStatus
from region import queries as region_queries
from region.models import ActionField


def found_concept(
    actor: Actor,
    dialogue: Dialogue,
    *,
    titles: Names,
    subtitles: Names,
    language: str = "de",
    outline: Sequence[PlannedSection] | None = None,
) -> Concept:
    """Begin a concept with its chapters; every public need and offer stands in it from the first moment.

    Without an `outline` it has the chapters of the county's folder, or else ours.
    Raises Conflict if the dialogue has one already: a later edition grows out of the former.
    """
    RIGHTS.require(actor, Permission.FOUND, dialogue)
    if queries.has_concept(dialogue.id):
        raise Conflict(_l("This dialogue has a concept already."))
    concept = Concept(
        dialogue=dialogue,
        edition=1,
        titles=dict(titles),
        subtitles=dict(subtitles),
        language=language,
        version=1,
        created_at=now(),
        changed_at=now(),
    )
    db.session.add(concept)
    db.session.flush()  # Sections and the fact need the id.
    fields = dialogue_queries.fields_of(dialogue)
    _make_sections(actor, concept, None, outline or _outline_of_county(), fields)
    record(actor, ConceptFounded(concept.id, dialogue.id))
    for field in fields:
        for kind in PART_OF_KIND:
            for contribution in contribution_queries.public_of_field(dialogue, field.id, kind):
                include_contribution(actor, concept, contribution)
    return concept


def choose_decisive_poll(actor: Actor, chapter: Section, poll: Poll) -> None:
    """Let the needs of a field's chapter stand in the order of this poll's result; its chart is shown there.

    Raises Invalid for a poll about something else, Conflict for one whose result is not published.
    """
    concept = queries.concept_by_id(chapter.concept_id)
    RIGHTS.require(actor, Permission.CHOOSE_POLL, concept)
    if poll.dialogue_id != concept.dialogue_id or poll.field_id is None or poll.field_id != chapter.field_id:
        sentence = _l("Please choose a poll on the topic of this chapter.")
        raise Invalid(sentence, {"poll": [sentence]})
    if chapter.part != Part.FIELD:
        raise Invalid(_l("Only the chapter of a topic has a decisive poll."))
    if poll.status != PollStatus.PUBLISHED:
        raise Conflict(_l("The result of this poll is not published yet."))
    if chapter.decisive_poll_id == poll.id:
        return
    chapter.decisive_poll_id = poll.id
    block = queries.chart_block(concept.id, poll.field_id)
    if block is not None:
        for former in queries.poll_sources(block):
            db.session.delete(former)
        link(actor, concept, block, poll)
    raise_version(concept.id)
    record(actor, DecisivePollChosen(chapter.id, poll.id))


def _outline_of_county() -> Sequence[PlannedSection]:
    county = region_queries.county()
    return outline_of(county.outline) if county is not None and county.outline else standard_outline()


def _make_sections(
    actor: Actor,
    concept: Concept,
    parent: Section | None,
    outline: Iterable[PlannedSection],
    fields: Sequence[ActionField],
    *,
    field: ActionField | None = None,
) -> None:
    for position, planned in enumerate(outline, start=1):
        slug = f"field-{field.slug}-{planned.part}" if field else str(planned.part)
        if planned.part == Part.FREE:
            slug = f"{slug}-{parent.id if parent else 0}-{position}"
        section = _make_section(actor, concept, parent, planned, slug, position, field)
        _make_sections(actor, concept, section, planned.sections, fields, field=field)
        if not planned.each_field:
            continue
        for place, topic in enumerate(fields, start=1):
            chapter = PlannedSection(Part.FIELD, dict(topic.names), sections=planned.each_field)
            made = _make_section(actor, concept, section, chapter, f"field-{topic.slug}", place, topic)
            _make_sections(actor, concept, made, chapter.sections, fields, field=topic)


def _make_section(
    actor: Actor,
    concept: Concept,
    parent: Section | None,
    planned: PlannedSection,
    slug: str,
    position: int,
    field: ActionField | None,
) -> Section:
    section = Section(
        concept_id=concept.id,
        parent_id=parent.id if parent else None,
        position=position,
        part=planned.part,
        slug=slug,
        titles=dict(planned.titles),
        field_id=field.id if field else None,
        hidden=planned.hidden,
    )
    db.session.add(section)
    db.session.flush()  # What stands in it needs the id.
    for place, kind in enumerate(planned.blocks, start=1):
        block = Block(
            concept_id=concept.id, section_id=section.id, position=place, kind=kind, changed_at=now()
        )
        db.session.add(block)
        db.session.flush()  # Its sources need the id.
        if kind == BlockKind.FIGURES:
            for figure in region_queries.visible_figures(actor):
                link(actor, concept, block, figure)
    return section
