"""The chapters a concept begins with, as counties build them: our own from `outline.json`, or a county's.

A county brings its own in its folder (docs/county-folder.md), where `faults` says what is wrong with it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from concept.vocabulary import LINKED_KINDS, LISTED_KINDS, TITLE_LIMIT, BlockKind, Part
from core.db import Names

FILE = Path(__file__).with_name("outline.json")
MOST_SECTIONS: Final = 200

_NAMES = frozenset({"part", "titles", "blocks", "sections", "each_field", "hidden"})
_COMPUTED = sorted(set(BlockKind) - LISTED_KINDS - LINKED_KINDS - {BlockKind.PARAGRAPH})
_IN_FIELDS = frozenset({Part.SITUATION, Part.OFFERS, Part.NEEDS, Part.GOALS, Part.MEASURES})


@dataclass(frozen=True, slots=True)
class PlannedSection:
    """One section to be made, with the computed blocks that stand in it.

    `each_field` are the sections inside the chapter that every field of action gets here. What is `hidden`
    is for staff until there is something to read.
    """

    part: Part
    titles: Names
    blocks: tuple[BlockKind, ...] = ()
    sections: tuple[PlannedSection, ...] = ()
    each_field: tuple[PlannedSection, ...] = ()
    hidden: bool = False


def standard_outline() -> tuple[PlannedSection, ...]:
    """The outline every new concept gets unless a county brings its own."""
    return outline_of(json.loads(FILE.read_text(encoding="utf-8")))


def outline_of(data: list[dict[str, Any]]) -> tuple[PlannedSection, ...]:
    """An outline from the data of such a file, in which `faults` has found nothing."""
    return tuple(_planned(entry) for entry in data)


def faults(data: Any) -> list[str]:
    """Everything that is wrong with the data of such a file, each with the place where it is."""
    found = list(_faults_of_list(data, "", depth=0, parts=_PARTS_OF_CHAPTERS))
    if found:
        return found
    plan = outline_of(data)
    every = list(_all(plan))
    if len(every) > MOST_SECTIONS:
        found.append(f"There are {len(every)} sections; at most {MOST_SECTIONS} are possible.")
    once = Counter(section.part for section in every if section.part != Part.FREE)
    found += [f"The part “{part}” is there {number} times." for part, number in once.items() if number > 1]
    fields = [section for section in plan if section.part == Part.FIELDS]
    if not fields:
        found.append("The chapter “fields” is missing: the fields of action stand in it.")
    else:
        missing = _IN_FIELDS - {section.part for section in fields[0].each_field}
        found += [f"“each_field” of “fields” needs a section “{part}”." for part in sorted(missing)]
    return found


_PARTS_OF_CHAPTERS = frozenset(Part) - _IN_FIELDS - {Part.FIELD}


def _planned(entry: Mapping[str, Any]) -> PlannedSection:
    return PlannedSection(
        Part(entry["part"]),
        dict(entry["titles"]),
        tuple(BlockKind(kind) for kind in entry.get("blocks", ())),
        tuple(_planned(child) for child in entry.get("sections", ())),
        tuple(_planned(child) for child in entry.get("each_field", ())),
        bool(entry.get("hidden", False)),
    )


def _all(plan: tuple[PlannedSection, ...]) -> Iterator[PlannedSection]:
    for section in plan:
        yield section
        yield from _all(section.sections)
        yield from _all(section.each_field)


def _faults_of_list(data: Any, place: str, *, depth: int, parts: frozenset[Part]) -> Iterator[str]:
    if not isinstance(data, list) or not data:
        yield f"{place or 'The file'} must be a list of sections."
        return
    for number, entry in enumerate(data, start=1):
        at = f"{place}, section {number}" if place else f"Chapter {number}"
        if isinstance(entry, dict):
            yield from _faults_of_section(entry, at, depth=depth, parts=parts)
        else:
            yield f"{at} must be an object with “part” and “titles”."


def _faults_of_section(
    entry: Mapping[str, Any], at: str, *, depth: int, parts: frozenset[Part]
) -> Iterator[str]:
    for name in sorted(set(entry) - _NAMES):
        yield f"{at}: “{name[:40]}” is not known. Choose from: {', '.join(sorted(_NAMES))}."
    part = entry.get("part")
    if part not in [str(one) for one in parts]:
        yield f"{at}: “part” must be one of: {', '.join(sorted(parts))}."
    titles = entry.get("titles")
    if not isinstance(titles, dict) or not all(
        isinstance(text, str) and 0 < len(text.strip()) <= TITLE_LIMIT for text in titles.values()
    ):
        yield f"{at}: “titles” must be an object of languages and texts of at most {TITLE_LIMIT} characters."
    elif "de" not in titles:
        yield f"{at}: “titles” needs a German title, “de”."
    blocks = entry.get("blocks", [])
    if not isinstance(blocks, list) or not all(kind in _COMPUTED for kind in blocks):
        yield f"{at}: “blocks” must be a list of some of: {', '.join(_COMPUTED)}."
    if not isinstance(entry.get("hidden", False), bool):
        yield f"{at}: “hidden” must be true or false."
    if "each_field" in entry:
        if part == Part.FIELDS and depth == 0:
            inside = _IN_FIELDS | {Part.FREE}
            yield from _faults_of_list(entry["each_field"], f"{at}, each_field", depth=2, parts=inside)
        else:
            yield f"{at}: only the chapter “fields” has “each_field”."
    if "sections" in entry:
        if depth or part == Part.FIELDS:
            yield f"{at}: no further sections can stand inside this one."
        else:
            inside = parts - {Part.FIELDS}
            yield from _faults_of_list(entry["sections"], f"{at}, sections", depth=1, parts=inside)
