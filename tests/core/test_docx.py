"""The walker to DOCX: what a word processor and a screen reader find in the file."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import docx
import pytest
from docx.oxml.ns import qn

from core.charts import Bar, bar_chart
from core.config import ROOT
from core.documents.docx_writer import render_docx
from core.documents.labels import Labels
from core.documents.tree import (
    Document,
    Figure,
    Folded,
    Lang,
    Link,
    ListBlock,
    ListItem,
    Section,
    Source,
    Table,
    Text,
    paragraph,
    text,
)
from core.documents.worker import render_in_child
from tests.core.test_documents import HOSTILE, LABELS, document, everywhere

pytestmark = pytest.mark.without_database

FONTS = ROOT / "static" / "vendor" / "ttf"
LINK = "https://dialog.example/B-001"


def made(document: Document, labels: Labels = LABELS, fonts: Path = FONTS) -> bytes:
    return render_docx(document, fonts_dir=fonts, labels=labels)


def opened(document: Document) -> Any:
    return docx.Document(io.BytesIO(made(document)))


def part(data: bytes, name: str) -> str:
    return zipfile.ZipFile(io.BytesIO(data)).read(name).decode("utf-8")


A_TABLE = Table(
    "Bedarfe",
    (text("Nr."), text("Beitrag")),
    ((text("B-001"), text("Ein Bus")), (text("B-002"), text("Kurse"))),
    row_headings=True,
)


def test_headings_lists_and_tables_are_real() -> None:
    items = (ListItem((paragraph("eins"),)), ListItem((paragraph("zwei"), paragraph("noch dazu"))))
    inner = ListBlock((ListItem((paragraph("innen"),)),))
    file = opened(
        document(
            Section("Oben", (Section("Unten", (A_TABLE,)), ListBlock(items, ordered=True))),
            ListBlock((ListItem((paragraph("außen"), inner)),)),
        )
    )

    styles = [(one.style.name, one.text) for one in file.paragraphs if one.text]
    assert ("Title", "Konzept") in styles
    assert ("Heading 1", "1 Oben") in styles
    assert ("Heading 2", "1.1 Unten") in styles
    numbered = {one.text: one._p.pPr.numPr for one in file.paragraphs if one._p.pPr is not None}
    assert numbered["eins"].numId.val == numbered["zwei"].numId.val
    assert numbered["noch dazu"] is None
    assert (numbered["außen"].ilvl.val, numbered["innen"].ilvl.val) == (0, 1)
    assert numbered["außen"].numId.val != numbered["innen"].numId.val != numbered["eins"].numId.val
    (table,) = file.tables
    assert [[cell.text for cell in row.cells] for row in table.rows][1] == ["B-001", "Ein Bus"]
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert table.rows[1]._tr.trPr.find(qn("w:tblHeader")) is None
    assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val")) == "Bedarfe"


def test_every_ordered_list_counts_from_its_own_start() -> None:
    one = ListBlock((ListItem((paragraph("a"),)),), ordered=True)
    data = made(document(one, replace(one, start=7)))

    assert part(data, "word/numbering.xml").count('<w:startOverride w:val="7"/>') == 1


def test_a_picture_has_words_and_its_numbers_follow_as_a_table() -> None:
    bars = [Bar("Sprache", 5), Bar("Wohnen", 3)]
    chart = bar_chart(bars, title="Punkte", summary="Sprache liegt vorn.", header=("Thema", "Punkte"))
    file = opened(
        document(Figure(chart.print_svg, "Zwei Balken", "Punkte je Thema", "Sprache liegt vorn.", A_TABLE))
    )

    (shape,) = file.inline_shapes
    assert shape._inline.docPr.get("descr") == "Zwei Balken"
    assert len(file.tables) == 1
    refused = opened(document(Figure("<svg><script/></svg>", "Zwei Balken", "Punkte")))
    assert not refused.inline_shapes
    assert any("Zwei Balken" in one.text for one in refused.paragraphs)


def test_languages_and_directions_are_marked() -> None:
    words = (Text("Jemand sagt: "), Lang((Text("دورات لغة"),), "ar"))
    file = opened(document(Section("S", (paragraph("دورات لغة"), paragraph("Kurs")))))
    default = file.styles.element.find(f".//{qn('w:rPrDefault')}//{qn('w:lang')}")
    by_text = {one.text: one for one in file.paragraphs}
    assert default.get(qn("w:val")) == "de"
    assert by_text["دورات لغة"]._p.pPr.find(qn("w:bidi")) is not None
    assert by_text["دورات لغة"].runs[0].font.rtl is True
    assert by_text["Kurs"]._p.pPr is None or by_text["Kurs"]._p.pPr.find(qn("w:bidi")) is None
    mixed = made(document(Section("S", (replace(paragraph(""), inlines=words),))))
    assert '<w:lang w:bidi="ar"/>' in part(mixed, "word/document.xml")


def test_links_lead_outside_or_to_a_bookmark_and_nowhere_else() -> None:
    data = made(
        document(
            Section(
                "Ziel", (paragraph("Text", sources=(Source("need", "B-001", "Bus", LINK),)),), id="there"
            ),
            Section("A", (replace(paragraph(""), inlines=(Link(text("hin"), "#there"),)),)),
            Section("B", (replace(paragraph(""), inlines=(Link(text("böse"), "javascript:alert(1)"),)),)),
        )
    )

    xml = part(data, "word/document.xml")
    names = {one.get(qn("w:name")) for one in ElementTree.fromstring(xml).iter(qn("w:bookmarkStart"))}
    anchors = {one.get(qn("w:anchor")) for one in ElementTree.fromstring(xml).iter(qn("w:hyperlink"))} - {
        None
    }
    assert anchors
    assert anchors <= names
    assert LINK in part(data, "word/_rels/document.xml.rels")
    assert "javascript" not in part(data, "word/_rels/document.xml.rels")


def test_what_is_folded_shows_its_title_only() -> None:
    file = opened(document(Folded("Mehr dazu", (paragraph("versteckt"),))))

    words = [one.text for one in file.paragraphs]
    assert "Mehr dazu" in words
    assert "versteckt" not in words


def test_the_same_document_gives_the_same_bytes_with_no_time_of_ours() -> None:
    wanted = everywhere("Ein Wort")
    data = made(wanted)

    assert data == made(wanted)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        assert names == sorted(names)
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not [name for name in names if "thumbnail" in name]
    properties = docx.Document(io.BytesIO(data)).core_properties
    assert properties.modified == datetime(2022, 3, 4, 12, tzinfo=UTC)
    assert (properties.comments, properties.author) == ("", "Ein Wort")


@pytest.mark.parametrize("words", [*HOSTILE, "\x00\x07\ufffe\ud800", "دورات", "", "a" * 3000])
def test_whatever_somebody_typed_makes_a_file_that_opens(words: str) -> None:
    file = opened(everywhere(words))

    assert len(file.tables) >= 3
    targets = [one.target_ref for one in file.part.rels.values() if one.is_external]
    assert all(target.startswith(("https://", "http://", "mailto:")) for target in targets)


def test_it_is_made_in_the_child_process_like_the_others() -> None:
    wanted = everywhere("Ein Wort")

    files = render_in_child(wanted, ("docx",), fonts_dir=FONTS, labels=LABELS).files

    assert files["docx"] == made(wanted)
