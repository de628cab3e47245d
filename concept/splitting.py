"""Takes the text of a section apart into blocks, and finds the blocks of a former text again in a later one.

Nothing here knows a database. A text is Markdown; a block without words of its own stands in it as a line
such as `{{12: Result of the vote}}`, of which only the number counts. Blocks stand apart by one empty line,
or by two where they would otherwise flow together, such as two lists: taking apart what was put together
gives the same blocks. Every function takes time that hardly more than grows with its texts.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from core.text import clean_text

LOOSE_MARKER: Final = re.compile(r"\{\{[ \t]*\d+[ \t]*[:}]")
"""What looks like the line of a block, wherever it stands."""

_MARKER = re.compile(r" {0,3}\{\{[ \t]*(\d{1,9})[ \t]*(?::[^{}]*)?\}\}")
_ITEM = re.compile(r" {0,3}(?:([*+-])|\d{1,9}[.)])[ \t]+\S")
_RULE = re.compile(r" {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*")
_FENCE = re.compile(r" {0,3}(```|~~~)")
_WORD = re.compile(r"\w+")

_KIN = 0.5
"""How alike two wordings must be to be one paragraph that was reworded and moved."""

_KIN_IN_PLACE = 0.3
"""The same for a paragraph that stands where the former one stood."""

_JOINED = 0.7
"""Which share of a paragraph's words another one must have taken in besides its own."""

_FEW = 30
"""So many blocks are compared each with each; of more only those that have a rare word in common."""

_CANDIDATES = 8


@dataclass(frozen=True, slots=True)
class Former:
    """A paragraph as it was; `gone` says that it had been taken out of the text before."""

    id: int
    text: str
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """A block of the new text. `id` is None for a new paragraph.

    `joined` are further former paragraphs whose words it has taken in.
    """

    id: int | None
    text: str
    joined: tuple[int, ...] = ()


def split(text: str) -> list[str]:
    """The blocks of a text in order: headings, paragraphs, lists, quotations, tables, code, markers.

    A heading or a marker is one line. Lists, quotations, tables and code are never divided.
    """
    return [block.text for block in _Splitter(clean_text(text)).blocks()]


def compose(blocks: Iterable[str]) -> str:
    """One text of blocks, such that `split` gives them again."""
    text, kind = "", ""
    for block in blocks:
        parts = _Splitter(block).blocks()
        if not parts:
            continue
        if text:
            text += "\n\n\n" if _flows_on(kind, block.split("\n", 1)[0]) else "\n\n"
        text += block
        kind = parts[-1].kind
    return text


def marker_of(block: str) -> int | None:
    """The number of the block for which this line stands, or None for words."""
    found = _MARKER.fullmatch(block)
    return int(found[1]) if found else None


def bare(block: str) -> str:
    """A block as texts are compared: of a marker only the number."""
    number = marker_of(block)
    return block if number is None else f"{{{{{number}}}}}"


def match(formers: Sequence[Former], blocks: Sequence[str]) -> list[Placed]:
    """Say for each block of words which former paragraph it is.

    The same words are the same paragraph wherever they stand. Then whatever is most alike, above all where
    it stood before: of a divided paragraph the part that has more of it, the first one if both have as much.
    A former paragraph whose words stand in another one now is `joined` to that. What had gone returns with
    its very words only.
    """
    return _Matcher(formers, blocks).placed()


# ---------------------------------------------------------------------------------------------- taking apart


@dataclass(slots=True)
class _Block:
    kind: str
    lines: list[str]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


