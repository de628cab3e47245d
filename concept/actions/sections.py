"""The chapters of a concept: adding, naming, moving, hiding and removing them.

Whatever is moved or hidden keeps its address, its text and its sources, so each of these is undone by its
opposite.
"""

from __future__ import annotations

import re

from sqlalchemy import delete

from concept.actions._parts import raise_version
from concept.actions._stations import tell_hidden, tell_shown
from concept.facts import SectionAdded, SectionChanged, SectionRemoved
from concept.models import Concept, Section, SectionRevision, Writer
from concept.permissions import RIGHTS, Permission
from concept.queries import concepts as queries
from concept.queries import structure
from concept.vocabulary import TITLE_LIMIT, Part
from core.actor import Actor
from core.db import Names, db
from core.errors import Conflict, Invalid, Stale
from core.i18n import lazy_gettext as _l
from core.journal import record
from core.text import clean_line, fold


def add_section(actor: Actor, concept: Concept, *, titles: Names, under: Section | None = None) -> Section:
    """Add a chapter of the county's own as the last one, or a section inside a chapter.

    It begins hidden, so that nobody reads an empty chapter. Raises Invalid without a German title, Conflict
    where no section can stand.
    """
    RIGHTS.require(actor, Permission.WRITE, concept)
    names = _names(titles)
    _check_place(concept, under)
    raise_version(
        concept.id
    )  # Locks the concept: of two sections each gets a place and an address of its own.
    beside = [
        one for one in structure.sections_of(concept.id) if one.parent_id == (under.id if under else None)
    ]
    section = Section(
        concept_id=concept.id,
        parent_id=under.id if under else None,
        position=max((one.position for one in beside), default=0) + 1,
        part=Part.FREE,
        slug=_free_address(concept, names["de"]),
        titles=names,
        field_id=under.field_id if under else None,
        hidden=True,
    )
    db.session.add(section)
    db.session.flush()  # The fact needs the id.
    record(actor, SectionAdded(section.id))
    return section


def name_section(actor: Actor, section: Section, *, titles: Names, seen: Names) -> None:
    """Call a section otherwise.

    Raises Conflict unless it is still called as was `seen`, and Invalid without a German title.
    """
    concept = queries.concept_by_id(section.concept_id)
    RIGHTS.require(actor, Permission.WRITE, concept)
    names = _names(titles)
    if names == dict(section.titles):
        return
    raise_version(concept.id)
    db.session.refresh(section)
    if dict(section.titles) != dict(seen):
        raise Stale
    section.titles = names
    record(actor, SectionChanged(section.id, "titles"))


def move_section(actor: Actor, section: Section, *, up: bool) -> None:
    """Let a section change places with the one before it (or after it). The first one goes no further up."""
    concept = queries.concept_by_id(section.concept_id)
    RIGHTS.require(actor, Permission.WRITE, concept)
    raise_version(concept.id)
    beside = [one for one in structure.sections_of(concept.id) if one.parent_id == section.parent_id]
    at = next(place for place, one in enumerate(beside) if one.id == section.id)
    other = at - 1 if up else at + 1
    if not 0 <= other < len(beside):
        return
    beside[at], beside[other] = beside[other], beside[at]
    for position, one in enumerate(beside, start=1):
        one.position = position
    record(actor, SectionChanged(section.id, "place"))


def place_section(actor: Actor, section: Section, *, under: Section | None) -> None:
    """Put a section inside a chapter as its last one, or among the chapters.

    Raises Conflict for what belongs to a field, for one with sections inside, and where none can stand.
    """
    concept = queries.concept_by_id(section.concept_id)
    RIGHTS.require(actor, Permission.WRITE, concept)
    parent_id = under.id if under else None
    if section.parent_id == parent_id:
        return
    raise_version(concept.id)
    if not structure.may_be_moved(section) or structure.has_sections(section.id):
        raise Conflict(_l("This section cannot stand anywhere else."))
    _check_place(concept, under)
    if under is not None and under.id == section.id:
        raise Conflict(_l("This section cannot stand anywhere else."))
    beside = [one for one in structure.sections_of(concept.id) if one.parent_id == parent_id]
    was_shown, is_shown = queries.is_shown(section.id), not section.hidden and queries.is_shown(parent_id)
    if was_shown and not is_shown:
        tell_hidden(concept, section)
    section.position = max((one.position for one in beside), default=0) + 1
    section.parent_id = parent_id
    section.field_id = under.field_id if under else None
    if is_shown and not was_shown:
        tell_shown(concept, section)
    record(actor, SectionChanged(section.id, "place"))


def hide_section(actor: Actor, section: Section) -> None:
    """Leave a section, with all that is inside it, out of every page for everybody and out of every file."""
    _show(actor, section, hidden=True)


def show_section(actor: Actor, section: Section) -> None:
    """Let everybody read a section again."""
    _show(actor, section, hidden=False)


def remove_section(actor: Actor, section: Section) -> None:
    """Take a section of the county's own away that never had a text. Raises Conflict for any other."""
    concept = queries.concept_by_id(section.concept_id)
    RIGHTS.require(actor, Permission.WRITE, concept)
    raise_version(concept.id)
    if section.part != Part.FREE or structure.has_sections(section.id) or structure.has_blocks(section.id):
        raise Conflict(_l("Only a section that never had a text can be deleted. You can hide this one."))
    db.session.execute(delete(SectionRevision).where(SectionRevision.section_id == section.id))
    db.session.execute(delete(Writer).where(Writer.section_id == section.id))
    section_id = section.id
    db.session.delete(section)
    db.session.flush()
    record(actor, SectionRemoved(section_id, concept.id))


def _show(actor: Actor, section: Section, *, hidden: bool) -> None:
    concept = queries.concept_by_id(section.concept_id)
    RIGHTS.require(actor, Permission.WRITE, concept)
    if section.hidden == hidden:
        return
    raise_version(concept.id)
    db.session.refresh(section)
    if section.hidden == hidden:
        # Somebody else has done the same meanwhile, and has told everybody.
        return
    if hidden:
        tell_hidden(concept, section)
    section.hidden = hidden
    if not hidden:
        tell_shown(concept, section)
    record(actor, SectionChanged(section.id, "hidden" if hidden else "shown"))


def _names(titles: Names) -> dict[str, str]:
    names = {code: words for code, text in titles.items() if (words := clean_line(text))}
    if not names.get("de"):
        sentence = _l("Please write a heading.")
        raise Invalid(sentence, {"title": [sentence]})
    if max(map(len, names.values())) > TITLE_LIMIT:
        sentence = _l("Please use at most %(max)d characters for a heading.", max=TITLE_LIMIT)
        raise Invalid(sentence, {"title": [sentence]})
    return names


def _check_place(concept: Concept, under: Section | None) -> None:
    if under is not None and (under.concept_id != concept.id or not structure.may_hold_sections(under)):
        sentence = _l("No section can stand there. Please choose another chapter.")
        raise Conflict(sentence)


def _free_address(concept: Concept, title: str) -> str:
    """The address of a new section; with its beginning it is never one of another page."""
    words = re.sub(r"[^a-z0-9]+", "-", fold(title)).strip("-")[:60].strip("-")
    wanted = f"chapter-{words}" if words else "chapter"
    address, number = wanted, 1
    while structure.is_address_taken(concept.id, address):
        number += 1
        address = f"{wanted}-{number}"
    return address
