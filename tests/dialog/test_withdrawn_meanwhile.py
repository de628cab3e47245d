"""Somebody withdraws an entry while staff write about it: what was withdrawn keeps nothing, and is told."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from core.actor import Actor
from core.db import db
from core.errors import Conflict, DomainError, Invalid
from core.transaction import transaction
from dialog.actions import contributions, coverage, details, offers_kept
from dialog.actions.details import NeedFacts, OfferFacts
from dialog.models import Contribution, Coverage, NeedDetails, OfferDetails, Station
from dialog.offer_words import OfferStatus
from dialog.vocabulary import Extent, Visibility
from tests.conftest import Maker

Write = Callable[[Actor, Contribution, Contribution], object]
"""What staff write about a need and an offer."""


def judge(staff: Actor, need: Contribution, offer: Contribution) -> object:
    return coverage.judge_coverage(staff, need, offer, extent=Extent.FULLY)


def describe_offer(staff: Actor, _need: Contribution, offer: Contribution) -> object:
    return details.keep_offer(staff, offer, OfferFacts(contact="Rathaus"), based_on=0, traits={})


def describe_need(staff: Actor, need: Contribution, _offer: Contribution) -> None:
    details.keep_need(staff, need, NeedFacts(remark="Am Telefon"), based_on=0)


def check(staff: Actor, _need: Contribution, offer: Contribution) -> None:
    offers_kept.check_offer(staff, offer, OfferStatus.RUNNING)


@pytest.mark.parametrize(
    ("write", "withdrawn"),
    [(judge, "need"), (judge, "offer"), (describe_offer, "offer"), (describe_need, "need"), (check, "offer")],
)
@pytest.mark.parametrize("withdrawing_is_first", [True, False])
def test_both_at_once_leave_nothing_on_what_is_withdrawn(
    app: Flask, make: Maker, write: Write, withdrawn: str, withdrawing_is_first: bool
) -> None:
    author, staff = make.participant(), make.account("coordinator")
    made = {kind: make.contribution("public", kind=kind, author=author) for kind in ("need", "offer")}
    under_way, refusals = threading.Event(), list[DomainError]()

    def withdraw() -> None:
        contributions.withdraw_contribution(
            author.actor, db.session.get_one(Contribution, made[withdrawn].id)
        )

    def write_about() -> None:
        write(staff.actor, *(db.session.get_one(Contribution, made[kind].id) for kind in ("need", "offer")))

    first, second = (withdraw, write_about) if withdrawing_is_first else (write_about, withdraw)

    def be_second() -> None:
        with app.app_context():
            under_way.wait(timeout=10)
            try:
                with transaction():
                    second()
            except DomainError as error:
                refusals.append(error)

    other = threading.Thread(target=be_second)
    other.start()
    with app.app_context(), transaction():
        first()
        under_way.set()
        # Long enough for the other one to have read what it decides by, and to wait for us.
        other.join(timeout=0.3)
    other.join(timeout=30)
    assert not other.is_alive()

    with app.app_context():
        assert db.session.get_one(Contribution, made[withdrawn].id).visibility == Visibility.WITHDRAWN
        for model in (OfferDetails, NeedDetails):
            assert db.session.scalar(select(func.count()).select_from(model)) == 0
        if withdrawing_is_first:
            assert [type(error) for error in refusals] in ([Conflict], [Invalid])
            assert db.session.scalar(select(func.count()).select_from(Coverage)) == 0
            stops = set(db.session.scalars(select(Station.kind)))
            assert "covered" not in stops
        else:
            assert not refusals
