"""What stands beside a text, and that a paragraph rests on the records whose numbers are in it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from concept.actions.sources import uncite
from concept.models import Source
from concept.queries.beside import numbers_in
from core.db import db
from dialog.vocabulary import Kind, Visibility
from tests import factories
from tests.client import Client
from tests.concept import ground
from tests.concept.test_texts import PAGE, SITUATION, save, sources, text, written
from tests.dialog.ground import counted_queries

ClientAs = Callable[..., Client]


def test_numbers_are_read_where_they_stand_alone() -> None:
    assert numbers_in("Voll (B-012), B-3, wieder B-012 und A-001.") == ["B-012", "B-3", "A-001"]
    assert numbers_in("AB-012, B-012-3, X-001, B-, Raum B-12345678 und B012") == []


@pytest.mark.usefixtures("inside")
def test_a_paragraph_rests_on_what_it_names() -> None:
    need, offer = factories.contribution(title="Kurse"), factories.contribution(kind=Kind.OFFER)
    hidden = factories.contribution(Visibility.WAITING)
    ground.a_concept()

    save(f"Kurse sind voll ({need.reference}, {offer.reference}).\n\nSonst nichts: B-9999999.")

    first, second = written().values()
    assert sources(first) == {need.id, offer.id}
    assert sources(second) == set()
    save(f"{text()}\n\nGeprüft wird noch {hidden.reference or 'B-777'}.")
    assert [sources(id) for id in written().values()] == [{need.id, offer.id}, set(), set()]


@pytest.mark.usefixtures("inside")
def test_a_source_that_was_taken_away_stays_away_until_the_number_comes_anew() -> None:
    need = factories.contribution(title="Kurse")
    ground.a_concept()
    save(f"Kurse sind voll ({need.reference}).")
    [block] = written().values()
    with factories.change():
        uncite(factories.STAFF, db.session.query(Source).filter_by(block_id=block).one())

    save(f"Kurse sind immer voll ({need.reference}).")
    assert sources(block) == set()

    save("Kurse sind immer voll.")
    save(f"Kurse sind immer voll ({need.reference}).")
    assert sources(block) == {need.id}


@pytest.mark.usefixtures("inside")
def test_a_text_full_of_numbers_asks_few_questions() -> None:
    need = factories.contribution(title="Kurse")
    ground.a_concept()
    with counted_queries() as few:
        save("Nur Worte.")
    with counted_queries() as many:
        save(" ".join(f"B-{number}" for number in range(900_000, 902_000)) + f" {need.reference}")
    assert sources(next(iter(written().values()))) == {need.id}
    assert len(many) < len(few) + 25


def test_needs_and_offers_of_the_field_stand_beside_its_text(app: Flask, client_as: ClientAs) -> None:
    with app.app_context():
        need = factories.contribution(title="Kurse am Abend").reference
        offer = factories.contribution(kind=Kind.OFFER, title="Sprachcafé").reference
        waiting = factories.contribution(Visibility.WAITING, title="Noch nicht geprüft")
        assert waiting.visibility == Visibility.WAITING
        ground.a_concept()
    staff = client_as("coordinator")

    staff.get(f"{PAGE}?lang=de", 200)

    beside = staff.page.find("aside", class_="vs-writing__beside")
    assert [one["data-insert"] for one in beside.find_all("button")] == [need, offer]
    assert "Kurse am Abend" in beside.text
    assert "Sprachcafé" in beside.text
    assert "Noch nicht geprüft" not in beside.text
    staff.get(PAGE.replace(SITUATION, "foreword"), 200)
    assert not staff.page.find_all("aside", class_="vs-writing__beside")
