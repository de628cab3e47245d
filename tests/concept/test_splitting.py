"""Taking a section's text apart, and knowing its paragraphs again whatever was done to them."""

from __future__ import annotations

import random
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concept.splitting import Former, Placed, compose, marker_of, match, split

pytestmark = pytest.mark.without_database

SIX = [
    "## Wie es ist",
    "In Illingen laden Ehrenamtliche ins Café ein.",
    "- ein Garten\n- ein Sporttreff",
    "{{12: Ergebnis der Abstimmung}}",
    "Schwimmkurse für Kinder sind schnell voll.",
    "| Ort | Kurse |\n|---|---|\n| Mühlacker | 3 |",
]
WORDS = st.lists(
    st.sampled_from(["Kurs", "Garten", "Bus", "fehlt", "in", "am", "Sonntag"]), min_size=1, max_size=6
)
LINE = WORDS.map(" ".join)
BLOCK = st.one_of(
    LINE,
    LINE.map(lambda line: f"## {line}"),
    st.lists(LINE, min_size=1, max_size=3).map(lambda lines: "\n".join(f"- {line}" for line in lines)),
    st.lists(LINE, min_size=1, max_size=3).map(lambda lines: "\n\n".join(f"1. {line}" for line in lines)),
    LINE.map(lambda line: f"> {line}\n>\n> {line}"),
    LINE.map(lambda line: f"```\n{line}\n\n# {line}\n```"),
    LINE.map(lambda line: f"a | b\n--|--\n{line} | c"),
    LINE.map(lambda line: f"    {line}\n\n    {line}"),
    st.integers(1, 99).map(lambda number: f"{{{{{number}: Diagramm}}}}"),
)
# What people might type, and much that they would not.
ANYTHING = st.lists(
    st.sampled_from(
        [
            "a",
            "b b",
            "\n",
            "\n\n",
            "\n\n\n",
            "- ",
            "1. ",
            "> ",
            "# ",
            "    ",
            "|",
            "-|-",
            "{{3}}",
            "```",
            "---",
            "~~~",
        ]
    ),
    max_size=30,
).map("".join)


def formers(blocks: list[str]) -> list[Former]:
    return [Former(number, text) for number, text in enumerate(blocks, start=1)]


def ids(placed: list[Placed]) -> list[int | None]:
    return [one.id for one in placed]


# ---------------------------------------------------------------------------------------------- taking apart


def test_each_kind_of_block_is_one_and_stays_whole() -> None:
    assert split("\n\n".join(SIX)) == SIX


def test_a_heading_and_a_marker_need_no_empty_line() -> None:
    assert split("## Titel\nWorte\n{{7}}\nmehr") == ["## Titel", "Worte", "{{7}}", "mehr"]


@pytest.mark.parametrize(
    "whole",
    [
        "- a\n\n- b",
        "- a\n\n    weiter\n\n- b",
        "1. a\n\n2. b",
        "> a\n\n> b",
        "```\na\n\n\n## b\n```",
        "# | b\n--|--\n# | d",
        "    a\n\n    b",
    ],
)
def test_what_belongs_together_is_not_divided(whole: str) -> None:
    assert split(f"davor\n\n{whole}\n\ndanach") == ["davor", whole, "danach"]


def test_two_lists_stay_two() -> None:
    text = compose(["- a", "- b"])
    assert text == "- a\n\n\n- b"
    assert split(text) == ["- a", "- b"]


def test_only_a_line_of_its_own_is_a_marker() -> None:
    assert marker_of("{{12: Ergebnis}}") == marker_of("{{ 12 }}") == 12
    assert marker_of("siehe {{12}}") is marker_of("{{zwölf}}") is None
    assert split("```\n{{12}}\n```") == ["```\n{{12}}\n```"]


@given(ANYTHING)
def test_taken_apart_and_put_together_nothing_is_lost(text: str) -> None:
    blocks = split(text)
    assert re.sub(r"\s", "", "".join(blocks)) == re.sub(r"\s", "", text)
    assert split(compose(blocks)) == blocks


@given(st.lists(BLOCK, max_size=12))
def test_put_together_and_taken_apart_the_blocks_are_the_same(blocks: list[str]) -> None:
    assert split(compose(blocks)) == blocks or blocks[0].startswith("    ")


# --------------------------------------------------------------------------------------------- finding again


@given(st.lists(BLOCK, max_size=12))
def test_an_unchanged_text_has_the_same_blocks(blocks: list[str]) -> None:
    assert ids(match(formers(blocks), blocks)) == list(range(1, len(blocks) + 1))


@given(st.lists(BLOCK, max_size=12, unique=True), st.randoms())
def test_whatever_is_moved_keeps_its_id(blocks: list[str], chance: random.Random) -> None:
    order = list(enumerate(blocks, start=1))
    chance.shuffle(order)
    assert ids(match(formers(blocks), [text for _, text in order])) == [number for number, _ in order]


