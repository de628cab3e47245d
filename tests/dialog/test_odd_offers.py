"""Offers: calendars, links of providers, addresses."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from core.transaction import transaction
from dialog.actions.details import OfferFacts, keep_offer
from tests.client import Client
from tests.conftest import Maker
from tests.factories import STAFF


def test_an_offer_until_the_last_day_there_is_breaks_no_calendar(
    app: Flask, make: Maker, client: Client
) -> None:
    offer = make.contribution("public", kind="offer", text="Dauerhaft.")
    with app.app_context(), transaction():
        from dialog.queries.contributions import contribution_by_id

        keep_offer(
            STAFF,
            contribution_by_id(offer.id),
            OfferFacts(status="running", begin=date(2020, 1, 1), ends_on=date(9999, 12, 31)),
            based_on=0,
            traits={},
        )
    client.get(f"/dialogues/probe/contributions/{offer.reference}", 200)
    client.get("/dialogues/probe/offers", 200)
    client.get("/dialogues/probe/offers.ics", 200)


@pytest.mark.parametrize(
    "path",
    [
        "/dialogues/probe/gaps/uncovered?place=%00",
        "/dialogues/probe/gaps/uncovered?field=%00",
        "/dialogues/probe/offers?q=%00",
        "/organisations?place=%00",
        "/organisations?field=%00",
        "/dialogues/probe/offers?page=99999999999999999999999",
        "/dialogues/probe/gaps/uncovered?page=-99999999999999999999999",
        "/responsible?place=%00",
        "/dialogues/probe/gaps?map=%00",
        "/dialogues/probe/lists/99999999999999999999999",
    ],
)
def test_odd_addresses_are_no_server_error(app: Flask, make: Maker, client: Client, path: str) -> None:
    make.contribution("public")
    assert client.get(path).status_code < 500


@pytest.mark.parametrize(
    "path",
    [
        "lists/99999999999999999999999",
        "lists/9223372036854775808",
        "lists/2147483648",
        "offers/check?q=%00&place=%00",
        "offers/check?page=9999999999999999999999",
        "lists/1/rows/99999999999999999999999",
    ],
)
def test_odd_addresses_of_staff(app: Flask, make: Maker, client_as, path: str) -> None:
    make.contribution("public")
    assert client_as("coordinator").get(f"/dialogues/probe/{path}").status_code < 500
