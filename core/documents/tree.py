"""The neutral tree of a document, its canonical form and its hash.

All nodes are frozen dataclasses of plain values. Text in them is text: no markup of any format is ever
read out of a string, so each walker escapes it in its own way. A section's level follows from nesting,
so no document can skip a heading level.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, TypeAlias

from core.turns import let_others

Direction: TypeAlias = Literal["ltr", "rtl"]
Alignment: TypeAlias = Literal["start", "center", "end"]
Paper: TypeAlias = Literal["book", "across", "brief"]

MAX_SECTION_LEVEL = 6
"""HTML and PDF 1.7 know six heading levels; what is nested deeper is shown at the sixth."""

RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})


def direction_of(language: str) -> Direction:
    """The direction in which a language (BCP 47) is written."""
    return "rtl" if language.split("-", 1)[0].lower() in RIGHT_TO_LEFT else "ltr"


# ------------------------------------------------------------------------------------------------- inlines


@dataclass(frozen=True, slots=True)
class Text:
    """Characters, nothing else."""

    value: str


@dataclass(frozen=True, slots=True)
class Strong:
    """What matters in a sentence."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Emphasis:
    """What is stressed."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """Characters to be typed exactly so."""

    value: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link to http, https, mailto or, as `#id`, to a block of this document; else its text is shown."""

    children: tuple[Inline, ...]
    url: str


@dataclass(frozen=True, slots=True)
class Lang:
    """A span in another language (BCP 47); its direction follows from the language unless given."""

    children: tuple[Inline, ...]
    language: str
    direction: Direction | None = None


@dataclass(frozen=True, slots=True)
class LineBreak:
    """A new line inside a paragraph."""


@dataclass(frozen=True, slots=True)
class Inserted:
    """What a later version has and the earlier had not; only comparisons hold it."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Deleted:
    """What the earlier version had and the later has not; only comparisons hold it."""

    children: tuple[Inline, ...]


Inline: TypeAlias = Text | Strong | Emphasis | Code | Link | Lang | LineBreak | Inserted | Deleted
Inlines: TypeAlias = tuple[Inline, ...]


# -------------------------------------------------------------------------------------------------- blocks


@dataclass(frozen=True, slots=True)
class Source:
    """Where a block comes from: one record, with its number (`B-058`), what it says and its address.

    `kind` is the record's kind in code (`need`, `poll`, `meeting`, `figure` …); nothing shows it, but it is
    part of the hash. `url` may be empty.
    """

    kind: str
    ref: str
    label: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it. `title` is plain text."""

    title: str
    children: tuple[Block, ...] = ()
    id: str | None = None
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; `role` is `lead` for an opening, `note` for a remark such as “Stand: …”."""

    inlines: Inlines
    role: Literal["body", "lead", "note"] = "body"
    id: str | None = None
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class ListItem:
    """One item: blocks, mostly a single paragraph."""

    children: tuple[Block, ...]
    id: str | None = None
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class ListBlock:
    """A list; an ordered one counts from `start`."""

    items: tuple[ListItem, ...]
    ordered: bool = False
    start: int = 1
    id: str | None = None
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table with one header row. Rows may be ragged: missing cells are empty, surplus ones widen the table.

    With `row_headings` the first column names its row.
    """

    caption: str
    header: tuple[Inlines, ...]
    rows: tuple[tuple[Inlines, ...], ...]
    alignments: tuple[Alignment, ...] = ()
    row_headings: bool = False
    id: str | None = None
    sources: tuple[Source, ...] = ()

    @property
    def width(self) -> int:
        """Number of columns: that of the widest row."""
        return max((len(row) for row in (self.header, *self.rows)), default=0)

    def alignment(self, column: int) -> Alignment:
        """How a column is set; at the start where nothing is said."""
        return self.alignments[column] if column < len(self.alignments) else "start"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of named facts (a measure): number, title, a status word and rows of name and value."""

    title: str
    rows: tuple[tuple[str, Inlines], ...]
    number: str = ""
    status: str = ""
    id: str | None = None
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture: SVG with colours as attributes, what it shows in words, and the same numbers as a table.

    `alt` is what is read aloud instead of the picture, `summary` one sentence under it for everybody.
    An SVG that is not one of ours (see `pictures.safe_svg`) is left out; its words and numbers stay.
    """

    svg: str
    alt: str
    caption: str
    summary: str = ""
    table: Table | None = None
    id: str | None = None
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Quote:
    """Someone's words, with who said them if that may be said."""

    children: tuple[Block, ...]
    attribution: str = ""
    id: str | None = None
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """Lines to be shown exactly as they are."""

    text: str
    id: str | None = None
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Folded:
    """What most readers skip: HTML shows it when asked, other formats show only its title."""

    title: str
    children: tuple[Block, ...]
    id: str | None = None
    sources: tuple[Source, ...] = ()


