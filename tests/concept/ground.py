"""What the tests of the concept share: a small concept, and reading its plain data."""

from __future__ import annotations

from concept.actions import blocks, concepts, goals, measures
from concept.actions.sources import cite
from concept.content import Chapter, Content, Piece
from concept.models import Concept, Section
from concept.queries import concepts as queries
from concept.queries import contents
from core.actor import OPERATOR, VISITOR
from dialog.models import Contribution, Dialogue, Poll
from dialog.queries import contributions as contribution_queries
from dialog.queries import dialogues as dialogue_queries
from dialog.queries import polls as poll_queries
from dialog.vocabulary import PollStatus
from region.models import ActionField
from tests import factories


def a_concept(of: Dialogue | None = None) -> Concept:
    """The concept of a dialogue, begun if it is not there."""
    of = of or factories.dialogue()
    with factories.change():
        if not queries.has_concept(of.id):
            concepts.found_concept(
                OPERATOR,
                dialogue_queries.access_dialogue(OPERATOR, of.slug),
                titles={"de": "Konzept", "en": "Concept"},
                subtitles={"de": "Entwurf", "en": "Draft"},
            )
        return present(of)


def present(of: Dialogue | None = None) -> Concept:
    """The concept as it is now."""
    found = queries.concept_of((of or factories.dialogue()).id)
    assert found is not None
    return found


def section(slug: str = "field-sprache") -> Section:
    """A section of the concept."""
    return queries.access_section(OPERATOR, present(), slug)


def field(slug: str = "sprache") -> ActionField:
    """A field as it is in the open transaction."""
    return factories.field(slug)


def again(contribution: Contribution) -> Contribution:
    """The contribution with its way, as it is now."""
    found = contribution_queries.contribution_by_id(contribution.id)
    assert found is not None
    return found


def poll(of: Poll) -> Poll:
    """The poll as it is now."""
    return poll_queries.access_poll(OPERATOR, factories.dialogue(), of.id)


def whole() -> Content:
    """Everything that stands in the concept."""
    return contents.content(VISITOR, present())


def chapter_in(content: Content, slug: str) -> Chapter:
    """The chapter with this address, wherever it is in the tree."""
    return next(chapter for chapter in contents.all_chapters(content.chapters) if chapter.slug == slug)


def pieces(slug: str, content: Content | None = None) -> tuple[Piece, ...]:
    """What stands in one section."""
    return chapter_in(content or whole(), slug).pieces


def references(slug: str, content: Content | None = None) -> list[str]:
    """The register numbers of a section in their order."""
    return [piece.voice.reference for piece in pieces(slug, content) if piece.voice is not None]


def way(contribution: Contribution) -> list[tuple[str, str]]:
    """Kind and address of the stops that the concept has added."""
    return [
        (station.kind, station.url)
        for station in again(contribution).stations
        if station.kind.startswith("in_")
    ]


def filled() -> Concept:
    """A concept with a paragraph, a goal and a measure, each resting on one need."""
    need = factories.contribution(title="Kurse am Abend")
    concept = a_concept()
    with factories.change():
        need = again(need)
        paragraph = blocks.write_paragraph(OPERATOR, section("field-sprache-situation"), text="So *ist* es.")
        cite(OPERATOR, paragraph, need)
        goal = goals.add_goal(OPERATOR, present(), field(), texts={"de": "Alle lernen.", "en": "All learn."})
        cite(OPERATOR, goal, need)
        measure = measures.add_measure(
            OPERATOR,
            goal,
            titles={"de": "Abendkurs"},
            begins="2022-09",
            ends="2023-12-31",
            partners=["VHS"],
            indicator="3 Kurse",
        )
        cite(OPERATOR, measure, need)
    return concept


def contribution(reference: str) -> Contribution:
    """The contribution with this number, as it is now."""
    return contribution_queries.access_contribution(factories.STAFF, factories.dialogue(), reference)


def voted(needs: int = 4) -> None:
    """A concept whose chapter is ordered by a published vote on so many needs, none of them answered."""
    decisive = factories.poll(
        PollStatus.PUBLISHED,
        needs=needs,
        ballots={"a": {1: 2, 2: 1}, "b": {1: 2, 3: 1}} if needs > 2 else {"a": {1: 2}},
    )
    a_concept()
    with factories.change():
        concepts.choose_decisive_poll(OPERATOR, section(), poll(decisive))
