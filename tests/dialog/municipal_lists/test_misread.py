"""Rows of lists that are judged wrongly or crash."""

from __future__ import annotations

import json

import pytest

from core.tables import inert
from dialog.municipal_lists.columns import mapping_of
from dialog.municipal_lists.judging import Judged, Question, judge, report
from dialog.municipal_lists.places import COUNTY_WIDE, Guide, Places
from dialog.vocabulary import Kind
from tests.dialog.municipal_lists.guides import ENZKREIS

HEAD = ("Gemeinde", "Handlungsfeld", "Angebot", "Kosten")


def judged(
    *rows: tuple[str, ...], head: tuple[str, ...] = HEAD, kind: Kind = Kind.OFFER, only: str | None = None
) -> list[Judged]:
    return judge(rows, ENZKREIS, Question(kind, mapping_of(head, kind), only=only))


def test_an_absurd_amount_does_not_break_the_report(app: object) -> None:
    row = judged(("Keltern", "Freizeit", "Treff", "1" + ".000" * 300))[0]
    json.dumps(report(row))


def test_an_amount_beyond_what_a_database_holds_is_a_remark() -> None:
    row = judged(("Keltern", "Freizeit", "Treff", "100.000.000.000"))[0]
    assert row.entry.cost is None or row.entry.cost < 2**31


def test_a_row_whose_first_cell_begins_with_a_word_for_sums_is_an_entry() -> None:
    head = ("Träger", "Angebot", "Gemeinde", "Handlungsfeld", "Beschreibung")
    row = judged(("Gesamt-Elternbeirat", "Elterncafé", "Keltern", "Freizeit", "Dienstags"), head=head)[0]
    assert row.outcome != "not_data", [str(one) for one in row.reasons]


@pytest.mark.parametrize(
    "title", ["Hinweistafeln in mehreren Sprachen", "Standesamt mit Dolmetschen", "Legendenabend"]
)
def test_a_title_alone_is_incomplete_and_no_remark(title: str) -> None:
    row = judged(("", "", title, ""))[0]
    assert row.outcome == "incomplete", row.outcome


def test_the_apostrophe_of_our_own_files_is_taken_off_again_for_every_sign() -> None:
    for title in ("=1+1 Kurs", "＝1+1 Kurs", "＋Kurs", "－Kurs", "＠Kurs"):
        row = judged(("Keltern", "Freizeit", inert(title), ""))[0]
        assert not row.entry.title.startswith("'"), row.entry.title


def test_two_directions_are_two_offers() -> None:
    rows = judged(
        ("Keltern", "Freizeit", "Übersetzen aus dem Deutschen ins Arabische", ""),
        ("Keltern", "Freizeit", "Übersetzen aus dem Arabischen ins Deutsche", ""),
        ("Keltern", "Freizeit", "Schüler lernen von Senioren", ""),
        ("Keltern", "Freizeit", "Senioren lernen von Schüler", ""),
    )
    assert rows[3].outcome != "duplicate"


def test_a_city_with_the_name_of_the_county_is_asked_about() -> None:
    places = Places(Guide("Tübingen", [("08416041", "Tübingen"), ("08416036", "Rottenburg")], {}))
    found = places.find("Tübingen")
    assert found.value != COUNTY_WIDE
