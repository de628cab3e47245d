"""Texts that staff use again and again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select

from core.actor import Actor
from core.db import db
from core.errors import NotFound
from dialog.models import Dialogue, TextBlock
from dialog.permissions import RIGHTS, Permission


def blocks_of(dialogue_id: int, *, lock: bool = False) -> list[TextBlock]:
    """All text blocks of a dialogue by name, whoever asks; with `lock` until the open transaction ends."""
    if lock:
        db.session.execute(select(Dialogue.id).where(Dialogue.id == dialogue_id).with_for_update())
    return list(
        db.session.execute(
            select(TextBlock).where(TextBlock.dialogue_id == dialogue_id).order_by(TextBlock.title)
        ).scalars()
    )


def visible_text_blocks(actor: Actor, dialogue: Dialogue) -> list[TextBlock]:
    """The text blocks of a dialogue by name. Raises NotFound for those who do not check."""
    if not RIGHTS.allows(actor, Permission.KEEP_TEXTS, dialogue):
        raise NotFound
    return blocks_of(dialogue.id)


def access_text_block(actor: Actor, dialogue: Dialogue, block_id: int) -> TextBlock:
    """A text block of this dialogue. Raises NotFound."""
    for block in visible_text_blocks(actor, dialogue):
        if block.id == block_id:
            return block
    raise NotFound


class Insertable(NamedTuple):
    """A text block as somebody inserts it: its number, its name, its words in one language."""

    id: int
    title: str
    text: str
    language: str


def insertable(blocks: Sequence[TextBlock], language: str) -> list[Insertable]:
    """The blocks in the language of the one who is written to, else in the first they have."""
    found = []
    for block in blocks:
        spoken = next((one for one in (language, "de", *block.texts) if one in block.texts), None)
        if spoken is not None:
            found.append(Insertable(block.id, block.title, block.texts[spoken], spoken))
    return found