@given(st.lists(BLOCK, max_size=8), st.lists(BLOCK, max_size=8))
def test_no_id_is_given_twice_and_none_is_invented(before: list[str], after: list[str]) -> None:
    found = match(formers(before), after)
    used = [id for one in found for id in (one.id, *one.joined) if id is not None]
    assert [one.text for one in found] == after
    assert len(used) == len(set(used))
    assert set(used) <= set(range(1, len(before) + 1))


def test_a_reworded_paragraph_is_the_same_even_when_moved() -> None:
    before = [
        "Schwimmkurse für Kinder sind schnell voll.",
        "Am Sonntag fährt kein Bus.",
        "Es fehlt Wohnraum.",
    ]
    after = [
        "Es fehlt Wohnraum.",
        "Schwimmkurse für Kinder sind sehr schnell ausgebucht.",
        "Am Sonntag fährt kein Bus.",
    ]
    assert ids(match(formers(before), after)) == [3, 1, 2]


def test_a_new_paragraph_has_no_id_and_takes_none() -> None:
    before = ["Am Sonntag fährt kein Bus.", "Es fehlt Wohnraum."]
    after = [before[0], "Deutschkurse brauchen Kinderbetreuung.", before[1]]
    assert ids(match(formers(before), after)) == [1, None, 2]


def test_of_a_divided_paragraph_the_greater_part_is_the_former_one() -> None:
    whole = "Kurse sind voll und Busse fahren selten, zumal am Abend nach acht. Es fehlt Wohnraum."
    assert ids(match(formers([whole]), [whole[:67], whole[67:]])) == [1, None]
    assert ids(match(formers([whole]), [whole[67:], whole[:67]])) == [None, 1]
    halves = ["eins zwei drei vier", "fünf sechs sieben acht"]
    assert ids(match(formers([" ".join(halves)]), halves)) == [1, None]


def test_two_paragraphs_that_become_one_are_both_known() -> None:
    before = ["Schwimmkurse für Kinder sind schnell voll.", "Am Sonntag fährt kein Bus ins Bad.", "Ende."]
    [one, end] = match(formers(before), [" ".join(before[:2]), "Ende."])
    assert {one.id, *one.joined} == {1, 2}
    assert end == Placed(3, "Ende.")


def test_what_was_deleted_is_joined_to_nothing() -> None:
    before = ["Schwimmkurse für Kinder sind schnell voll.", "Am Sonntag fährt kein Bus ins Bad."]
    [one] = match(formers(before), ["Schwimmkurse für alle Kinder sind schnell voll."])
    assert one == Placed(1, "Schwimmkurse für alle Kinder sind schnell voll.")


def test_what_had_gone_returns_with_its_very_words_only() -> None:
    gone = Former(1, "Am Sonntag fährt kein Bus.", gone=True)
    assert ids(match([gone], ["Am Sonntag fährt kein Bus."])) == [1]
    assert ids(match([gone], ["Am Sonntag fährt nie ein Bus."])) == [None]


def test_of_paragraphs_with_the_same_words_the_one_beside_the_same_neighbour() -> None:
    before = ["Ja.", "Am Sonntag fährt kein Bus.", "Ja.", "Es fehlt Wohnraum."]
    assert ids(match(formers(before), before[1:])) == [2, 3, 4]


def test_a_paragraph_written_as_several_stays_one_until_it_is_changed() -> None:
    whole = "Es gibt:\n\n- einen Garten\n- einen Treff"
    assert match([Former(1, whole)], split(f"Neu.\n\n{whole}"))[1] == Placed(1, whole)
    changed = split(whole.replace("Treff", "Sporttreff"))
    assert ids(match([Former(1, whole)], changed)) == [None, 1]


HARD = {
    "the same line": ["Ja und nein."] * 1_000,
    "common words": [
        " ".join(random.Random(n).choices(["der", "die", "das", "und", "in"], k=8)) for n in range(1_000)
    ],
    "numbers": [f"Absatz {n} von {n * 7} und {n % 10}" for n in range(1_000)],
    "long": ["wort " * 9_999],
}


@pytest.mark.parametrize("name", HARD)
def test_the_largest_texts_are_compared_in_bounded_time(name: str) -> None:
    before = HARD[name]
    after = [f"{text} neu {number}" for number, text in enumerate(reversed(before))]
    began = time.process_time()
    assert len(match(formers(before), split(compose(after)))) == len(after)
    assert time.process_time() - began < 4


@settings(max_examples=20)
@given(st.sampled_from(["- ", "> ", "`", "|", "{{1", "#", " ", "\n- ", "\n\n", "* ", "|-", "\n```\n"]))
def test_taking_apart_takes_bounded_time(sign: str) -> None:
    text = (sign * 50_000)[:50_000]
    began = time.process_time()
    split(compose(split(text)))
    assert time.process_time() - began < 2
