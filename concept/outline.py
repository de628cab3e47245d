"""The chapters a concept begins with, as counties build them; read from `outline.json` beside this file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from concept.vocabulary import BlockKind, Part
from core.db import Names

FILE = Path(__file__).with_name("outline.json")


@dataclass(frozen=True, slots=True)
class PlannedSection:
    """One section to be made, with the computed blocks that stand in it.

    `each_field` are the sections inside the chapter that every field of action gets here.
    """

    part: Part
    titles: Names
    blocks: tuple[BlockKind, ...] = ()
    sections: tuple[PlannedSection, ...] = ()
    each_field: tuple[PlannedSection, ...] = ()


def standard_outline() -> tuple[PlannedSection, ...]:
    """The outline every new concept gets unless a county brings its own."""
    return tuple(_planned(entry) for entry in json.loads(FILE.read_text(encoding="utf-8")))


def _planned(entry: Mapping[str, Any]) -> PlannedSection:
    return PlannedSection(
        Part(entry["part"]),
        dict(entry["titles"]),
        tuple(BlockKind(kind) for kind in entry.get("blocks", ())),
        tuple(_planned(child) for child in entry.get("sections", ())),
        tuple(_planned(child) for child in entry.get("each_field", ())),
    )
