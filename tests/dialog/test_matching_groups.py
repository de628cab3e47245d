"""What a proposal says of whom an offer is for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from dialog.actions.details import OfferFacts, keep_offer
from dialog.matching import Entry, Index, reasons_for
from dialog.offer_words import Trait
from dialog.queries import matches
from dialog.vocabulary import Kind
from tests import factories
from tests.factories import STAFF


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


def told(asked: Entry, offer: Entry) -> tuple[float, list[tuple[str, dict[str, str]]]]:
    (found,) = Index([offer]).propose(asked)
    return found.score, [(one.message, dict(one.values)) for one in reasons_for(asked, found, {1: "Keltern"})]


def test_groups_that_staff_have_ticked_count_like_those_in_words(app: Flask) -> None:
    asked = Entry(1, 1, "Schwimmkurs", "Schwimmkurs am Abend", 1, 1, "Geflüchtete")
    unknown = Entry(2, 2, "Schwimmkurs", "Schwimmkurs am Morgen", 1, 1)
    ticked = replace(unknown, groups=frozenset({"refugees"}))
    others = replace(unknown, groups=frozenset({"seniors"}))
    with app.test_request_context():
        score, reasons = told(asked, ticked)
        assert ("for the same people (%(group)s)", {"group": "Geflüchtete"}) in reasons
        assert score > told(asked, unknown)[0] == told(asked, others)[0]
        assert not [one for one, _ in told(asked, others)[1] if "same people" in one]
        for_all = replace(unknown, groups=frozenset({"everybody"}))
        assert ("for everybody", {}) in told(asked, for_all)[1]


def test_an_offer_in_the_language_of_a_need_says_so(app: Flask) -> None:
    asked = Entry(1, 1, "Schwimmkurs", "Schwimmkurs", 1, 1, language="ar")
    offer = Entry(2, 2, "Schwimmkurs", "Schwimmkurs", 1, 1, languages=frozenset({"ar", "de"}))
    with app.test_request_context():
        assert ("also in %(language)s", {"language": "العربية"}) in told(asked, offer)[1]
        german = replace(asked, language="de")
        elsewhere = replace(offer, languages=frozenset({"tr"}))
        for need, other in ((german, offer), (asked, elsewhere)):
            assert not [one for one, _ in told(need, other)[1] if "also in" in one]


@pytest.mark.usefixtures("inside")
def test_what_is_ticked_reaches_the_proposals_of_staff() -> None:
    need = factories.contribution(title="Schwimmkurs", text="Schwimmkurs fehlt.", language="ar")
    offer = factories.contribution(of=need.dialogue, kind=Kind.OFFER, title="Schwimmkurs", text="Abends.")
    with factories.change():
        keep_offer(
            STAFF,
            offer,
            OfferFacts(),
            based_on=0,
            traits={Trait.LANGUAGE: ["ar"], Trait.GROUP: ["everybody"]},
        )
    (match,) = matches.offers_for(STAFF, need.dialogue, need)
    assert {"for everybody", "also in %(language)s"} <= {one.message for one in match.reasons}
