"""Reads cleaned HTML (what `core.markdown.render` made) into the tree."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

from core.documents.tree import (
    Alignment,
    Block,
    Code,
    CodeBlock,
    Emphasis,
    Inline,
    Inlines,
    LineBreak,
    Link,
    ListBlock,
    ListItem,
    Paragraph,
    Quote,
    Section,
    Strong,
    Table,
    Text,
)

MAX_NESTING: Final = 12
"""Elements inside one another; what is deeper joins the level above."""

_VOID = frozenset({"br", "hr", "img"})
_BLOCKS = frozenset({"p", "ul", "ol", "blockquote", "pre", "table", "h1", "h2", "h3", "h4", "h5", "h6"})
_KNOWN = _BLOCKS | {"li", "tr", "td", "th", "code", "a", "em", "strong", "br"}


@dataclass(slots=True)
class _Element:
    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[_Element | str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = _Element("root")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _KNOWN:
            return
        element = _Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in _VOID and len(self.open) < MAX_NESTING * 3:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        for place in range(len(self.open) - 1, 0, -1):
            if self.open[place].tag == tag:
                del self.open[place:]
                return

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def parse_html(cleaned_html: str) -> list[Block]:
    """Return the blocks of a cleaned HTML text; headings become sections that hold what follows them.

    Skipped heading levels close up (an h4 after an h2 is one level deeper, not two). Elements without a
    counterpart in the tree give their text. Never raises.
    """
    reader = _Reader()
    reader.feed(cleaned_html)
    reader.close()
    return _sections(_blocks(reader.root.children, 0))


@dataclass(slots=True)
class _Heading:
    level: int
    title: str


def _sections(found: list[Block | _Heading]) -> list[Block]:
    """Nest flat headings and blocks into sections."""
    top: list[Block] = []
    open_sections: list[tuple[_Heading, list[Block]]] = []

    def close() -> None:
        heading, children = open_sections.pop()
        parent = open_sections[-1][1] if open_sections else top
        parent.append(Section(heading.title, tuple(children)))

    for part in found:
        if isinstance(part, _Heading):
            while open_sections and open_sections[-1][0].level >= part.level:
                close()
            open_sections.append((part, []))
        else:
            (open_sections[-1][1] if open_sections else top).append(part)
    while open_sections:
        close()
    return top


def _blocks(nodes: list[_Element | str], depth: int) -> list[Block | _Heading]:
    """The blocks among these nodes; loose text between them becomes paragraphs."""
    blocks: list[Block | _Heading] = []
    loose: list[_Element | str] = []

    def flush() -> None:
        inlines = _inlines(loose)
        if inlines:
            blocks.append(Paragraph(inlines))
        loose.clear()

    for node in nodes:
        if isinstance(node, str) or node.tag not in _BLOCKS or depth >= MAX_NESTING:
            loose.append(node)
            continue
        flush()
        blocks += _block(node, depth)
    flush()
    return blocks


def _block(node: _Element, depth: int) -> list[Block | _Heading]:
    if node.tag == "p":
        return _blocks(node.children, depth) if _holds_block(node) else _paragraph(node)
    if node.tag == "pre":
        return [CodeBlock(_text_of(node).strip("\n"))]
    if node.tag == "table":
        return [_table(node)]
    if node.tag == "blockquote":
        return [Quote(_without_headings(_blocks(node.children, depth + 1)))]
    if node.tag in ("ul", "ol"):
        items = tuple(
            ListItem(_without_headings(_blocks(child.children, depth + 1)))
            for child in node.children
            if isinstance(child, _Element) and child.tag == "li"
        )
        start = node.attributes.get("start", "")
        # More than six digits is no numbering anybody meant.
        first = int(start) if re.fullmatch(r"[0-9]{1,6}", start) else 1
        return [ListBlock(items, ordered=node.tag == "ol", start=first)] if items else []
    return [_Heading(int(node.tag[1]), " ".join(_text_of(node).split()))]


def _paragraph(node: _Element) -> list[Block | _Heading]:
    inlines = _inlines(node.children)
    return [Paragraph(inlines)] if inlines else []


def _without_headings(found: list[Block | _Heading]) -> tuple[Block, ...]:
    """Inside a list or quotation a heading would break the outline; it becomes a strong paragraph."""
    return tuple(
        Paragraph((Strong((Text(part.title),)),)) if isinstance(part, _Heading) else part for part in found
    )


def _holds_block(node: _Element) -> bool:
    return any(isinstance(child, _Element) and child.tag in _BLOCKS for child in node.children)


def _table(node: _Element) -> Table:
    rows = [row for row in _walk(node) if row.tag == "tr"]
    cells = [[cell for cell in row.children if isinstance(cell, _Element)] for row in rows]
    header = cells.pop(0) if cells and all(cell.tag == "th" for cell in cells[0]) else []
    columns = header or (cells[0] if cells else [])
    return Table(
        caption="",
        header=tuple(_inlines(cell.children) for cell in header),
        rows=tuple(tuple(_inlines(cell.children) for cell in row) for row in cells),
        alignments=tuple(_alignment(cell) for cell in columns),
    )


def _alignment(cell: _Element) -> Alignment:
    wanted: dict[str, Alignment] = {"right": "end", "center": "center"}
    return wanted.get(cell.attributes.get("align", ""), "start")


def _inlines(nodes: list[_Element | str]) -> Inlines:
    return _trimmed([inline for node in nodes for inline in _inline(node)])


def _inline(node: _Element | str) -> list[Inline]:
    if isinstance(node, str):
        value = re.sub(r"[ \t\n\r\f]+", " ", node)
        return [Text(value)] if value else []
    if node.tag == "br":
        return [LineBreak()]
    if node.tag == "code":
        return [Code(_text_of(node))]
    children = tuple(inline for child in node.children for inline in _inline(child))
    if not children:
        return []
    if node.tag in ("em", "strong"):
        return [Emphasis(children) if node.tag == "em" else Strong(children)]
    if node.tag == "a" and node.attributes.get("href"):
        return [Link(children, node.attributes["href"])]
    return list(children)


def _trimmed(inlines: list[Inline]) -> Inlines:
    """Without white space at the ends and after line breaks."""
    kept: list[Inline] = []
    for inline in inlines:
        if isinstance(inline, Text) and (not kept or isinstance(kept[-1], LineBreak)):
            inline = Text(inline.value.lstrip(" "))
            if not inline.value:
                continue
        kept.append(inline)
    while kept and (isinstance(kept[-1], LineBreak) or kept[-1] == Text(" ")):
        kept.pop()
    if kept and isinstance(kept[-1], Text):
        kept[-1] = Text(kept[-1].value.rstrip(" "))
    return tuple(kept)


def _text_of(node: _Element) -> str:
    return "".join(child if isinstance(child, str) else _text_of(child) for child in node.children)


def _walk(node: _Element) -> list[_Element]:
    """The elements below a table, without entering cells."""
    found: list[_Element] = []
    for child in node.children:
        if isinstance(child, _Element):
            found.append(child)
            if child.tag not in ("td", "th"):
                found += _walk(child)
    return found
