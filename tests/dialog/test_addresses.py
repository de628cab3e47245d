"""Addresses of pages made from titles."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog.addresses import address_from, is_address


@pytest.mark.parametrize(
    ("title", "taken", "address"),
    [
        ("Dialogtag Integration 2027", set(), "dialogtag-integration-2027"),
        ("Für Mühlacker: Straße & Größe", set(), "fuer-muehlacker-strasse-groesse"),
        ("Dialogtag", {"dialogtag", "dialogtag-2"}, "dialogtag-3"),
        ("2027", set(), "tag"),
        ("لقاء", {"tag"}, "tag-2"),
        ("New", set(), "tag"),
        ("x", set(), "tag"),
    ],
)
def test_an_address_is_in_the_words_of_the_title_and_free(title: str, taken: set[str], address: str) -> None:
    assert address_from(title, is_taken=taken.__contains__, otherwise="tag") == address


@given(st.text(max_size=300))
def test_whatever_the_title_there_is_an_address(title: str) -> None:
    assert is_address(address_from(title, is_taken=lambda address: False, otherwise="tag"))


@pytest.mark.parametrize("text", ["", "a", "A-b", "1-a", "new", "a b", "a/b", "ä-b", "a" * 61, "ab\n"])
def test_what_is_no_address(text: str) -> None:
    assert not is_address(text)
