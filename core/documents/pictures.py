"""Which SVG may enter a page or a document: shapes and words, nothing that loads or runs."""

from __future__ import annotations

import re
from functools import lru_cache
from xml.etree import ElementTree

SVG = "http://www.w3.org/2000/svg"

MAX_SVG = 500_000
"""Characters; a chart of a hundred bars has about 40,000."""

_ELEMENTS = frozenset(
    [
        "svg",
        "g",
        "title",
        "desc",
        "path",
        "rect",
        "circle",
        "ellipse",
        "line",
        "polyline",
        "polygon",
        "text",
        "tspan",
        "defs",
        "pattern",
    ]
)
_ATTRIBUTES = frozenset(
    [
        "class",
        "d",
        "x",
        "y",
        "x1",
        "y1",
        "x2",
        "y2",
        "cx",
        "cy",
        "r",
        "rx",
        "ry",
        "dx",
        "dy",
        "width",
        "height",
        "viewBox",
        "points",
        "transform",
        "preserveAspectRatio",
        "fill",
        "fill-opacity",
        "fill-rule",
        "stroke",
        "stroke-width",
        "stroke-dasharray",
        "stroke-dashoffset",
        "stroke-linecap",
        "stroke-linejoin",
        "stroke-opacity",
        "opacity",
        "font-family",
        "font-size",
        "font-weight",
        "font-style",
        "text-anchor",
        "dominant-baseline",
        "direction",
        "unicode-bidi",
        "id",
        "patternUnits",
        "patternTransform",
        "role",
        "lang",
        "aria-hidden",
        "aria-label",
        "aria-labelledby",
        "aria-describedby",
        "focusable",
    ]
)
# Numbers, names, colours, lists, `var(--x, #123456)` and `url(#id)`: no address can be written with these.
_VALUE = re.compile(r"(?:[\w\s.,#%()+\-;]|url\(#[\w-]+\)|[^\x00-\x7f])*\Z")
_FREE_TEXT = frozenset({"aria-label", "font-family"})


@lru_cache(maxsize=64)
def safe_svg(svg: str) -> str | None:
    """Return the picture if it consists only of harmless shapes and words, else None.

    Nothing is repaired: a picture is ours as it is, or it is left out.
    """
    if len(svg) > MAX_SVG or "<!" in svg or "<?" in svg:
        return None
    try:
        root = ElementTree.fromstring(svg)  # noqa: S314 - without “<!” there are no entities to expand
    except (ElementTree.ParseError, ValueError):
        return None
    if root.tag not in ("svg", f"{{{SVG}}}svg"):
        return None
    if not all(_harmless(element) for element in root.iter()):
        return None
    return svg if root.tag != "svg" else svg.replace("<svg", f'<svg xmlns="{SVG}"', 1)


def _harmless(element: ElementTree.Element) -> bool:
    name = element.tag.removeprefix(f"{{{SVG}}}")
    if name not in _ELEMENTS:
        return False
    return all(
        key in _ATTRIBUTES
        and (key in _FREE_TEXT or ("url(" not in value.replace("url(#", "") and bool(_VALUE.match(value))))
        for key, value in element.attrib.items()
    )
