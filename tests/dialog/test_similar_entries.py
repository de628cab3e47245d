"""What has been said already, told to whoever writes it again: while they write, and after they sent it."""

from __future__ import annotations

import pytest
from flask import Flask

from core import logs
from core.actor import VISITOR
from dialog.actions import moderation
from dialog.models import Dialogue
from dialog.queries import similar_entries as queries
from dialog.vocabulary import Kind, Visibility
from tests import factories
from tests.client import Client
from tests.conftest import Maker
from tests.dialog.test_merging import merge, part
from tests.factories import STAFF
from tests.workshops.ground import Browse

PAGE = "/dialogues/probe/similar/need"
WORDS = "Für Kinder gibt es zu wenige Schwimmkurse"
inside = pytest.mark.usefixtures("inside")


@pytest.fixture
def dialogue(inside: Flask) -> Dialogue:
    made = factories.dialogue()
    for text in ("Der Bus fährt am Wochenende nicht.", "Sprachmittlung beim Arzt wäre gut."):
        factories.contribution(of=made, text=text)
    return made


def found(dialogue: Dialogue, words: str, kind: Kind = Kind.NEED) -> list[str]:
    return [one.reference for one in queries.similar_entries(VISITOR, dialogue, kind, words)]


def test_other_forms_and_compounds_are_the_same(dialogue: Dialogue) -> None:
    need = factories.contribution(of=dialogue, text="Es fehlen Plätze in Schwimmkursen für Kinder.")
    offer = factories.contribution(of=dialogue, kind=Kind.OFFER, text="Schwimmkurse für Kinder.")
    assert found(dialogue, WORDS) == [need.reference]
    assert found(dialogue, WORDS, Kind.OFFER) == [offer.reference]
    assert found(dialogue, "Sprachmittler für Arzttermine") == ["B-002"]
    assert found(dialogue, "Die Ampel an der Hauptstraße ist kaputt") == []


@pytest.mark.parametrize("words", ["", "   ", "Schwimmen", "x" * 5_000, "' OR 1=1 --", "%" * 40, "\x00" * 40])
def test_too_little_or_nonsense_finds_nothing(dialogue: Dialogue, words: str) -> None:
    assert found(dialogue, words) == []


def test_only_what_is_public_and_stands_alone_is_shown(dialogue: Dialogue) -> None:
    text = "Es fehlen Plätze in Schwimmkursen für Kinder."
    factories.contribution(Visibility.WAITING, of=dialogue, text=text)
    lead = factories.contribution(of=dialogue, text="Mehr Schwimmkurse für Kinder.")
    member = factories.contribution(of=dialogue, text=text)
    assert set(found(dialogue, WORDS)) == {lead.reference, member.reference}
    standing = merge(member, lead)
    assert found(dialogue, WORDS) == [lead.reference]
    part(standing)
    assert member.reference in found(dialogue, WORDS)
    with factories.change():
        moderation.hide_contribution(STAFF, lead, reason="off_topic")
    assert found(dialogue, WORDS) == [member.reference]


def test_an_index_that_is_out_of_date_shows_nothing_hidden(
    dialogue: Dialogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    need = factories.contribution(of=dialogue, text="Es fehlen Plätze in Schwimmkursen für Kinder.")
    old = queries.index_of(dialogue.id, Kind.NEED)
    with factories.change():
        moderation.hide_contribution(STAFF, need, reason="off_topic")
    monkeypatch.setattr(queries, "index_of", lambda _dialogue, _kind, **_patience: old)
    assert found(dialogue, WORDS) == []


def test_words_that_are_not_sent_are_in_no_address_and_no_log(
    make: Maker, client: Client, capfd: pytest.CaptureFixture[str]
) -> None:
    # Another test may have left the log with errors only.
    logs.configure()
    make.contribution("public", text="Es fehlen Plätze in Schwimmkursen für Kinder.")
    make.contribution("public", text="Der Bus fährt am Wochenende nicht.")
    answer = client.post(PAGE, {"text": f"{WORDS} geheim"}, 200)
    assert "Es fehlen Plätze" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "geheim" not in answer.text
    said = capfd.readouterr()
    assert "dialog.similar" in said.err + said.out
    assert "geheim" not in said.err + said.out
    client.get(PAGE, 405)
    client.post("/dialogues/nowhere/similar/need", {"text": WORDS}, 404)
    client.post("/dialogues/probe/similar/card", {"text": WORDS}, 404)


def test_whoever_has_sent_it_reads_it_on_the_page_of_their_own(make: Maker, browse: Browse) -> None:
    there = make.contribution("public", text="Es fehlen Plätze in Schwimmkursen für Kinder.")
    make.contribution("public", text="Der Bus fährt am Wochenende nicht.")
    author = make.participant()
    mine = make.contribution(Visibility.WAITING, author=author, text=f"{WORDS}.")
    page = f"/dialogues/probe/contributions/{mine.reference}"
    for person in (author, make.account("coordinator")):
        assert there.reference in browse(person).get(page, 200).text
    # What is public itself is not asked about any more.
    public = f"/dialogues/probe/contributions/{there.reference}"
    assert "Meinen Sie eins davon?" not in browse(author).get(public, 200).text
