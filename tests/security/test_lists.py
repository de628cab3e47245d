"""R05, R31 to R35 for what municipalities hand in and what leaves as a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import inspect

from accounts.models import Account
from core.tables import inert
from dialog.models import Contribution, Coverage, NeedDetails, OfferDetails
from region.models import Organisation, Responsibility
from tests import program
from tests.client import Client
from tests.region import folders

ROOT = "/dialogues/probe"
HEAD = "Gemeinde;Handlungsfeld;Bedarf;Beschreibung"
HOSTILE = (
    "' OR 1=1 --",
    '"; DROP TABLE contributions; --',
    "100 %",
    "unter_strich",
    "back\\slash",
    "{{ 7 * 7 }}",
    "${7*7}",
    "<script>alert(1)</script>",
    "$(touch /tmp/x)",
)


@pytest.fixture
def staff(app: Flask, client_as: Callable[..., Client]) -> Client:
    assert program.run(app, "init", str(folders.ENZKREIS)).exit_code == 0
    assert program.run(app, "dialogue", "create", "probe", "--fields", "enzkreis-2021").exit_code == 0
    return client_as("coordinator")


def hand_in(staff: Client, rows: list[str], name: str = "bedarfe.csv", status: int = 303) -> str:
    key = dict(staff.form(f"{ROOT}/lists").values)["_key"]
    content = "\n".join([HEAD, *rows]).encode()
    sent = {"_key": key, "kind": "need", "file": (io.BytesIO(content), name)}
    return str(staff.post(f"{ROOT}/lists", sent, status).headers.get("Location", ""))


def take_over(staff: Client, here: str) -> None:
    staff.follow(staff.post_form(here, to=f"{here}/import"))


def row(title: str, text: str = "Es fehlt etwas.") -> str:
    cells = io.StringIO()
    csv.writer(cells, delimiter=";", lineterminator="").writerow(["Keltern", "Freizeit", title, text])
    return cells.getvalue()


def titles(staff: Client, **query: str) -> list[str]:
    """Titles of the register as a table gives them, for a search."""
    answer = staff.get(f"{ROOT}/register.csv", 200, query_string=query)
    return [
        one["title"].removeprefix("'") for one in csv.DictReader(io.StringIO(answer.text[1:]), delimiter=";")
    ]


# ------------------------------------------------------------------------------------------------------ R05


@pytest.mark.parametrize(
    "path",
    [
        "/responsible",
        "/organisations",
        "/organisations.csv",
        f"{ROOT}/gaps.csv",
        f"{ROOT}/offers.csv",
        f"{ROOT}/gaps",
    ],
)
def test_r05_no_column_is_a_filter_of_tables_and_directories(
    staff: Client, browse: Callable[..., Client], path: str
) -> None:
    take_over(staff, hand_in(staff, [row("Treff")]))
    visitor = browse(None)
    offered = {"field", "kind", "language", "languages"}
    asked = {
        column.key
        for model in (
            Contribution,
            OfferDetails,
            NeedDetails,
            Coverage,
            Organisation,
            Responsibility,
            Account,
        )
        for column in inspect(model).columns
    } - offered

    def shown(**query: str) -> str:
        answer = visitor.get(path, 200, query_string=query)
        return visitor.text if answer.mimetype == "text/html" else answer.text

    plain = shown()
    for value in ("1", "x", "coordinator"):
        assert shown(**dict.fromkeys(asked, value)) == plain


# ------------------------------------------------------------------------------------------------------ R31


def test_r31_signs_of_other_languages_are_looked_for_as_they_stand(staff: Client) -> None:
    take_over(staff, hand_in(staff, [row(f"Bedarf {number}", words) for number, words in enumerate(HOSTILE)]))
    assert len(titles(staff)) == len(HOSTILE)
    for number, words in enumerate(HOSTILE):
        assert titles(staff, q=words) == [f"Bedarf {number}"]
    assert titles(staff, q="100_%") == []


def test_r31_nothing_in_a_cell_is_a_template(staff: Client) -> None:
    # A product that no time of day and no number of rows can hold by chance.
    sums = "{{ 7919 * 7907 }} ${7919*7907}"
    here = hand_in(staff, [row(sums), row("{% include 'x' %}")])
    staff.get(here, 200)
    assert sums in staff.text
    assert str(7919 * 7907) not in staff.text
    take_over(staff, here)
    assert sorted(titles(staff)) == ["{% include 'x' %}", sums]


# ------------------------------------------------------------------------------------------------------ R32


def test_r32_signs_that_turn_or_hide_words_go_and_those_a_script_needs_stay(staff: Client) -> None:
    take_over(
        staff,
        hand_in(staff, [row("Kurs \u202egnp.exe\u202c"), row("می\u200cخواهم"), row("Treff\x07 am Abend")]),
    )
    assert sorted(titles(staff)) == ["Kurs gnp.exe", "Treff am Abend", "می\u200cخواهم"]


# ------------------------------------------------------------------------------------------------- R33, R34


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd.csv",
        "a\\b.csv",
        "<img src=x onerror=alert(1)>.csv",
        "x" * 300 + ".csv",
        "ohne-endung",
        ".csv",
    ],
)
def test_r34_the_name_of_a_file_leads_nowhere_and_runs_nowhere(staff: Client, name: str) -> None:
    here = hand_in(staff, [row("Treff")], name)
    answer = staff.get(here, 200)
    assert "<img src=x" not in answer.text
    assert "Treff" in staff.text
    take_over(staff, here)
    assert titles(staff) == ["Treff"]


# ------------------------------------------------------------------------------------------------------ R35


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠"])
def test_r35_no_cell_of_a_table_begins_like_a_formula(sign: str) -> None:
    assert inert(f"{sign}1+1") == f"'{sign}1+1"
    assert inert(f"1{sign}1") == f"1{sign}1"
    assert inert("") == ""


def test_r35_what_leaves_as_a_table_comes_back_as_it_was(staff: Client) -> None:
    """The apostrophe that guards a cell is no part of the words: a file sent back and forth says the same."""
    here = hand_in(
        staff, ["Bretten;Freizeit;-5 Plätze;+49 ist keine Nummer", "Bretten;Freizeit;'s Lädle;Laden"]
    )
    back = staff.get(f"{here}/rows.csv", 200).text
    assert "'-5 Plätze" in back
    lines = [line.replace("Bretten", "Keltern") for line in back.lstrip("\ufeff").splitlines()]
    key = dict(staff.form(f"{ROOT}/lists").values)["_key"]
    sent = {"_key": key, "kind": "need", "file": (io.BytesIO("\n".join(lines).encode()), "zurueck.csv")}
    take_over(staff, str(staff.post(f"{ROOT}/lists", sent, 303).headers["Location"]))
    answer = staff.get(f"{ROOT}/register.csv", 200).text[1:]
    back_again = csv.DictReader(io.StringIO(answer), delimiter=";")
    assert sorted((one["title"], one["text"]) for one in back_again) == [
        ("'-5 Plätze", "'+49 ist keine Nummer"),
        ("'s Lädle", "Laden"),
    ]
