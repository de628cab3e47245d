"""How large a list may be, and what is said of a file that is none."""

from __future__ import annotations

from typing import TypeAlias

from core.errors import Sentence

MAX_BYTES = 5_000_000
MAX_ROWS = 10_000
MAX_COLUMNS = 100
MAX_CELL = 5_000
MAX_CELLS = 400_000
"""Cells of a workbook that may be filled; about ten thousand rows of forty columns."""


Row: TypeAlias = tuple[str, ...]


class BadList(ValueError):
    """The file cannot be used; the sentence says why and what to do."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.sentence = sentence

    def __str__(self) -> str:
        return str(self.sentence)
