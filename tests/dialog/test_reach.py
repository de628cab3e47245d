"""Offers that serve other places, or the whole county from one place."""

from __future__ import annotations

import pytest
from flask import Flask

from core.actor import VISITOR
from dialog.actions.details import OfferFacts, keep_offer
from dialog.matching.reasons import sentence
from dialog.models import Contribution, Dialogue
from dialog.queries import gaps
from dialog.queries.gaps import Reach
from dialog.queries.matches import offers_for
from dialog.queries.offers import OfferFilter, count_offers
from dialog.vocabulary import Kind
from tests import factories
from tests.factories import STAFF

HERE, THERE = "08236040", "08236043"


@pytest.fixture
def dialogue(inside: Flask) -> Dialogue:
    return factories.dialogue()


def pair(dialogue: Dialogue, *, county: bool) -> tuple[Contribution, Contribution]:
    need = factories.contribution(of=dialogue, text="Es fehlt ein Deutschkurs am Abend.", place=HERE)
    offer = factories.contribution(of=dialogue, kind=Kind.OFFER, text="Deutschkurs am Abend.", place=THERE)
    places = () if county else [factories.municipality(HERE, "Mühlacker", "Stadt")]
    with factories.change():
        keep_offer(
            STAFF,
            offer,
            OfferFacts(status="running", serves_county=county),
            based_on=0,
            traits={},
            places=places,
        )
    # The directory says that it reaches the place of the need.
    assert count_offers(VISITOR, dialogue, OfferFilter(place=HERE)) == 1
    return need, offer


@pytest.mark.parametrize("county", [True, False])
def test_the_matrix_knows_that_an_offer_reaches_a_place(dialogue: Dialogue, county: bool) -> None:
    need, _ = pair(dialogue, county=county)
    row = next(
        one
        for one in gaps.matrix(VISITOR, dialogue).rows
        if one.municipality and one.municipality.ags == HERE
    )
    assert row.cells[need.field_id].reach != Reach.NONE


@pytest.mark.parametrize("county", [True, False])
def test_a_proposal_does_not_say_that_what_serves_the_place_could_be_opened(
    dialogue: Dialogue, county: bool
) -> None:
    need, offer = pair(dialogue, county=county)
    match = next(one for one in offers_for(STAFF, dialogue, need) if one.offer.id == offer.id)
    assert "geöffnet" not in sentence(match.reasons)
    assert "could be opened" not in {one.message for one in match.reasons}
    assert not [one.message for one in match.reasons if "could be opened" in one.message]
