"""What the demonstration's concept says, and how many queries it takes to say it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from flask import Flask

from concept.actions import concepts
from concept.content import Content
from concept.queries import contents
from core.actor import OPERATOR, VISITOR
from core.config import ROOT
from core.transaction import transaction
from dialog.actions import moderation
from dialog.queries import contributions as contribution_queries
from dialog.queries import dialogues as dialogue_queries
from dialog.vocabulary import PollStatus
from tests import factories
from tests.concept import ground
from tests.dialog.ground import counted_queries
from tests.factories import STAFF

RANKING = json.loads((ROOT / "tests" / "data" / "demo_ranking.json").read_text("utf-8"))


@pytest.fixture
def demo(demo_app: Flask) -> Iterator[Flask]:
    with demo_app.app_context():
        yield demo_app


def whole() -> Content:
    return contents.whole_content(VISITOR, dialogue_queries.access_dialogue(VISITOR, "enzkreis"))


def test_needs_stand_in_the_order_of_the_dots(demo: Flask) -> None:
    content = whole()
    shown = {field: ground.references(f"field-{field}-needs", content) for field in RANKING}
    assert shown == RANKING


def test_every_need_offer_goal_and_measure_rests_on_something(demo: Flask) -> None:
    kinds: dict[str, int] = {}
    for chapter in contents.all_chapters(whole().chapters):
        for piece in chapter.pieces:
            if piece.kind in {"contribution", "goal", "measure"}:
                assert piece.origins, piece
                kinds[piece.kind] = kinds.get(piece.kind, 0) + 1
    assert kinds == {"contribution": 150, "goal": 10, "measure": 6}


def test_every_paragraph_about_a_field_rests_on_something(demo: Flask) -> None:
    paragraphs = [
        piece
        for chapter in contents.all_chapters(whole().chapters)
        if chapter.part == "situation"
        for piece in chapter.pieces
    ]
    assert len(paragraphs) >= 10
    assert all(piece.origins for piece in paragraphs)


def test_measures_are_those_of_the_data(demo: Flask) -> None:
    data = json.loads((ROOT / "demo" / "enzkreis-demo.json").read_text("utf-8"))
    content = whole()
    assert [(m.reference, m.field.slug, m.titles["de"]) for m in content.measures] == [
        (entry["id"], entry["field"], entry["title"]) for entry in data["measures"]
    ]
    by_number = {m.reference: m for m in content.measures}
    # “priority” of the data is a class in two measures and a time frame in the others.
    assert (by_number["M-04"].priority_class, by_number["M-04"].time_frame) == ("quick_win", "")
    assert (by_number["M-01"].priority_class, by_number["M-01"].time_frame) == ("", "short")
    assert (by_number["M-02"].cost, by_number["M-02"].funding) == ("63.000 €", "Förderung beantragt")
    sources = {
        piece.measure.reference: {origin.reference for origin in piece.origins}
        for chapter in contents.all_chapters(content.chapters)
        for piece in chapter.pieces
        if piece.measure is not None
    }
    assert sources == {entry["id"]: set(entry["needs"]) for entry in data["measures"]}


def test_a_chapter_has_only_its_own_blocks(demo: Flask) -> None:
    concept = contents.access_concept(VISITOR, dialogue_queries.access_dialogue(VISITOR, "enzkreis"))
    one = contents.content(VISITOR, concept, chapter="field-arbeit")
    filled = {c.slug for c in contents.all_chapters(one.chapters) if c.pieces}
    assert filled == {
        f"field-arbeit-{part}" for part in ("situation", "offers", "needs", "goals", "measures")
    }
    assert ground.chapter_in(one, "field-arbeit") == ground.chapter_in(whole(), "field-arbeit")


def test_the_number_of_queries_does_not_grow(demo: Flask) -> None:
    dialogue = dialogue_queries.access_dialogue(VISITOR, "enzkreis")
    concept = contents.access_concept(VISITOR, dialogue)
    with counted_queries() as chapter:
        contents.content(VISITOR, concept, chapter="field-sprache")
    with counted_queries() as everything:
        contents.content(VISITOR, concept)
    assert len(chapter) <= 15
    assert len(everything) <= 56


def test_needs_of_a_later_vote_take_no_query_each(inside: Flask) -> None:
    ground.a_concept()
    poll = factories.poll(PollStatus.PUBLISHED, needs=1, ballots={"a": {1: 1}})
    with transaction():
        concepts.choose_decisive_poll(OPERATOR, ground.section(), ground.poll(poll))
    counts = []
    for needs in (1, 5):
        factories.poll(PollStatus.PUBLISHED, needs=needs)
        with counted_queries() as asked:
            ground.whole()
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_hidden_need_is_named_nowhere(demo: Flask) -> None:
    dialogue = dialogue_queries.access_dialogue(OPERATOR, "enzkreis")
    with transaction():
        need = contribution_queries.access_contribution(OPERATOR, dialogue, "B-058")
        moderation.hide_contribution(STAFF, need, reason="personal_data")
    content = whole()
    assert "Frauenkurse" not in repr(content)
    chapter = ground.chapter_in(content, "field-sprache")
    assert chapter.poll is not None
    # The tally stays what it was; the line has lost its name.
    assert [line.points for line in chapter.poll.lines if not line.title] == [17]
    assert all(
        origin.reference != "B-058"
        for found in contents.all_chapters(content.chapters)
        for piece in found.pieces
        for origin in piece.origins
    )
