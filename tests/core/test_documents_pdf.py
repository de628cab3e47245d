import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pdfua
import pikepdf
import pytest
from fontTools.ttLib import TTFont
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from core.charts import Bar, bar_chart
from core.documents.fontfile import NotAFont, family_and_characters
from core.documents.labels import Labels
from core.documents.printable import NoFonts, Printer, font_files
from core.documents.tree import (
    Document,
    Figure,
    Lang,
    Link,
    ListBlock,
    ListItem,
    Paragraph,
    Quote,
    Section,
    Sheet,
    Source,
    Table,
    Text,
    content_hash,
    paragraph,
    text,
)
from core.documents.typst import render_pdf
from core.documents.worker import LIMITS, RenderFailed, render, render_in_child
from tests.core.test_documents import HOSTILE, everywhere

FONTS = Path(__file__).parents[2] / "static/vendor/ttf"
LABELS = Labels(contents="Inhalt", page_of="Seite {page} von {pages}", sources="Herkunft")
ARABIC = "نحن بحاجة إلى دورات لغة"

pytestmark = [
    pytest.mark.without_database,
    pytest.mark.skipif(not FONTS.is_dir(), reason="The front-end build has made no fonts yet."),
]


def concept() -> Document:
    chart = bar_chart(
        [Bar("Kürzere Wartezeit", 40, colour="language"), Bar("Bus ሰላም 👍", 20)],
        title="Bedarfe nach Punkten",
        summary="Am meisten hat die Wartezeit.",
        header=("Bedarf", "Punkte"),
    )
    numbers = Table(
        "Dieselben Zahlen",
        tuple(text(cell) for cell in chart.table[0]),
        tuple(tuple(text(cell) for cell in row) for row in chart.table[1]),
        ("start", "end"),
    )
    sources = (
        Source("need", "B-058", "Frauenkurse", "https://a.example/58"),
        Source("poll", "", "Abstimmung"),
    )
    return Document(
        title="Integrationskonzept",
        subtitle="Was fehlt und was wir tun",
        language="de",
        changed_at=datetime(2022, 3, 4, 12, tzinfo=UTC),
        publisher="Landratsamt",
        date_text="4. März 2022",
        edition="Fassung 1",
        children=(
            Section(
                "Worum es geht",
                (
                    Paragraph(
                        (Text("Siehe "), Link(text("Sprache"), "#sprache"), Text(".")), sources=sources
                    ),
                    Paragraph((Lang(text(ARABIC), "ar"),)),
                    Quote((paragraph("Ich warte seit acht Monaten."),), "Karte"),
                ),
            ),
            Section(
                "Sprache",
                (
                    Figure(chart.print_svg, chart.summary, chart.title, chart.summary, numbers),
                    ListBlock((ListItem((paragraph("Eins"),), sources=sources),)),
                    Sheet("Kurse", (("Für wen", text("Frauen")),), "M-01", "geplant", sources=sources),
                    Section("Tiefer", (paragraph("Text"),)),
                ),
                id="sprache",
            ),
        ),
    )


@pytest.fixture(scope="module")
def made() -> bytes:
    return render_pdf(concept(), fonts_dir=FONTS, labels=LABELS).data


@pytest.fixture
def pdf(made: bytes) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(made)) as opened:
        yield opened


def structure(pdf: pikepdf.Pdf) -> list[Any]:
    """Every element of the structure tree."""
    found: list[Any] = []

    def visit(node: Any) -> None:
        if isinstance(node, pikepdf.Array):
            for part in node:
                visit(part)
        elif isinstance(node, pikepdf.Dictionary):
            if "/S" in node:
                found.append(node)
            if "/K" in node:
                visit(node["/K"])

    visit(pdf.Root.StructTreeRoot["/K"])
    return found


def characters(pdf: pikepdf.Pdf) -> str:
    """All characters the fonts of the file can give back, as a reader copies them."""
    found: list[str] = []
    for page in pdf.pages:
        maps = {}
        for name, font in page.Resources.get("/Font", {}).items():
            lines = font["/ToUnicode"].read_bytes().decode("ascii", "replace")
            table: dict[str, str] = {}
            for code, value in re.findall(r"<([0-9A-Fa-f]+)>\s+<([0-9A-Fa-f]+)>\s*$", lines, re.MULTILINE):
                table[code.upper()] = bytes.fromhex(value).decode("utf-16-be")
            maps[name] = table
        current: dict[str, str] = {}
        for operands, operator in pikepdf.parse_content_stream(page):
            if str(operator) == "Tf":
                current = maps[str(operands[0])]
            elif str(operator) in ("Tj", "TJ"):
                parts = operands[0] if str(operator) == "TJ" else operands
                for part in parts:
                    if isinstance(part, pikepdf.String):
                        code = bytes(part).hex().upper()
                        found += [current.get(code[at : at + 4], "�") for at in range(0, len(code), 4)]
    return "".join(found)


