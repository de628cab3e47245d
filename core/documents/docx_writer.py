"""The walker to DOCX: a file for word processors with real headings, lists and tables.

Headings are the processor's own, numbers of sections stand in them as words, so that they are those of every
other format. What links lead to is a bookmark. The same document gives the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from pathlib import Path
from typing import Any

import docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from core.documents import docx_parts as parts
from core.documents.labels import Labels
from core.documents.outline import Outline, language_tag, outlined, unfolded
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
    plain_text,
)

FONT = "Arial"
_INK, _MUTED = RGBColor(0x1A, 0x1A, 0x1A), RGBColor(0x55, 0x55, 0x55)
_SIZES = {1: 16, 2: 13, 3: 12, 4: 11, 5: 11, 6: 11}
_SIDES = {"center": WD_ALIGN_PARAGRAPH.CENTER, "end": WD_ALIGN_PARAGRAPH.RIGHT}
_TEXT_WIDTH = 16.0
"""Centimetres between the margins."""
_SHORTEST, _LONGEST = 10, 60
"""Characters of a column that count for its width."""
_LISTED_LEVELS = 3
_LIST_FROM = 3
"""From this many sections on there is a list of contents."""


def render_docx(document: Document, *, fonts_dir: Path, labels: Labels) -> bytes:
    """The whole document; the fonts in `fonts_dir` are for the words in its pictures."""
    document, outline = outlined(unfolded(document))
    return _Walker(document, outline, labels, fonts_dir).file()


def _widths(rows: Iterable[Sequence[Inlines]], columns: int) -> list[float]:
    """Centimetres for each column, by what is in it: a number needs less room than a sentence."""
    longest = [_SHORTEST] * columns
    for row in rows:
        for column, inlines in enumerate(row):
            longest[column] = max(longest[column], min(len(plain_text(inlines)), _LONGEST))
    return [_TEXT_WIDTH * length / sum(longest) for length in longest]


@dataclass(frozen=True, slots=True)
class _Marks:
    """How a run of characters is set."""

    strong: bool = False
    emphasis: bool = False
    code: bool = False
    struck: bool = False
    underlined: bool = False
    language: str = ""
    target: str = ""


class _Walker:
    def __init__(self, document: Document, outline: Outline, labels: Labels, fonts_dir: Path) -> None:
        self._document = document
        self._outline = outline
        self._labels = labels
        self._fonts_dir = fonts_dir
        self._file = docx.Document()
        self._numbering = parts.Numbering(self._file)
        self._bookmarks = {anchor: f"a{n}" for n, anchor in enumerate(sorted(outline.anchors), start=1)}
        self._waiting: list[str] = []
        """Anchors of blocks whose first paragraph is still to come."""
        self._is_right = document.direction == "rtl"

    def file(self) -> bytes:
        self._set_up()
        self._head()
        self._contents()
        self._blocks(self._file, self._document.children, level=1)
        parts.leave_out_of_template(self._file)
        return parts.packed(self._file)

    # -- the whole

    def _set_up(self) -> None:
        document, properties = self._document, self._file.core_properties
        moment = document.changed_at.astimezone(UTC).replace(tzinfo=None)
        language = language_tag(document.language) or "de"
        properties.title, properties.subject = (
            parts.writable(document.title)[:255],
            parts.writable(document.subtitle)[:255],
        )
        properties.author = properties.last_modified_by = parts.writable(document.publisher)[:255]
        properties.created = properties.modified = moment
        properties.language, properties.comments, properties.revision = language, "", 1
        page = self._file.sections[0]
        page.page_width, page.page_height = Cm(21), Cm(29.7)
        page.left_margin = page.right_margin = Cm(2.5)
        page.top_margin = page.bottom_margin = Cm(2.2)
        styles: Any = self._file.styles
        known = styles.element.find(f".//{qn('w:rPrDefault')}//{qn('w:lang')}")
        if known is not None:
            known.set(qn("w:val"), language)
            known.set(qn("w:bidi"), language if self._is_right else "ar-SA")
        for name in ("Normal", "Title", "Subtitle", "Caption", "Quote", *(f"Heading {n}" for n in _SIZES)):
            style = styles[name]
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            fonts.attrib.clear()
            for script in ("ascii", "hAnsi", "cs", "eastAsia"):
                fonts.set(qn(f"w:{script}"), FONT)
            style.font.color.rgb = _INK
        styles["Normal"].font.size = Pt(10.5)
        styles["Title"].font.size, styles["Subtitle"].font.size = Pt(24), Pt(13)
        styles["Caption"].font.size, styles["Quote"].font.size = Pt(10.5), Pt(10.5)
        for level, size in _SIZES.items():
            styles[f"Heading {level}"].font.size = Pt(size)
        self._foot(page.footer.paragraphs[0])

    def _foot(self, paragraph: Any) -> None:
        words = parts.writable(self._labels.page_of)
        before, _, rest = words.partition("{page}")
        between, _, after = rest.partition("{pages}")
        self._turn(paragraph, words)
        for said, instruction in ((before, "PAGE"), (between, "NUMPAGES"), (after, "")):
            if said:
                paragraph.add_run(said)
            if instruction:
                parts.field(paragraph, instruction, "1")

    def _head(self) -> None:
        document = self._document
        self._words(self._file, document.title, style="Title")
        if document.subtitle:
            self._words(self._file, document.subtitle, style="Subtitle")
        for words in (document.edition, document.date_text, document.publisher):
            if words:
                self._small(self._words(self._file, words))

    def _contents(self) -> None:
        listed = list(self._listed(self._document.children, 1))
        if len(listed) < _LIST_FROM:
            return
        self._words(self._file, self._labels.contents).runs[0].bold = True
        for section, level in listed:
            paragraph = self._words(self._file, "")
            paragraph.paragraph_format.left_indent = Cm(0.6 * (level - 1))
            paragraph.paragraph_format.space_after = Pt(2)
            marks = _Marks(target=f"#{self._outline.anchor(section)}")
            self._runs(paragraph, (Text(self._title(section)),), marks)

    def _listed(self, blocks: Iterable[Block], level: int) -> Iterable[tuple[Section, int]]:
        for block in blocks:
            if isinstance(block, Section) and level <= _LISTED_LEVELS:
                yield block, level
                yield from self._listed(block.children, level + 1)

    # -- blocks

    def _blocks(self, box: Any, blocks: Iterable[Block], *, level: int, depth: int = 0) -> None:
        for block in blocks:
            anchor = self._outline.anchor(block)
            if anchor:
                self._waiting.append(anchor)
            if isinstance(block, Section):
                style = f"Heading {min(level, MAX_SECTION_LEVEL)}"
                self._words(box, self._title(block), style=style)
                self._origin(box, block.sources)
                self._blocks(box, block.children, level=level + 1)
            else:
                self._block(box, block, level, depth)
                self._origin(box, block.sources)

    def _block(self, box: Any, block: Block, level: int, depth: int) -> None:
        match block:
            case Paragraph():
                paragraph = self._paragraph(box, block.inlines)
                if block.role == "note":
                    self._small(paragraph)
            case ListBlock():
                self._list(box, block, level, depth)
            case Table():
                self._table(box, block)
            case Sheet():
                self._sheet(box, block)
            case Figure():
                self._figure(box, block)
            case Quote():
                first = len(box.paragraphs)
                self._blocks(box, block.children, level=level, depth=depth)
                if block.attribution:
                    self._words(box, f"– {block.attribution}")
                for paragraph in box.paragraphs[first:]:
                    paragraph.paragraph_format.left_indent = Cm(1)
            case CodeBlock():
                paragraph = self._words(box, "")
                self._runs(paragraph, (Code(block.text),), _Marks())
            case Folded() | Section():
                self._blocks(box, block.children, level=level, depth=depth)

    def _list(self, box: Any, block: ListBlock, level: int, depth: int) -> None:
        number = self._numbering.new(ordered=block.ordered, start=block.start)
        for item in block.items:
            anchor = self._outline.anchor(item)
            if anchor:
                self._waiting.append(anchor)
            first = len(box.paragraphs)
            # A list in a list numbers its own paragraphs, so only what stands directly here is ours.
            begun = False
            for child in item.children:
                if isinstance(child, Paragraph):
                    paragraph = self._paragraph(box, child.inlines)
                    self._origin(box, child.sources)
                    if begun:
                        paragraph.paragraph_format.left_indent = Cm(0.635 * (depth + 1))
                    else:
                        self._number(paragraph, number, depth)
                    begun = True
                else:
                    self._blocks(box, (child,), level=level, depth=depth + 1)
            if len(box.paragraphs) == first:
                self._number(self._words(box, ""), number, depth)
            self._origin(box, item.sources)

    def _number(self, paragraph: Any, number: int, depth: int) -> None:
        properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_ilvl().val = min(depth, 8)
        properties.get_or_add_numId().val = number
        paragraph.paragraph_format.space_after = Pt(3)

    def _table(self, box: Any, table: Table) -> None:
        if not table.width:
            return
        if table.caption:
            self._words(box, table.caption, style="Caption").paragraph_format.keep_with_next = True
        rows = ([table.header] if table.header else []) + list(table.rows)
        made = self._grid(box, len(rows), table.width)
        parts.describe_table(made, table.caption)
        for at, (row, cells) in enumerate(zip(made.rows, rows, strict=True)):
            is_header = bool(table.header) and at == 0
            row._tr.get_or_add_trPr().append(parts.element("w:cantSplit"))
            if is_header:
                parts.repeat_row(row)
            for column, cell in enumerate(row.cells):
                strong = is_header or (table.row_headings and column == 0)
                inlines = cells[column] if column < len(cells) else ()
                self._cell(cell, inlines, strong=strong, side=table.alignment(column))
        self._set_widths(made, _widths(rows, table.width))
        self._after(box)

    def _sheet(self, box: Any, sheet: Sheet) -> None:
        above = " · ".join(words for words in (sheet.number, sheet.status) if words)
        if above:
            self._small(self._words(box, above)).paragraph_format.keep_with_next = True
        title = self._paragraph(box, (Strong((Text(sheet.title),)),))
        title.paragraph_format.keep_with_next = True
        if not sheet.rows:
            return
        made = self._grid(box, len(sheet.rows), 2)
        parts.describe_table(made, sheet.title)
        for row, (name, value) in zip(made.rows, sheet.rows, strict=True):
            self._cell(row.cells[0], (Text(name),), strong=True)
            self._cell(row.cells[1], value)
        self._set_widths(made, [4.5, 11.5])
        self._after(box)

    def _grid(self, box: Any, rows: int, columns: int) -> Any:
        made = box.add_table(rows, columns)
        made.style = "Table Grid"
        made.alignment = WD_TABLE_ALIGNMENT.LEFT
        if self._is_right:
            parts.put(
                made._tbl.tblPr, parts.element("w:bidiVisual"), "w:tblW", "w:jc", "w:tblLayout", "w:tblLook"
            )
        return made

    def _set_widths(self, table: Any, widths: list[float]) -> None:
        table.autofit = False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Cm(width)
        for row in table.rows:
            for cell, width in zip(row.cells, widths, strict=True):
                cell.width = Cm(width)

    def _cell(self, cell: Any, inlines: Inlines, *, strong: bool = False, side: str = "start") -> None:
        paragraph = cell.paragraphs[0]
        self._begin(paragraph, plain_text(inlines))
        paragraph.paragraph_format.space_after = Pt(2)
        if side in _SIDES:
            paragraph.alignment = _SIDES[side]
        self._runs(paragraph, inlines, _Marks(strong=strong))

    def _after(self, box: Any) -> None:
        """Word joins two tables that touch, and needs a paragraph at the end of a cell."""
        box.add_paragraph().paragraph_format.space_after = Pt(4)

    def _figure(self, box: Any, figure: Figure) -> None:
        drawn = parts.picture_of(figure.svg, self._fonts_dir)
        if drawn is None:
            self._small(self._words(box, self._labels.picture_left_out.replace("{alt}", figure.alt)))
        else:
            paragraph = self._words(box, "")
            paragraph.paragraph_format.keep_with_next = True
            shape: Any = paragraph.add_run().add_picture(io.BytesIO(drawn), width=Cm(16))
            shape._inline.docPr.set("descr", parts.writable(figure.alt))
        if figure.caption:
            self._words(box, figure.caption, style="Caption")
        if figure.summary:
            self._words(box, figure.summary)
        if figure.table is not None:
            self._table(box, figure.table)

    def _origin(self, box: Any, sources: tuple[Source, ...]) -> None:
        if not sources:
            return
        inlines: list[Inline] = [Strong((Text(f"{self._labels.sources}:"),)), Text(" ")]
        for place, source in enumerate(sources):
            if place:
                inlines.append(Text("; "))
            words = " ".join(part for part in (source.ref, source.label) if part)
            inlines.append(Link((Text(words),), source.url))
        self._small(self._paragraph(box, tuple(inlines)))

    def _title(self, section: Section) -> str:
        number = self._outline.number(section)
        return f"{number} {section.title}" if number else section.title

    # -- paragraphs and what is in them

    def _words(self, box: Any, words: str, *, style: str | None = None) -> Any:
        return self._paragraph(box, (Text(words),) if words else (), style=style)

    def _paragraph(self, box: Any, inlines: Inlines, *, style: str | None = None) -> Any:
        paragraph = box.add_paragraph(style=style)
        self._begin(paragraph, plain_text(inlines))
        self._runs(paragraph, inlines, _Marks())
        return paragraph

    def _begin(self, paragraph: Any, words: str) -> None:
        """Give a paragraph its direction, and to blocks that begin with it their bookmarks."""
        self._turn(paragraph, words)
        for anchor in self._waiting:
            number = int(self._bookmarks[anchor][1:])
            parts.bookmark(paragraph, self._bookmarks[anchor], number)
        self._waiting.clear()

    def _turn(self, paragraph: Any, words: str) -> None:
        first = parts.begins_right(words)
        if self._is_right if first is None else first:
            properties = paragraph._p.get_or_add_pPr()
            after = ("w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind", "w:contextualSpacing", "w:jc")
            parts.put(properties, parts.element("w:bidi"), *after, "w:outlineLvl", "w:rPr")

    def _small(self, paragraph: Any) -> Any:
        for run in paragraph.runs:
            run.font.size, run.font.color.rgb = Pt(9), _MUTED
        return paragraph

    def _runs(self, paragraph: Any, inlines: Inlines, marks: _Marks) -> None:
        for inline in inlines:
            match inline:
                case Text(value):
                    self._run(paragraph, value, marks)
                case Code(value):
                    self._run(paragraph, value, replace(marks, code=True))
                case Strong(children):
                    self._runs(paragraph, children, replace(marks, strong=True))
                case Emphasis(children):
                    self._runs(paragraph, children, replace(marks, emphasis=True))
                case LineBreak():
                    paragraph.add_run().add_break()
                case Lang(children, language, _):
                    tag = language_tag(language) or ""
                    self._runs(paragraph, children, replace(marks, language=tag))
                case Link(children, url):
                    target = self._outline.target(url) or ""
                    self._runs(paragraph, children, replace(marks, target=target or marks.target))
                case Inserted(children):
                    self._marked(paragraph, self._labels.inserted, children, replace(marks, underlined=True))
                case Deleted(children):
                    self._marked(paragraph, self._labels.deleted, children, replace(marks, struck=True))

    def _marked(self, paragraph: Any, cue: str, children: Inlines, marks: _Marks) -> None:
        """A change; its cue stands there in words, for neither colour nor a line is read aloud."""
        self._run(paragraph, f"[{cue} ", _Marks())
        self._runs(paragraph, children, marks)
        self._run(paragraph, "]", _Marks())

    def _run(self, paragraph: Any, words: str, marks: _Marks) -> None:
        for piece, is_right in parts.pieces(parts.writable(words)):
            run = paragraph.add_run(piece)
            run.bold, run.italic = marks.strong or None, marks.emphasis or None
            run.font.strike, run.underline = marks.struck or None, marks.underlined or None
            if marks.code:
                run.font.name = "Courier New"
            properties = run._r.get_or_add_rPr()
            if is_right:
                run.font.rtl = True
                run.font.complex_script = True
            if marks.language:
                side = "bidi" if direction_of(marks.language) == "rtl" else "val"
                properties.append(parts.element("w:lang", **{side: marks.language}))
            if marks.target:
                run.font.underline, run.font.color.rgb = True, RGBColor(0x0B, 0x4F, 0x8A)
                target = marks.target
                if target.startswith("#"):
                    target = f"#{self._bookmarks[target[1:]]}"
                parts.link(paragraph, target).append(run._r)
