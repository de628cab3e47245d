"""Hints for personal data: what is found, what is left alone, and how much of a made-up set."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialog.personal_data import hints, pieces, questions

FOUND = [
    ("phone", "Rufen Sie 0170 0000000 an."),
    ("phone", "Tel. 07041/000-000, abends"),
    ("phone", "+49 (0) 170 000 00 00"),
    ("phone", "Mein Handy: 00491700000000"),
    ("phone", "اتصل بي على ٠١٧٠٠٠٠٠٠٠٠"),
    ("phone", "0170.000.00.00"),
    ("mail", "an probe@example.org schreiben"),
    ("mail", "probe.eins (at) example (dot) org"),
    ("mail", "البريد probe@example.org من فضلك"),
    ("account", "DE00 0000 0000 0000 0000 00"),
    ("account", "IBAN: DE00000000000000000000"),
    ("street", "in der Musterstraße 7"),
    ("street", "Am Beispielweg 12 a wohnt sie"),
    ("street", "Lange Gasse 3"),
    ("street", "في شارع المثال 5"),
    ("name", "Frau Muster hilft"),
    ("name", "mit Herrn Dr. Beispiel"),
    ("name", "Familie Platzhalter sucht"),
    ("name", "السيدة مثال تساعد"),
    # What we know that we miss stands here, too, so that the number below is honest.
    ("phone", "eins sieben null, dann lauter Nullen"),
    ("name", "Muster, die Nachbarin, weiß Bescheid"),
    ("street", "Wir wohnen Hauptstr 5"),
]
HARMLESS = [
    "Es fehlen 2.000 Plätze bis 2030.",
    "Am 19.11.2021 um 9:00 Uhr kamen 120 Personen.",
    "Kurse B1 und B2, 300 Stunden, 5 Tage",
    "Der Bus 763 fährt um 18:45, 19:15 und 20:00 Uhr.",
    "75417 Mühlacker",
    "Die Frau Doktor hilft.",
    "Jede Frau braucht einen Kurs.",
    "Seit 01.01.2020 warten wir.",
    "Es sind 0,5 Stellen zu wenig.",
    "٢٥ شخصًا ينتظرون منذ ٢٠٢٠",
    "Mehr Platz 2 Mal in der Woche? Nein.",
]


def test_recall_on_a_made_up_set_is_reported(record_property: Callable[[str, object], None]) -> None:
    seen = [kind in {hint.kind for hint in hints(text)} for kind, text in FOUND]

    recall = sum(seen) / len(seen)
    record_property("recall", f"{recall:.2f}")
    assert recall >= 0.8, [text for (_, text), found in zip(FOUND, seen, strict=True) if not found]


@pytest.mark.parametrize("text", HARMLESS)
def test_ordinary_words_and_numbers_are_left_alone(text: str) -> None:
    assert hints(text) == []


def test_a_hint_is_a_piece_of_the_text_as_it_stands() -> None:
    text = "Ruf ٠١٧٠٠٠٠٠٠٠٠ an oder schreib an probe@example.org!"

    assert [(piece.text, piece.kind) for piece in pieces(text)] == [
        ("Ruf ", ""),
        ("٠١٧٠٠٠٠٠٠٠٠", "phone"),
        (" an oder schreib an ", ""),
        ("probe@example.org", "mail"),
        ("!", ""),
    ]


def test_authors_are_asked_about_numbers_and_addresses_only() -> None:
    assert questions("Frau Muster, Musterstraße 7") == []
    assert len(questions("probe@example.org und 0170 0000000 und noch 0170 0000001")) == 2


@settings(max_examples=40)
@given(st.text(max_size=1000))
def test_nothing_is_lost_and_pieces_never_overlap(text: str) -> None:
    assert "".join(piece.text for piece in pieces(text)) == text


@pytest.mark.parametrize(
    "bait", ["0 " * 500, "a." * 500, "a@" + "b." * 499, "DE00" + " 0000" * 199, "A" * 1000]
)
def test_no_text_keeps_it_busy(bait: str) -> None:
    begun = time.perf_counter()
    hints(bait)
    assert time.perf_counter() - begun < 0.5
