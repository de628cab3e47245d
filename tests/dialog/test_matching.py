"""Proposals of offers for a need: what is found, in which order, and the sentence that says why."""

from __future__ import annotations

import pytest
from flask import Flask

from core.i18n import force_locale
from dialog.matching import Entry, Index, reasons_for
from dialog.matching.reasons import sentence
from dialog.matching.words import parts_of, stem, words_of
from tools.bench_matching.measures import PLAIN
from tools.bench_matching.quality import asked, half, limit_of, quality


def entry(number: int, title: str, text: str = "", **more: object) -> Entry:
    known = {"field_id": 1, "municipality_id": None, **more}
    return Entry(id=number, number=number, title=title, text=text or title, **known)  # type: ignore[arg-type]


SWIMMING = entry(1, "Schwimmkurse", "Kinder lernen schwimmen.", municipality_id=7, target_group="Kinder")
COURSES = entry(2, "Deutschkurs", "Ein Kurs am Abend.", field_id=2)
READING = entry(3, "Bücherstunde", "Vorlesen in der Bücherei.", target_group="alle")
OFFERS = [READING, SWIMMING, COURSES]


@pytest.mark.parametrize("words", ["Bücher Buecher Buch buch", "Mädchen Maedchen", "Straßen Strassen Straße"])
def test_forms_and_spellings_of_a_word_share_a_stem(words: str) -> None:
    assert len({stem(word) for word in words.split()}) == 1


def test_a_word_of_the_grammar_says_nothing() -> None:
    assert [one.written for one in words_of("Für die Kinder, und 3 Frauen!")] == ["Kinder", "Frauen"]


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("schwimmkurs", ("schwimm", "kurs")),
        ("integrationskurs", ("integration", "kurs")),
        ("kurs", ()),
        ("garten", ()),
    ],
)
def test_a_compound_falls_into_parts_the_vocabulary_knows(word: str, parts: tuple[str, ...]) -> None:
    assert parts_of(word, {"kurs", "garten"}) == parts


def test_parts_of_compounds_and_other_forms_are_found_and_nothing_else_is() -> None:
    index = Index(OFFERS)
    need = entry(9, "Schwimmzeiten", "Ein Kind braucht Schwimmzeiten.", municipality_id=7)
    found = index.propose(need)
    assert [one.entry for one in found] == [SWIMMING]
    assert "Schwimmzeiten" in found[0].words
    assert index.propose(entry(9, "Zahnarzt")) == []
    assert Index([]).propose(need) == []


def test_the_better_one_comes_first_and_of_equal_ones_the_lower_number() -> None:
    twins = [entry(number, "Nähtreff für Frauen") for number in (8, 5, 6)]
    index = Index([*OFFERS, *twins, entry(4, "Treff für Männer")])
    found = index.propose(entry(9, "Ein Nähtreff für eine Frau"))
    assert [one.entry.number for one in found[:3]] == [5, 6, 8]
    assert found == index.propose(entry(9, "Ein Nähtreff für eine Frau"))
    assert [one.entry.number for one in index.propose(twins[0])][:2] == [5, 6]


def test_the_reasons_are_one_sentence_in_the_language_of_the_reader(app: Flask) -> None:
    need = entry(9, "Schwimmzeiten", "Ein Kind schwimmt.", municipality_id=7, target_group="Kinder")
    (found,) = Index(OFFERS).propose(need)
    reasons = reasons_for(need, found, {7: "Dorf"})
    with app.test_request_context(), force_locale("en"):
        said = sentence(reasons)
    assert said.startswith("What speaks for it: words alike (")
    assert said.endswith("); the same topic; for the same people (Kinder); in the same place (Dorf).")


@pytest.mark.parametrize(
    ("asked_from", "offered_in", "message"),
    [
        (7, 7, "in the same place (%(place)s)"),
        (7, None, "reaches the whole county"),
        (7, 8, "in %(place)s, could be opened"),
        (None, 8, "only in %(place)s so far"),
    ],
)
def test_a_reason_says_how_far_an_offer_reaches(
    asked_from: int | None, offered_in: int | None, message: str
) -> None:
    need = entry(9, "Nähtreff", municipality_id=asked_from)
    (found,) = Index([entry(1, "Nähtreff", municipality_id=offered_in)]).propose(need)
    assert reasons_for(need, found, {7: "Dorf", 8: "Stadt"})[-1].message == message


def test_on_labels_not_tuned_on_it_beats_trigrams_and_tf_idf() -> None:
    seen = {}
    for name, measure in PLAIN.items():
        found = asked(measure)
        seen[name] = quality(found, half("held-out"), limit_of(found, half("tuning")))
    ours = seen.pop("**ours**")
    for other in seen.values():
        assert ours.recall_at_5 > 1.15 * other.recall_at_5
        assert ours.precision_at_5 > 1.15 * other.precision_at_5
        assert ours.shown_precision > 1.15 * other.shown_precision
