"""Which words differ between two runs of inlines; both stand in the result, marked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, TypeAlias

from diff_match_patch import diff_match_patch

from core.documents.tree import (
    Code,
    Deleted,
    Emphasis,
    Inline,
    Inlines,
    Inserted,
    Lang,
    LineBreak,
    Link,
    Strong,
    Text,
)

PATIENCE: Final = 2.0
"""Seconds for one pair of texts; after them what is left counts as replaced."""

Wrap: TypeAlias = tuple[Any, ...]
"""One element around a word: its kind and what distinguishes it, such as the address of a link."""

Token: TypeAlias = tuple[str, tuple[Wrap, ...]]
"""A word, a space or a sign, with the elements around it from outside in."""

_WORD = re.compile(r"\w+|\s+|[^\w\s]")
_FIRST = 0x10000


def merged(old: Inlines, new: Inlines) -> Inlines:
    """The new inlines with what was inserted marked, and beside it, marked, what was deleted."""
    before, after = list(_tokens(old, ())), list(_tokens(new, ()))
    names: dict[Token, str] = {}
    for token in (*before, *after):
        names.setdefault(token, chr(_FIRST + len(names)))
    tokens = {name: token for token, name in names.items()}
    differ = diff_match_patch()
    differ.Diff_Timeout = PATIENCE
    # Each word stands for itself as one character, so that words are compared and not letters.
    found = differ.diff_main(_named(before, names), _named(after, names), False)
    differ.diff_cleanupSemantic(found)
    inlines: list[Inline] = []
    for kind, characters in found:
        part = _built([tokens[character] for character in characters])
        if kind == differ.DIFF_EQUAL:
            inlines += part
        elif part:
            inlines.append(Inserted(part) if kind == differ.DIFF_INSERT else Deleted(part))
    return tuple(inlines)


def _named(tokens: Iterable[Token], names: dict[Token, str]) -> str:
    return "".join(names[token] for token in tokens)


def _tokens(inlines: Inlines, around: tuple[Wrap, ...]) -> Iterator[Token]:
    for inline in inlines:
        match inline:
            case Text(value):
                yield from ((word, around) for word in _WORD.findall(value))
            case Code(value):
                yield value, (*around, ("code",))
            case LineBreak():
                yield "\n", (*around, ("break",))
            case Link(children, url):
                yield from _tokens(children, (*around, ("link", url)))
            case Lang(children, language, direction):
                yield from _tokens(children, (*around, ("lang", language, direction)))
            case Strong(children):
                yield from _tokens(children, (*around, ("strong",)))
            case Emphasis(children):
                yield from _tokens(children, (*around, ("emphasis",)))
            case Inserted(children) | Deleted(children):
                yield from _tokens(children, around)


def _built(tokens: Sequence[Token]) -> Inlines:
    """Inlines of these tokens again; neighbours with the same elements around them share those."""
    inlines: list[Inline] = []
    for around, group in groupby(tokens, key=itemgetter(1)):
        words = "".join(word for word, _ in group)
        inner = Text(words)
        made: Inline = inner
        for wrap in reversed(around):
            made = _wrapped(wrap, made, words)
        inlines.append(made)
    return tuple(inlines)


def _wrapped(wrap: Wrap, inner: Inline, words: str) -> Inline:
    match wrap:
        case ("code",):
            return Code(words)
        case ("break",):
            return LineBreak()
        case ("link", url):
            return Link((inner,), url)
        case ("lang", language, direction):
            return Lang((inner,), language, direction)
        case ("emphasis",):
            return Emphasis((inner,))
        case _:
            return Strong((inner,))