def test_the_file_is_pdf_ua_and_pdf_a_at_once(pdf: pikepdf.Pdf) -> None:
    with pdf.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["pdfaid:part"] == "2"
        assert metadata["pdfaid:conformance"] == "A"
        assert metadata["dc:title"] == "Integrationskonzept"
    assert pdf.Root.MarkInfo.Marked
    assert str(pdf.Root.Lang) == "de"
    assert pdf.Root.ViewerPreferences.DisplayDocTitle
    assert len(pdf.Root.OutputIntents) == 1
    assert "/Outlines" in pdf.Root


def test_a_checker_finds_nothing(made: bytes, tmp_path: Path) -> None:
    path = tmp_path / "concept.pdf"
    path.write_bytes(made)
    report = pdfua.validate(path)
    assert [finding for finding in report.findings if finding.severity != "info"] == []


def test_headings_tables_lists_and_pictures_are_tagged(pdf: pikepdf.Pdf) -> None:
    elements = structure(pdf)
    kinds = [str(element["/S"]) for element in elements]
    for kind in (
        "/H1",
        "/H2",
        "/TOC",
        "/Table",
        "/TH",
        "/TD",
        "/L",
        "/LI",
        "/Figure",
        "/Link",
        "/BlockQuote",
    ):
        assert kind in kinds
    pictures = [element for element in elements if str(element["/S"]) == "/Figure"]
    assert [str(picture["/Alt"]) for picture in pictures] == ["Am meisten hat die Wartezeit."]
    assert any(str(element.get("/Lang", "")) == "ar" for element in elements)


def test_links_lead_to_the_records(pdf: pikepdf.Pdf) -> None:
    addresses = {
        str(annotation.A.URI)
        for page in pdf.pages
        for annotation in page.get("/Annots", [])
        if "/A" in annotation and "/URI" in annotation.A
    }
    assert addresses == {"https://a.example/58"}


def test_pages_are_numbered_and_arabic_can_be_copied(pdf: pikepdf.Pdf) -> None:
    words = unicodedata.normalize("NFKC", characters(pdf))
    assert f"Seite 2 von {len(pdf.pages)}" in words
    assert "�" not in words
    assert sorted(set(ARABIC.replace(" ", "")) - set(words)) == []


def test_the_same_document_gives_the_same_bytes(made: bytes) -> None:
    again = render_in_child(concept(), ["pdf"], fonts_dir=FONTS, labels=LABELS)
    assert again.files["pdf"] == made
    assert b"D:20220304120000" in made


def test_what_cannot_be_printed_is_named_and_listed() -> None:
    words = "Danke 👍🏽 🇩🇪! ሰላም ለዓለም მშვი მ 中文 می‌خواهم \ue000\x07 Ωλ Жя ſ"
    printer = Printer(FONTS, Labels(missing_many="[{count} Zeichen, {script}, ab {code}]"))
    shown = printer.printable(words)
    assert "[U+1F44D THUMBS UP SIGN]" in shown
    assert "[U+1F1E9 FLAG DE]" in shown
    assert "[4 Zeichen, GEORGIAN, ab U+10DB]" in shown
    assert "ሰላም ለዓለም" in shown
    assert "[U+E000 PRIVATE USE CHARACTER][U+0007 CONTROL CHARACTER]" in shown
    assert "می‌خواهم" in shown
    assert "Жя" in shown
    missing = {character.code: character for character in printer.missing}
    assert missing["U+10DB"].count == 2
    assert missing["U+4E2D"].name == "CJK UNIFIED IDEOGRAPH-4E2D"
    assert missing["U+10D5"].count == 1


def test_a_long_word_may_break_and_a_template_with_a_slip_still_works() -> None:
    printer = Printer(FONTS, Labels(missing_one="{kode} {name"))
    assert printer.printable("👍") == "{kode} {name"
    assert max(len(part) for part in printer.printable("x" * 500).split("\u200b")) <= 32


@settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.text(alphabet=st.characters(), max_size=80), st.text(max_size=40))
@example("", "")
@example("👍🏽🇩🇪 ሰላም 我们 می‌خواهم \x00\x1b\ud800\ue000\ufffe\U0010ffff", "a\u0308\u20dd\u0301\u0301")
@example("\u202eabc\u2067\u200d\u200c\u00ad\u2060", "\u0628\u0308\u0301 \u1ab0 a\u0651")
@example("x" * 2000, "\n\n\t ")
def test_whatever_somebody_types_the_pdf_is_made(one: str, other: str) -> None:
    whole = everywhere(one)
    whole = replace(
        whole, children=(*whole.children, paragraph(other), Section(other, (paragraph(one + other),)))
    )
    assert render_pdf(whole, fonts_dir=FONTS, labels=LABELS).data.startswith(b"%PDF-1.7")


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_inert_in_the_pdf(words: str) -> None:
    data = render_pdf(everywhere(words), fonts_dir=FONTS, labels=LABELS).data
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert "/EmbeddedFiles" not in pdf.Root.get("/Names", {})
        assert "/OpenAction" not in pdf.Root
        for page in pdf.pages:
            for annotation in page.get("/Annots", []):
                action = annotation.get("/A", {})
                assert str(action.get("/S", "/URI")) in ("/URI", "/GoTo")
                assert re.match(r"https?://|mailto:", str(action.get("/URI", "https://")))
        if "#panic" in words:
            assert "#panic(1) $x$ @label" in characters(pdf).replace("\u200b", "")


def test_wide_tables_and_deep_nesting_are_printed() -> None:
    wide = Table(
        "Breit", tuple(text(f"S{n}") for n in range(100)), (tuple(text(str(n)) for n in range(100)),)
    )
    deep: Any = paragraph("unten")
    for level in range(40):
        deep = Section(f"Ebene {level}", (deep,)) if level % 2 else Quote((ListBlock((ListItem((deep,)),)),))
    whole = replace(concept(), children=(wide, Section("Tief", (deep,))))
    assert render_pdf(whole, fonts_dir=FONTS, labels=LABELS).data


def test_a_right_to_left_document_is_printed() -> None:
    whole = replace(concept(), language="ar", title="خطة الاندماج")
    with pikepdf.open(io.BytesIO(render_pdf(whole, fonts_dir=FONTS, labels=LABELS).data)) as pdf:
        assert str(pdf.Root.Lang) == "ar"


def test_all_formats_come_from_a_child_and_the_hash_knows_none_of_them() -> None:
    before = content_hash(concept())
    rendered = render_in_child(concept(), fonts_dir=FONTS, labels=LABELS)
    assert rendered.files == render(concept(), ("html", "md", "pdf"), fonts_dir=FONTS, labels=LABELS).files
    assert [character.name for character in rendered.missing][-1] == "THUMBS UP SIGN"
    assert content_hash(concept()) == before


def test_a_child_past_its_limits_is_ended() -> None:
    for limits in (replace(LIMITS, wall_seconds=0.05), replace(LIMITS, memory_bytes=60 * 1024**2)):
        with pytest.raises(RenderFailed):
            render_in_child(concept(), fonts_dir=FONTS, labels=LABELS, limits=limits)


def test_fonts_are_read_as_a_font_library_reads_them(tmp_path: Path) -> None:
    for path in font_files(FONTS):
        with TTFont(path) as font:
            known = {code for code, glyph in font.getBestCmap().items() if glyph != ".notdef"}
        family, found = family_and_characters(path)
        assert found == known
        assert family in ("Fira Sans", "Noto Sans Ethiopic", "Vazirmatn")
    for broken in (b"", b"wOF2" * 20, path.read_bytes()[:200]):
        (tmp_path / "broken.ttf").write_bytes(broken)
        with pytest.raises(NotAFont, match=r"broken\.ttf"):
            family_and_characters(tmp_path / "broken.ttf")


def test_a_folder_without_fonts_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoFonts):
        render_pdf(concept(), fonts_dir=tmp_path, labels=LABELS)
    with pytest.raises(RenderFailed, match="NoFonts"):
        render_in_child(concept(), ["pdf"], fonts_dir=tmp_path, labels=LABELS)
