"""The walker to HTML: one file that stands alone, with its own look, no script and nothing to load.

Headings follow nesting, contents and main part are landmarks, every block with an id is an anchor. The
Content-Security-Policy inside the file forbids everything but its own style sheet, so that even a mistake
here could not run or fetch anything.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path

from markupsafe import Markup

from core.documents.labels import Labels
from core.documents.outline import Outline, language_tag, outlined
from core.documents.pictures import safe_svg
from core.documents.tree import (
    MAX_SECTION_LEVEL,
    Block,
    Code,
    CodeBlock,
    Deleted,
    Document,
    Emphasis,
    Figure,
    Folded,
    Inline,
    Inlines,
    Inserted,
    Lang,
    LineBreak,
    Link,
    ListBlock,
    Paragraph,
    Quote,
    Section,
    Sheet,
    Source,
    Strong,
    Table,
    Text,
    direction_of,
)

STYLE = Path(__file__).with_name("document.css")

# C0 controls cannot stand in HTML and halves of surrogate pairs not in UTF-8.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def render_html(document: Document, *, labels: Labels) -> bytes:
    """The whole document as one UTF-8 file; the same document gives the same bytes."""
    document, outline = outlined(document)
    walker = _Walker(outline, labels)
    language = language_tag(document.language) or "de"
    body = walker.blocks(document.children, level=2)
    contents = walker.contents(document.children)
    style, style_hash = _style()
    policy = f"default-src 'none'; style-src 'sha256-{style_hash}'; base-uri 'none'; form-action 'none'"
    details = "".join(
        f"<p>{_text(words)}</p>"
        for words in (document.edition, document.date_text, document.publisher)
        if words
    )
    navigation = (
        f'<nav aria-labelledby="contents"><h2 id="contents">{_text(labels.contents)}</h2>{contents}</nav>'
        if contents
        else ""
    )
    page = f"""<!doctype html>
