"""What the walkers share: numbers of sections, anchors that are unique, and which links are safe."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from core.documents.tree import (
    Block,
    Document,
    Figure,
    Folded,
    ListBlock,
    Paragraph,
    Quote,
    Section,
    Text,
    canonical_json,
    document_from_json,
)

NUMBERED_LEVELS: Final = 3
"""Sections deeper than this carry no number: 4.5.2.1 helps nobody to find a place."""

MAX_URL: Final = 2_000
"""Longer addresses are shown as text only."""

_SAFE_ID = re.compile(r"[A-Za-z][A-Za-z0-9_.:-]{0,99}\Z")
_UNSAFE_IN_URL = re.compile("[\x00-\x20\x7f-\xa0<>\"'`{}|\\\\^\u2028\u2029\ud800-\udfff]")


class Outline:
    """Numbers and anchors of one document, found in one walk through it."""

    def __init__(self, document: Document) -> None:
        self._numbers: dict[int, str] = {}
        self._anchors: dict[int, str] = {}
        self.anchors: set[str] = set()
        self._visit(document.children, (), document.numbered)

    def number(self, section: Section) -> str:
        """The section's number such as “4.5”; empty where it carries none."""
        return self._numbers.get(id(section), "")

    def anchor(self, block: object) -> str | None:
        """The block's id if it may be one and no earlier block has it; every section has an anchor."""
        return self._anchors.get(id(block))

    def target(self, url: str) -> str | None:
        """An address that may be linked to: http, https, mailto, or `#anchor` of this document; else None."""
        url = url.strip()
        if url.startswith("#"):
            return url if url[1:] in self.anchors else None
        return safe_url(url)

    def _visit(self, blocks: Iterable[Block], above: tuple[int, ...], numbered: bool) -> None:
        count = 0
        for block in blocks:
            self._claim(block, block.id)
            if isinstance(block, Section):
                count += 1
                place = (*above, count)
                if numbered and len(place) <= NUMBERED_LEVELS:
                    self._numbers[id(block)] = ".".join(map(str, place))
                if id(block) not in self._anchors:
                    self._claim(block, "section-" + "-".join(map(str, place)))
                self._visit(block.children, place, numbered)
            elif isinstance(block, ListBlock):
                for item in block.items:
                    self._claim(item, item.id)
                    self._visit(item.children, above, False)
            elif isinstance(block, Quote | Folded):
                self._visit(block.children, above, False)
            elif isinstance(block, Figure) and block.table is not None:
                self._claim(block.table, block.table.id)

    def _claim(self, block: object, wanted: str | None) -> None:
        if wanted and _SAFE_ID.match(wanted) and wanted not in self.anchors:
            self.anchors.add(wanted)
            self._anchors[id(block)] = wanted


def outlined(document: Document) -> tuple[Document, Outline]:
    """The document with its outline; a block used in two places becomes two, each with its own number."""
    if _has_twins(document):
        document = document_from_json(canonical_json(document))
    return document, Outline(document)


def unfolded(document: Document) -> Document:
    """The document with only the titles of what is folded, for formats in which nothing can be opened."""
    return replace(document, children=_unfolded(document.children))


def _unfolded(blocks: Iterable[Block]) -> tuple[Block, ...]:
    found: list[Block] = []
    for block in blocks:
        match block:
            case Folded():
                found.append(Paragraph((Text(block.title),), role="note"))
            case Section() | Quote():
                found.append(replace(block, children=_unfolded(block.children)))
            case ListBlock():
                items = tuple(replace(item, children=_unfolded(item.children)) for item in block.items)
                found.append(replace(block, items=items))
            case _:
                found.append(block)
    return tuple(found)


def _has_twins(document: Document) -> bool:
    seen: set[int] = set()

    def visit(parts: Iterable[object]) -> bool:
        for part in parts:
            if id(part) in seen:
                return True
            seen.add(id(part))
            children = part.items if isinstance(part, ListBlock) else getattr(part, "children", ())
            if visit(children):
                return True
        return False

    return visit(document.children)


def safe_url(url: str) -> str | None:
    """The address if its scheme is http, https or mailto and it holds nothing but an address."""
    url = url.strip()
    if not url or len(url) > MAX_URL or _UNSAFE_IN_URL.search(url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme in ("http", "https"):
        return url if parts.netloc else None
    return url if parts.scheme == "mailto" and parts.path else None


def language_subtag(language: str) -> str | None:
    """The bare language of a BCP 47 tag (`de` of `de-x-ls`), or None if it is not one."""
    subtag = language.split("-", 1)[0].lower()
    return subtag if re.fullmatch(r"[a-z]{2,3}", subtag) else None


def language_tag(language: str) -> str | None:
    """The tag if it is built like BCP 47, else None."""
    return language if re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,6}", language) else None
