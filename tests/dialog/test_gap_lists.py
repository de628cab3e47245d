"""The gap matrix by target group, the needs that nothing covers, and all of it to take away."""

from __future__ import annotations

import csv
import io
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pikepdf
import pytest
from flask import Flask
from sqlalchemy import update

from core.actor import VISITOR
from core.db import db
from core.documents.tree import Document
from core.documents.worker import Rendered
from core.errors import NotFound
from core.spreadsheets import SheetOfCells, workbook
from dialog.actions import coverage
from dialog.models import Contribution, Dialogue, OfferDetails, OfferTrait
from dialog.offer_words import EVERYBODY, OfferStatus, Trait
from dialog.queries import gap_groups, gaps
from dialog.queries.gap_groups import NOT_SAID, OTHERS
from dialog.queries.gaps import Cell
from dialog.queries.uncovered import uncovered_needs
from dialog.views import gap_files
from dialog.vocabulary import Extent, Kind, PollStatus, Visibility
from region.models import Municipality
from tests import factories
from tests.client import Client
from tests.conftest import Maker
from tests.core.test_documents_pdf import characters
from tests.dialog.ground import at_once, counted_queries
from tests.factories import STAFF

PAGE = "/dialogues/probe/gaps"
TOWN = "08236040"
inside = pytest.mark.usefixtures("inside")


@pytest.fixture
def dialogue(inside: Flask) -> Dialogue:
    return factories.dialogue()


def about(one: Contribution, group: str) -> Contribution:
    db.session.execute(update(Contribution).where(Contribution.id == one.id).values(target_group=group))
    db.session.commit()
    return one


def groups(dialogue: Dialogue) -> dict[str, Cell]:
    """What stands in the column of the field “sprache”, by group."""
    matrix = gap_groups.group_matrix(VISITOR, dialogue)
    (field,) = (one for one in matrix.fields if one.slug == "sprache")
    return {row.group: row.cells[field.id] for row in matrix.rows}


def cover(need: Contribution, offer: Contribution, extent: Extent) -> None:
    with factories.change():
        coverage.judge_coverage(STAFF, need, offer, extent=extent, reason="Passt.")


# ------------------------------------------------------------------------------------------ target groups


def test_needs_are_read_and_offers_have_been_chosen(dialogue: Dialogue) -> None:
    about(factories.contribution(of=dialogue), "Frauen und Kinder")
    about(factories.contribution(of=dialogue), "Erwachsene")
    factories.contribution(of=dialogue)
    chosen = about(factories.contribution(of=dialogue, kind=Kind.OFFER), "Männer")
    db.session.add(OfferTrait(contribution_id=chosen.id, trait=Trait.GROUP, code="women"))
    db.session.commit()
    about(factories.contribution(of=dialogue, kind=Kind.OFFER), "alle")

    # What staff have chosen for an offer goes before its own words.
    assert groups(dialogue) == {
        EVERYBODY: Cell(0, 1, 1),
        "women": Cell(1, 1, 1),
        "children": Cell(1, 0, 1),
        OTHERS: Cell(1, 0, 1),
        NOT_SAID: Cell(1, 0, 1),
    }
    [chapter, _] = gap_groups.group_chapters(VISITOR, dialogue, "women")
    assert (len(chapter.needs), len(chapter.offers)) == (1, 1)
    with pytest.raises(NotFound):
        gap_groups.group_chapters(VISITOR, dialogue, "nobody")


def test_nothing_that_waits_or_has_ended_counts_for_a_group(dialogue: Dialogue) -> None:
    about(factories.contribution(Visibility.WAITING, of=dialogue), "Frauen")
    about(factories.contribution(Visibility.HIDDEN, of=dialogue), "Frauen")
    ended = about(factories.contribution(of=dialogue, kind=Kind.OFFER), "Frauen")
    db.session.add(OfferDetails(contribution_id=ended.id, status=OfferStatus.ENDED))
    db.session.commit()
    assert groups(dialogue) == {}


# --------------------------------------------------------------------------------------------- uncovered


def test_what_matters_most_comes_first_and_what_is_covered_is_left_out(dialogue: Dialogue) -> None:
    factories.contribution(of=dialogue, in_field="wohnen")
    factories.poll(PollStatus.PUBLISHED, of=dialogue, needs=3, ballots={"a": {1: 1, 2: 2}, "b": {2: 2, 3: 1}})
    offer = factories.contribution(of=dialogue, kind=Kind.OFFER)
    first, *rest = uncovered_needs(VISITOR, dialogue)
    assert (first.rank, first.points, len(rest)) == (1, 4, 3)
    assert [one.rank is None for one in rest] == [False, False, True]

    needs = {one.reference: one for one in db.session.query(Contribution).filter_by(kind=Kind.NEED)}
    cover(needs[first.reference], offer, Extent.PARTLY)
    assert first.reference not in [one.reference for one in uncovered_needs(VISITOR, dialogue)]
    # What is covered in part is not lost from sight.
    assert [one.reference for one in uncovered_needs(VISITOR, dialogue, partly=True)] == [first.reference]
    # That an offer does not cover it leaves it open.
    cover(needs[rest[0].reference], offer, Extent.NOT)
    assert uncovered_needs(VISITOR, dialogue)[0].reference == rest[0].reference


