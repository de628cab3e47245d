"""What a whole list has brought stands in the concept at once, and leaves it at once."""

from __future__ import annotations

from concept.actions._parts import raise_version
from concept.actions._stations import stop_of_listed
from concept.actions.blocks import PART_OF_KIND
from concept.actions.linked import forget_words
from concept.facts import ListIncluded
from concept.models import Block, Concept, Section, Source
from concept.permissions import RIGHTS, Permission
from concept.queries import lists as list_queries
from concept.vocabulary import BlockKind, Part
from core.actor import Actor
from core.bulk import insert_many
from core.clock import now
from core.journal import record
from dialog.actions.stations import append_stations
from dialog.vocabulary import Kind


def include_list(actor: Actor, concept: Concept, import_id: int) -> int:
    """Let every public entry of a list stand in its field's chapter as `include_contribution` does with one.

    Thousands of entries one by one would hold the database for many seconds. Gives how many came in; those
    for which the concept has no place are left out, as are those that stand there already.
    """
    RIGHTS.require(actor, Permission.INCLUDE, concept)
    moment = now()
    sections: dict[tuple[Part | None, int | None], Section] = {}
    for part in PART_OF_KIND.values():
        for section in list_queries.sections_of(concept.id, part):
            sections.setdefault((part, section.field_id), section)
    blocks = [
        {
            "concept_id": concept.id,
            "section_id": section.id,
            "position": entry.number,
            "kind": BlockKind.CONTRIBUTION,
            "contribution_id": entry.id,
            "markdown": "",
            "html": "",
            "settings": {},
            "changed_at": moment,
        }
        for entry in list_queries.entries_to_include(concept.id, import_id)
        for section in [sections.get((PART_OF_KIND.get(Kind(entry.kind)), entry.field_id))]
        if section is not None
    ]
    if not blocks:
        return 0
    insert_many(Block, blocks)
    made = list_queries.blocks_of_list(concept.id, import_id)
    insert_many(
        Source,
        [
            {
                "block_id": block.id,
                "contribution_id": block.contribution_id,
                "by_key": actor.key,
                "at": moment,
            }
            for block in made
        ],
    )
    stops = {section.id: stop_of_listed(concept, section) for section in sections.values()}
    append_stations(
        actor,
        [
            stop | {"contribution_id": block.contribution_id, "url": f"{stop['url']}#block-{block.id}"}
            for block in made
            for stop in [stops[block.section_id]]
            if stop is not None
        ],
    )
    raise_version(concept.id)
    record(actor, ListIncluded(concept.id, import_id, len(made)))
    return len(made)


def leave_out_list(actor: Actor, concept: Concept, import_id: int) -> None:
    """Take note that nothing of a list is shown any more, and destroy its words in what was frozen."""
    RIGHTS.require(actor, Permission.INCLUDE, concept)
    raise_version(concept.id)
    forget_words(actor, concept, list_queries.references_of_list(import_id))