<html lang="{language}" dir="{document.direction}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light">
<meta name="author" content="{_text(document.publisher)}">
<title>{_text(document.title)}</title>
<style>{style}</style>
</head>
<body>
<a class="skip" href="#content">{_text(labels.skip_to_content)}</a>
<header>
<h1>{_text(document.title)}</h1>
{f'<p class="subtitle">{_text(document.subtitle)}</p>' if document.subtitle else ""}
<div class="details">{details}</div>
</header>
{navigation}
<main id="content" tabindex="-1">
{body}
</main>
</body>
</html>
"""
    return page.encode("utf-8")


@dataclass(frozen=True, slots=True)
class Fragment:
    """A document to stand inside a page of ours: its contents as a list, and its blocks."""

    contents: Markup
    body: Markup


def render_fragment(document: Document, *, labels: Labels) -> Fragment:
    """The blocks of a document without a page around them; its sections begin at the second level."""
    document, outline = outlined(document)
    walker = _Walker(outline, labels)
    contents, body = walker.contents(document.children), walker.blocks(document.children, level=2)
    return Fragment(Markup(contents), Markup(body))  # noqa: S704 - the walker has escaped every text in it


def fragment_from_plain(plain: Mapping[str, str]) -> Fragment:
    """A fragment that a child process has made with `render_fragment`; give it nothing else."""
    return Fragment(Markup(plain["contents"]), Markup(plain["body"]))  # noqa: S704 - see above


@lru_cache(maxsize=1)
def _style() -> tuple[str, str]:
    """The style sheet and its hash for the policy."""
    style = STYLE.read_text(encoding="utf-8")
    return style, base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii")


def _text(value: str) -> str:
    return escape(_UNWRITABLE.sub("\ufffd", str(value)))


class _Walker:
    def __init__(self, outline: Outline, labels: Labels) -> None:
        self._outline = outline
        self._labels = labels
        self._captions: Counter[str] = Counter()

    def contents(self, blocks: Iterable[Block], depth: int = 1) -> str:
        """The list of sections down to the third level; empty if there are none."""
        items = [
            f'<li><a href="#{self._outline.anchor(block)}">{self._title(block)}</a>'
            f"{self.contents(block.children, depth + 1) if depth < 3 else ''}</li>"
            for block in blocks
            if isinstance(block, Section)
        ]
        return f"<ol>{''.join(items)}</ol>" if items else ""

    def blocks(self, blocks: Iterable[Block], *, level: int) -> str:
        return "\n".join(self._block(block, level) for block in blocks)

    def _block(self, block: Block, level: int) -> str:
        if isinstance(block, Section):
            heading = f"h{min(level, MAX_SECTION_LEVEL)}"
            return (
                f"<section{self._id(block)}><{heading}>{self._title(block)}</{heading}>"
                f"{self._origin(block.sources)}{self.blocks(block.children, level=level + 1)}</section>"
            )
        body, origin = self._body(block, level), self._origin(block.sources)
        return f'<div class="block"{self._id(block)}>{body}{origin}</div>'

    def _body(self, block: Block, level: int) -> str:
        match block:
            case Paragraph():
                kind = "" if block.role == "body" else f' class="{block.role}"'
                return f'<p{kind} dir="auto">{self._inlines(block.inlines)}</p>'
            case ListBlock():
                start = f' start="{block.start}"' if block.ordered and block.start != 1 else ""
                tag = "ol" if block.ordered else "ul"
                items = "".join(
                    f"<li{self._id(item)}>{self.blocks(item.children, level=level)}"
                    f"{self._origin(item.sources)}</li>"
                    for item in block.items
                )
                return f"<{tag}{start}>{items}</{tag}>"
            case Table():
                return self._table(block)
            case Sheet():
                return self._sheet(block)
            case Figure():
                return self._figure(block)
            case Quote():
                by = f"<footer>{_text(block.attribution)}</footer>" if block.attribution else ""
                return f"<blockquote>{self.blocks(block.children, level=level)}{by}</blockquote>"
            case CodeBlock():
                return f"<pre><code>{_text(block.text)}</code></pre>"
            case Folded():
                inner = self.blocks(block.children, level=level)
                return f"<details><summary>{_text(block.title)}</summary>{inner}</details>"
            case Section():
                return self._block(block, level)

    def _table(self, table: Table) -> str:
        caption = f"<caption>{_text(table.caption)}</caption>" if table.caption else ""
        head = ""
        if table.header:
            cells = "".join(
                f'<th scope="col"{self._side(table, column)}>{self._cell(table.header, column)}</th>'
                for column in range(table.width)
            )
            head = f"<thead><tr>{cells}</tr></thead>"
        rows = "".join(
            "<tr>" + "".join(self._data_cell(table, row, column) for column in range(table.width)) + "</tr>"
            for row in table.rows
        )
        label = f' aria-label="{_text(self._name(table.caption))}"' if table.caption else ""
        return (
            f'<div class="scroll" role="region" tabindex="0"{label}>'
            f"<table>{caption}{head}<tbody>{rows}</tbody></table></div>"
        )

    def _name(self, caption: str) -> str:
        """What a region is called: by its caption, and by a number, too, where another one has the same."""
        self._captions[caption] += 1
        number = self._captions[caption]
        return caption if number == 1 else f"{caption} ({number})"

    def _data_cell(self, table: Table, row: tuple[Inlines, ...], column: int) -> str:
        tag, scope = ("th", ' scope="row"') if table.row_headings and column == 0 else ("td", "")
        return f"<{tag}{scope}{self._side(table, column)}>{self._cell(row, column)}</{tag}>"

    def _cell(self, row: tuple[Inlines, ...], column: int) -> str:
        return self._inlines(row[column]) if column < len(row) else ""

    def _side(self, table: Table, column: int) -> str:
        side = table.alignment(column)
        return "" if side == "start" else f' class="{side}"'

    def _sheet(self, sheet: Sheet) -> str:
        above = " · ".join(_text(words) for words in (sheet.number, sheet.status) if words)
        rows = "".join(
            f'<div><dt>{_text(name)}</dt><dd dir="auto">{self._inlines(value)}</dd></div>'
            for name, value in sheet.rows
        )
        eyebrow = f'<p class="eyebrow">{above}</p>' if above else ""
        title = f'<p class="sheet-title">{_text(sheet.title)}</p>'
        return f'<div class="sheet">{eyebrow}{title}<dl>{rows}</dl></div>'

    def _figure(self, figure: Figure) -> str:
        svg = safe_svg(figure.svg)
        if svg is None:
            words = self._labels.picture_left_out.replace("{alt}", figure.alt)
            picture = f'<p class="note">{_text(words)}</p>'
        else:
            picture = f'<div class="picture" role="img" aria-label="{_text(figure.alt)}">{svg}</div>'
        caption = f"<b>{_text(figure.caption)}</b> " if figure.caption else ""
        table = ""
        if figure.table is not None:
            table = (
                f"<details><summary>{_text(self._labels.table_of_figure)}</summary>"
                f"{self._table(figure.table)}</details>"
            )
        return f"<figure>{picture}<figcaption>{caption}{_text(figure.summary)}</figcaption>{table}</figure>"

    def _origin(self, sources: tuple[Source, ...]) -> str:
        if not sources:
            return ""
        items = []
        for source in sources:
            words = " ".join(_text(part) for part in (source.ref, source.label) if part)
            target = self._outline.target(source.url)
            items.append(
                f'<li><a href="{escape(target)}">{words}</a></li>' if target else f"<li>{words}</li>"
            )
        return f'<div class="origin"><b>{_text(self._labels.sources)}:</b> <ul>{"".join(items)}</ul></div>'

    def _title(self, section: Section) -> str:
        number = self._outline.number(section)
        return (
            f'<span class="number">{number}</span> {_text(section.title)}' if number else _text(section.title)
        )

    def _id(self, block: object) -> str:
        anchor = self._outline.anchor(block)
        return f' id="{anchor}"' if anchor else ""

    def _inlines(self, inlines: Inlines) -> str:
        return "".join(self._inline(inline) for inline in inlines)

    def _inline(self, inline: Inline) -> str:
        match inline:
            case Text(value):
                return _text(value)
            case Code(value):
                return f"<code>{_text(value)}</code>"
            case Strong(children):
                return f"<strong>{self._inlines(children)}</strong>"
            case Emphasis(children):
                return f"<em>{self._inlines(children)}</em>"
            case LineBreak():
                return "<br>"
            case Lang(children, language, direction):
                tag = language_tag(language)
                if tag is None:
                    return self._inlines(children)
                side = direction or direction_of(language)
                return f'<span lang="{tag}" dir="{side}">{self._inlines(children)}</span>'
            case Link(children, url):
                target = self._outline.target(url)
                words = self._inlines(children)
                return f'<a href="{escape(target)}">{words}</a>' if target else words
            case Inserted(children):
                return self._marked("ins", self._labels.inserted, children)
            case Deleted(children):
                return self._marked("del", self._labels.deleted, children)

    def _marked(self, tag: str, cue: str, children: Inlines) -> str:
        """A change; screen readers hear what it is, for most of them say nothing of the element itself."""
        before, after = (_text(words) for words in (cue, self._labels.end_of_change))
        return (
            f'<{tag}><span class="cue">[{before} </span>{self._inlines(children)}'
            f'<span class="cue"> {after}]</span></{tag}>'
        )
