"""What differs between two documents: words, rows, chapters, and what only moved."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from core.config import ROOT
from core.documents.compare import Comparison, compare
from core.documents.html import render_fragment, render_html
from core.documents.labels import Labels
from core.documents.markdown_writer import render_markdown
from core.documents.tree import (
    Block,
    Deleted,
    Document,
    Figure,
    Folded,
    Inline,
    Inlines,
    Inserted,
    Lang,
    LineBreak,
    Link,
    ListBlock,
    ListItem,
    Paragraph,
    Quote,
    Section,
    Sheet,
    Source,
    Strong,
    Table,
    Text,
    canonical_json,
    document_from_json,
    paragraph,
    plain_text,
    text,
)
from core.documents.words import merged
from core.documents.worker import render_in_child

pytestmark = pytest.mark.without_database

LABELS = Labels()
FONTS = ROOT / "static" / "vendor" / "ttf"


def document(*children: Block) -> Document:
    return Document("Konzept", "", "de", datetime(2022, 3, 4, tzinfo=UTC), "Landkreis", children)


def between(old: list[Block], new: list[Block]) -> Comparison:
    return compare(document(*old), document(*new), labels=LABELS)


def side(inlines: Inlines, kind: type[Inserted] | type[Deleted]) -> str:
    """The characters of marked inlines without those that are marked so."""
    kept: list[Inline] = [inline for inline in inlines if not isinstance(inline, kind)]
    return plain_text(tuple(kept))


def marked(inlines: Inlines, kind: type[Inserted] | type[Deleted]) -> list[str]:
    return [plain_text(inline.children) for inline in inlines if isinstance(inline, kind)]


# ------------------------------------------------------------------------------------------------- words


def test_single_words_are_marked() -> None:
    found = merged(text("Der Kurs kostet wenig Geld."), text("Der Kurs kostet kein Geld."))
    assert marked(found, Deleted) == ["wenig"]
    assert marked(found, Inserted) == ["kein"]
    assert plain_text(found[:1]) == "Der Kurs kostet "


def test_both_texts_can_be_read_out_of_what_is_marked() -> None:
    dice = random.Random(1)
    words = ["Kurs", "Bus", "für", "alle", "ist", "weit", "schön", ",", "مرحبا", "👍"]
    for _ in range(200):
        old = " ".join(dice.choices(words, k=dice.randrange(0, 30)))
        new = " ".join(dice.choices(words, k=dice.randrange(0, 30)))
        found = merged(text(old), text(new))
        assert side(found, Inserted) == old
        assert side(found, Deleted) == new


def test_another_look_or_address_is_a_change_too() -> None:
    plain = text("Mehr dazu hier.")
    bold: Inlines = (Text("Mehr "), Strong((Text("dazu"),)), Text(" hier."))
    assert marked(merged(plain, bold), Inserted) == ["dazu"]
    one: Inlines = (Link((Text("hier"),), "https://a.example"),)
    other: Inlines = (Link((Text("hier"),), "https://b.example"),)
    assert marked(merged(one, other), Inserted) == marked(merged(one, other), Deleted) == ["hier"]
    nested: Inlines = (Lang((Strong((Text("مرحبا"),)),), "ar"), LineBreak(), Text("x"))
    assert merged(nested, nested) == nested


# ------------------------------------------------------------------------------------------------ blocks


def test_nothing_that_differs_is_nothing_marked() -> None:
    same: list[Block] = [Section("Eins", (paragraph("Text", id="block-1"),), id="one")]
    found = between(same, same)
    assert found.counts == type(found.counts)()
    [folded] = found.document.children
    assert isinstance(folded, Folded)
    assert "Unchanged: 1 Eins" in folded.title


def test_a_paragraph_is_known_by_its_id_whatever_it_says() -> None:
    found = between([paragraph("Ganz alt.", id="b")], [paragraph("Etwas neues hier.", id="b")])
    assert (found.counts.changed, found.counts.added, found.counts.removed) == (1, 0, 0)


def test_without_an_id_it_is_known_by_its_words() -> None:
    old: list[Block] = [paragraph("Der Kurs beginnt im Herbst in Mühlacker."), paragraph("Bleibt gleich.")]
    new: list[Block] = [paragraph("Bleibt gleich."), paragraph("Der Kurs beginnt im Winter in Mühlacker.")]
    found = between(old, new)
    assert (found.counts.changed, found.counts.added, found.counts.removed, found.counts.moved) == (
        1,
        0,
        0,
        1,
    )


def test_what_is_removed_stands_where_it_stood() -> None:
    old: list[Block] = [paragraph(word, id=word) for word in ("a", "b", "c")]
    found = between(old, [old[0], old[2]])
    kinds = [type(block).__name__ for block in found.document.children]
    assert kinds == ["Folded", "Paragraph", "Folded"]
    assert found.counts.removed == 1


def test_a_paragraph_that_went_to_another_chapter_moved() -> None:
    words = paragraph("Der Satz.", id="block-1")
    old: list[Block] = [Section("A", (words,), id="a"), Section("B", (), id="b")]
    new: list[Block] = [Section("A", (), id="a"), Section("B", (words,), id="b")]
    found = between(old, new)
    assert (found.counts.moved, found.counts.added, found.counts.removed) == (1, 0, 0)


def test_chapters_are_added_moved_renamed_and_removed() -> None:
    one, two, three = (Section(name, (paragraph(name),), id=name) for name in ("eins", "zwei", "drei"))
    four = Section("vier", (paragraph("neu"),), id="vier")
    found = between([one, two, three], [two, one, replace(three, title="III"), four])
    assert found.counts.sections_added == ["vier"]
    assert len(found.counts.sections_moved) == 1
    assert found.counts.sections_renamed == ["drei → III"]
    found = between([one, two], [one])
    assert found.counts.sections_removed == ["zwei"]
    titles = [block.title for block in found.document.children if isinstance(block, Section)]
    assert titles == ["[−] zwei"]


def row(*cells: str) -> tuple[Inlines, ...]:
    return tuple(text(cell) for cell in cells)


def test_rows_of_a_table_are_known_by_their_first_cell() -> None:
    head = row("Nr.", "Titel", "Stand")
    old = Table("M", head, (row("M-01", "Kurs", "geplant"), row("M-02", "Bus", "geplant")), row_headings=True)
    new = Table("M", head, (row("M-02", "Bus", "läuft"), row("M-03", "Rad", "neu")), row_headings=True)
    found = between([replace(old, id="t")], [replace(new, id="t")])
    [table] = found.document.children
    assert isinstance(table, Table)
    assert found.counts.rows == 3
    assert [plain_text(cells[0]) for cells in table.rows] == ["M-01", "M-02", "M-03"]
    assert marked(table.rows[1][2], Inserted) == ["läuft"]


def test_a_column_more_or_less_is_marked() -> None:
    old = Table("M", row("Nr.", "Alt"), (row("1", "x"),), row_headings=True, id="t")
    new = Table("M", row("Nr.", "Titel", "Stand"), (row("1", "Kurs", "läuft"),), row_headings=True, id="t")
    [table] = between([old], [new]).document.children
    assert isinstance(table, Table)
    assert [plain_text(cell) for cell in table.header] == ["Nr.", "Titel", "Stand", "Alt"]
    assert marked(table.rows[0][3], Deleted) == ["x"]


def test_a_measure_shows_what_it_was_and_is() -> None:
    old = Sheet("Kurs", (("Kosten", text("24.000 €")), ("Mit", text("VHS"))), "M-01", "geplant", id="m")
    new = Sheet("Kurs", (("Kosten", text("30.000 €")), ("Wann", text("2023"))), "M-01", "läuft", id="m")
    [sheet] = between([old], [new]).document.children
    assert isinstance(sheet, Sheet)
    assert sheet.status == "geplant → läuft"
    assert dict(sheet.rows)["Mit"] == (Deleted(text("VHS")),)


def test_items_are_known_by_their_ids_and_sources_are_compared() -> None:
    first, second = (
        Source("need", reference, reference, f"https://a.example/{reference}") for reference in ("B-1", "B-2")
    )
    old = ListBlock((ListItem((paragraph("a"),), "i1", (first,)), ListItem((paragraph("b"),), "i2")))
    new = ListBlock((ListItem((paragraph("b"),), "i2"), ListItem((paragraph("a"),), "i1", (second,))))
    [found] = between([old], [new]).document.children
    assert isinstance(found, ListBlock)
    refs = [source.ref for item in found.items for source in item.sources]
    assert refs == ["[+] B-2", "[−] B-1"]


# -------------------------------------------------------------------------------------------- every format

EVERYTHING: list[Block] = [
    Section(
        "Kapitel",
        (
            paragraph("Ein Satz.", id="p"),
            ListBlock((ListItem((paragraph("Punkt"),), "li"),), id="l"),
            Quote((paragraph("Gesagt."),), "Jemand", id="q"),
            Table("Tafel", row("a", "b"), (row("1", "2"),), id="t"),
            Sheet("Maßnahme", (("Wer", text("Amt")),), "M-01", "geplant", id="s"),
            Figure("<svg></svg>", "Bild", "Titel", "Sagt etwas", Table("T", row("x"), (row("1"),)), id="f"),
        ),
        id="k",
    )
]


@pytest.mark.parametrize(
    ("old", "new"),
    [(EVERYTHING, []), ([], EVERYTHING), (EVERYTHING, EVERYTHING)],
    ids=["removed", "added", "same"],
)
def test_every_kind_of_block_can_be_compared_and_written(old: list[Block], new: list[Block]) -> None:
    found = between(old, new).document
    assert document_from_json(canonical_json(found)) == found
    assert b"<main" in render_html(found, labels=LABELS)
    assert render_markdown(found, labels=LABELS)


def test_changes_are_told_without_colour() -> None:
    old, new = document(paragraph("Wenig Geld.", id="b")), document(paragraph("Kein Geld.", id="b"))
    found = compare(old, new, labels=LABELS).document
    body = render_fragment(found, labels=LABELS).body
    assert (
        '<ins><span class="cue">[inserted: </span>Kein<span class="cue"> end of the change]</span></ins>'
        in body
    )
    assert "\\[+ Kein +\\]" in render_markdown(found, labels=LABELS).decode()
    rendered = render_in_child(
        new, ["pdf", "changes"], fonts_dir=FONTS, labels=LABELS, former=old, preface=("Kurz gesagt.",)
    )
    assert rendered.files["pdf"].startswith(b"%PDF")
    assert b"<ins>" in rendered.files["changes"]
    again = render_in_child(
        new, ["pdf"], fonts_dir=FONTS, labels=LABELS, former=old, preface=("Kurz gesagt.",)
    )
    assert again.files["pdf"] == rendered.files["pdf"]


def test_hostile_words_stay_words() -> None:
    found = between([paragraph("a", id="b")], [paragraph("<script>alert(1)</script> ]( ** |", id="b")])
    body = render_fragment(found.document, labels=LABELS).body
    assert "<script" not in body


def test_a_link_to_what_is_folded_is_only_text_in_a_pdf() -> None:
    target = paragraph("Das Ziel.", id="block-1")
    link = Link((Text("dorthin"),), "#block-1")
    old = document(target, Paragraph((Text("Siehe "), link), id="block-2"))
    new = document(target, Paragraph((Text("Sehen Sie "), link), id="block-2"))
    rendered = render_in_child(new, ["pdf"], fonts_dir=FONTS, labels=LABELS, former=old)
    assert rendered.files["pdf"].startswith(b"%PDF")