Block: TypeAlias = Section | Paragraph | ListBlock | Table | Sheet | Figure | Quote | CodeBlock | Folded


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document.

    `changed_at` (aware, UTC) is the time of the last change of content: it is the PDF's timestamp, never the
    time of rendering. `date_text` says the same to people, formatted by the caller in the document's
    language; `edition` names the state (“Entwurf”, “Fassung 2”). Sections are numbered if `numbered`.
    """

    title: str
    subtitle: str
    language: str
    changed_at: datetime
    publisher: str
    children: tuple[Block, ...]
    date_text: str = ""
    edition: str = ""
    numbered: bool = True

    def __post_init__(self) -> None:
        if self.changed_at.tzinfo is None:
            raise ValueError("Document.changed_at needs a time zone.")

    @property
    def direction(self) -> Direction:
        """The direction of the document's language."""
        return direction_of(self.language)


# ------------------------------------------------------------------------------------------ canonical form

_NODES: dict[str, type[Any]] = {
    node.__name__: node
    for node in (
        *(Text, Strong, Emphasis, Code, Link, Lang, LineBreak, Inserted, Deleted),
        *(Source, Section, Paragraph, ListItem, ListBlock, Table, Sheet, Figure, Quote, CodeBlock, Folded),
        Document,
    )
}
_SURROGATES = re.compile("[\ud800-\udfff]")


def canonical_json(document: Document) -> bytes:
    """The one byte string that stands for this document: UTF-8 JSON, keys sorted, no white space.

    Every node is an object whose `@` names its kind. Times are UTC to the microsecond.
    """
    text = json.dumps(_plain(document), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return _SURROGATES.sub("\ufffd", text).encode("utf-8")


def content_hash(document: Document) -> str:
    """SHA-256 of the canonical form in hexadecimal: the same content gives the same hash in every format."""
    return hashlib.sha256(canonical_json(document)).hexdigest()


def document_from_json(data: bytes | str) -> Document:
    """Read back what `canonical_json` wrote; raises ValueError for anything else."""
    try:
        document = _node(json.loads(data))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError("This is not the canonical form of a document.") from error
    if not isinstance(document, Document):
        raise ValueError("This is not the canonical form of a document.")
    return document


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        let_others()
        plain = {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
        return {"@": type(value).__name__, **plain}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    # A lazy translation or Markup is written as the plain string it stands for.
    return str(value) if isinstance(value, str) else value


def _node(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_node(part) for part in value)
    if isinstance(value, dict):
        kind = _NODES[value["@"]]
        fields = {name: _node(part) for name, part in value.items() if name != "@"}
        if kind is Document:
            fields["changed_at"] = datetime.fromisoformat(fields["changed_at"])
        return kind(**fields)
    return value


# ------------------------------------------------------------------------------------------------- shorthands


def text(value: str) -> Inlines:
    """Plain characters as inlines; each line break in them becomes a `LineBreak`."""
    inlines: list[Inline] = []
    for number, line in enumerate(value.split("\n")):
        if number:
            inlines.append(LineBreak())
        if line:
            inlines.append(Text(line))
    return tuple(inlines)


def paragraph(value: str, *, sources: tuple[Source, ...] = (), id: str | None = None) -> Paragraph:
    """A paragraph of plain characters."""
    return Paragraph(text(value), id=id, sources=sources)


def plain_text(inlines: Inlines) -> str:
    """The characters of inlines without any marking; a line break is a space."""
    return "".join(
        " "
        if isinstance(inline, LineBreak)
        else inline.value
        if isinstance(inline, Text | Code)
        else plain_text(inline.children)
        for inline in inlines
    )
