"""The concept: from what people said to a document, with the way back to every voice.

Read `models` (what stands in a concept and what it rests on), `actions` (how it gets there) and `reactions`
(how it keeps up with the register); then `queries/contents` makes plain data of chapters (`content`), which
`document` turns into the neutral tree of `core.documents`, `compile` into files and `views` into pages.
"""

from __future__ import annotations

from flask import Flask

from concept import commands, inventory, outline, privacy, reactions, shell
from concept.views import (
    answers,
    blueprint,
    comparing,
    goals,
    indicators,
    linked,
    plan_history,
    reading,
    sources,
    structure,
    texts,
    versions,
)
from region.folder import checks_outline

__all__ = [
    "answers",
    "comparing",
    "goals",
    "indicators",
    "init",
    "inventory",
    "linked",
    "plan_history",
    "reactions",
    "reading",
    "sources",
    "structure",
    "texts",
    "versions",
]


def init(app: Flask) -> None:
    """Add the pages, the command and the menu entry of this package to `app`."""
    app.register_blueprint(blueprint)
    commands.init(app)
    privacy.init()
    checks_outline(outline.faults)
    shell.init()
