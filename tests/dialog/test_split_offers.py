"""Splitting: undoing it, and what an ended offer becomes."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from core.actor import VISITOR
from core.clock import now
from core.db import db
from dialog.actions.splitting import take_split_back
from dialog.models import Dialogue, OfferDetails, OfferPlace
from dialog.queries import gaps
from dialog.queries.offers import OfferFilter, count_offers
from dialog.vocabulary import Kind
from tests import factories
from tests.dialog.test_splitting import TEXT, split, wanted
from tests.factories import STAFF


@pytest.fixture
def dialogue(inside: Flask) -> Dialogue:
    return factories.dialogue()


def test_a_need_divided_into_a_need_and_an_offer_can_be_put_together_again(dialogue: Dialogue) -> None:
    whole = factories.contribution(of=dialogue, text=TEXT)
    split(whole, [*wanted("Ein Deutschkurs."), *wanted("Ein Bus.", kind=Kind.OFFER)])
    with factories.change():
        take_split_back(STAFF, whole)
    assert whole.split_at is None


@pytest.mark.parametrize("over", [{"ends_on": date(2020, 1, 1)}, {"gone_at": True}])
def test_parts_of_an_offer_that_has_ended_have_ended(dialogue: Dialogue, over: dict) -> None:  # type: ignore[type-arg]
    if "gone_at" in over:
        over = {"gone_at": now()}
    whole = factories.contribution(of=dialogue, kind=Kind.OFFER, text=TEXT)
    with factories.change():
        db.session.add(OfferDetails(contribution_id=whole.id, status="running", **over))
    assert sum(row.offers for row in gaps.matrix(VISITOR, dialogue).rows) == 0
    split(whole, wanted("Ein Kurs.", "Ein Bus.", kind=Kind.OFFER))
    assert sum(row.offers for row in gaps.matrix(VISITOR, dialogue).rows) == 0


def test_parts_of_an_offer_reach_the_places_the_whole_reached(dialogue: Dialogue) -> None:
    whole = factories.contribution(of=dialogue, kind=Kind.OFFER, text=TEXT)
    other = factories.municipality("08236043", "Neuenbürg", "Stadt")
    with factories.change():
        db.session.add(OfferDetails(contribution_id=whole.id, status="running"))
        db.session.flush()
        db.session.add(OfferPlace(contribution_id=whole.id, municipality_id=other.id))
    assert count_offers(VISITOR, dialogue, OfferFilter(place="08236043")) == 1
    split(whole, wanted("Ein Kurs.", "Ein Bus.", kind=Kind.OFFER))
    assert count_offers(VISITOR, dialogue, OfferFilter(place="08236043")) == 2
