"""The concept: from what people said to a document, with the way back to every voice.

Read `models` (what stands in a concept and what it rests on), `actions` (how it gets there) and `reactions`
(how it keeps up with the register); then `queries/contents` makes plain data of chapters (`content`), which
`document` turns into the neutral tree of `core.documents`, `compile` into files and `views` into pages.
"""

from __future__ import annotations

from flask import Flask

from concept import commands, reactions, shell
from concept.views import blueprint

__all__ = ["init", "reactions"]


def init(app: Flask) -> None:
    """Add the pages, the command and the menu entry of this package to `app`."""
    app.register_blueprint(blueprint)
    commands.init(app)
    shell.init()
