"""The page that names offers which may answer a need."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable

import pytest
from flask import Flask

from core.transaction import transaction
from dialog.actions import contributions
from dialog.matching import Entry, Index
from dialog.queries import matches
from dialog.vocabulary import Kind, Visibility
from tests import factories
from tests.conftest import Maker
from tests.factories import STAFF
from tests.workshops.ground import Browse


def test_staff_see_fitting_offers_with_a_sentence_why(make: Maker, browse: Browse) -> None:
    need = make.contribution(title="Schwimmkurse", text="Es fehlen Schwimmkurse für Kinder.")
    fitting = make.contribution(
        of=need.dialogue, kind=Kind.OFFER, title="Schwimmkurs Seepferdchen", text="Kinder lernen schwimmen."
    )
    make.contribution(of=need.dialogue, kind=Kind.OFFER, title="Steuerberatung", text="Hilfe bei der Steuer.")
    make.contribution(
        Visibility.WAITING, of=need.dialogue, kind=Kind.OFFER, title="Schwimmkurs neu", text="Schwimmkurs."
    )
    staff = browse(make.account("coordinator"))
    staff.get(f"/dialogues/probe/contributions/{need.reference}", 200)
    link = next(one for one in staff.page.find_all("a") if one.text == "Angebote, die passen könnten")

    staff.get(link["href"], 200)

    assert fitting.reference in staff.text
    assert "Dafür spricht: ähnliche Wörter (Schwimmkurse" in staff.text
    assert "am selben Ort (Mühlacker)" in staff.text
    # What fits less is not named, nor what nobody has checked yet.
    assert "Steuerberatung" not in staff.text
    assert "Schwimmkurs neu" not in staff.text


def test_others_and_what_is_no_public_need_have_no_such_page(make: Maker, browse: Browse) -> None:
    need, offer = make.contribution(), make.contribution(kind=Kind.OFFER)
    waiting = make.contribution(Visibility.WAITING)
    staff, author = browse(make.account("coordinator")), browse(make.participant())
    address = "/dialogues/probe/moderation/{}/offers"
    staff.get(address.format(offer.reference), 404)
    staff.get(address.format(waiting.reference), 404)
    staff.get(address.format("B-999"), 404)
    author.get(address.format(need.reference), 403)
    author.get(f"/dialogues/probe/contributions/{need.reference}", 200)
    assert "Angebote, die passen" not in author.text


def test_where_nothing_fits_it_says_so_and_leads_on(make: Maker, browse: Browse) -> None:
    need = make.contribution(title="Schwimmkurse", text="Es fehlen Schwimmkurse für Kinder.")
    staff = browse(make.account("coordinator"))
    staff.get(f"/dialogues/probe/moderation/{need.reference}/offers", 200)
    assert "Kein Angebot passt" in staff.text
    (link,) = (one for one in staff.page.find_all("a") if one.text == "Alle Angebote zu diesem Thema")
    staff.get(link["href"], 200)


@pytest.mark.usefixtures("inside")
def test_the_offers_are_read_into_an_index_once_until_the_register_changes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    built: list[Index] = []

    class Counted(Index):
        def __init__(self, entries: Iterable[Entry], meaning: None = None) -> None:
            super().__init__(entries, meaning)
            built.append(self)

    monkeypatch.setattr(matches, "Index", Counted)
    text = "Es fehlen Schwimmkurse für Kinder."
    need = factories.contribution(text=text)
    author = factories.participant(need.dialogue)
    first = factories.contribution(of=need.dialogue, kind=Kind.OFFER, text=f"Angebot: {text}", author=author)

    def offered() -> list[int]:
        return [one.offer.id for one in matches.offers_for(STAFF, need.dialogue, need)]

    assert offered() == offered() == [first.id]
    assert len(built) == 1

    second = factories.contribution(of=need.dialogue, kind=Kind.OFFER, text=f"Neu: {text}")
    with transaction():
        contributions.withdraw_contribution(author.actor, first)
    assert offered() == [second.id]
    assert len(built) == 2


@pytest.mark.usefixtures("inside")
def test_even_an_index_that_is_out_of_date_shows_no_offer_that_was_taken_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    need = factories.contribution(text="Es fehlen Schwimmkurse für Kinder.")
    author = factories.participant(need.dialogue)
    offer = factories.contribution(
        of=need.dialogue, kind=Kind.OFFER, text="Schwimmkurse für Kinder.", author=author
    )
    (shown,) = matches.offers_for(STAFF, need.dialogue, need)
    assert shown.offer.id == offer.id
    old = matches.index_of(need.dialogue_id, Kind.OFFER)
    with transaction():
        contributions.withdraw_contribution(author.actor, offer)
    monkeypatch.setattr(matches, "index_of", lambda _dialogue, _kind: old)
    assert matches.offers_for(STAFF, need.dialogue, need) == []


@pytest.mark.usefixtures("inside")
def test_a_large_index_may_be_a_little_old_for_those_who_only_type(monkeypatch: pytest.MonkeyPatch) -> None:
    need = factories.contribution(text="Es fehlen Schwimmkurse für Kinder.")
    old = matches.index_of(need.dialogue_id, Kind.NEED)
    factories.contribution(text="Es fehlen Busse.")
    # A small one is made anew at once.
    assert len(matches.index_of(need.dialogue_id, Kind.NEED, patience=1.0)) == 2
    old = matches.index_of(need.dialogue_id, Kind.NEED)
    factories.contribution(text="Es fehlen Wohnungen.")
    began = time.monotonic()
    monkeypatch.setattr(type(old), "__len__", lambda _index: 10_000)
    monkeypatch.setattr(time, "monotonic", lambda: began + 9)
    assert matches.index_of(need.dialogue_id, Kind.NEED, patience=1.0) is old
    monkeypatch.setattr(time, "monotonic", lambda: began + 11)
    assert matches.index_of(need.dialogue_id, Kind.NEED, patience=1.0) is not old


def test_many_who_ask_at_once_wait_for_one_index(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.app_context():
        dialogue_id = factories.contribution(text="Es fehlen Schwimmkurse für Kinder.").dialogue_id
    made, found = [], []
    gate = threading.Barrier(4)

    def make(entries: Iterable[Entry], _meaning: None) -> Index:
        made.append(True)
        time.sleep(0.1)
        return Index(entries)

    monkeypatch.setattr(matches, "Index", make)

    def ask() -> None:
        with app.app_context():
            gate.wait(10)
            found.append(matches.index_of(dialogue_id, Kind.NEED))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert (len(made), len(found), len(set(map(id, found)))) == (1, 4, 1)