class _Splitter:
    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")
        self._last_fence = {
            line.strip()[:3]: at
            for at, line in enumerate(self._lines)
            if _FENCE.match(line) and not line.strip().strip(line.strip()[0])
        }
        self._found: list[_Block] = []
        self._open: _Block | None = None

    def blocks(self) -> list[_Block]:
        """Everything there is, in order."""
        blanks, fence = 0, ""
        for at, line in enumerate(self._lines):
            if fence and self._open is not None:
                self._open.lines.append(line)
                if line.strip().startswith(fence) and not line.strip().strip(fence[0]):
                    fence, self._open = "", None
                continue
            if not line.strip():
                blanks += 1
                continue
            if self._open is not None and self._goes_on(self._open.kind, line, at, blanks):
                self._open.lines += [""] * blanks + [line]
            else:
                fence = self._begin(line, at)
            blanks = 0
        return self._found

    def _begin(self, line: str, at: int) -> str:
        """Begin a block with this line; gives the characters that end it if it is fenced code."""
        kind = self._kind(line, at)
        self._open = _Block(kind, [line])
        self._found.append(self._open)
        if kind in {"heading", "marker"}:
            self._open = None
        return line.strip()[:3] if kind == "fence" else ""

    def _goes_on(self, kind: str, line: str, at: int, blanks: int) -> bool:
        if blanks > 1 or marker_of(line) is not None:
            return False
        if blanks:
            return _flows_on(kind, line)
        if kind == "table":
            return True
        if kind in {"ul", "ol"} and line.startswith(" "):
            return True
        return self._kind(line, at) not in {"heading", "fence"}

    def _kind(self, line: str, at: int) -> str:
        following = self._lines[at + 1] if at + 1 < len(self._lines) else ""
        fence = _FENCE.match(line)
        if marker_of(line) is not None:
            return "marker"
        if "|" in line and "-" in following and "|" in following and not set(following) - set("|:- "):
            return "table"
        if fence and self._last_fence.get(fence[1], -1) > at:
            return "fence"
        if line.startswith("#"):
            return "heading"
        if line.startswith("    "):
            return "code"
        if line.lstrip(" ").startswith(">"):
            return "quotation"
        return _list_kind(line) or "paragraph"


def _list_kind(line: str) -> str:
    item = None if _RULE.fullmatch(line) else _ITEM.match(line)
    return "" if item is None else "ul" if item[1] else "ol"


def _flows_on(kind: str, line: str) -> bool:
    """Whether a line after one empty line would belong to a block of this kind before it."""
    if kind in {"ul", "ol"}:
        return line.startswith(" ") or _list_kind(line) == kind
    if kind == "quotation":
        return line.lstrip(" ").startswith(">") and not line.startswith("    ")
    return kind == "code" and line.startswith("    ")


# --------------------------------------------------------------------------------------------- finding again


