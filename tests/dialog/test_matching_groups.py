"""What a proposal says of whom an offer is for."""

from __future__ import annotations

import pytest
from flask import Flask

from dialog.matching import Entry, Index, reasons_for


@pytest.mark.parametrize(
    ("need", "offer"),
    [
        ("Menschen mit Behinderung", "Menschen mit wenig Geld"),
        ("Ältere Menschen", "Alle Menschen mit wenig Geld"),
        ("Kinder unter 6 Jahren", "Jugendliche ab 14 Jahren"),
    ],
)
def test_two_groups_that_share_a_word_are_not_the_same_people(app: Flask, need: str, offer: str) -> None:
    asked = Entry(1, 1, "Hilfe beim Einkauf", "Hilfe beim Einkauf fehlt", 1, 1, need)
    index = Index([Entry(2, 2, "Einkaufshilfe", "Hilfe beim Einkauf für andere", 1, 1, offer)])
    found = index.propose(asked)
    assert found
    messages = [one.message for one in reasons_for(asked, found[0], {1: "Keltern"})]
    assert not [one for one in messages if "same people" in one]
