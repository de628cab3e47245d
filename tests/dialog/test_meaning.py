"""Where a county wants it, offers are found that say what a need says in other words or another language."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from core import config
from core.config import BadSetting, Config
from core.i18n import force_locale
from core.transaction import transaction
from dialog import jobs
from dialog.actions import contributions
from dialog.matching import Entry, Index, Meaning, meaning, reasons_for
from dialog.matching.reasons import sentence
from dialog.queries import matches
from dialog.vocabulary import Kind, Visibility
from tests import factories
from tests.factories import STAFF

CONCEPTS = (("bücherei", "bibliothek", "مكتبة"), ("abend", "geöffnet", "offen", "مساء"), ("bus", "fahrt"))


class Encoder:
    """Says of a text which of three things it is about; counts what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, texts: list[str]) -> np.ndarray:
        self.asked += texts
        rows = [
            [0.01, *(float(any(word in text.lower() for word in words)) for words in CONCEPTS)]
            for text in texts
        ]
        found = np.array(rows, dtype=np.float32)
        return found / np.linalg.norm(found, axis=1, keepdims=True)


def entry(number: int, text: str) -> Entry:
    return Entry(id=number, number=number, title=text, text=text, field_id=number, municipality_id=number)


LIBRARY, BUS = entry(1, "Die Bücherei ist länger offen."), entry(2, "Wir bieten eine Fahrt zum Amt an.")
NEED, ARABIC = entry(8, "Bibliothek: bitte abends!"), entry(9, "المكتبة مساء")


def learned(*entries: Entry) -> tuple[Meaning, Encoder]:
    encoder = Encoder()
    made = Meaning(encoder)
    made.learn(one.text for one in entries)
    return made, encoder


@pytest.mark.without_database
@pytest.mark.parametrize("asked", [NEED, ARABIC])
def test_other_words_with_the_same_meaning_are_found(asked: Entry) -> None:
    assert Index([LIBRARY, BUS]).propose(asked) == []
    found = Index([LIBRARY, BUS], learned(LIBRARY, BUS)[0]).propose(asked)
    assert [one.entry for one in found] == [LIBRARY]
    assert found[0].alike > 0.9


@pytest.mark.without_database
def test_before_anything_is_learned_words_alone_count() -> None:
    made, encoder = learned()
    index = Index([LIBRARY, BUS], made)
    assert index.propose(NEED) == []
    # The first to ask does not wait for the weights either.
    assert encoder.asked == []
    # What is learned later is used by an index that was there before.
    made.learn([LIBRARY.text])
    assert [one.entry for one in index.propose(NEED)] == [LIBRARY]
    assert index.propose(entry(7, "Busse")) == []


@pytest.mark.without_database
def test_each_text_is_learned_once_and_forgotten_with_its_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    made, encoder = learned(LIBRARY, BUS)
    assert made.learn([LIBRARY.text, BUS.text, BUS.text]) == 0
    assert len(encoder.asked) == 2
    made.keep_only([BUS.text])
    assert made.learn([LIBRARY.text, BUS.text]) == 1
    monkeypatch.setattr(meaning, "MOST_KEPT", 3)
    made.learn(f"Text {number}" for number in range(9))
    assert made.learn(f"Text {number}" for number in range(6, 9)) == 0


@pytest.mark.without_database
def test_texts_of_any_kind_can_be_learned() -> None:
    made, encoder = learned()
    assert made.learn(["", "x" * 5_000, "\ud800", "🎉", "x" * 5_000]) == 4
    assert max(map(len, encoder.asked)) == meaning.LONGEST


@pytest.mark.usefixtures("inside")
def test_staff_see_what_says_something_similar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(meaning._of_this_program, config.ENCODER, Meaning(Encoder()))
    need = factories.contribution(text="Die Bibliothek soll abends da sein.")
    author = factories.participant(need.dialogue)
    offer = factories.contribution(
        of=need.dialogue, kind=Kind.OFFER, text="Bücherei länger geöffnet.", author=author, in_field="wohnen"
    )
    factories.contribution(Visibility.WAITING, of=need.dialogue, kind=Kind.OFFER, text="Bücherei nachts.")
    assert matches.offers_for(STAFF, need.dialogue, need) == []
    jobs.learn_meanings()
    (shown,) = matches.offers_for(STAFF, need.dialogue, need)
    assert shown.offer.id == offer.id
    with force_locale("de"):
        assert "sagt etwas Ähnliches" in sentence(shown.reasons)
    with transaction():
        contributions.withdraw_contribution(author.actor, offer)
    jobs.learn_meanings()
    assert matches.offers_for(STAFF, need.dialogue, need) == []
    encoder = Encoder()
    made = meaning.in_use()
    assert made is not None
    # The words that were taken back are not kept as their meaning either.
    made._encode = encoder
    made.learn(["Bücherei länger geöffnet."])
    assert encoder.asked == ["Bücherei länger geöffnet."]


@pytest.mark.usefixtures("inside")
def test_without_the_setting_nothing_is_learned() -> None:
    factories.contribution(text="Die Bibliothek soll abends da sein.")
    jobs.learn_meanings()
    assert meaning.in_use() is None


@pytest.mark.without_database
@pytest.mark.parametrize(("installed", "refused"), [(None, True), (object(), False)])
def test_the_setting_needs_the_encoder(
    monkeypatch: pytest.MonkeyPatch, installed: object, refused: bool
) -> None:
    monkeypatch.setattr(config, "find_spec", lambda _name: installed)
    assert not Config.from_environ({"MEANING": "0"}).meaning
    if refused:
        with pytest.raises(BadSetting, match="make meaning"):
            Config.from_environ({"MEANING": "1"})
    else:
        assert Config.from_environ({"MEANING": "1"}).meaning


@pytest.mark.without_database
def test_a_reason_is_given_only_for_what_is_alike() -> None:
    for alike, said in ((0.44, False), (0.46, True)):
        proposal = Index([LIBRARY]).propose(entry(5, "Bücherei länger offen"))[0]._replace(alike=alike)
        messages = [one.message for one in reasons_for(NEED, proposal, {})]
        assert ("says something similar" in messages) is said


@pytest.mark.without_database
def test_the_real_encoder_crosses_words_and_languages() -> None:
    pytest.importorskip(config.ENCODER, reason="The encoder is an extra; `make meaning` installs it.")
    made = Meaning(meaning.encoder())
    texts = ["Die Bibliothek sollte abends länger geöffnet sein.", "Es fehlt ein Fußballplatz."]
    made.learn(texts)
    table = made.table(texts)
    ask: Callable[[str], list[float]] = lambda words: made.likeness(table, words)  # noqa: E731
    for words in (
        "Längere Öffnungszeiten der Bücherei am Abend",
        "The library should stay open in the evening",
    ):
        near, far = ask(words)
        assert near > 0.4 > far