def test_results_that_are_not_published_say_nothing(dialogue: Dialogue) -> None:
    factories.poll(PollStatus.CLOSED, of=dialogue, needs=2, ballots={"a": {2: 2}})
    assert {one.rank for one in uncovered_needs(VISITOR, dialogue)} == {None}


def test_they_are_looked_for_by_place_and_topic(dialogue: Dialogue) -> None:
    factories.contribution(of=dialogue, place="08236043")
    factories.contribution(of=dialogue, in_field="wohnen")
    factories.contribution(of=dialogue, place=None)

    def number(**asked: str) -> int:
        return len(uncovered_needs(VISITOR, dialogue, **asked))

    assert [number(), number(place="08236043"), number(field="wohnen")] == [3, 1, 1]
    assert [number(place="99999999"), number(field="nowhere")] == [0, 0]
    assert number(place="08236043", field="wohnen") == 0


def test_no_statement_grows_with_the_register(dialogue: Dialogue) -> None:
    """Databases take only so many values in one statement, and a register has tens of thousands."""

    def lengths() -> list[int]:
        with counted_queries() as seen:
            uncovered_needs(VISITOR, dialogue)
            gap_groups.group_matrix(VISITOR, dialogue)
        return [len(one) for one in seen]

    factories.contribution(of=dialogue)
    few = lengths()
    for _ in range(12):
        factories.contribution(of=dialogue)
    assert lengths() == few


# ------------------------------------------------------------------------------------------- to take away


def test_all_files_say_what_the_page_says(make: Maker, client: Client, app: Flask) -> None:
    make.contribution("public", text="Es fehlt ein Kurs.")
    make.contribution("public", kind="offer", text="Es gibt einen Treff.")
    with app.app_context():
        matrix = gaps.matrix(VISITOR, db.session.query(Dialogue).one())
        figures = {
            (row.municipality.name if row.municipality else "Ganzer Landkreis", field.slug): row.cells[
                field.id
            ][:2]
            for row in matrix.rows
            for field in matrix.fields
        }
    assert figures["Mühlacker", "sprache"] == (1, 1)

    answer = client.get(f"{PAGE}.xlsx", 200)
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    assert book.sheetnames == ["Matrix", "Liste", "Zielgruppen", "Ungedeckte Bedarfe"]
    head, *rows = [[cell.value for cell in row] for row in book["Matrix"].iter_rows()]
    at = head.index("Sprache: Bedarfe")
    assert {row[1]: tuple(row[at : at + 2]) for row in rows} == {
        place: said for (place, field), said in figures.items() if field == "sprache"
    }
    assert (book["Matrix"].freeze_panes, book.properties.creator) == ("B2", None)
    (town,) = (row for row in rows if row[1] == "Mühlacker")
    assert town[-1] == pytest.approx(10_000 / 26_076, abs=0.05)

    text = client.get(f"{PAGE}.csv", 200).text[1:]
    lines = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert {(one["place"], one["field"], one["needs"], one["offers"]) for one in lines} == {
        (place, {"sprache": "Sprache", "wohnen": "Wohnen"}[field], str(needs), str(offers))
        for (place, field), (needs, offers) in figures.items()
    }

    answer = client.get(f"{PAGE}.pdf", 200)
    pdf = pikepdf.open(io.BytesIO(answer.data))
    _, _, width, height = (float(one) for one in pdf.pages[0].MediaBox)
    assert width > height
    assert pdf.Root.MarkInfo.Marked
    assert answer.headers["Content-Disposition"] == 'attachment; filename="probe-gaps.pdf"'


def test_the_profile_sheet_comes_as_a_document(make: Maker, client: Client) -> None:
    dialogue = make.dialogue()
    for number in range(25):
        make.contribution(
            of=dialogue, title=f"Bedarf {number}", text=f"Es fehlt etwas, {number}.", place=TOWN
        )
        make.contribution(of=dialogue, kind=Kind.OFFER, title=f"Angebot {number}", place=TOWN)
    make.contribution(Visibility.WAITING, of=dialogue, title="Noch nicht gelesen", place=TOWN)
    answer = client.get(f"{PAGE}/{TOWN}/sheet.pdf", 200)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="probe-{TOWN}.pdf"'
    pdf = pikepdf.open(io.BytesIO(answer.data))
    words = "".join(characters(pdf).split())
    for said in ("Mühlacker", "Einwohner", "Bedarf 0", "Angebot 0", "und 7 weitere Einträge"):
        assert said.replace(" ", "") in words
    assert "Nochnichtgelesen" not in words
    assert len(pdf.pages) <= 2
    client.get(f"{PAGE}/08999999/sheet.pdf", 404)


