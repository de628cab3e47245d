import re
from datetime import UTC, datetime, timedelta, timezone
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown import Markdown

from core.documents.html import render_html
from core.documents.labels import Labels
from core.documents.markdown_writer import render_markdown
from core.documents.outline import safe_url
from core.documents.reading import parse_html
from core.documents.tree import (
    Code,
    CodeBlock,
    Document,
    Emphasis,
    Figure,
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
    content_hash,
    document_from_json,
    paragraph,
    text,
)
from core.markdown import render

pytestmark = pytest.mark.without_database

LABELS = Labels()
WHEN = datetime(2022, 3, 4, 12, tzinfo=UTC)

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</title></style></script><svg onload=alert(1)>",
    "[x](javascript:alert(1))",
    "![x](https://tracker.example/a.png)",
    "javascript:alert(1)",
    "<https://evil.example>",
    "`code` **fett** *k* _u_ ~~s~~ # h",
    "1. Liste\n- Punkt\n+ x\n> Zitat\n---\n===",
    "| a | b |",
    '#panic(1) $x$ @label <label> \\u{1F600} #eval(read("/etc/passwd"))',
    "&lt;script&gt; &#60;b&#62;",
    "{{ 7*7 }} {% raw %} ${7*7}",
    "\x00\x1b\ud800\ufffe\u202eabc",
    "\ue000\U000f0000\U0010ffff",
]


def document(*children: object, **changes: object) -> Document:
    options = {
        "title": "Konzept",
        "subtitle": "",
        "language": "de",
        "changed_at": WHEN,
        "publisher": "Landkreis",
        "children": children,
    }
    return Document(**{**options, **changes})


def everywhere(words: str) -> Document:
    """A document with the same words in every place that takes words."""
    sources = (
        Source("need", words, words, words),
        Source("need", "B-1", words, "https://a.example/" + words),
    )
    inlines = (
        Text(words),
        Strong((Text(words),)),
        Emphasis((Text(words),)),
        Code(words),
        Link((Text(words),), words),
        Link((Text(words),), "https://a.example/" + words),
        Lang((Text(words),), words),
        Lang((Text(words),), "ar"),
        LineBreak(),
    )
    table = Table(words, (inlines, inlines), ((inlines, inlines), (inlines,)), id=words)
    return document(
        Section(words, (Paragraph(inlines, id=words, sources=sources),), id=words, sources=sources),
        Paragraph(inlines, role="lead"),
        Paragraph(inlines, role="note"),
        ListBlock((ListItem((Paragraph(inlines),), sources=sources),), ordered=True, start=3),
        table,
        Sheet(words, ((words, inlines),), words, words, sources=sources),
        Figure(words, words, words, words, table),
        Figure(f"<svg xmlns='http://www.w3.org/2000/svg'><text>{words}</text></svg>", words, words, words),
        Quote((Paragraph(inlines),), words),
        CodeBlock(words),
        title=words,
        subtitle=words,
        publisher=words,
        language=words,
        date_text=words,
        edition=words,
    )


