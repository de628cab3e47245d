"""Puts two states of a document into one, in which everything that differs is marked.

Blocks are matched by their ids, which never change, else by their words. What is unchanged is folded. The
result is a document like any other, so every format can be written of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, TypeAlias

from core.documents.labels import Labels
from core.documents.matching import Pair, pairs
from core.documents.outline import Outline
from core.documents.tree import (
    Block,
    Code,
    CodeBlock,
    Deleted,
    Document,
    Figure,
    Folded,
    Inlines,
    Inserted,
    ListBlock,
    ListItem,
    Paragraph,
    Quote,
    Section,
    Sheet,
    Source,
    Table,
    plain_text,
    text,
)
from core.documents.words import merged

Mark: TypeAlias = type[Inserted] | type[Deleted]
Node: TypeAlias = Block | ListItem

ARROW = " → "


@dataclass(slots=True)
class Counts:
    """How much differs: paragraphs and whatever stands in their place, rows of tables, chapters by title."""

    changed: int = 0
    added: int = 0
    removed: int = 0
    moved: int = 0
    rows: int = 0
    sections_added: list[str] = field(default_factory=list)
    sections_removed: list[str] = field(default_factory=list)
    sections_moved: list[str] = field(default_factory=list)
    sections_renamed: list[str] = field(default_factory=list)

    def as_plain(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The new document with the old one's words in it, both marked, and how much differs."""

    document: Document
    counts: Counts


def compare(old: Document, new: Document, *, labels: Labels) -> Comparison:
    """What differs between two states; what stands on their covers is not compared."""
    comparer = _Comparer(old, new, labels)
    children = comparer.blocks(old.children, new.children)
    return Comparison(replace(new, children=children, numbered=False), comparer.counts)


def words_of(node: Node) -> str:
    """Everything that can be read in a block, without any marking."""
    return " ".join(_words(node))


def _words(node: Node) -> Iterable[str]:
    match node:
        case Paragraph():
            yield plain_text(node.inlines)
        case Section() | Folded():
            yield node.title
            for child in node.children:
                yield from _words(child)
        case ListBlock():
            for item in node.items:
                yield from _words(item)
        case Quote() | ListItem():
            for child in node.children:
                yield from _words(child)
        case Table():
            yield node.caption
            for row in (node.header, *node.rows):
                yield from (plain_text(cell) for cell in row)
        case Sheet():
            yield from (node.number, node.title, node.status)
            for name, value in node.rows:
                yield f"{name} {plain_text(value)}"
        case Figure():
            yield from (node.caption, node.alt, node.summary)
            if node.table is not None:
                yield from _words(node.table)
        case CodeBlock():
            yield node.text


