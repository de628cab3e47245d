"""What says nearly the same as words that somebody is writing, or has just sent."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core.actor import Actor
from core.db import db
from dialog.matching import Entry
from dialog.models import Contribution, Dialogue
from dialog.permissions import RIGHTS, Permission
from dialog.queries.matches import index_of
from dialog.queries.merges import stands_alone
from dialog.vocabulary import Kind, Visibility

MOST = 3
LEAST = 0.38
"""Less likeness than this disturbs more than it helps; tried with sentences on the demonstration."""
SHORTEST = 12
"""So many characters have to be there before anything can be said."""
LONGEST = 1_000
"""Only the beginning of longer words is looked at."""


class SimilarEntry(NamedTuple):
    """A public entry that says nearly the same."""

    reference: str
    title: str
    language: str
    """Of the title."""
    place: str
    """The name of its municipality; empty for the whole county."""


def similar_entries(actor: Actor, dialogue: Dialogue, kind: Kind, words: str) -> list[SimilarEntry]:
    """Public needs or offers that say nearly the same as these words, the most alike first, at most three.

    Entries are compared by words, their forms and parts, so that only those in the same language are found.
    """
    RIGHTS.require(actor, Permission.READ_REGISTER, dialogue)
    asked = " ".join(words[:LONGEST].split())
    if len(asked) < SHORTEST:
        return []
    entry = Entry(id=0, number=0, title="", text=asked, field_id=0, municipality_id=0)
    index = index_of(dialogue.id, kind, patience=1.0)
    found = [one.entry.id for one in index.propose(entry, most=MOST, least=LEAST)]
    # What is shown is read anew: nothing is shown that was taken back since.
    rows = db.session.scalars(
        select(Contribution)
        .options(joinedload(Contribution.municipality))
        .where(Contribution.id.in_(found), Contribution.visibility == Visibility.PUBLIC, stands_alone())
    )
    by_id = {one.id: one for one in rows}
    return [
        SimilarEntry(
            one.reference,
            one.title or one.text,
            one.title_language,
            one.municipality.name if one.municipality else "",
        )
        for key in found
        if (one := by_id.get(key)) is not None
    ]