def test_a_municipality_without_inhabitants_has_no_figure_per_head(
    make: Maker, client: Client, app: Flask
) -> None:
    make.contribution("public")
    with app.app_context():
        db.session.execute(update(Municipality).values(population=0))
        db.session.commit()
    for end in (".csv", ".xlsx", ".pdf"):
        client.get(f"{PAGE}{end}", 200)


def test_of_many_who_want_the_document_one_makes_it(
    make: Maker, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.contribution("public")
    made: list[str] = []
    render = gap_files.render_in_child

    def counted(document: Document, *args: Any, **kwargs: Any) -> Rendered:
        made.append(document.title)
        return render(document, *args, **kwargs)

    monkeypatch.setattr(gap_files, "render_in_child", counted)
    visitors = [Client(app) for _ in range(6)]
    answers = at_once(6, lambda turn: visitors[turn].get(f"{PAGE}.pdf"))
    assert {one.status_code for one in answers} == {200}
    assert len({one.data for one in answers}) == len(made) == 1
    # Another content is another document.
    make.contribution("public")
    visitors[0].get(f"{PAGE}.pdf", 200)
    assert len(made) == 2


def test_an_empty_dialogue_has_all_pages_and_files(make: Maker, client: Client) -> None:
    make.dialogue()
    for path in (
        ".xlsx",
        ".csv",
        ".pdf",
        "/groups",
        "/groups/women",
        "/uncovered",
        "/uncovered?place=08236040",
    ):
        client.get(f"{PAGE}{path}", 200)
    client.get(f"{PAGE}/uncovered", 200)
    assert "Kein Bedarf ist ohne Angebot" in client.text
    for path in ("/gaps.xlsx", "/gaps.svg", "/gaps.pdf", "/gaps/groups", "/gaps/uncovered"):
        client.get(f"/dialogues/nowhere{path}", 404)
    client.get(f"{PAGE}/groups/nobody", 404)


def test_a_page_leads_from_a_group_to_its_entries(make: Maker, client: Client, app: Flask) -> None:
    made = make.contribution("public", text="Es fehlt ein Kurs.")
    with app.app_context():
        about(db.session.get_one(Contribution, made.id), "Frauen")
    client.get(f"{PAGE}/groups", 200)
    (cell,) = (one for one in client.page.find("table").find_all("a") if one["href"].endswith("#sprache"))
    client.get(cell["href"].partition("#")[0], 200)
    assert "Es fehlt ein Kurs." in client.text


def test_no_text_of_a_workbook_is_a_formula() -> None:
    sheet = SheetOfCells(
        "A/B:C*" + "x" * 40, ["=1+1", "Zahl"], [["=HYPERLINK(1)", 1], ["\x07-5", 2.5], [None, None]]
    )
    book = openpyxl.load_workbook(io.BytesIO(workbook([sheet, SheetOfCells("", ["Leer"], [])])))
    page = book.worksheets[0]
    assert (len(page.title), page.title[:6]) == (31, "A-B-C-")
    assert {cell.data_type for row in page["A1:A3"] for cell in row} == {"s"}
    assert [cell.value for cell in page["A"]][:3] == ["=1+1", "=HYPERLINK(1)", "-5"]
    assert [cell.data_type for cell in page["B"]][1:3] == ["n", "n"]


def test_needs_that_are_covered_in_part_have_a_list(make: Maker, client: Client, app: Flask) -> None:
    need = make.contribution("public", text="Es fehlt ein Kurs.")
    offer = make.contribution("public", kind="offer", text="Es gibt einen Treff.")
    page = "/dialogues/probe/gaps/uncovered"
    assert "Kein Bedarf ist nur zum Teil gedeckt." in client.get(f"{page}?show=partly", 200).text
    with app.app_context():
        cover(
            db.session.get_one(Contribution, need.id),
            db.session.get_one(Contribution, offer.id),
            Extent.PARTLY,
        )
    assert "Es fehlt ein Kurs." in client.get(f"{page}?show=partly", 200).text
    assert "Es fehlt ein Kurs." not in client.get(page, 200).text


def test_the_matrix_as_a_picture_has_the_figures_of_the_table(make: Maker, client: Client) -> None:
    need = make.contribution(text="Es fehlt <b>ein</b> Kurs.")
    make.contribution(of=need.dialogue, kind=Kind.OFFER)
    for language, whole in (("de", "Ganzer Landkreis"), ("ar", "الدائرة")):
        answer = client.get(f"/dialogues/probe/gaps.svg?lang={language}", 200)
        assert answer.mimetype == "image/svg+xml"
        assert 'filename="probe-gaps.svg"' in answer.headers["Content-Disposition"]
        picture = ElementTree.fromstring(answer.data)
        words = ["".join(one.itertext()) for one in picture.iter("{http://www.w3.org/2000/svg}text")]
        assert words.count("1 | 1") == 1
        assert whole in " ".join(words)
        assert picture.find("{http://www.w3.org/2000/svg}title") is not None
        # It stands alone: nothing is fetched, nothing depends on the page.
        assert b"var(" not in answer.data
        assert b"href" not in answer.data
