"""What is new in a later wording of a section's text or of a sheet: blocks, and inside them the words.

Nothing here knows a database. A block is `{"id": 12, "kind": "paragraph", "markdown": "…"}`, as
`SectionRevision` keeps it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from core.documents.tree import Deleted, Inlines, Inserted, Text
from core.documents.words import merged

Kind = Literal["same", "new", "gone", "changed", "moved"]


@dataclass(frozen=True, slots=True)
class Words:
    """A run of words: in both wordings (`same`), in the later (`new`) or in the earlier one (`gone`)."""

    kind: Literal["same", "new", "gone"]
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One block of the later wording, or one that it no longer has (`gone`), in reading order.

    `block_kind` tells what it is where it has no words of its own; then `words` is empty.
    """

    kind: Kind
    block_id: int
    block_kind: str
    words: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a sheet in both wordings; without words where it is empty in both.

    `language` is that of the words where it is another one than that of the sheet.
    """

    kind: Kind
    label: str
    words: tuple[Words, ...] = ()
    language: str = ""


def changes(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> list[Change]:
    """Every block of both wordings, each once; what has gone stands where it stood."""
    earlier = {block["id"]: block for block in before}
    later = {block["id"] for block in after}
    stays = _in_order([block["id"] for block in before if block["id"] in later], [b["id"] for b in after])
    found: list[Change] = []
    gone_after: dict[int, list[Mapping[str, Any]]] = {}
    anchor = 0
    for block in before:
        if block["id"] not in later:
            gone_after.setdefault(anchor, []).append(block)
        elif block["id"] in stays:
            anchor = block["id"]
    found += [_gone(block) for block in gone_after.get(0, ())]
    for block in after:
        former = earlier.get(block["id"])
        found.append(_change(former, block, is_moved=block["id"] not in stays))
        if block["id"] in stays:
            found += [_gone(one) for one in gone_after.get(block["id"], ())]
    return found


def words(before: str, after: str) -> tuple[Words, ...]:
    """Two texts as one, word by word, with what is new and what has gone."""
    return tuple(_runs(merged((Text(before),), (Text(after),)), "same"))


def lines(before: Mapping[str, str] | None, after: Mapping[str, str]) -> list[Line]:
    """The lines of a sheet, each called by its label; without a sheet `before` nothing is new."""
    former = after if before is None else before
    labels = [*after, *(label for label in former if label not in after)]
    return [_line(label, former.get(label, ""), after.get(label, "")) for label in labels]


def _line(label: str, before: str, after: str) -> Line:
    if before == after:
        return Line("same", label, (Words("same", after),) if after else ())
    kind: Kind = "new" if not before else "gone" if not after else "changed"
    return Line(kind, label, words(before, after))


def _runs(inlines: Inlines, kind: Literal["same", "new", "gone"]) -> Iterator[Words]:
    for inline in inlines:
        match inline:
            case Text(value):
                yield Words(kind, value)
            case Inserted(children):
                yield from _runs(children, "new")
            case Deleted(children):
                yield from _runs(children, "gone")


def _change(before: Mapping[str, Any] | None, after: Mapping[str, Any], *, is_moved: bool) -> Change:
    text = after.get("markdown", "")
    if before is None:
        return Change("new", after["id"], after["kind"], (Words("new", text),) if text else ())
    former = before.get("markdown", "")
    if former != text:
        return Change("changed", after["id"], after["kind"], words(former, text))
    kind: Kind = "moved" if is_moved else "same"
    return Change(kind, after["id"], after["kind"], (Words("same", text),) if text else ())


def _gone(block: Mapping[str, Any]) -> Change:
    text = block.get("markdown", "")
    return Change("gone", block["id"], block["kind"], (Words("gone", text),) if text else ())


def _in_order(before: Sequence[int], after: Sequence[int]) -> set[int]:
    """As many ids as possible that follow one another in both; the others were moved."""
    place = {id: at for at, id in enumerate(before)}
    tails: list[int] = []
    ends: list[int] = []
    links: dict[int, int | None] = {}
    for id in after:
        if id not in place:
            continue
        low, high = 0, len(tails)
        while low < high:
            middle = (low + high) // 2
            if tails[middle] < place[id]:
                low = middle + 1
            else:
                high = middle
        links[id] = ends[low - 1] if low else None
        tails[low : low + 1] = [place[id]]
        ends[low : low + 1] = [id]
    found: set[int] = set()
    at: int | None = ends[-1] if ends else None
    while at is not None:
        found.add(at)
        at = links[at]
    return found
