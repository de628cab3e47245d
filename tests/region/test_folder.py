"""Files of a county: good ones are read whole, of bad ones every fault is named by file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from region.county_files import BadFolder
from region.folder import read_folder
from tests.region import folders


def faults(folder: Path) -> list[str]:
    with pytest.raises(BadFolder) as caught:
        read_folder(folder)
    return caught.value.sentences


def test_the_demonstration_is_complete() -> None:
    enzkreis = read_folder(folders.ENZKREIS)

    assert enzkreis.county.ags == "08236"
    assert len(enzkreis.municipalities) == 28
    assert sum(m.pilot for m in enzkreis.municipalities) == 4
    assert [f.slug for f in enzkreis.field_sets[0].fields] == [
        "freizeit",
        "teilhabe",
        "arbeit",
        "gesundheit",
        "sprache",
    ]
    assert enzkreis.field_sets[0].fields[0].names["de-x-ls"] == "Freizeit"


def test_another_county_with_51_municipalities_and_8_fields(tmp_path: Path) -> None:
    county = read_folder(folders.write(tmp_path))

    assert (len(county.municipalities), len(county.field_sets[0].fields)) == (51, 8)
    assert county.municipalities[0].ags == "08317001"


@pytest.mark.parametrize("separator", [",", ";"])
def test_spreadsheets_add_a_mark_and_use_semicolons(tmp_path: Path, separator: str) -> None:
    text = folders.table(folders.MUNICIPALITY_COLUMNS, folders.municipalities(3), separator)

    county = read_folder(folders.write(tmp_path, towns=text.encode("utf-8-sig")))

    assert len(county.municipalities) == 3


def test_a_line_break_inside_a_value_does_not_shift_the_numbers_of_lines(tmp_path: Path) -> None:
    rows = folders.municipalities(3)
    rows[0][1] = "Bad\nPeterstal"
    rows[2][3] = "many"

    said = faults(folders.write(tmp_path, towns=folders.table(folders.MUNICIPALITY_COLUMNS, rows)))

    assert said == ["municipalities.csv, line 5: “population” must be a whole number, not “many”."]


def changed(column: str, value: str, row: int = 1) -> str:
    rows = folders.municipalities(3)
    rows[row][folders.MUNICIPALITY_COLUMNS.index(column)] = value
    return folders.table(folders.MUNICIPALITY_COLUMNS, rows)


@pytest.mark.parametrize(
    ("towns", "said"),
    [
        (changed("ags", "08317001"), "line 3: The official key “08317001” is in line 2 already."),
        (changed("ags", "8317002"), "line 3: The official key “8317002” has 7 digits."),
        (changed("ags", "08236004"), "line 3: The official key “08236004” does not belong to Ortenaukreis"),
        (changed("ags", "acht"), "line 3: “ags” must have 8 digits such as 08236040, not “acht”."),
        (changed("ags", ""), "line 3: “ags” is empty."),
        (changed("name", " "), "line 3: “name” is empty."),
        (changed("population", "12.345"), "line 3: “population” must be a whole number, not “12.345”."),
        (changed("population_as_of", "31.12.2018"), "line 3: “population_as_of” must be a date"),
        (changed("lat", "48,5"), "line 3: “lat” must be a number"),
        (changed("pilot", "ja"), "line 3: “pilot” must be 0 or 1, not “ja”."),
        ("ags,name,kind,population\r\n08317001,A,Stadt,5\r\n", "The column “population_as_of” is missing."),
        ("ags,ags,name,kind,population,population_as_of\r\n", "The column “ags” is there twice."),
        ("", "This file is empty."),
        ("ags,name,kind,population,population_as_of\r\n", "There is no municipality in this file."),
        ("ags,name,kind,population,population_as_of\r\n1,2\r\n", "line 2: There are 2 values for 5 columns."),
        (
            'ags,name,kind,population,population_as_of\r\n"08317001"x,',
            "line 2: This line cannot be read",
        ),
        ("ags;näme\r\n".encode("utf-16"), "This is not UTF-8."),
        ("ags,name\r\n08317001,Mühlacker".encode("cp1252"), "line 2: This is not UTF-8."),
        (b"ags,name\r\n\x00", "line 2: This is not a text file."),
    ],
)
def test_bad_municipalities_are_named_by_line(tmp_path: Path, towns: str | bytes, said: str) -> None:
    found = faults(folders.write(tmp_path, towns=towns))

    assert len(found) == 1
    assert found[0].startswith("municipalities.csv")
    assert said in found[0]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (["themen", "Themen", "feld-0", "Feld 9", "work", "work"], "line 4: The field “feld-0” is in line 2"),
        (
            ["themen", "Themen", "Feld Neun", "Feld 9", "work", "work"],
            "line 4: “slug” may have small letters",
        ),
        (["themen", "Themen", "feld-9", "", "work", "work"], "line 4: “name_de” is empty."),
        (
            ["themen", "Themen", "feld-9", "Feld 9", "football", "work"],
            "line 4: “icon” must be one of",
        ),
        (
            ["themen", "Anderes", "feld-9", "Feld 9", "work", "work"],
            "line 4: The set “themen” has another",
        ),
    ],
)
def test_bad_fields_are_named_by_line(tmp_path: Path, row: list[str], said: str) -> None:
    topics = folders.table(folders.FIELD_COLUMNS, [*folders.fields(2), row])

    found = faults(folders.write(tmp_path, topics=topics))

    assert len(found) == 1
    assert said in found[0]


@pytest.mark.parametrize(
    ("county", "said"),
    [
        ({"ags": 8317}, "“ags” is missing or is not a text."),
        ({"ags": "8317"}, "“ags” must be a text of 5 digits"),
        ({"population": "429.479"}, "“population” must be a whole number."),
        ({"population": True}, "“population” must be a whole number."),
        ({"population_as_of": "2018"}, "“population_as_of” must be a date"),
        ({"languages": ["fr"]}, "“languages” must be a list of codes"),
        ({"languages": "de"}, "“languages” must be a list of codes"),
        ({"publisher": ""}, "“publisher” is missing"),
    ],
)
def test_a_bad_county_is_named(tmp_path: Path, county: dict[str, object], said: str) -> None:
    found = faults(folders.write(tmp_path, county=county))

    assert len(found) == 1
    assert found[0].startswith("county.json")
    assert said in found[0]


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    folder = folders.write(tmp_path, towns=changed("pilot", "ja"))
    (folder / "county.json").write_text('{\n "ags": 1,,')
    (folder / "fields.csv").unlink()

    assert faults(folder) == [
        "county.json, line 2: This is not JSON.",
        "municipalities.csv, line 3: “pilot” must be 0 or 1, not “ja”.",
        "fields.csv: This file is missing.",
    ]


def test_a_folder_that_is_not_there_or_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    assert "There is no folder" in faults(tmp_path / "nowhere")[0]
    assert "There is no folder" in faults(tmp_path / "file")[0]
