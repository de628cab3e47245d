"""The walker to Markdown (CommonMark with tables): for editors, version control and people without a viewer.

What somebody typed never becomes markup: every character that could begin some is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from core.documents.labels import Labels
from core.documents.outline import Outline, outlined
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
)

_SPECIAL = re.compile(r"([\\`*_{}\[\]>#|!])")
# Not every dialect knows a backslash before these; all of them know entities.
_ENTITIES = str.maketrans({char: f"&#{ord(char)};" for char in "<&~$"})
# A list mark, number or setext underline counts only at the beginning of a line.
_LINE_START = re.compile(r"^([ \t]*)(?:([-+=])(?=[-+=\s]|$)|(\d{1,9})([.)])(?=\s|$))")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
# Many readers turn bare addresses into links by themselves; a word joiner keeps the text but stops that.
_BARE_ADDRESS = re.compile(r"(?i)\b(https?|ftp|mailto|javascript|data|vbscript)(:)|\b(www)(\.)")


def render_markdown(document: Document, *, labels: Labels) -> bytes:
    """The whole document as one UTF-8 file; the same document gives the same bytes."""
    document, outline = outlined(document)
    walker = _Walker(outline, labels)
    head = [f"# {walker.escaped(document.title)}"]
    if document.subtitle:
        head.append(f"**{walker.escaped(document.subtitle)}**")
    details = [
        walker.escaped(words) for words in (document.edition, document.date_text, document.publisher) if words
    ]
    if details:
        head.append("  \n".join(details))
    contents = walker.contents(document.children)
    if contents:
        head += [f"**{walker.escaped(labels.contents)}**", contents]
    parts = [*head, *walker.blocks(document.children, level=2)]
    return ("\n\n".join(part for part in parts if part) + "\n").encode("utf-8")


class _Walker:
    def __init__(self, outline: Outline, labels: Labels) -> None:
        self._outline = outline
        self._labels = labels

    def contents(self, blocks: Iterable[Block], depth: int = 1) -> str:
        """Sections down to the third level as a list."""
        lines = []
        for block in blocks:
            if isinstance(block, Section):
                lines.append(f"{'    ' * (depth - 1)}- {self._title(block)}")
                if depth < 3 and (below := self.contents(block.children, depth + 1)):
                    lines.append(below)
        return "\n".join(lines)

    def blocks(self, blocks: Iterable[Block], *, level: int) -> list[str]:
        parts: list[str] = []
        for block in blocks:
            if isinstance(block, Section):
                parts.append(f"{'#' * min(level, MAX_SECTION_LEVEL)} {self._title(block)}")
                parts.append(self._origin(block.sources))
                parts += self.blocks(block.children, level=level + 1)
            else:
                parts += [self._block(block, level), self._origin(block.sources)]
        return [part for part in parts if part]

    def _block(self, block: Block, level: int) -> str:
        match block:
            case Paragraph():
                return self._inlines(block.inlines)
            case ListBlock():
                return "\n".join(
                    self._item(item_parts, f"{block.start + number}." if block.ordered else "-")
                    for number, item_parts in enumerate(
                        [*self.blocks(item.children, level=level), self._origin(item.sources)]
                        for item in block.items
                    )
                )
            case Table():
                return self._table(block)
            case Sheet():
                header = " · ".join(part for part in (block.number, block.title, block.status) if part)
                lines = [f"**{self.escaped(header)}**", ""]
                lines += [f"- **{self.escaped(name)}:** {self._inlines(value)}" for name, value in block.rows]
                return "\n".join(lines)
            case Figure():
                return self._figure(block)
            case Quote():
                parts = self.blocks(block.children, level=level)
                if block.attribution:
                    parts.append(f"— {self.escaped(block.attribution)}")
                return "\n".join(f"> {line}".rstrip() for line in "\n\n".join(parts).split("\n"))
            case CodeBlock():
                ticks = max((len(run) for run in re.findall("`+", block.text)), default=0)
                fence = "`" * max(3, ticks + 1)
                return f"{fence}\n{_UNWRITABLE.sub(chr(0xFFFD), block.text)}\n{fence}"
            case Folded():
                return f"*{self.escaped(block.title)}*"
            case Section():
                return "\n\n".join(self.blocks([block], level=level))

    def _item(self, parts: list[str], mark: str) -> str:
        body = "\n\n".join(part for part in parts if part)
        return f"{mark:<4}" + re.sub(r"\n(?=[^\n])", "\n    ", body)

    def _table(self, table: Table) -> str:
        if not table.width:
            return ""
        marks = {"start": "---", "center": ":-:", "end": "--:"}
        rows = [
            self._row(table.header, table.width),
            "| " + " | ".join(marks[table.alignment(column)] for column in range(table.width)) + " |",
            *(self._row(row, table.width) for row in table.rows),
        ]
        caption = f"**{self.escaped(table.caption)}**\n\n" if table.caption else ""
        return caption + "\n".join(rows)

    def _row(self, row: tuple[Inlines, ...], width: int) -> str:
        cells = [
            self._inlines(row[column], one_line=True) if column < len(row) else "" for column in range(width)
        ]
        return "| " + " | ".join(cells) + " |"

    def _figure(self, figure: Figure) -> str:
        parts = [f"**{self.escaped(figure.caption)}**" if figure.caption else "", self.escaped(figure.alt)]
        if figure.summary and figure.summary != figure.alt:
            parts.append(self.escaped(figure.summary))
        if figure.table is not None:
            parts.append(self._table(figure.table))
        return "\n\n".join(part for part in parts if part)

    def _origin(self, sources: tuple[Source, ...]) -> str:
        items = []
        for source in sources:
            words = self.escaped(" ".join(part for part in (source.ref, source.label) if part))
            target = self._outline.target(source.url)
            items.append(f"[{words}]({_address(target)})" if target and words else words)
        return f"*{self.escaped(self._labels.sources)}: {' · '.join(items)}*" if items else ""

    def _title(self, section: Section) -> str:
        number = self._outline.number(section)
        return self.escaped(f"{number} {section.title}" if number else section.title)

    def _inlines(self, inlines: Inlines, *, one_line: bool = False) -> str:
        written = "".join(self._inline(inline) for inline in inlines)
        if one_line:
            return written.replace("\\\n", " ").replace("\n", " ")
        return "\n".join(_LINE_START.sub(_escaped_start, line) for line in written.split("\n"))

    def _inline(self, inline: Inline) -> str:
        match inline:
            case Text(value):
                return self.escaped(value, trim=False)
            case Code(value):
                words = " ".join(_UNWRITABLE.sub("\ufffd", value).replace("|", "\u01c0").split())
                ticks = "`" * (max((len(run) for run in re.findall("`+", words)), default=0) + 1)
                return f"{ticks} {words} {ticks}" if words else ""
            case Strong(children):
                return self._wrapped("**", children)
            case Emphasis(children):
                return self._wrapped("*", children)
            case LineBreak():
                return "\\\n"
            case Lang(children, _, _):
                return self._inlines_of(children)
            case Inserted(children):
                return self._marked("+", children)
            case Deleted(children):
                return self._marked("-", children)
            case Link(children, url):
                words, target = self._inlines_of(children), self._outline.target(url)
                # Readers make their own anchors from headings; a link inside the file would lead nowhere.
                if target and not target.startswith("#") and words.strip():
                    return f"[{words}]({_address(target)})"
                return words

    def _inlines_of(self, inlines: Inlines) -> str:
        return "".join(self._inline(inline) for inline in inlines)

    def _marked(self, sign: str, children: Inlines) -> str:
        """A change between signs that can be read in every viewer."""
        words = self._inlines_of(children)
        return f"\\[{sign} {words.strip()} {sign}\\] " if words.strip() else words

    def _wrapped(self, mark: str, children: Inlines) -> str:
        """Marks hold only where no space is beside them, so spaces move outside."""
        words = self._inlines_of(children)
        body = words.strip()
        if not body:
            return words
        start = words[: len(words) - len(words.lstrip())]
        end = words[len(words.rstrip()) :]
        return f"{start}{mark}{body}{mark}{end}"

    def escaped(self, value: str, *, trim: bool = True) -> str:
        """Plain characters on one line with everything escaped that could begin markup."""
        value = _UNWRITABLE.sub("\ufffd", str(value))
        value = " ".join(value.split()) if trim else re.sub(r"\s+", " ", value)
        value = _SPECIAL.sub(r"\\\1", value).translate(_ENTITIES)
        return _BARE_ADDRESS.sub(lambda found: f"{found[1] or found[3]}\u2060{found[2] or found[4]}", value)


def _escaped_start(found: re.Match[str]) -> str:
    if found[2]:
        return f"{found[1]}\\{found[2]}"
    return f"{found[1]}{found[3]}\\{found[4]}"


def _address(target: str) -> str:
    return target.replace("(", "%28").replace(")", "%29").replace("*", "%2A").replace("_", "%5F")
