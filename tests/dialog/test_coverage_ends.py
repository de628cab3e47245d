"""Words about coverage once something has become of the offer."""

from __future__ import annotations

import pytest
from flask import Flask

from core.transaction import transaction
from dialog.actions import merging
from dialog.actions._parts import become
from dialog.actions.details import OfferFacts, keep_offer
from dialog.vocabulary import Extent, Kind
from tests.conftest import Maker
from tests.dialog.test_coverage import Ground
from tests.workshops.ground import Browse


@pytest.fixture
def ground(app: Flask, make: Maker) -> Ground:
    return Ground(app, make)


def test_an_offer_that_stands_with_one_that_has_ended_covers_nothing(ground: Ground) -> None:
    ground.judge(Extent.FULLY)
    with ground.app.app_context(), transaction():
        merging.merge_contribution(ground.staff.actor, ground.found(ground.offer), ground.found(ground.other))
        keep_offer(
            ground.staff.actor, ground.found(ground.other), OfferFacts(status="ended"), based_on=0, traits={}
        )
    assert ground.covered() == {}


def test_the_page_of_a_need_says_of_an_ended_offer_that_it_has_ended(ground: Ground, browse: Browse) -> None:
    ground.judge(Extent.FULLY)
    with ground.app.app_context(), transaction():
        keep_offer(
            ground.staff.actor, ground.found(ground.offer), OfferFacts(status="ended"), based_on=0, traits={}
        )
    assert ground.covered() == {}
    public = browse(None)
    public.get(f"/dialogues/{ground.dialogue.slug}/contributions/{ground.need.reference}", 200)
    assert (
        "Angebote, die helfen" not in public.text or "beendet" in public.text or "nicht mehr" in public.text
    )


def test_what_is_no_offer_any_more_covers_nothing(ground: Ground) -> None:
    ground.judge(Extent.FULLY)
    with ground.app.app_context(), transaction():
        one = ground.found(ground.offer)
        become(one, Kind.IDEA)
    assert ground.covered() == {}
