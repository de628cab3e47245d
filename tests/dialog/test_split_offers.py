"""Splitting: undoing it, and what an ended offer becomes."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from core.actor import VISITOR
from core.clock import now
from core.db import db
from dialog.actions import moderation
from dialog.actions.coverage import judge_coverage
from dialog.actions.offers_kept import check_offer
from dialog.actions.splitting import take_split_back
from dialog.models import Contribution, Dialogue, OfferDetails, OfferPlace
from dialog.queries import coverage, gaps
from dialog.queries.offers import OfferFilter, count_offers
from dialog.vocabulary import Extent, Kind
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


def divided_that_covers(dialogue: Dialogue) -> tuple[Contribution, Contribution, list[Contribution]]:
    """A need, the offer that covers it, and the two parts into which that was divided."""
    need = factories.contribution(of=dialogue)
    whole = factories.contribution(of=dialogue, kind=Kind.OFFER, text=TEXT)
    with factories.change():
        judge_coverage(STAFF, need, whole, extent=Extent.FULLY)
    return need, whole, split(whole, wanted("Ein Kurs.", "Ein Bus.", kind=Kind.OFFER))


def test_a_divided_offer_covers_as_long_as_one_of_its_parts_exists(dialogue: Dialogue) -> None:
    need, whole, parts = divided_that_covers(dialogue)
    with factories.change():
        check_offer(STAFF, parts[0], "ended")
    assert coverage.covered_needs(dialogue) == {need.id: 1.0}
    assert [one.other for one in coverage.helping(need)] == [whole]
    with factories.change():
        check_offer(STAFF, parts[1], "ended")
    assert coverage.covered_needs(dialogue) == {}
    assert coverage.helping(need) == []
    with factories.change():
        check_offer(STAFF, parts[1], "running")
    assert coverage.covered_needs(dialogue) == {need.id: 1.0}


def test_a_divided_offer_without_a_public_part_covers_nothing(dialogue: Dialogue) -> None:
    _, _, parts = divided_that_covers(dialogue)
    with factories.change():
        for part in parts:
            moderation.hide_contribution(STAFF, part, reason="off_topic")
    assert coverage.covered_needs(dialogue) == {}
