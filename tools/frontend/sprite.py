"""One SVG file with every icon as a symbol, so that a page asks for all its icons once."""

from __future__ import annotations

import re
from pathlib import Path

_SVG = re.compile(r"<svg\b([^>]*)>(.*)</svg>", re.S)
_ATTRIBUTE = re.compile(r'([\w:-]+)="([^"]*)"')
# The symbol's own; size and name space belong to the file the icon came from.
_DROPPED = {"xmlns", "width", "height"}


def make_sprite(folder: Path) -> str:
    """The sprite of all ``*.svg`` in ``folder``; the file's stem is the symbol's id.

    Raises ``ValueError`` when a file is not a single ``<svg>`` or carries script or style.
    """
    symbols = []
    for path in sorted(folder.glob("*.svg")):
        text = path.read_text(encoding="utf-8")
        match = _SVG.search(text)
        if match is None or re.search(r"<(script|style|foreignObject)\b|\bon\w+=|style=", text):
            raise ValueError(f"{path.name} is not a plain drawing: use one <svg> without script and style.")
        attributes = "".join(
            f' {name}="{value}"' for name, value in _ATTRIBUTE.findall(match[1]) if name not in _DROPPED
        )
        symbols.append(f'<symbol id="{path.stem}"{attributes}>{match[2].strip()}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"
