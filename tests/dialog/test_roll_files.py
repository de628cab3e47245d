"""Lists as offices write them: every encoding, every separator, and each fault at its line."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog import roll_files
from dialog.roll_files import Place, Unreadable

TOWNS = {"Mühlacker": "08236040", "Neuenbürg": "08236043"}
LIST = "Bezeichnung;Gemeinde;Rolle;Sprache\r\nSG-014;Mühlacker;Ehrenamt;Arabisch\r\nSG-015;;Fachkraft;\r\n"
PLACES = [Place("SG-014", "08236040", "volunteer", "ar"), Place("SG-015", "", "professional", "")]


def faults(data: bytes) -> list[tuple[int, str]]:
    with pytest.raises(Unreadable) as refused:
        roll_files.read(data, TOWNS)
    return [(fault.line, str(fault.sentence)) for fault in refused.value.faults]


@pytest.fixture(autouse=True)
def in_context(inside: object) -> None:
    """Sentences are said in a language."""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", ";,\t")
def test_what_spreadsheets_write_is_read(encoding: str, separator: str) -> None:
    assert roll_files.read(LIST.replace(";", separator).encode(encoding), TOWNS) == PLACES


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Gemeinde\n08236043\n", Place(municipality="08236043")),
        ("gemeinde\nNEUENBÜRG\n", Place(municipality="08236043")),
        ("Rolle\nverwaltung\n", Place(role="municipality")),
        ("Role\nother\n", Place(role="other")),
        ("Sprache\nTürkisch\n", Place(language="tr")),
        ("Sprache\nУкраїнська\n", Place(language="uk")),
        ("Sprache;;\nar;;\n", Place(language="ar")),
        ('Nr.\n"A;\u202e1"\n', Place(reference="A;1")),
        ("Bezeichnung\n\n\n=1+1\n\n", Place(reference="=1+1")),
    ],
)
def test_words_are_known_in_more_than_one_form(text: str, place: Place) -> None:
    assert roll_files.read(text.encode(), TOWNS) == [place]


def test_each_fault_names_its_line_and_nothing_is_taken() -> None:
    data = "Bezeichnung,Gemeinde,Rolle\n\nA,Atlantis,König\nB,Mühlacker,\nB,,\nC,,,zu viel\n".encode()

    found = faults(data)

    assert [line for line, _ in found] == [3, 3, 5, 6]
    assert "Atlantis" in found[0][1]
    assert "König" in found[1][1]
    assert "4" in found[2][1]


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"", 0),
        (b"  \n\n", 0),
        (b"Bezeichnung\n", 0),
        (b"Mustermann;Keltern\n", 1),
        (b"Bezeichnung;Name\nA;Mustermann\n", 1),
        (b"Gemeinde;Ort\n;\n", 1),
        (b'Bezeichnung\n"A\nB\n', 2),
        (b"PK\x03\x04 a workbook", 0),
        (b"Bezeichnung\n\x81", 0),
        (b"Bezeichnung\n" + b"A" * 61 + b"\n", 2),
        (b"Bezeichnung\n" + b"".join(b"%d\n" % n for n in range(2_001)), 2_002),
        (b"Bezeichnung\n" + b"x" * 1_000_000, 0),
    ],
)
def test_what_is_no_list_is_refused_in_a_sentence(data: bytes, line: int) -> None:
    found = faults(data)

    assert [at for at, _ in found] == [line]
    assert len(found[0][1]) > 20


def test_the_longest_list_is_read() -> None:
    data = b"Bezeichnung\n" + b"".join(b"%d\n" % n for n in range(2_000))

    assert len(roll_files.read(data, TOWNS)) == 2_000


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for sent in (data, LIST.encode() + data):
        with suppress(Unreadable):
            places = roll_files.read(sent, TOWNS)
            assert roll_files.read(roll_files.write(places).encode(), TOWNS) == places


def test_what_is_written_is_read_again_the_same() -> None:
    assert roll_files.read(roll_files.write(PLACES).encode(), TOWNS) == PLACES
