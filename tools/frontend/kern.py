"""KERN UX made fit for this house: only the families we use, laid out by logical properties.

KERN's stylesheet is written for left-to-right pages. Turning each physical property into its logical twin is
mechanical and leaves a left-to-right page as it was to the pixel, while Arabic is laid out from the right.
"""

from __future__ import annotations

import re

from tools.frontend.stylesheet import Declaration, Node, Rule, keep_rules, parse, split_top_level

# The block of a class (`kern-btn` in `.kern-btn__x--y`) that our templates and stylesheets use.
FAMILIES = frozenset(
    {
        "kern-alert",
        "kern-body",
        "kern-btn",
        "kern-dark",
        "kern-dialog",
        "kern-error",
        "kern-fieldset",
        "kern-form-check",
        "kern-form-input",
        "kern-hint",
        "kern-label",
        "kern-light",
        "kern-link",
        "kern-list",
        "kern-sr-only",
        "kern-table",
        "kern-table-responsive",
        "kern-title",
    }
)

NOTICE = """/*! KERN UX native {version}, https://www.kern-ux.de – © Dataport, KERN-Team; licensed under the
    EUPL-1.2, see kern-LICENSE.md beside this file. CHANGED for Vielstimmig: reduced to the component families
    in use, physical properties converted to logical ones, comments and unused custom properties removed. */
"""

_CLASS = re.compile(r"\.(kern-[A-Za-z0-9_-]+)")
_SIDES = {
    "left": "inline-start",
    "right": "inline-end",
    "top": "block-start",
    "bottom": "block-end",
}
_CORNERS = {
    "top-left": "start-start",
    "top-right": "start-end",
    "bottom-right": "end-end",
    "bottom-left": "end-start",
}
_SIDED = re.compile(r"^(margin|padding|border|scroll-margin|scroll-padding)-(left|right|top|bottom)(-.+)?$")
_CORNER = re.compile(r"^border-(top|bottom)-(left|right)-radius$")
_FOUR_SIDED = ("margin", "padding", "border-width", "border-style", "border-color", "inset")


def _families_of(selector: str) -> set[str]:
    return {name.split("__")[0].split("--")[0] for name in _CLASS.findall(selector)}


def reduce_to(nodes: list[Node], families: frozenset[str]) -> list[Node]:
    """Keep the selectors that mention no KERN class outside ``families`` (element rules and tokens stay)."""

    def keep(rule: Rule) -> Rule | None:
        selectors = [part for part in split_top_level(rule.prelude, ",") if _families_of(part) <= families]
        return Rule(", ".join(selectors), rule.declarations) if selectors else None

    return keep_rules(nodes, keep)


def logical(declaration: Declaration) -> list[Declaration]:
    """The same declaration by logical properties; one that has no direction comes back as it is."""
    name, value = declaration
    if name in _SIDES:
        return [(f"inset-{_SIDES[name]}", value)]
    if corner := _CORNER.match(name):
        return [(f"border-{_CORNERS[f'{corner[1]}-{corner[2]}']}-radius", value)]
    if sided := _SIDED.match(name):
        return [(f"{sided[1]}-{_SIDES[sided[2]]}{sided[3] or ''}", value)]
    if name in {"text-align", "float", "clear"}:
        ends = {"left": "start", "right": "end"}
        plain = value.removesuffix("!important").strip()
        if plain in ends:
            end = ends[plain] if name == "text-align" else f"inline-{ends[plain]}"
            return [(name, value.replace(plain, end))]
    if name in _FOUR_SIDED or name == "border-radius":
        return _shorthand(name, value)
    return [declaration]


def _shorthand(name: str, value: str) -> list[Declaration]:
    important = " !important" if value.endswith("!important") else ""
    parts = split_top_level(value.removesuffix("!important"), " ")
    if len(parts) != 4 or "/" in parts:
        return [(name, value)]
    if name == "border-radius":
        # Order of the shorthand: top left, top right, bottom right, bottom left.
        corners = ("start-start", "start-end", "end-end", "end-start")
        return [
            (f"border-{corner}-radius", part + important) for corner, part in zip(corners, parts, strict=True)
        ]
    top, right, bottom, left = parts
    stem, _, aspect = name.partition("-")
    tail = f"-{aspect}" if aspect else ""
    return [
        (f"{stem}-block{tail}", f"{top} {bottom}{important}"),
        (f"{stem}-inline{tail}", f"{left} {right}{important}"),
    ]


def to_logical(nodes: list[Node]) -> list[Node]:
    """Convert every declaration of the tree; see :func:`logical`."""

    def convert(rule: Rule) -> Rule:
        return Rule(rule.prelude, [new for old in rule.declarations for new in logical(old)])

    return keep_rules(nodes, convert)


def convert(css: str, families: frozenset[str] = FAMILIES) -> list[Node]:
    """KERN's stylesheet, reduced and logical, without its ``@charset`` (it goes into a bundle)."""
    nodes = [node for node in parse(css) if isinstance(node, Rule) or hasattr(node, "children")]
    return to_logical(reduce_to(nodes, families))
