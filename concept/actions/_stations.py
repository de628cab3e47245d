"""The stops that the concept adds to a contribution's way; the actions have required the right before.

What stands in a hidden section is told to nobody. When the section is shown it is told, and when it is hidden
again, that it ended.
"""

from __future__ import annotations

from typing import Any

from concept.actions._parts import address_of, chapter_address
from concept.models import Block, Concept, Goal, Measure, Section
from concept.queries import concepts as queries
from concept.queries.concepts import Owner
from concept.vocabulary import BlockKind
from core.actor import SYSTEM
from core.i18n import N_
from dialog.actions.contributions import append_station
from dialog.models import Contribution
from dialog.vocabulary import NO_LONGER


def tell_voices(concept: Concept, owner: Owner) -> None:
    """Give every contribution that an owner rests on the stop on its way, because it stands there again."""
    for contribution in queries.voices_of(owner):
        tell_author(concept, owner, contribution)


def tell_ended(concept: Concept, owner: Owner) -> None:
    """Say on the way of every contribution that an owner rests on that it stands there no more."""
    for contribution in queries.voices_of(owner):
        tell_end(concept, owner, contribution)


def tell_shown(concept: Concept, section: Section) -> None:
    """Tell of everything in a section that everybody can read from now on."""
    for owner in queries.owners_within(section):
        tell_voices(concept, owner)


def tell_hidden(concept: Concept, section: Section) -> None:
    """Say that everything in a section ends there; call it while the section is still shown."""
    for owner in queries.owners_within(section):
        tell_ended(concept, owner)


def tell_end(concept: Concept, owner: Owner, contribution: Contribution) -> None:
    """Say on the way of a contribution that it stands at this place no more; the earlier stop stays."""
    block = owner if isinstance(owner, Block) else queries.block_of(owner)
    if not queries.is_shown(block.section_id):
        return
    append_station(
        SYSTEM,
        contribution,
        kind=NO_LONGER,
        label=N_("Stands at this place of the concept no longer"),
        url=address_of(concept, block),
    )


def tell_author(concept: Concept, owner: Owner, contribution: Contribution) -> None:
    """Add the stop that tells where a contribution stands."""
    block = owner if isinstance(owner, Block) else queries.block_of(owner)
    if not queries.is_shown(block.section_id):
        return
    address = address_of(concept, block)
    if isinstance(owner, Goal):
        label, values, kind = N_("Led to the goal: %(goal)s"), {"goal": owner.texts}, "in_goal"
        append_station(SYSTEM, contribution, kind=kind, label=label, values=values, url=address)
    elif isinstance(owner, Measure):
        append_station(
            SYSTEM,
            contribution,
            kind="in_measure",
            label=N_("Led to measure %(number)s: %(title)s"),
            values={"number": owner.reference, "title": owner.titles},
            url=address,
        )
    elif owner.kind == BlockKind.CONTRIBUTION:
        append_station(SYSTEM, contribution, **_listed(owner.section_id), url=address)
    else:
        append_station(
            SYSTEM,
            contribution,
            kind="in_concept",
            label=N_("Quoted in the concept, chapter “%(chapter)s”")
            if owner.kind == BlockKind.QUOTATION
            else N_("Supports a paragraph of the concept, chapter “%(chapter)s”"),
            values={"chapter": queries.chapter_of(owner.section_id).titles},
            url=address,
        )


def stop_of_listed(concept: Concept, section: Section) -> dict[str, Any] | None:
    """The stop of a contribution listed in this section, its `url` without an anchor; None if hidden."""
    if not queries.is_shown(section.id):
        return None
    return _listed(section.id) | {"url": chapter_address(concept, section.id)}


def _listed(section_id: int) -> dict[str, Any]:
    return {
        "kind": "in_concept",
        "label": N_("Appears in the concept, chapter “%(chapter)s”"),
        "values": {"chapter": queries.chapter_of(section_id).titles},
    }
