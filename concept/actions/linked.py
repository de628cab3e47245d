"""Lists, charts, tables and quotations that are made of records: placed, changed, frozen and renewed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from concept import freezing
from concept.actions._parts import raise_text, raise_version
from concept.actions._stations import tell_ended, tell_voices
from concept.actions.sources import link, unlink
from concept.facts import LinkedBlockChanged, LinkedBlockPlaced, LinkedBlockRemoved
from concept.models import Block, Concept, Section
from concept.permissions import RIGHTS, Permission
from concept.queries import concepts as queries
from concept.queries import contents
from concept.queries import linked as linked_queries
from concept.queries.concepts import Evidence
from concept.queries.linked import COUNTY_WIDE
from concept.vocabulary import LINKED_KINDS, MOST_LISTED, BlockKind
from core.actor import VISITOR, Actor
from core.clock import now
from core.db import db
from core.errors import Conflict, Invalid, NotFound, Sentence
from core.i18n import lazy_gettext as _l
from core.journal import record
from core.revisions import write_over
from dialog.models import Contribution
from dialog.queries import contributions as contribution_queries
from dialog.vocabulary import Visibility


def place_linked(actor: Actor, section: Section, *, kind: BlockKind, settings: Mapping[str, Any]) -> Block:
    """Let a section show something made of records, behind its text; writers move it from there.

    What is quoted, drawn or counted becomes its source. Raises Invalid for settings that name nothing.
    """
    concept = queries.concept_by_id(section.concept_id)
    RIGHTS.require(actor, Permission.WRITE, concept)
    if kind not in LINKED_KINDS:
        raise Invalid(_l("Please choose what shall be shown."))
    kept, evidence = _checked(actor, concept, kind, settings)
    raise_version(concept.id)
    block = Block(
        concept_id=concept.id,
        section_id=section.id,
        position=queries.place_after_text(section.id),
        kind=kind,
        settings=kept,
        changed_at=now(),
    )
    db.session.add(block)
    db.session.flush()  # Sources and fact need the id.
    raise_text(section.id)
    for one in evidence:
        link(actor, concept, block, one)
    record(actor, LinkedBlockPlaced(block.id))
    return block


def change_linked(actor: Actor, block: Block, *, settings: Mapping[str, Any], based_on: int) -> None:
    """Let a linked block show something else of its kind, from now on as it is at any time.

    Raises Invalid for settings that name nothing, Conflict if there is a later revision than `based_on`.
    """
    concept = queries.concept_by_id(block.concept_id)
    RIGHTS.require(actor, Permission.WRITE, concept)
    kept, evidence = _checked(actor, concept, BlockKind(block.kind), settings)
    raise_version(concept.id)
    locked = linked_queries.access_linked(actor, concept, block.id)
    write_over(locked, based_on)
    locked.settings, locked.frozen, locked.frozen_at = kept, None, None
    locked.changed_at = now()
    wanted = [queries.columns_of(locked, one) for one in evidence]
    for source in list(locked.sources):
        if not any(all(getattr(source, name) == id for name, id in one.items()) for one in wanted):
            unlink(actor, concept, locked, source)
    db.session.flush()
    for one in evidence:
        link(actor, concept, locked, one)
    record(actor, LinkedBlockChanged(locked.id))


def freeze_linked(actor: Actor, block: Block, *, based_on: int) -> None:
    """Keep what a linked block shows now; done again it is kept anew.

    Raises Conflict if there is nothing to keep, or a later revision than `based_on`.
    """
    concept = queries.concept_by_id(block.concept_id)
    RIGHTS.require(actor, Permission.WRITE, concept)
    raise_version(concept.id)
    locked = linked_queries.access_linked(actor, concept, block.id)
    write_over(locked, based_on)
    shown = contents.linked_now(concept, locked.kind, locked.settings)
    if shown is None:
        raise Conflict(_l("There is nothing to show at the moment, so there is nothing to keep."))
    moment = now()
    locked.frozen = freezing.to_plain(replace(shown, as_of=moment))
    locked.frozen_at = locked.changed_at = moment
    record(actor, LinkedBlockChanged(locked.id))


def unfreeze_linked(actor: Actor, block: Block, *, based_on: int) -> None:
    """Let a frozen block show what is now again. Raises Conflict if there is a later revision."""
    concept = queries.concept_by_id(block.concept_id)
    RIGHTS.require(actor, Permission.WRITE, concept)
    raise_version(concept.id)
    locked = linked_queries.access_linked(actor, concept, block.id)
    write_over(locked, based_on)
    locked.frozen = locked.frozen_at = None
    locked.changed_at = now()
    record(actor, LinkedBlockChanged(locked.id))


def remove_linked(actor: Actor, block: Block, *, based_on: int) -> None:
    """Take a linked block out of its section; it can be brought back. Raises Conflict if it was changed."""
    concept = queries.concept_by_id(block.concept_id)
    RIGHTS.require(actor, Permission.WRITE, concept)
    raise_version(concept.id)
    locked = linked_queries.access_linked(actor, concept, block.id)
    write_over(locked, based_on)
    if locked.removed_at is not None:
        return
    locked.removed_at = locked.changed_at = now()
    raise_text(locked.section_id)
    tell_ended(concept, locked)
    record(actor, LinkedBlockRemoved(locked.id))


def return_linked(actor: Actor, block: Block) -> None:
    """Let a removed linked block stand in its section again."""
    concept = queries.concept_by_id(block.concept_id)
    RIGHTS.require(actor, Permission.WRITE, concept)
    raise_version(concept.id)
    locked = linked_queries.access_linked(actor, concept, block.id)
    if locked.removed_at is None:
        return
    locked.removed_at, locked.changed_at = None, now()
    locked.revision += 1
    raise_text(locked.section_id)
    tell_voices(concept, locked)
    record(actor, LinkedBlockRemoved(locked.id))


def forget_words(actor: Actor, concept: Concept, withdrawn: frozenset[str]) -> None:
    """Destroy the words of withdrawn contributions, by register number, in what was frozen; points stay."""
    RIGHTS.require(actor, Permission.INCLUDE, concept)
    for block in linked_queries.frozen_blocks(concept.id):
        if block.frozen is None:
            continue
        kept = freezing.from_plain(block.frozen)
        if kept.references & withdrawn:
            block.frozen = freezing.to_plain(freezing.only(kept, kept.references - withdrawn))
            raise_version(concept.id)


def _checked(
    actor: Actor, concept: Concept, kind: BlockKind, settings: Mapping[str, Any]
) -> tuple[dict[str, Any], list[Evidence]]:
    """The settings of a kind, nothing but them, and the records the block rests on."""
    known = linked_queries.choices(actor, concept)
    field = str(settings.get("field", ""))
    fields = {one.slug for one in known.fields}
    if kind == BlockKind.NEEDS_LIST:
        _need(field in fields, "field", _l("Please choose a topic."))
        by = str(settings.get("by", ""))
        _need(by in {"points", "first"}, "by", _l("Please choose which needs."))
        return {"field": field, "by": by, "number": _number(settings.get("number"))}, []
    if kind == BlockKind.OFFERS_LIST:
        place = str(settings.get("place", ""))
        _need(not field or field in fields, "field", _l("Please choose a topic."))
        places = {one.ags for one in known.places} | {"", COUNTY_WIDE}
        _need(place in places, "place", _l("Please choose a place from the list."))
        return {"field": field, "place": place}, []
    if kind == BlockKind.CHART:
        poll = next((one for one in known.polls if str(one.id) == str(settings.get("poll"))), None)
        if poll is None:
            raise _wrong("poll", _l("Please choose a vote."))
        return {"poll": poll.id}, [poll]
    if kind == BlockKind.TABLE:
        if settings.get("what") == "figures":
            chosen = [str(number) for number in settings.get("figures", [])]
            figures = [one for one in known.figures if one.number in chosen]
            _need(bool(figures), "figures", _l("Please choose at least one figure."))
            return {"what": "figures", "figures": [one.number for one in figures]}, list(figures)
        _need(settings.get("what") == "places", "what", _l("Please choose what the table shows."))
        _need(not field or field in fields, "field", _l("Please choose a topic."))
        return {"what": "places", "field": field}, []
    voice = _public(concept, str(settings.get("contribution", "")))
    return {"contribution": voice.reference}, [voice]


def _public(concept: Concept, reference: str) -> Contribution:
    sentence = _l("There is no public contribution with this number. It looks like B-058.")
    try:
        found = contribution_queries.access_contribution(VISITOR, concept.dialogue, reference.strip().upper())
    except NotFound:
        raise _wrong("contribution", sentence) from None
    if found.visibility != Visibility.PUBLIC:
        raise _wrong("contribution", sentence)
    return found


def _number(given: Any) -> int:
    number = given if isinstance(given, int) and not isinstance(given, bool) else 0
    _need(
        1 <= number <= MOST_LISTED,
        "number",
        _l("Please enter a number from 1 to %(most)d.", most=MOST_LISTED),
    )
    return number


def _need(holds: bool, field: str, sentence: Sentence) -> None:
    if not holds:
        raise _wrong(field, sentence)


def _wrong(field: str, sentence: Sentence) -> Invalid:
    return Invalid(sentence, {field: [sentence]})