class _Comparer:
    def __init__(self, old: Document, new: Document, labels: Labels) -> None:
        self.counts = Counts()
        self._labels = labels
        self._outline = Outline(new)
        self._old, self._new = _by_id(old.children), _by_id(new.children)

    # -- lists of blocks

    def blocks(self, olds: Sequence[Block], news: Sequence[Block]) -> tuple[Block, ...]:
        """Two lists of blocks as one; runs of unchanged ones are folded."""
        result: list[Block] = []
        same: list[Block] = []
        for pair in self._pairs(olds, news):
            if isinstance(pair.new, ListItem) or isinstance(pair.old, ListItem):
                raise TypeError("Items stand in lists only.")
            if pair.old is not None and pair.old == pair.new and not pair.moved:
                same.append(self._titled(pair.new))
                continue
            result += self._folded(same)
            same = []
            result += self._pair(pair.old, pair.new, moved=pair.moved)
        return (*result, *self._folded(same))

    def _pairs(self, olds: Sequence[Node], news: Sequence[Node]) -> list[Pair[Node]]:
        here_old = {node.id for node in olds if node.id}
        here_new = {node.id for node in news if node.id}

        def brought(name: str) -> Node | None:
            return None if name in here_old else self._old.get(name)

        def gone(name: str) -> bool:
            return name not in here_new and name in self._new

        return pairs(
            olds,
            news,
            key=lambda node: node.id,
            words=words_of,
            alike=lambda one, other: type(one) is type(other),
            brought=brought,
            gone=gone,
        )

    def _folded(self, same: Sequence[Block]) -> list[Block]:
        if not same:
            return []
        titles = [block.title for block in same if isinstance(block, Section)]
        rest = len(same) - len(titles)
        parts = []
        if rest:
            sentence = self._labels.unchanged_one if rest == 1 else self._labels.unchanged_many
            parts.append(sentence.replace("{count}", str(rest)))
        if titles:
            parts.append(self._labels.unchanged_sections.replace("{names}", ", ".join(titles)))
        return [Folded(". ".join(parts), tuple(same))]

    def _titled(self, block: Block) -> Block:
        """A section with its number in its title, because numbers are not counted in a comparison."""
        if not isinstance(block, Section):
            return block
        number = self._outline.number(block)
        children = tuple(self._titled(child) for child in block.children)
        return replace(block, title=f"{number} {block.title}".strip(), children=children)

    def _pair(self, old: Block | None, new: Block | None, *, moved: bool) -> list[Block]:
        if old is None and new is not None:
            return self._added(new)
        if new is None:
            return self._removed(old) if old is not None else []
        if old is None:
            return []
        note: list[Block] = [Paragraph(text(self._labels.moved), role="note")] if moved else []
        if isinstance(old, Section) and isinstance(new, Section):
            return [self._section(old, new, note)]
        if moved:
            self.counts.moved += 1
        if old == new:
            return [*note, new]
        if type(old) is not type(new) or isinstance(new, CodeBlock):
            self.counts.changed += 1
            return [*note, *_marked(old, Deleted), *_marked(new, Inserted)]
        if not isinstance(new, ListBlock):
            self.counts.changed += 1
        return [*note, self._changed(old, new)]

    def _added(self, new: Block) -> list[Block]:
        if isinstance(new, Section):
            title = self._titled(new)
            self.counts.sections_added.append(new.title)
            note = Paragraph(text(self._labels.section_added), role="note")
            return [_with_note(part, note) for part in _marked(title, Inserted)]
        self.counts.added += 1
        return _marked(new, Inserted)

    def _removed(self, old: Block) -> list[Block]:
        if isinstance(old, Section):
            # What stands elsewhere now is shown there.
            children = tuple(child for child in old.children if not (child.id and child.id in self._new))
            self.counts.sections_removed.append(old.title)
            note = Paragraph(text(self._labels.section_removed), role="note")
            return [_with_note(part, note) for part in _marked(replace(old, children=children), Deleted)]
        self.counts.removed += 1
        return _marked(old, Deleted)

    def _section(self, old: Section, new: Section, note: list[Block]) -> Section:
        number = self._outline.number(new)
        title = new.title
        if note:
            self.counts.sections_moved.append(new.title)
        if old.title != new.title:
            title = f"{old.title}{ARROW}{new.title}"
            self.counts.sections_renamed.append(title)
        return replace(
            new,
            title=f"{number} {title}".strip(),
            children=(*note, *self.blocks(old.children, new.children)),
            sources=_sources(old.sources, new.sources),
        )

    # -- one block that is another now

    def _changed(self, old: Block, new: Block) -> Block:
        made: Block = new
        match old, new:
            case Paragraph(), Paragraph():
                made = replace(new, inlines=merged(old.inlines, new.inlines))
            case ListBlock(), ListBlock():
                made = replace(new, items=self._items(old.items, new.items))
            case Quote(), Quote():
                made = replace(
                    new,
                    children=self.blocks(old.children, new.children),
                    attribution=_arrow(old.attribution, new.attribution),
                )
            case Table(), Table():
                made = self._table(old, new)
            case Sheet(), Sheet():
                made = _sheet(old, new)
            case Figure(), Figure():
                made = replace(
                    new,
                    caption=_arrow(old.caption, new.caption),
                    summary=_arrow(old.summary, new.summary),
                    table=self._table(old.table, new.table) if old.table and new.table else new.table,
                )
            case _:
                pass
        return replace(made, sources=_sources(old.sources, new.sources))

    def _items(self, olds: Sequence[ListItem], news: Sequence[ListItem]) -> tuple[ListItem, ...]:
        result: list[ListItem] = []
        same: list[ListItem] = []
        for pair in self._pairs(olds, news):
            old, new = pair.old, pair.new
            if not isinstance(old, ListItem | None) or not isinstance(new, ListItem | None):
                # A block became an item or the other way round: what is new here is shown as new.
                old = None
            if old is not None and old == new and not pair.moved:
                same.append(old)
                continue
            result += self._folded_items(same)
            same = []
            result.append(self._item(old, new, moved=pair.moved))
        return (*result, *self._folded_items(same))

    def _folded_items(self, same: Sequence[ListItem]) -> list[ListItem]:
        blocks = [ListBlock((item,)) for item in same]
        return [ListItem(tuple(self._folded(blocks)))] if same else []

    def _item(self, old: Any, new: Any, *, moved: bool) -> ListItem:
        if new is None:
            self.counts.removed += 1
            return _marked_item(old, Deleted)
        if old is None:
            self.counts.added += 1
            return _marked_item(new, Inserted)
        note = (Paragraph(text(self._labels.moved), role="note"),) if moved else ()
        if moved:
            self.counts.moved += 1
        if old == new:
            return ListItem((*note, *new.children), new.id, new.sources)
        children = self.blocks(old.children, new.children)
        return ListItem((*note, *children), new.id, _sources(old.sources, new.sources))

    def _table(self, old: Table, new: Table) -> Table:
        """Both tables in one: rows are matched by their first cell, columns by their heading."""
        columns = _columns(old, new)
        found = pairs(
            old.rows,
            new.rows,
            key=lambda row: plain_text(row[0]) if row and new.row_headings else None,
            words=lambda row: " ".join(plain_text(cell) for cell in row),
            alike=lambda _one, _other: True,
            brought=lambda _name: None,
            gone=lambda _name: False,
        )
        rows: list[tuple[Inlines, ...]] = []
        for pair in found:
            if pair.old is not None and pair.old == pair.new and len(columns) == new.width:
                rows.append(pair.new)
                continue
            self.counts.rows += 1
            rows.append(tuple(_cell(pair.old, pair.new, before, after) for before, after in columns))
        header = tuple(_cell(old.header or None, new.header or None, *column) for column in columns)
        return replace(
            new,
            caption=_arrow(old.caption, new.caption),
            header=header if old.header or new.header else (),
            rows=tuple(rows),
            alignments=tuple(new.alignment(after) if after is not None else "start" for _, after in columns),
        )


