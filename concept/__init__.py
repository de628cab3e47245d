"""The concept: from what people said to a document, with the way back to every voice.

Read `models` (what stands in a concept and what it rests on), `actions` (how it gets there) and `reactions`
(how it keeps up with the register); then `queries/contents` makes plain data of chapters, which `document`
turns into the neutral tree of `core.documents`, `compile` into files and `views` into pages.
"""

from __future__ import annotations

from flask import Flask

from concept import reactions

__all__ = ["init", "reactions"]


def init(app: Flask) -> None:
    """Nothing to add yet."""
