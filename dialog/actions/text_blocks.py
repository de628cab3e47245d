"""Texts that staff use again and again in questions and notes."""

from __future__ import annotations

from collections.abc import Mapping

from core.actor import Actor
from core.db import db
from core.errors import Conflict, Invalid
from core.i18n import lazy_gettext as _l
from core.journal import record
from core.text import clean_line, clean_text
from dialog.facts import TextBlockKept, TextBlockRemoved
from dialog.models import Dialogue, TextBlock
from dialog.permissions import RIGHTS, Permission
from dialog.queries import text_blocks as queries
from dialog.text_suggestions import SUGGESTIONS
from dialog.vocabulary import NOTE_LIMIT

NAME_LIMIT = 80
"""Most characters of the name of a text block."""

MOST_TEXT_BLOCKS = 40
"""More than these nobody finds again."""


def keep_text_block(
    actor: Actor,
    dialogue: Dialogue,
    *,
    title: str,
    texts: Mapping[str, str],
    block: TextBlock | None = None,
) -> TextBlock:
    """Write a new text block, or change `block`; `texts` by language, empty ones are left out.

    Raises Invalid without a title or any text or for one too long, Conflict if the title is taken or there
    are too many.
    """
    RIGHTS.require(actor, Permission.KEEP_TEXTS, dialogue)
    name = clean_line(title)
    if not name or len(name) > NAME_LIMIT:
        sentence = _l("Please give the text a name of at most %(max)d characters.", max=NAME_LIMIT)
        raise Invalid(sentence, {"title": [sentence]})
    words = {language: clean_text(text) for language, text in texts.items() if clean_text(text)}
    if not words:
        raise Invalid(_l("Please write the text in at least one language."))
    for language, text in words.items():
        if len(text) > NOTE_LIMIT:
            sentence = _l("Please use at most %(max)d characters.", max=NOTE_LIMIT)
            raise Invalid(sentence, {f"text_{language}": [sentence]})
    others = [one for one in queries.blocks_of(dialogue.id, lock=True) if block is None or one.id != block.id]
    if name in {one.title for one in others}:
        sentence = _l("There is a text of this name already.")
        raise Conflict(sentence, code="title_taken")
    if len(others) >= MOST_TEXT_BLOCKS:
        raise Conflict(_l("There are %(max)d texts already. Please delete one first.", max=MOST_TEXT_BLOCKS))
    if block is None:
        block = TextBlock(dialogue_id=dialogue.id)
        db.session.add(block)
    block.title, block.texts = name, words
    db.session.flush()  # The fact needs the id.
    record(actor, TextBlockKept(block.id))
    return block


def remove_text_block(actor: Actor, block: TextBlock) -> None:
    """Throw a text block away; what was written with it stays."""
    RIGHTS.require(actor, Permission.KEEP_TEXTS, block)
    block_id = block.id
    db.session.delete(block)
    db.session.flush()
    record(actor, TextBlockRemoved(block_id))


def take_suggestions(actor: Actor, dialogue: Dialogue) -> int:
    """Keep those of our suggestions whose name is not taken; gives their number."""
    RIGHTS.require(actor, Permission.KEEP_TEXTS, dialogue)
    there = {one.title for one in queries.blocks_of(dialogue.id)}
    wanted = [one for one in SUGGESTIONS if one.title not in there][: MOST_TEXT_BLOCKS - len(there)]
    for one in wanted:
        keep_text_block(actor, dialogue, title=one.title, texts=one.texts)
    return len(wanted)
