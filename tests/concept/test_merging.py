"""What two people made of one text, brought together; and what is new in a wording."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concept import merging, wordings
from core.documents.words import PATIENCE

pytestmark = pytest.mark.without_database

LABELS = ("mine", "theirs")
TEXTS = st.lists(st.sampled_from("abcde"), max_size=7)


def merged(base: str | None, mine: str, theirs: str) -> tuple[str, int]:
    found = merging.merge(None if base is None else list(base), list(mine), list(theirs), labels=LABELS)
    return "".join(block[0] if block[0] in "<|>" else block for block in found.blocks), found.conflicts


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "result"),
    [
        ("abc", "abc", "abc", ("abc", 0)),
        ("abc", "xbc", "abc", ("xbc", 0)),
        ("abc", "abc", "xbc", ("xbc", 0)),
        ("abc", "xbc", "aby", ("xby", 0)),
        ("abc", "abcx", "yabc", ("yabcx", 0)),
        ("abc", "ac", "abcx", ("acx", 0)),
        ("abc", "axc", "axc", ("axc", 0)),
        ("abc", "axc", "ayc", ("a<x|y>c", 1)),
        ("abc", "ac", "ayc", ("a<|y>c", 1)),
        ("abcd", "xbcy", "vbcw", ("<x|v>bc<y|w>", 2)),
        (None, "abx", "ab", ("abx", 0)),
        (None, "axb", "ab", ("axb", 0)),
        (None, "axb", "ayb", ("a<x|y>b", 1)),
    ],
)
def test_changes_of_both_come_together(
    base: str | None, mine: str, theirs: str, result: tuple[str, int]
) -> None:
    assert merged(base, mine, theirs) == result


@given(TEXTS, TEXTS, TEXTS)
def test_nothing_that_anybody_added_is_lost(base: list[str], mine: list[str], theirs: list[str]) -> None:
    found = merging.merge(base, mine, theirs, labels=LABELS)
    assert set(found.blocks) >= (set(mine) | set(theirs)) - set(base)
    assert merging.is_undecided("\n\n".join(found.blocks)) == (found.conflicts > 0)
    assert merging.merge(base, mine, base, labels=LABELS).blocks == tuple(mine)
    assert merging.merge(base, base, theirs, labels=LABELS).blocks == tuple(theirs)


def test_the_largest_texts_are_brought_together_in_bounded_time() -> None:
    base = [f"{n % 3}" for n in range(1_000)]
    began = time.process_time()
    merging.merge(base, [f"{n % 5}" for n in range(1_000)], [f"{n % 7}" for n in range(1_000)], labels=LABELS)
    assert time.process_time() - began < 5


def block(id: int, text: str = "", kind: str = "paragraph") -> dict[str, object]:
    return {"id": id, "kind": kind, "markdown": text} if text else {"id": id, "kind": kind, "settings": {}}


def test_a_wording_says_of_each_block_what_became_of_it() -> None:
    before = [
        block(1, "Kurse sind voll."),
        block(2, "Weg."),
        block(3, "Bleibt."),
        block(4, kind="chart"),
        block(5, "E"),
    ]
    after = [
        block(5, "E"),
        block(1, "Kurse sind sehr voll."),
        block(3, "Bleibt."),
        block(9, "Neu."),
        block(4, kind="chart"),
    ]
    assert [(change.block_id, change.kind) for change in wordings.changes(before, after)] == [
        (5, "moved"),
        (1, "changed"),
        (2, "gone"),
        (3, "same"),
        (9, "new"),
        (4, "same"),
    ]


@given(st.text("ab .", max_size=30), st.text("ab .", max_size=30))
def test_both_texts_can_be_read_from_the_comparison(before: str, after: str) -> None:
    runs = wordings.words(before, after)
    assert "".join(run.text for run in runs if run.kind != "new") == before
    assert "".join(run.text for run in runs if run.kind != "gone") == after


def test_a_very_long_block_is_compared_within_its_time() -> None:
    before = " ".join(f"wort{number}" for number in range(5_000))
    after = f"{before.replace('wort2500', 'anders')} ende"
    began = time.process_time()
    runs = wordings.words(before, after)
    assert time.process_time() - began < PATIENCE
    assert [run.text for run in runs if run.kind == "new"] == ["anders", " ende"]
