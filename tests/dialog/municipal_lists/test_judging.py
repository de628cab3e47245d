"""What is understood of a list: its table, its columns, and what becomes of each of its rows."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dialog.municipal_lists.columns import column_of, mapping_of
from dialog.municipal_lists.doubles import KnownEntry
from dialog.municipal_lists.judging import Fix, Judged, Question, judge, report
from dialog.municipal_lists.places import COUNTY_WIDE, Fields, Guide, Places
from dialog.municipal_lists.reading import MunicipalList, read_list
from dialog.municipal_lists.values import read_cost, read_date, read_urgency, read_url
from dialog.vocabulary import Kind
from tests.conftest import REFERENCE_DATA
from tests.dialog.municipal_lists import guides
from tests.dialog.municipal_lists.museum import workbook

pytestmark = pytest.mark.without_database

COMPARED = ("outcome", "of", "field", "ags", "scope", "urgency", "begin", "cost_eur", "missing", "date")


def judged(found: MunicipalList, kind: Kind, **values: Any) -> list[Judged]:
    return judge(found.rows, guides.ENZKREIS, Question(kind, mapping_of(found.header, kind), **values))


def needs(*rows: str, **values: Any) -> list[Judged]:
    text = "\n".join(["Gemeinde;Handlungsfeld;Bedarf;Beschreibung;Datum", *rows])
    return judged(read_list(text.encode()), Kind.NEED, **values)


def codes(one: Judged) -> list[str]:
    return [note.code for note in [*one.reasons, *one.warnings]]


@pytest.mark.reference
@pytest.mark.parametrize(
    "name",
    sorted(path.name for path in (REFERENCE_DATA / "import").glob("*") if path.suffix in {".csv", ".xlsx"}),
)
def test_every_record_of_the_sample_lists_is_judged_as_expected(name: str) -> None:
    path: Path = REFERENCE_DATA / "import" / name
    kind = Kind.OFFER if name.startswith("angebote") else Kind.NEED
    sample = "angebote" if kind == Kind.OFFER else "bedarfe"
    expected = json.loads((path.parent / f"{sample}.expected.json").read_text("utf-8"))
    rows = [report(one) for one in judged(read_list(path.read_bytes()), kind)]

    assert len(rows) == expected["records"]
    for want, row in zip(expected["rows"], rows, strict=True):
        have = {**row["values"], **row}  # type: ignore[dict-item]
        assert {name: have.get(name) for name in COMPARED if name in want} == {
            name: want[name] for name in COMPARED if name in want
        }, want["record"]


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("Lfd. Nr.", "number"),
        ("Gemeinde/Stadt", "place"),
        ("Bezeichnung des Angebots ", "title"),
        ("Beschreibung / Begründung", "text"),
        ("Dringlichkeit (1-5)", "urgency"),
        ("KOSTEN pro Person", "cost"),
        ("Träger / Verein", "provider"),
        ("Traeger", "provider"),
        ("Gemeinde / Träger", None),
        ("Farbe", None),
        ("", None),
    ],
)
def test_headings_are_known_by_their_words_and_not_guessed(heading: str, column: str | None) -> None:
    assert column_of(heading) == column


def test_columns_that_are_named_by_hand_go_before_what_is_recognised() -> None:
    header = ("Wo", "Was", "Titel", "Kosten")
    assert mapping_of(header, Kind.NEED) == {"title": 2}
    assert mapping_of(header, Kind.OFFER, {"was": "title", "wo": "place", "titel": ""}) == {
        "title": 1,
        "place": 0,
        "cost": 3,
    }


def test_titles_above_the_headings_and_line_breaks_shift_no_number() -> None:
    found = read_list(b'Landratsamt\nStand 2021;;\n\nGemeinde;Bedarf;Thema\nKeltern;"A\nB";x\nIllingen;C;y\n')
    assert (found.titles, found.header) == (
        (("Landratsamt",), ("Stand 2021",)),
        ("Gemeinde", "Bedarf", "Thema"),
    )
    assert found.rows == (("Keltern", "A\nB", "x"), ("Illingen", "C", "y"))


def test_a_workbook_gives_what_was_seen_in_it_and_a_formula_without_value_as_text() -> None:
    content = workbook(
        ["Gemeinde", "Bedarf", "Datum"], ["8236070", "=1+1", date(2021, 11, 19)], [8236070.0, 1.5, True]
    )
    assert read_list(content).rows == (("8236070", "=1+1", "2021-11-19"), ("8236070", "1,5", "WAHR"))


@pytest.mark.parametrize(
    ("written", "value", "code"),
    [
        ("Mühlacker", "08236040", None),
        ("MUEHLACKER", "08236040", "place_spelling"),
        ("Muhlacker", "08236040", "place_spelling"),
        ("Mu\u0308hlacker", "08236040", "place_spelling"),
        ("Stadt Mühlacker", "08236040", "place_spelling"),
        ("08236040", "08236040", None),
        ("8236040", "08236040", "ags_zero"),
        ("082365001040", "08236040", None),
        ("Königsbach - Stein", "08236076", "place_spelling"),
        ("Landkreis", COUNTY_WIDE, None),
        ("Enzkreis", COUNTY_WIDE, "county_alias"),
        ("kreisweit", COUNTY_WIDE, "county_alias"),
        ("Niefern", None, "part_of_municipality"),
        ("Lomersheim", None, "part_of_municipality"),
        ("Mühlaker", None, "place_unclear"),
        ("Keltern (Dietlingen)", None, "place_unclear"),
        ("Keltern, Illingen", None, "several_places"),
        ("Pforzheim", None, "not_in_county"),
        ("09162000", None, "not_in_county"),
        ("–", None, "place_missing"),
    ],
)
def test_a_place_is_understood_asked_about_or_refused(
    written: str, value: str | None, code: str | None
) -> None:
    found = Places(guides.ENZKREIS).find(written)
    assert (found.value, found.note.code if found.note else None) == (value, code)
    assert found.rejected == (code == "not_in_county")


def test_two_places_of_one_name_are_never_guessed_between() -> None:
    two = Guide("Kreis", [("01001001", "Rheinau"), ("01001002", "Rheinau"), ("01001003", "Kehl")], {})
    assert Places(two).find("Rheinau").note.code == "place_ambiguous"  # type: ignore[union-attr]
    assert Places(two).find("01001002").value == "01001002"


@pytest.mark.parametrize(
    ("written", "value", "code"),
    [
        ("Freizeit", "freizeit", None),
        ("FREIZEIT", "freizeit", "field_alias"),
        ("Freizeit und Sport", "freizeit", "field_alias"),
        ("Sprache u. Bildung", "sprache", "field_alias"),
        ("Arbeit & Ausbildung", "arbeit", "field_alias"),
        ("Gesellschaftl. Teilhabe", "teilhabe", "field_alias"),
        ("Gesundheit", "gesundheit", "field_alias"),
        ("Freizeit; Sprache", None, "several_fields"),
        ("Freizeit/Arbeit", None, "several_fields"),
        ("Wohnen", None, "field_unknown"),
        ("und", None, "field_unknown"),
        (" ", None, "field_missing"),
    ],
)
def test_a_field_is_understood_by_its_words_or_asked_about(
    written: str, value: str | None, code: str | None
) -> None:
    found = Fields(guides.ENZKREIS).find(written)
    assert (found.value, found.note.code if found.note else None) == (value, code)


def test_a_word_of_two_fields_is_never_guessed_between() -> None:
    two = Guide("Kreis", [], {"a": {"de": "Schule und Beruf"}, "b": {"de": "Schule und Familie"}})
    assert Fields(two).find("Schule").note.code == "field_ambiguous"  # type: ignore[union-attr]
    assert Fields(two).find("Beruf").value == "a"


@pytest.mark.parametrize(
    ("written", "day", "code"),
    [
        ("19.11.2021", date(2021, 11, 19), None),
        ("2021-11-19", date(2021, 11, 19), None),
        ("19. November 2021", date(2021, 11, 19), None),
        ("3. März 2022", date(2022, 3, 3), None),
        ("19.11.21", date(2021, 11, 19), "two_digit_year"),
        ("44519", date(2021, 11, 19), "excel_date"),
        ("31.02.2022", None, "invalid_date"),
        ("30.12.1899", None, "date_unlikely"),
        ("01.01.2208", None, "date_unlikely"),
        ("ab sofort", None, "date_text"),
        ("", None, None),
    ],
)
def test_dates_as_people_write_them(written: str, day: date | None, code: str | None) -> None:
    found, note = read_date(written)
    assert (found, note.code if note else None) == (day, code)


@pytest.mark.parametrize(
    ("written", "cents", "code"),
    [
        ("45,50 €", 4550, None),
        ("1,50", 150, None),
        ("1.234,5 €", 123450, None),
        ("12.50", 1250, None),
        ("5,- €", 500, None),
        ("5 EUR", 500, "cost_words"),
        ("kostenlos", 0, "cost_words"),
        ("5 € im Monat", None, "cost_text"),
        ("-5 €", None, "cost_text"),
        ("", None, None),
    ],
)
def test_costs_as_people_write_them(written: str, cents: int | None, code: str | None) -> None:
    found, note = read_cost(written)
    assert (found, note.code if note else None) == (cents, code)


@pytest.mark.parametrize(
    ("written", "value", "code"),
    [("4", 4, None), ("9", None, "urgency_range"), ("hoch", None, "urgency_text")],
)
def test_urgencies(written: str, value: int | None, code: str | None) -> None:
    found, note = read_urgency(written)
    assert (found, note.code if note else None) == (value, code)


@pytest.mark.parametrize(
    ("written", "address", "code"),
    [
        ("https://beispiel.de/kurse?art=a1", "https://beispiel.de/kurse?art=a1", None),
        ("www.beispiel.de", "https://www.beispiel.de", None),
        ("", "", None),
        ("siehe Aushang", "", "url_text"),
        ("buero@beispiel.de", "", "url_text"),
        ("javascript:alert(1)", "", "url_text"),
        ("https://[", "", "url_text"),
        ("https://beispiel.de/" + "x" * 500, "", "url_text"),
    ],
)
def test_addresses_as_people_write_them(written: str, address: str, code: str | None) -> None:
    found, note = read_url(written)
    assert (found, note.code if note else None) == (address, code)


def test_what_a_list_says_of_an_offer_beyond_its_words_is_understood() -> None:
    header = "Gemeinde;Handlungsfeld;Angebot;Beschreibung;Träger;Beginn;Bis;Gefördert bis;Termine;Plätze"
    header += ";Link;Stand\n"
    whole = "01.09.2025;30.06.2027;31.12.2027;mittwochs;12;www.beispiel.de;19.11.2025\n"
    wrong = "01.09.2025;30.06.2024;bald;;;Aushang;01.01.2090\n"
    rows = f"Keltern;Freizeit;Nähtreff;x;Caritas;{whole}Keltern;Freizeit;Chor;x;Caritas;{wrong}"
    first, second = judged(read_list((header + rows).encode()), Kind.OFFER)
    assert (first.entry.begin, first.entry.ends_on) == (date(2025, 9, 1), date(2027, 6, 30))
    assert (first.entry.funded_until, first.entry.reported_on) == (date(2027, 12, 31), date(2025, 11, 19))
    assert (first.entry.schedule, first.entry.capacity) == ("mittwochs", "12")
    assert (first.entry.url, codes(first)) == ("https://www.beispiel.de", [])
    # What cannot be is no date, and is not lost.
    assert (second.entry.ends_on, second.entry.funded_until, second.entry.reported_on) == (None, None, None)
    assert set(codes(second)) == {"ends_before", "checked_later", "date_text", "url_text"}
    assert sorted(second.entry.remark.split("\n")) == ["01.01.2090", "30.06.2024", "Aushang", "bald"]


def test_what_was_no_date_is_kept_as_a_remark() -> None:
    [one] = needs("Keltern;Freizeit;Treff;Abends;irgendwann")
    assert (one.outcome, one.entry.remark, one.entry.reported_on) == ("ok_normalised", "irgendwann", None)


def test_rows_that_are_no_entries_are_told_apart_from_short_ones() -> None:
    rows = needs(
        ";;;;",
        "Summe;;12 Bedarfe;;",
        "Stand: 2021;;;;",
        "Gemeinde;Handlungsfeld;Bedarf;Beschreibung;Datum",
        ";;Sommerfest;;",
    )
    assert [codes(one)[0] for one in rows[:4]] == ["empty_row", "sum_row", "remark_row", "header_row"]
    assert {one.outcome for one in rows[:4]} == {"not_data"}
    assert (rows[4].outcome, rows[4].missing) == ("incomplete", ["municipality", "field"])


def test_the_same_in_the_list_in_the_register_and_in_an_earlier_import() -> None:
    known = [KnownEntry("B-007", "08236070", "freizeit", "Treffpunkt am Abend", "")]
    rows = needs(
        "Keltern;Freizeit;TREFFPUNKT am Abend!;;",
        "Keltern;Freizeit;Naehtreff;;",
        "Keltern;Freizeit;Nähtreff;;",
        "Keltern;Gesundheit;Nähtreff;;",
        "Illingen;Freizeit;Nähtreff;;",
        "Keltern;Freizeit;Nähtreffs;;",
        known=known,
    )
    assert [(one.outcome, one.same_as) for one in rows] == [
        ("duplicate", "B-007"),
        ("ok_normalised", None),
        ("duplicate", "2"),
        ("similar", "2"),
        ("ok_normalised", None),
        ("similar", "2"),
    ]
    [again] = needs("Keltern;Freizeit;Neu;;", imported={needs("Keltern;Freizeit;Neu;;")[0].digest: "B-009"})
    assert (again.outcome, again.same_as) == ("duplicate", "B-009")


def test_courses_that_differ_in_a_number_are_two_courses() -> None:
    rows = needs(
        "Keltern;Sprache und Bildung;Deutschkurs A1;x;", "Keltern;Sprache und Bildung;Deutschkurs B1;x;"
    )
    assert [one.outcome for one in rows] == ["ok", "ok"]


def test_another_provider_makes_the_same_title_a_question() -> None:
    header = "Gemeinde;Handlungsfeld;Angebot;Beschreibung;Träger\n"
    rows = "Keltern;Freizeit;Sprachcafé;x;Caritas\nKeltern;Freizeit;Sprachcafé;x;Volkshochschule\n"
    found = judged(read_list((header + rows).encode()), Kind.OFFER)
    assert [(one.outcome, codes(one)) for one in found] == [
        ("ok", []),
        ("similar", ["other_provider_in_list"]),
    ]


def test_decisions_by_hand_go_before_the_list() -> None:
    rows = (
        "Niefern;Wohnen;Fahrdienst;x;",
        "Keltern;Freizeit;Treff;x;",
        "Keltern;Gesundheit und Gewaltprävention;Treff;x;",
    )
    fixes = {1: Fix(place="08236046", field="teilhabe", title="Fahrdienst zum Amt"), 3: Fix(take=True)}
    found = needs(*rows, fixes=fixes)
    assert [one.outcome for one in found] == ["ok", "ok", "ok"]
    assert (found[0].entry.title, found[0].entry.place) == ("Fahrdienst zum Amt", "08236046")
    assert found[0].cells[2] == "Fahrdienst"


def test_an_editor_takes_over_only_entries_of_the_own_municipality() -> None:
    rows = needs(
        "Keltern;Freizeit;A;x;",
        ";Freizeit;B;x;",
        "Illingen;Freizeit;C;x;",
        "Landkreis;Freizeit;D;x;",
        only="08236070",
    )
    assert [(one.outcome, one.entry.place) for one in rows] == [
        ("ok", "08236070"),
        ("ok", "08236070"),
        ("rejected", None),
        ("rejected", None),
    ]


def test_dangerous_and_personal_contents_are_plain_text_with_a_warning() -> None:
    rows = needs(
        'Keltern;Freizeit;"=HYPERLINK(""http://a"")";x;',
        "Keltern;Freizeit;'=1+1;x;",
        "Keltern;Freizeit;<script>alert(1)</script>;x;",
        "Keltern;Freizeit;Hebamme;Rückruf 07231 000000;",
        "Keltern;Freizeit;Beratung;Bitte vertraulich;",
        "Keltern;Freizeit;Do?u;x;",
        "Keltern;Freizeit;- Treffpunkt;x;",
    )
    assert [codes(one) for one in rows] == [
        ["formula"],
        ["formula"],
        ["markup"],
        ["contact_data"],
        ["confidential"],
        ["lost_character"],
        [],
    ]
    assert rows[1].entry.title == "=1+1"


def test_what_is_too_long_is_said_and_never_cut_off_silently() -> None:
    rows = needs(f"Keltern;Freizeit;{'T' * 121};x;", f"Keltern;Freizeit;Treff;{'x' * 1001};")
    assert [(one.outcome, codes(one)) for one in rows] == [
        ("incomplete", ["title_too_long"]),
        ("rejected", ["text_too_long"]),
    ]
