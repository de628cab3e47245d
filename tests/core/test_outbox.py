"""Entries of the browser's outbox: whose they are, and that one counts once for its owner."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from core import idempotency, outbox
from core.db import db
from core.transaction import transaction
from dialog.models import Contribution
from tests.client import Client
from tests.conftest import Maker
from tests.factories import Person

FORM = "/dialogues/probe/contribute/need"
WORDS = {
    "text": "Es fehlt eine Bank am Bach.",
    "field": "sprache",
    "municipality": "county",
    "language": "de",
}
Browse = Callable[[Person | None], Client]


def owner(app: Flask, person: Person) -> str:
    with app.app_context():
        return outbox.owner_of(person.actor.key)


def send(browser: Client, whose: str, key: str = "k" * 20) -> tuple[int, dict[str, str]]:
    headers = {"Accept": "application/json", outbox.HEADER: whose, idempotency.HEADER: key}
    response = browser.post(FORM, WORDS, headers=headers)
    found: dict[str, str] = response.get_json()
    return response.status_code, found


def written(app: Flask) -> int:
    with app.app_context():
        return db.session.execute(select(func.count()).select_from(Contribution)).scalar_one()


@pytest.fixture
def person(make: Maker) -> Person:
    made: Person = make.participant(make.dialogue())
    return made


def test_an_entry_counts_once_for_its_owner_over_two_sessions(
    app: Flask, browse: Browse, person: Person
) -> None:
    whose = owner(app, person)
    first, second = browse(person), browse(person)
    status, answer = send(first, whose)
    assert status == 200
    assert send(second, whose) == (200, answer)
    assert written(app) == 1


@pytest.mark.parametrize("who", ["visitor", "somebody else"])
def test_an_entry_is_sent_by_nobody_but_its_owner(
    app: Flask, browse: Browse, make: Maker, person: Person, who: str
) -> None:
    other = browse(None if who == "visitor" else make.participant(make.dialogue()))
    for whose in (owner(app, person), "", "x", "ä"):
        status, answer = send(other, whose.encode().decode("latin-1"))
        assert (status, answer["code"]) == (403, "signed_out")
    assert written(app) == 0
    assert send(browse(person), owner(app, person))[0] == 200


def test_the_owner_gives_neither_the_person_nor_another_dialogue_away(
    app: Flask, make: Maker, person: Person
) -> None:
    elsewhere = make.participant(make.dialogue("andere"))
    assert owner(app, person) != owner(app, elsewhere)
    assert person.actor.key not in owner(app, person)


def test_the_keys_of_entries_go_with_their_owner(app: Flask, browse: Browse, person: Person) -> None:
    send(browse(person), owner(app, person))
    with app.app_context(), transaction():
        assert idempotency.forget_scopes([outbox.owner_of(person.actor.key)]) == 1