def _by_id(blocks: Iterable[Block]) -> dict[str, Node]:
    found: dict[str, Node] = {}
    waiting: list[Node] = list(blocks)
    while waiting:
        node = waiting.pop()
        if node.id:
            found.setdefault(node.id, node)
        waiting += node.items if isinstance(node, ListBlock) else getattr(node, "children", ())
    return found


def _columns(old: Table, new: Table) -> list[tuple[int | None, int | None]]:
    """Pairs of columns, in the order of the new table; removed ones come last."""
    if old.width == new.width or not (old.header and new.header):
        return [
            (place if place < old.width else None, place if place < new.width else None)
            for place in range(max(old.width, new.width))
        ]
    places = {plain_text(cell): place for place, cell in enumerate(old.header)}
    found: list[tuple[int | None, int | None]] = [
        (places.pop(plain_text(new.header[place]), None) if place < len(new.header) else None, place)
        for place in range(new.width)
    ]
    return [*found, *((place, None) for place in places.values())]


def _cell(
    old: tuple[Inlines, ...] | None, new: tuple[Inlines, ...] | None, before: int | None, after: int | None
) -> Inlines:
    was = old[before] if old is not None and before is not None and before < len(old) else ()
    now = new[after] if new is not None and after is not None and after < len(new) else ()
    return now if was == now else merged(was, now)


def _sheet(old: Sheet, new: Sheet) -> Sheet:
    values = dict(old.rows)
    rows = [(name, _row_value(values.pop(name, ()), value)) for name, value in new.rows]
    rows += [(name, (Deleted(value),)) for name, value in values.items() if value]
    return replace(
        new,
        number=_arrow(old.number, new.number),
        title=_arrow(old.title, new.title),
        status=_arrow(old.status, new.status),
        rows=tuple(rows),
    )


def _row_value(old: Inlines, new: Inlines) -> Inlines:
    return new if old == new else merged(old, new)


def _arrow(old: str, new: str) -> str:
    return new if old == new else f"{old or '–'}{ARROW}{new or '–'}"


def _sources(old: tuple[Source, ...], new: tuple[Source, ...]) -> tuple[Source, ...]:
    """The new sources, and the old ones that are gone, each with a sign."""
    if old == new:
        return new
    before = {(source.kind, source.ref, source.url) for source in old}
    after = {(source.kind, source.ref, source.url) for source in new}
    kept = [
        source if (source.kind, source.ref, source.url) in before else _signed(source, "+") for source in new
    ]
    gone = [_signed(source, "−") for source in old if (source.kind, source.ref, source.url) not in after]
    return (*kept, *gone)


def _signed(source: Source, sign: str) -> Source:
    return replace(source, ref=f"[{sign}] {source.ref}".rstrip())


def _named(title: str, mark: Mark) -> str:
    sign = "+" if mark is Inserted else "−"
    return f"[{sign}] {title}" if title else ""


def _with_note(block: Block, note: Paragraph) -> Block:
    return replace(block, children=(note, *block.children)) if isinstance(block, Section) else block


def _marked(block: Block, mark: Mark) -> list[Block]:
    """A block with everything in it marked."""
    match block:
        case Paragraph():
            return [replace(block, inlines=(mark(block.inlines),) if block.inlines else ())]
        case ListBlock():
            return [replace(block, items=tuple(_marked_item(item, mark) for item in block.items))]
        case Quote() | Section() | Folded():
            children = tuple(part for child in block.children for part in _marked(child, mark))
            if isinstance(block, Quote):
                return [replace(block, children=children)]
            return [replace(block, title=_named(block.title, mark), children=children)]
        case Table():
            rows = tuple(tuple((mark(cell),) if cell else () for cell in row) for row in block.rows)
            return [replace(block, caption=_named(block.caption, mark), rows=rows)]
        case Sheet():
            rows_of = tuple((name, (mark(value),) if value else ()) for name, value in block.rows)
            return [replace(block, title=_named(block.title, mark), rows=rows_of)]
        case Figure():
            if mark is Inserted:
                return [replace(block, caption=_named(block.caption or block.alt, mark))]
            return [Paragraph((mark(text(f"{block.caption} {block.summary}".strip() or block.alt)),))]
        case CodeBlock():
            return [Paragraph((mark((Code(block.text),)),))]


def _marked_item(item: ListItem, mark: Mark) -> ListItem:
    children = tuple(part for child in item.children for part in _marked(child, mark))
    return replace(item, children=children)
