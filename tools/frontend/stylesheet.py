"""A small CSS reader and writer: just enough to filter, convert and shorten a stylesheet we know.

The tree is lossless for what browsers see (comments and white space go). It understands nested at-rules,
strings, brackets and ``!important``; it does not understand nested style rules, which KERN does not use.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

Declaration = tuple[str, str]

_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_SPACE = re.compile(r"\s+")
# At-rules whose block holds further rules; every other block holds declarations.
_GROUPING = ("@media", "@supports", "@layer", "@container", "@keyframes", "@-webkit-keyframes")


@dataclass
class Rule:
    """A selector (or ``@font-face``, ``@page``) with its declarations in their order."""

    prelude: str
    declarations: list[Declaration] = field(default_factory=list)


@dataclass
class Group:
    """A conditional or grouping at-rule such as ``@media`` with the rules inside."""

    prelude: str
    children: list[Node] = field(default_factory=list)


@dataclass
class Statement:
    """An at-rule without a block, such as ``@charset`` or ``@layer a, b``."""

    text: str


Node = Rule | Group | Statement


def split_top_level(text: str, separator: str) -> list[str]:
    """Split at ``separator`` where it stands outside brackets and quotes; a space means any white space."""
    parts: list[str] = []
    depth = 0
    quote = ""
    current = ""
    for index, char in enumerate(text):
        if quote:
            if char == quote and text[index - 1] != "\\":
                quote = ""
        elif char in "\"'":
            quote = char
        elif char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
        is_separator = char.isspace() if separator == " " else char == separator
        if is_separator and depth == 0 and not quote:
            parts.append(current)
            current = ""
        else:
            current += char
    parts.append(current)
    return [part.strip() for part in parts if part.strip()]


def parse(text: str) -> list[Node]:
    """Read a stylesheet. Raises ``ValueError`` when a block is not closed."""
    nodes, rest = _parse_nodes(_COMMENT.sub("", text), 0)
    if text and rest != -1:
        raise ValueError("The stylesheet closes a block that was never opened.")
    return nodes


def _end_of(text: str, start: int, stops: str) -> int:
    """Index of the next of ``stops`` outside quotes and round or square brackets, or -1."""
    depth = 0
    quote = ""
    for index in range(start, len(text)):
        char = text[index]
        if quote:
            if char == quote and text[index - 1] != "\\":
                quote = ""
        elif char in "\"'":
            quote = char
        elif char in "([":
            depth += 1
        elif char in ")]":
            depth -= 1
        elif depth == 0 and char in stops:
            return index
    return -1


def _parse_nodes(text: str, start: int) -> tuple[list[Node], int]:
    """Read nodes until the enclosing block ends; gives the index after it, or -1 at the end of the text."""
    nodes: list[Node] = []
    at = start
    while True:
        stop = _end_of(text, at, "{};")
        if stop == -1:
            if text[at:].strip():
                raise ValueError(f"The stylesheet ends inside {text[at : at + 40]!r}.")
            return nodes, -1
        prelude = _SPACE.sub(" ", text[at:stop]).strip()
        if text[stop] == "}":
            return nodes, stop + 1
        if text[stop] == ";":
            if prelude:
                nodes.append(Statement(prelude))
            at = stop + 1
        elif prelude.startswith(_GROUPING):
            children, at = _parse_nodes(text, stop + 1)
            if at == -1:
                raise ValueError(f"The block of {prelude!r} is not closed.")
            nodes.append(Group(prelude, children))
        else:
            end = _end_of(text, stop + 1, "}")
            if end == -1:
                raise ValueError(f"The block of {prelude!r} is not closed.")
            nodes.append(Rule(prelude, _parse_declarations(text[stop + 1 : end])))
            at = end + 1


def _parse_declarations(text: str) -> list[Declaration]:
    declarations = []
    for part in split_top_level(text, ";"):
        name, colon, value = part.partition(":")
        if not colon:
            raise ValueError(f"{part!r} is not a declaration.")
        name = name.strip()
        declarations.append((name if name.startswith("--") else name.lower(), _SPACE.sub(" ", value).strip()))
    return declarations


def write(nodes: list[Node]) -> str:
    """Write the nodes compactly, one rule to a line."""
    lines = [_write_node(node) for node in nodes]
    return "\n".join(line for line in lines if line) + "\n"


def _write_node(node: Node) -> str:
    if isinstance(node, Statement):
        return f"{node.text};"
    if isinstance(node, Group):
        inner = "\n".join(line for line in map(_write_node, node.children) if line)
        return f"{node.prelude}{{\n{inner}\n}}" if inner else ""
    if not node.declarations:
        return ""
    body = ";".join(f"{name}:{value}" for name, value in node.declarations)
    return f"{','.join(split_top_level(node.prelude, ','))}{{{body}}}"


def rules(nodes: list[Node]) -> Iterator[Rule]:
    """Every rule, also those inside groups."""
    for node in nodes:
        if isinstance(node, Rule):
            yield node
        elif isinstance(node, Group):
            yield from rules(node.children)


def keep_rules(nodes: list[Node], change: Callable[[Rule], Rule | None]) -> list[Node]:
    """A new tree in which each rule is replaced by ``change(rule)``; None and empty groups go."""
    kept: list[Node] = []
    for node in nodes:
        if isinstance(node, Rule):
            changed = change(node)
            if changed is not None and changed.declarations:
                kept.append(changed)
        elif isinstance(node, Group):
            children = keep_rules(node.children, change)
            if children:
                kept.append(Group(node.prelude, children))
        else:
            kept.append(node)
    return kept


_USES = re.compile(r"var\(\s*(--[\w-]+)")


def without_unused_properties(nodes: list[Node], prefix: str) -> list[Node]:
    """Drop definitions of custom properties that begin with ``prefix`` and that nothing visible refers to."""
    needed: set[str] = set()
    refers: dict[str, set[str]] = {}
    for rule in rules(nodes):
        for name, value in rule.declarations:
            uses = set(_USES.findall(value))
            if name.startswith(prefix):
                refers.setdefault(name, set()).update(uses)
            else:
                needed |= uses
    waiting = list(needed)
    while waiting:
        for name in refers.get(waiting.pop(), ()):
            if name not in needed:
                needed.add(name)
                waiting.append(name)

    def prune(rule: Rule) -> Rule:
        return Rule(
            rule.prelude,
            [
                (name, value)
                for name, value in rule.declarations
                if name in needed or not name.startswith(prefix)
            ],
        )

    return keep_rules(nodes, prune)
