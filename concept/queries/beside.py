"""What stands beside a text while somebody writes it, and which records the text itself names."""

from __future__ import annotations

import re
from dataclasses import dataclass

from concept.models import Concept, Section
from concept.queries import answers, concepts
from concept.queries.answers import ChapterAnswers
from core.actor import Actor
from dialog.queries import register as register_queries
from dialog.queries.register import RegisterEntry, RegisterFilter
from dialog.vocabulary import NUMBER_PREFIX, Kind

OFFERS_SHOWN = 100
"""More offers than a field has; the list of sources finds the rest."""

_NUMBERS = re.compile(rf"(?<![\w-])[{''.join(NUMBER_PREFIX.values())}]-[0-9]{{1,7}}(?![\w-])")


@dataclass(frozen=True, slots=True)
class Beside:
    """The records of a field chapter: its needs with their answers, by place, and its offers by number."""

    chapter: ChapterAnswers
    offers: tuple[RegisterEntry, ...]


def beside(actor: Actor, concept: Concept, section: Section) -> Beside | None:
    """The records of the chapter a section is in; None where it has no field or is hidden.

    Raises Forbidden for those who do not write.
    """
    slug = concepts.chapter_of(section.id).slug
    chapter = next((one for one in answers.access_answers(actor, concept) if one.slug == slug), None)
    if chapter is None:
        return None
    offers = register_queries.visible_register(
        actor,
        concept.dialogue,
        RegisterFilter(kind=Kind.OFFER, field=chapter.field.slug),
        register_queries.field_labels(concept.dialogue),
        limit=OFFERS_SHOWN,
    )
    return Beside(chapter, tuple(offers))


def numbers_in(text: str) -> list[str]:
    """The register numbers that a text names, such as `B-058`, each once and in their order."""
    return list(dict.fromkeys(_NUMBERS.findall(text)))
