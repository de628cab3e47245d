"""No row of a list is lost silently: further sheets, marks never closed, rows far down, short names."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pytest
from openpyxl import Workbook

from dialog.municipal_lists.columns import mapping_of
from dialog.municipal_lists.judging import Judged, Question, judge
from dialog.municipal_lists.limits import BadList
from dialog.municipal_lists.notes import RowOutcome
from dialog.municipal_lists.places import COUNTY_WIDE, Guide
from dialog.municipal_lists.reading import read_list
from dialog.vocabulary import Kind
from tests.dialog.municipal_lists import guides

pytestmark = pytest.mark.without_database
HEADINGS = ("Gemeinde", "Thema", "Bedarf")


def judged(content: bytes, guide: Guide = guides.ENZKREIS) -> list[Judged]:
    found = read_list(content)
    return judge(found.rows, guide, Question(Kind.NEED, mapping_of(found.header, Kind.NEED)))


def workbook(*, headings: bool = True, **sheets: Sequence[Sequence[str]]) -> bytes:
    made = Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in [HEADINGS, *rows] if headings else rows:
            sheet.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def titles(content: bytes) -> list[str]:
    return [one.cells[2] for one in judged(content)]


def test_sheets_with_the_same_headings_are_one_list() -> None:
    notes = [("Hinweise", "", ""), ("Bitte bis Freitag ausfüllen", "", "")]
    sent = workbook(
        Freizeit=[("Keltern", "Freizeit", "Offener Treff")],
        Sprache=[("Keltern", "Sprache", "Deutschkurs am Abend"), ("Keltern", "Sprache", "Lesestunde")],
        Leer=[],
    )
    assert titles(sent) == ["Offener Treff", "Deutschkurs am Abend", "Lesestunde"]
    assert titles(
        workbook(headings=False, Hinweise=notes, Liste=[HEADINGS, ("Keltern", "Freizeit", "Treff")])
    ) == ["Treff"]


def test_sheets_with_different_headings_are_refused_with_a_sentence() -> None:
    other = [("Gemeinde", "Bedarf", "Beschreibung"), ("Keltern", "Lesestunde", "Am Nachmittag")]
    sent = workbook(headings=False, Eins=[HEADINGS, ("Keltern", "Freizeit", "Treff")], Zwei=other)
    with pytest.raises(BadList, match="Several sheets"):
        read_list(sent)


@pytest.mark.parametrize(
    "swallowing",
    [
        # Never closed, and closed by a mark that opens a cell of another row.
        'Keltern;Freizeit;Treff am Abend;"Raum im Rathaus\nBirkenfeld;Freizeit;Bolzplatz;Licht\n',
        'Keltern;Freizeit;Treff am Abend;"Raum im Rathaus\nBirkenfeld;Freizeit;"Bolzplatz";Licht\n',
        'Keltern;Freizeit;Treff am Abend;"Raum im Rathaus',
    ],
)
def test_a_mark_that_is_never_closed_swallows_no_other_rows(swallowing: str) -> None:
    with pytest.raises(BadList, match="quotation mark in line 2"):
        read_list(f"Gemeinde;Thema;Bedarf;Beschreibung\n{swallowing}".encode())


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ('Keltern;Freizeit;Treff;"Raum im\nRathaus"', "Raum im\nRathaus"),
        ('Keltern;Freizeit;Treff;"Raum ""Linde"" im\r\nRathaus"', 'Raum "Linde" im\r\nRathaus'),
        ('Keltern;Freizeit;Treff;"Haus" am See', "Haus am See"),
        ('Keltern;Freizeit;Treff;Rohre von 12"', 'Rohre von 12"'),
    ],
)
def test_marks_that_take_nothing_from_other_rows_are_read(row: str, text: str) -> None:
    sent = f"Gemeinde;Thema;Bedarf;Beschreibung\n{row}\nBirkenfeld;Freizeit;Bolzplatz;Licht\n"
    found = judged(sent.encode())
    assert [one.cells[2] for one in found] == ["Treff", "Bolzplatz"]
    assert found[0].cells[3] == text


TOWNS = [
    ("08317065", "Lahr/Schwarzwald"),
    ("08317040", "Haslach im Kinzigtal"),
    ("08317041", "Hausach"),
    ("08317146", "Zell am Harmersbach"),
    ("08317147", "Zell an der Kinzig"),
]


def row_of(written: str, only: str | None = None) -> Judged:
    guide = Guide("Ortenaukreis", TOWNS, {"wohnen": {"de": "Wohnen"}}, {}, {}, [])
    found = read_list(f"Gemeinde;Thema;Bedarf\n{written};Wohnen;Familienwohnungen\n".encode())
    columns = mapping_of(found.header, Kind.NEED)
    (row,) = judge(found.rows, guide, Question(Kind.NEED, columns, only=only))
    return row


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Lahr", "Lahr/Schwarzwald"),
        ("Stadt Lahr", "Lahr/Schwarzwald"),
        ("Lahr/Schw.", "Lahr/Schwarzwald"),
        ("Lahr i. Schw.", None),
        ("Haslach", "Haslach im Kinzigtal"),
        ("Haslach i. K.", "Haslach im Kinzigtal"),
        ("Zell a. H.", "Zell am Harmersbach"),
        ("Zell", "Zell am Harmersbach, Zell an der Kinzig"),
    ],
)
def test_the_everyday_name_of_a_town_is_asked_about(written: str, asked: str | None) -> None:
    row = row_of(written)
    if asked is None:
        assert row.outcome == RowOutcome.REJECTED
    else:
        assert row.outcome == RowOutcome.INCOMPLETE
        assert asked in str(row.reasons[0])


def test_in_its_own_list_a_town_is_called_as_people_there_call_it() -> None:
    own = row_of("Lahr", only="08317065")
    assert (own.outcome, own.entry.place) == (RowOutcome.OK_NORMALISED, "08317065")
    for other in ("Haslach", "Zell", "Hamburg"):
        assert row_of(other, only="08317065").outcome not in {RowOutcome.OK, RowOutcome.OK_NORMALISED}


def test_all_municipalities_are_the_whole_county() -> None:
    for written in ("alle Gemeinden", "Alle", "alle Städte und Gemeinden"):
        assert row_of(written).entry.place == COUNTY_WIDE


def test_a_row_far_down_makes_a_list_too_long_and_is_not_lost() -> None:
    made = Workbook()
    for row in (HEADINGS, ("Keltern", "Freizeit", "Offener Treff")):
        made.active.append(row)
    made.active.cell(12_000, 3, "Weit unten")
    out = io.BytesIO()
    made.save(out)
    with pytest.raises(BadList, match="more than 10000 rows"):
        read_list(out.getvalue())


def test_letters_that_were_read_in_the_wrong_way_are_told() -> None:
    (row,) = judged("Gemeinde;Thema;Bedarf\nKeltern;Freizeit;MÃ¼ttertreff\n".encode())
    assert "lost_character" in {note.code for note in row.warnings}
