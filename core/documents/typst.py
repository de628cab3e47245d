"""The walker to PDF: flattens the tree into plain data for the template and has Typst compile it.

The file is PDF/UA-1 and PDF/A-2a at once. Whatever somebody typed, it is made: characters without a glyph
become placeholders, wide tables are cut into readable parts, unsafe addresses are shown as text. The same
document with the same fonts gives the same bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal

import typst

from core.documents.labels import Labels
from core.documents.outline import Outline, language_subtag, outlined, unfolded
from core.documents.pictures import safe_svg
from core.documents.printable import MissingCharacter, Printer, font_files
from core.documents.tree import (
    MAX_SECTION_LEVEL,
    Block,
    Code,
    CodeBlock,
    Deleted,
    Direction,
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
    ListItem,
    Paper,
    Paragraph,
    Quote,
    Section,
    Sheet,
    Source,
    Strong,
    Table,
    Text,
    direction_of,
    plain_text,
)

STANDARDS: Final[list[Literal["ua-1", "a-2a"]]] = ["ua-1", "a-2a"]
TEMPLATE: Final = Path(__file__).with_name("template.typ")

MAX_COLUMNS: Final = 7
"""A wider table is cut into parts that repeat the first column; more columns cannot be read on A4."""

MAX_COLUMNS_ACROSS: Final = 12
"""The same where the sheet lies across."""

MAX_REPEATED: Final = 120
"""Characters of a header cell up to which the header row is repeated on every page."""

MAX_WHOLE_SHEET: Final = 1_200
"""Characters of a sheet that is not parted by the end of a page."""

MAX_WHOLE_ROWS: Final = 16
"""Rows of such a sheet."""

MAX_LIST_DEPTH: Final = 8
"""Lists and quotations deeper than this continue on the level they have reached."""


class CompileFailed(Exception):
    """Typst refused; the message is its own and meant for the log, not for people."""


@dataclass(frozen=True, slots=True)
class PdfResult:
    """The file, and what it could not show."""

    data: bytes
    missing: list[MissingCharacter]


def render_pdf(document: Document, *, fonts_dir: Path, labels: Labels, paper: Paper = "book") -> PdfResult:
    """Make the PDF with the TTF fonts in `fonts_dir`, without any font of the system.

    Only a `book` has a cover and contents; a PDF that lies `across` the sheet is for wide tables, and a
    `brief` one stands in two columns on few pages. Both have their title above their text.
    Raises NoFonts if the folder is empty and CompileFailed if Typst refuses or warns, which content alone
    cannot bring about. Takes about two seconds of one core for eighty pages: see `worker.render_in_child`.
    """
    printer = Printer(fonts_dir, labels)
    data = json.dumps(_Walker(document, printer, labels, paper=paper).data(), ensure_ascii=False)
    compiler = typst.Compiler(
        TEMPLATE.read_bytes(),
        font_paths=_fonts(tuple(font_files(fonts_dir))),
        ignore_system_fonts=True,
        sys_inputs={"data": data},
    )
    try:
        pdf, warnings = compiler.compile_with_warnings(
            format="pdf", pdf_standards=[*STANDARDS], timestamp=int(document.changed_at.timestamp())
        )
    except typst.TypstError as error:
        raise CompileFailed(f"{error.message} {' '.join(error.hints)} {error.diagnostic[:500]}") from error
    if warnings:
        raise CompileFailed("; ".join(warning.message for warning in warnings))
    if not isinstance(pdf, bytes):
        raise CompileFailed("Typst gave no file.")
    return PdfResult(pdf, printer.missing)


@lru_cache(maxsize=4)
def _fonts(files: tuple[Path, ...]) -> Any:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[files[0].parent.resolve()]
    )


@dataclass(frozen=True, slots=True)
class _Marks:
    """How a run of characters is set."""

    strong: bool = False
    emphasis: bool = False
    code: bool = False
    change: str = ""
    language: str | None = None
    direction: Direction = "ltr"
    url: str | None = None

    def with_(self, **changes: Any) -> _Marks:
        fields = ("strong", "emphasis", "code", "change", "language", "direction", "url")
        return _Marks(**{name: changes.get(name, getattr(self, name)) for name in fields})


class _Walker:
    """Turns one document into the data of the template."""

    def __init__(
        self, document: Document, printer: Printer, labels: Labels, *, paper: Paper = "book"
    ) -> None:
        self._paper = paper
        # A link may not lead to what is not written.
        self._document, self._outline = outlined(unfolded(document))
        self._printer = printer
        self._labels = labels
        self._linked = _linked_anchors(self._document.children, self._outline)

    def data(self) -> dict[str, Any]:
        document = self._document
        changed = document.changed_at.astimezone(UTC)
        title = self._text(document.title)
        foot = (self._text(document.publisher), self._text(document.edition))
        return {
            # PDF/UA wants a title; a document without one is named for its publisher.
            "title": title or self._text(document.publisher) or "–",
            "title_size": 34 if len(title) <= 60 else 26 if len(title) <= 140 else 18,
            "running": _shortened(title, 70),
            "foot": _shortened(" · ".join(part for part in foot if part), 90),
            "subtitle": self._text(document.subtitle),
            "publisher": self._text(document.publisher),
            "edition": self._text(document.edition),
            "date_text": self._text(document.date_text),
            "date": [changed.year, changed.month, changed.day, changed.hour, changed.minute, changed.second],
            "language": language_subtag(document.language) or "de",
            "rtl": document.direction == "rtl",
            "paper": self._paper,
            "contents": self._paper == "book"
            and any(isinstance(block, Section) for block in document.children),
            "labels": {name: self._text(words) for name, words in self._labels.as_plain().items()},
            "blocks": self._blocks(document.children, level=1, depth=0),
        }

    # -- blocks

    def _blocks(self, blocks: Iterable[Block], *, level: int, depth: int) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for block in blocks:
            if isinstance(block, Section):
                found += self._section(block, level=level, depth=depth)
                continue
            made = self._block(block, level=level, depth=depth)
            anchor = self._outline.anchor(block)
            if made and anchor in self._linked:
                made[0]["a"] = anchor
            found += made
            found += self._origin(block.sources)
        return found

    def _section(self, section: Section, *, level: int, depth: int) -> list[dict[str, Any]]:
        title = self._text(section.title)
        children = self._blocks(section.children, level=level + 1, depth=depth)
        if not title:
            return self._origin(section.sources) + children
        heading: dict[str, Any] = {
            "k": "h",
            "l": min(level, MAX_SECTION_LEVEL),
            "n": self._outline.number(section),
            "t": title,
            "running": _shortened(title, 50),
        }
        anchor = self._outline.anchor(section)
        if anchor in self._linked:
            heading["a"] = anchor
        return [heading, *self._origin(section.sources), *children]

    def _block(self, block: Block, *, level: int, depth: int) -> list[dict[str, Any]]:
        match block:
            case Paragraph():
                return self._paragraph(block)
            case ListBlock():
                return self._list(block, level=level, depth=depth)
            case Table():
                return self._table(block)
            case Sheet():
                return [self._sheet(block)]
            case Figure():
                return self._figure(block)
            case Quote():
                kids = self._blocks(block.children, level=level, depth=depth + 1)
                if depth >= MAX_LIST_DEPTH:
                    return kids
                return [{"k": "q", "kids": kids, "by": self._text(block.attribution)}] if kids else []
            case CodeBlock():
                lines = "\n".join(self._text(line) for line in block.text.split("\n"))
                return [{"k": "c", "t": lines}] if lines.strip() else []
            case Section():
                return self._section(block, level=level, depth=depth)
            case Folded():
                return []  # None is left: see `unfolded`.

    def _paragraph(self, block: Paragraph) -> list[dict[str, Any]]:
        inlines, whole = block.inlines, None
        if len(inlines) == 1 and isinstance(inlines[0], Lang):
            whole = inlines[0]
        runs = self._runs(inlines)
        if not runs:
            return []
        made: dict[str, Any] = {"k": "p", "r": runs, "role": block.role}
        if whole is not None and (language := language_subtag(whole.language)):
            # A paragraph wholly in one language starts on that language's side.
            made |= {"l": language, "d": whole.direction or direction_of(whole.language)}
        if block.sources:
            made["s"] = True
        return [made]

    def _list(self, block: ListBlock, *, level: int, depth: int) -> list[dict[str, Any]]:
        items = [self._item(item, level=level, depth=depth) for item in block.items]
        items = [item for item in items if item]
        if depth >= MAX_LIST_DEPTH:
            return [part for item in items for part in item]
        if not items:
            return []
        return [
            {
                "k": "l",
                "ordered": block.ordered,
                "start": max(block.start, 0),
                "items": items,
                # Items that carry their origin stand further apart.
                "airy": any(item.sources for item in block.items),
            }
        ]

    def _item(self, item: ListItem, *, level: int, depth: int) -> list[dict[str, Any]]:
        made = self._blocks(item.children, level=level, depth=depth + 1)
        anchor = self._outline.anchor(item)
        if made and anchor in self._linked and "a" not in made[0]:
            made[0]["a"] = anchor
        # A heading line or a remark is not parted from what belongs to it by the end of a page.
        for part in made if item.sources else made[:-1]:
            if part["k"] == "p":
                part["s"] = True
        return made + self._origin(item.sources)

    def _table(self, table: Table) -> list[dict[str, Any]]:
        width = table.width
        if not width:
            return []
        parts = _column_parts(width, MAX_COLUMNS_ACROSS if self._paper == "across" else MAX_COLUMNS)
        caption = self._text(table.caption)
        made = []
        for number, columns in enumerate(parts, start=1):
            words = caption
            if len(parts) > 1:
                words = self._labels.table_part
                for name, value in (("caption", caption), ("part", number), ("parts", len(parts))):
                    words = words.replace(f"{{{name}}}", str(value))
            made.append(self._table_part(table, columns, words))
        return made

    def _table_part(self, table: Table, columns: list[int], caption: str) -> dict[str, Any]:
        alignments = [table.alignment(column) for column in columns]
        head = self._row(table.header, columns) if table.header else []
        for run in (run for cell in head for run in cell):
            run.pop("u", None)
            run.pop("a", None)
        return {
            "k": "t",
            "caption": caption,
            "head": head,
            # A repeated header is an artifact on later pages, and one that fills a page would never end.
            "repeat": all(len(plain_text(cell)) <= MAX_REPEATED for cell in table.header),
            "rows": [self._row(row, columns) for row in table.rows],
            "align": alignments,
            "widths": _widths(table, columns),
            "named": table.row_headings,
        }

    def _row(self, row: tuple[Inlines, ...], columns: list[int]) -> list[list[dict[str, Any]]]:
        return [self._runs(row[column]) if column < len(row) else [] for column in columns]

    def _sheet(self, sheet: Sheet) -> dict[str, Any]:
        length = sum(len(name) + len(plain_text(value)) for name, value in sheet.rows)
        return {
            "k": "m",
            # What surely fits on a page is kept in one piece.
            "whole": length <= MAX_WHOLE_SHEET and len(sheet.rows) <= MAX_WHOLE_ROWS,
            "number": self._text(sheet.number),
            "title": self._text(sheet.title),
            "status": self._text(sheet.status),
            "rows": [{"name": self._text(name), "value": self._runs(value)} for name, value in sheet.rows],
        }

    def _figure(self, figure: Figure) -> list[dict[str, Any]]:
        alt = self._text(figure.alt) or self._text(figure.caption) or "–"
        svg = safe_svg(figure.svg)
        made: list[dict[str, Any]] = []
        if svg is None:
            words = self._labels.picture_left_out.replace("{alt}", alt)
            made.append({"k": "p", "r": [{"t": words}], "role": "note"})
        else:
            made.append(
                {
                    "k": "f",
                    "svg": self._picture(svg),
                    "alt": alt,
                    "caption": self._text(figure.caption),
                    "summary": self._text(figure.summary),
                }
            )
        if figure.table is not None:
            made += self._table(figure.table)
        return made

    def _picture(self, svg: str) -> str:
        """The picture with placeholders in its words; its markup is ASCII and stays as it is."""
        return re.sub(
            r"(?<=>)[^<>]*[^\x00-\x7f][^<>]*(?=<)", lambda words: self._printer.printable(words[0]), svg
        )

    def _origin(self, sources: tuple[Source, ...]) -> list[dict[str, Any]]:
        items = []
        for source in sources:
            item = {"ref": self._text(source.ref), "label": self._text(source.label)}
            target = self._outline.target(source.url)
            if target and not target.startswith("#"):
                item["u"] = target
            if item["ref"] or item["label"]:
                items.append(item)
        return [{"k": "s", "items": items}] if items else []

    # -- inlines

    def _runs(self, inlines: Inlines) -> list[dict[str, Any]]:
        runs: list[dict[str, Any]] = []
        self._collect(inlines, _Marks(), runs)
        while runs and "br" in runs[-1]:
            runs.pop()
        return runs if any("br" not in run and run["t"].strip() for run in runs) else []

    def _collect(self, inlines: Iterable[Inline], marks: _Marks, runs: list[dict[str, Any]]) -> None:
        for inline in inlines:
            match inline:
                case Text(value):
                    self._add(value, marks, runs)
                case Code(value):
                    self._add(value, marks.with_(code=True), runs)
                case Strong(children):
                    self._collect(children, marks.with_(strong=True), runs)
                case Emphasis(children):
                    self._collect(children, marks.with_(emphasis=True), runs)
                case Link(children, url):
                    # A link without words or inside another link shows only its words.
                    target = self._outline.target(url) if plain_text(children).strip() else None
                    self._collect(children, marks.with_(url=marks.url or target), runs)
                case Lang(children, language, direction):
                    subtag = language_subtag(language)
                    side = direction or direction_of(language)
                    self._collect(children, marks.with_(language=subtag, direction=side), runs)
                case Inserted(children) | Deleted(children):
                    self._change(inline, children, marks, runs)
                case LineBreak():
                    runs.append({"br": 1})

    def _change(self, inline: Inline, children: Inlines, marks: _Marks, runs: list[dict[str, Any]]) -> None:
        """A change: underlined or struck, and between signs, because a line is not read aloud."""
        kind, sign = ("ins", "+") if isinstance(inline, Inserted) else ("del", "−")
        if not plain_text(children).strip():
            return
        inner = marks.with_(change=kind)
        self._add(f"[{sign}\xa0", marks.with_(strong=True), runs)
        self._collect(children, inner, runs)
        self._add(f"\xa0{sign}]", marks.with_(strong=True), runs)

    def _add(self, value: str, marks: _Marks, runs: list[dict[str, Any]]) -> None:
        words = self._printer.printable(re.sub(r"\s+", " ", value) if not marks.code else value)
        if not words:
            return
        run: dict[str, Any] = {"t": words}
        for name, mark in (("b", marks.strong), ("i", marks.emphasis), ("c", marks.code)):
            if mark:
                run[name] = 1
        if marks.change:
            run["x"] = marks.change
        if marks.language:
            run |= {"l": marks.language, "d": marks.direction}
        if marks.url and words.strip():
            if marks.url.startswith("#"):
                run["a"] = marks.url[1:]
            else:
                run["u"] = marks.url
        runs.append(run)

    def _text(self, value: str) -> str:
        return self._printer.printable(" ".join(value.split()))


def _linked_anchors(blocks: Iterable[Block], outline: Outline) -> set[str | None]:
    """The anchors some link in the document leads to; only these become labels."""
    found: set[str | None] = set()

    def inlines(parts: Iterable[Inline]) -> None:
        for part in parts:
            if isinstance(part, Link):
                target = outline.target(part.url)
                if target and target.startswith("#"):
                    found.add(target[1:])
            if isinstance(part, Strong | Emphasis | Link | Lang | Inserted | Deleted):
                inlines(part.children)

    def visit(parts: Iterable[Block]) -> None:
        for block in parts:
            match block:
                case Paragraph():
                    inlines(block.inlines)
                case Section() | Quote():
                    visit(block.children)
                case ListBlock():
                    for item in block.items:
                        visit(item.children)
                case Table():
                    for row in (block.header, *block.rows):
                        for cell in row:
                            inlines(cell)
                case Sheet():
                    for _, value in block.rows:
                        inlines(value)
                case Figure() if block.table is not None:
                    visit([block.table])
                case _:
                    pass

    visit(blocks)
    return found


def _column_parts(width: int, most: int) -> list[list[int]]:
    if width <= most:
        return [list(range(width))]
    step = most - 1
    return [[0, *range(start, min(start + step, width))] for start in range(1, width, step)]


def _widths(table: Table, columns: list[int]) -> list[float]:
    """Shares of the width: 0 for a short column (as wide as it needs), else the root of its longest text."""
    widths: list[float] = []
    for column in columns:
        cells = [row[column] for row in (table.header, *table.rows) if column < len(row)]
        texts = [plain_text(cell) for cell in cells]
        longest = max((len(text) for text in texts), default=0)
        word = max((len(word) for text in texts for word in text.split()), default=0)
        short = longest <= 12 or (table.alignment(column) == "end" and longest <= 18)
        widths.append(0 if short else round(max(longest, 3 * word, 25) ** 0.5, 2))
    return widths if any(widths) else [1.0] * len(widths)


def _shortened(title: str, length: int) -> str:
    return title if len(title) <= length else title[: length - 1].rsplit(" ", 1)[0].rstrip() + "…"