class Loading(HTMLParser):
    """Collects what could run or load."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "img", "iframe", "object", "embed", "link", "form", "base", "image", "use"}:
            self.found.append(tag)
        for name, value in attrs:
            if name.startswith("on") or name in {"style", "src", "srcset"}:
                self.found.append(f"{tag} {name}")
            if name == "href" and not re.match(r"(https?://|mailto:|#)", value or ""):
                self.found.append(f"{tag} {name}={value}")
            if name == "id":
                self.ids.append(value or "")


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_inert_in_html(words: str) -> None:
    page = render_html(everywhere(words), labels=LABELS).decode("utf-8")
    loading = Loading()
    loading.feed(page)
    assert loading.found == []
    assert len(loading.ids) == len(set(loading.ids))
    assert page.count("<style>") == 1


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_inert_in_markdown(words: str) -> None:
    written = render_markdown(everywhere(words), labels=LABELS).decode("utf-8")
    # A reader that lets raw HTML through, as most do, must find none of ours.
    html = Markdown(extensions=["tables", "fenced_code"]).convert(written)
    loading = Loading()
    loading.feed(html)
    assert [found for found in loading.found if not found.endswith("style")] == []
    assert "<h1>" in html


def test_words_survive_the_way_through_markdown() -> None:
    words = "3. Punkt: a*b*c_d_ [e] <f> `g` # h | i ~j~ \\ k & l"
    written = render_markdown(document(paragraph(words)), labels=LABELS).decode("utf-8")
    read = parse_html(render(written.split("\n\n", 2)[2]))
    assert read == [Paragraph((Text(words),))]


def test_a_document_survives_its_canonical_form() -> None:
    whole = everywhere("Wörter 👍")
    assert document_from_json(canonical_json(whole)) == whole
    assert canonical_json(document_from_json(canonical_json(whole))) == canonical_json(whole)


@pytest.mark.parametrize(
    "broken", [b"", b"[]", b"{}", b'{"@": "Text", "value": "x"}', b'{"@": "Nothing"}', b"\xff"]
)
def test_what_is_no_canonical_form_is_refused(broken: bytes) -> None:
    with pytest.raises(ValueError, match="canonical form"):
        document_from_json(broken)


def test_the_hash_is_of_the_content_alone() -> None:
    one = document(paragraph("a"))
    same = document(paragraph("a"), changed_at=WHEN.astimezone(timezone(timedelta(hours=5))))
    render_html(one, labels=LABELS)
    assert content_hash(one) == content_hash(same)
    assert content_hash(one) == content_hash(document_from_json(canonical_json(one)))
    for other in (
        document(paragraph("b")),
        document(paragraph("a"), title="Anders"),
        document(paragraph("a", sources=(Source("need", "B-001", "x"),))),
        document(paragraph("a", id="x")),
        document(paragraph("a"), changed_at=WHEN + timedelta(microseconds=1)),
    ):
        assert content_hash(other) != content_hash(one)


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        document(changed_at=datetime(2022, 3, 4))  # noqa: DTZ001


def test_skipped_heading_levels_close_up() -> None:
    (first, second) = parse_html(render("## Eins\n\n##### Tief\n\nText\n\n### Weniger tief\n\n# Zwei"))
    assert first == Section("Eins", (Section("Tief", (paragraph("Text"),)), Section("Weniger tief")))
    assert second == Section("Zwei")
    page = render_html(document(first, second), labels=LABELS).decode()
    levels = [int(level) for level in re.findall(r"<h([1-6])", page)]
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_reading_keeps_lists_tables_quotations_and_marks() -> None:
    blocks = parse_html(
        render(
            "- a\n    1. b\n\n> z\n\n| A | B |\n|---|--:|\n| *x* | `1` |\n\n**f**  \n[l](https://a.example/)"
        )
    )
    assert blocks == [
        ListBlock((ListItem((paragraph("a"), ListBlock((ListItem((paragraph("b"),)),), ordered=True))),)),
        Quote((paragraph("z"),)),
        Table("", (text("A"), text("B")), (((Emphasis(text("x")),), (Code("1"),)),), ("start", "end")),
        Paragraph((Strong(text("f")), LineBreak(), Link(text("l"), "https://a.example/"))),
    ]


@given(st.text(alphabet='<>/ablipuotdh12"= &;#x\n', max_size=200))
def test_reading_never_fails(html: str) -> None:
    for block in parse_html(html):
        render_html(document(block), labels=LABELS)


def test_deep_nesting_is_flattened() -> None:
    assert parse_html("<ul><li>" * 500 + "x")
    assert parse_html("<blockquote>" * 5000 + "x")
    assert parse_html("<strong>" * 5000 + "x")


def test_sections_are_numbered_alike_and_anchors_are_unique() -> None:
    twin = Section("Sprache", (paragraph("a", id="hier"),), id="hier")
    whole = document(Section("Felder", (twin, twin)), Section("Ende"))
    page = render_html(whole, labels=LABELS).decode()
    loading = Loading()
    loading.feed(page)
    assert len(loading.ids) == len(set(loading.ids))
    assert '<span class="number">1.2</span> Sprache' in page
    written = render_markdown(whole, labels=LABELS).decode()
    assert "### 1.2 Sprache" in written
    assert "## 2 Ende" in written


def test_origin_stands_under_its_block_with_number_and_link() -> None:
    source = Source("need", "B-058", "Frauenkurse", "https://a.example/58")
    whole = document(paragraph("Text", sources=(source,)))
    assert (
        '<a href="https://a.example/58">B-058 Frauenkurse</a>' in render_html(whole, labels=LABELS).decode()
    )
    assert "[B-058 Frauenkurse](https://a.example/58)" in render_markdown(whole, labels=LABELS).decode()


def test_languages_and_landmarks_are_marked() -> None:
    whole = document(Section("Eins", (Paragraph((Lang(text("مرحبا"), "ar"),)),)))
    page = render_html(whole, labels=LABELS).decode()
    assert '<html lang="de" dir="ltr">' in page
    assert '<span lang="ar" dir="rtl">مرحبا</span>' in page
    for part in ("<nav ", "<main ", "<header>", 'class="skip"', "<title>Konzept</title>"):
        assert part in page
    assert 'dir="rtl"' in render_html(document(language="fa"), labels=LABELS).decode().split(">", 2)[1]


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://a.example/ä?b=c#d", True),
        ("mailto:a@b.example", True),
        ("javascript:alert(1)", False),
        (" java\nscript:x", False),
        ("//a.example", False),
        ("https://", False),
        ("https://[::1", False),
        ("", False),
        ("https://a.example/" + "x" * 3000, False),
    ],
)
def test_which_addresses_may_be_linked(url: str, safe: bool) -> None:
    assert (safe_url(url) is not None) == safe


def test_regions_of_tables_with_the_same_caption_can_be_told_apart() -> None:
    same = Table("Bedarfe", (), (((Text("Ein Bus."),),),))
    page = render_html(document(same, paragraph("Und"), same), labels=LABELS).decode("utf-8")
    assert re.findall(r'aria-label="(Bedarfe[^"]*)"', page) == ["Bedarfe", "Bedarfe (2)"]
    assert page.count("<caption>Bedarfe</caption>") == 2