class _Matcher:
    def __init__(self, formers: Sequence[Former], blocks: Sequence[str]) -> None:
        self._formers = list(formers)
        self._place = {former.id: place for place, former in enumerate(self._formers)}
        self._blocks = self._kept_together(list(blocks))
        self._ids: list[int | None] = [None] * len(self._blocks)
        self._used: set[int] = set()

    def placed(self) -> list[Placed]:
        self._take_the_same(gone=False)
        self._take_the_same(gone=True)
        self._take_alike()
        result = [Placed(id, text) for id, text in zip(self._ids, self._blocks, strict=True)]
        return self._with_joined(result)

    def _kept_together(self, blocks: list[str]) -> list[str]:
        """The blocks; one that was written as a whole of several parts stays whole if none was changed."""
        wholes: dict[str, list[tuple[list[str], str]]] = defaultdict(list)
        for former in self._formers:
            parts = split(former.text)
            if len(parts) > 1:
                wholes[parts[0]].append((parts, former.text))
        if not wholes:
            return blocks
        found: list[str] = []
        at = 0
        while at < len(blocks):
            for parts, text in wholes.get(blocks[at], ()):
                if blocks[at : at + len(parts)] == parts:
                    found.append(text)
                    at += len(parts)
                    break
            else:
                found.append(blocks[at])
                at += 1
        return found

    def _take_the_same(self, *, gone: bool) -> None:
        same: dict[str, deque[int]] = defaultdict(deque)
        for former in self._formers:
            if former.gone == gone and former.id not in self._used:
                same[former.text].append(former.id)
        repeated = {text for text, ids in same.items() if len(ids) > 1}
        for later in (False, True):
            for at, text in enumerate(self._blocks):
                if self._ids[at] is None and same.get(text) and (text in repeated) == later:
                    id = self._beside(at, same[text]) if later else same[text][0]
                    same[text].remove(id)
                    self._take(at, id)

    def _beside(self, at: int, ids: deque[int]) -> int:
        """Of paragraphs with the same words the one that stood beside the same neighbour, else the first."""
        before = self._ids[at - 1] if at else None
        after = self._ids[at + 1] if at + 1 < len(self._ids) else None
        for neighbour, step in ((before, 1), (after, -1)):
            if neighbour is not None:
                wanted = self._place[neighbour] + step
                if 0 <= wanted < len(self._formers) and self._formers[wanted].id in ids:
                    return self._formers[wanted].id
        return ids[0]

    def _take(self, at: int, id: int) -> None:
        self._ids[at] = id
        self._used.add(id)

    def _take_alike(self) -> None:
        left = [former for former in self._formers if not former.gone and former.id not in self._used]
        free = [at for at, id in enumerate(self._ids) if id is None and marker_of(self._blocks[at]) is None]
        words = {at: _words(self._blocks[at]) for at in free}
        candidates = _Candidates({former.id: _words(former.text) for former in left})
        between = self._neighbours(free)
        pairs = []
        for at in free:
            low, high = between[at]
            for id, alike in candidates.of(words[at]):
                is_in_place = low < self._place[id] < high
                if alike >= (_KIN_IN_PLACE if is_in_place else _KIN):
                    pairs.append((-(alike + (0.1 if is_in_place else 0)), at, self._place[id], id))
        for _, at, _, id in sorted(pairs):
            if self._ids[at] is None and id not in self._used:
                self._take(at, id)

    def _neighbours(self, free: Sequence[int]) -> dict[int, tuple[int, int]]:
        """For each free block the places, in the former text, of what stands before and after it."""
        wanted = set(free)
        low = {}
        place = -1
        for at, id in enumerate(self._ids):
            if at in wanted:
                low[at] = place
            elif id is not None:
                place = self._place[id]
        found = {}
        place = len(self._formers)
        for at in reversed(range(len(self._ids))):
            id = self._ids[at]
            if at in wanted:
                found[at] = (low[at], place)
            elif id is not None:
                place = self._place[id]
        return found

    def _with_joined(self, placed: list[Placed]) -> list[Placed]:
        left = [former for former in self._formers if not former.gone and former.id not in self._used]
        if not left:
            return placed
        texts = {former.id: former.text for former in self._formers}
        added: dict[int, Counter[str]] = {}
        for at, block in enumerate(placed):
            before = texts.get(block.id, "") if block.id is not None else ""
            if block.id is not None and before != block.text:
                added[at] = _words(block.text) - _words(before)
        candidates = _Candidates(added)
        found = list(placed)
        for former in left:
            words = _words(former.text)
            for at, _ in candidates.of(words):
                shared = words & added[at]
                if words and shared.total() / words.total() >= _JOINED:
                    found[at] = replace(found[at], joined=(*found[at].joined, former.id))
                    added[at] -= shared
                    break
        return found


class _Candidates:
    """Texts by their words, to find those that are like another one."""

    def __init__(self, texts: Mapping[int, Counter[str]]) -> None:
        self._texts = texts
        self._having: dict[str, list[int]] = defaultdict(list)
        for id, words in texts.items():
            for word in words:
                self._having[word].append(id)

    def of(self, words: Counter[str]) -> list[tuple[int, float]]:
        """The texts most like these words, the likest first, each with how like it is, from 0 to 1."""
        if len(self._texts) <= _FEW:
            near: Iterable[int] = self._texts
        else:
            shared: Counter[int] = Counter()
            for word in words:
                if len(self._having.get(word, ())) <= _FEW:
                    shared.update(self._having.get(word, ()))
            near = [id for id, _ in shared.most_common(_CANDIDATES)]
        found = [(id, _likeness(words, self._texts[id])) for id in near]
        return sorted((one for one in found if one[1]), key=lambda one: (-one[1], one[0]))


def _words(text: str) -> Counter[str]:
    return Counter(_WORD.findall(text.casefold()))


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    whole = one.total() + other.total()
    return 2 * (one & other).total() / whole if whole else 0.0
