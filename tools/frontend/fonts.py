"""Fonts for browsers (small woff2 files by script) and for Typst (whole TTF files).

Browsers get the subsets of @fontsource without hinting and rare features, which saves a third of the bytes.
Typst ignores woff2 in silence, so it gets TTF: the full Fira Sans that KERN ships, Vazirmatn for Arabic and
Persian, and Noto Sans Ethiopic for Amharic and Tigrinya.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

# What running text needs; small capitals, swashes and the like stay out.
_FEATURES = [
    "kern",
    "mark",
    "mkmk",
    "ccmp",
    "locl",
    "liga",
    "tnum",
    "calt",
    "rlig",
    "init",
    "medi",
    "fina",
    "isol",
]


@dataclass(frozen=True)
class WebFont:
    """One family as browsers get it: which scripts in which weights, and which of them slanted."""

    family: str
    package: str
    scripts: tuple[str, ...]
    weights: tuple[int, ...]
    italics: tuple[tuple[str, int], ...] = ()

    def faces(self) -> list[tuple[str, int, str]]:
        """All (script, weight, style) of the family in a fixed order."""
        upright = [(script, weight, "normal") for weight in self.weights for script in self.scripts]
        return upright + [(script, weight, "italic") for script, weight in self.italics]


WEB_FONTS = (
    WebFont(
        family="Fira Sans",
        package="fira-sans",
        scripts=("cyrillic-ext", "cyrillic", "latin-ext", "latin-a", "latin"),
        weights=(400, 500, 600, 700),
        italics=(("latin-ext", 400), ("latin-a", 400), ("latin", 400)),
    ),
    WebFont(family="Vazirmatn", package="vazirmatn", scripts=("arabic",), weights=(400, 600)),
    WebFont(
        family="Noto Sans Ethiopic", package="noto-sans-ethiopic", scripts=("ethiopic",), weights=(400, 600)
    ),
)

# Turkish, Romanian, Polish and their neighbours need one letter in forty of what @fontsource calls latin-ext;
# of two faces that both have a letter, browsers take the later one.
PARTS = {"latin-a": ("latin-ext", ((0x100, 0x17F), (0x18F, 0x18F), (0x218, 0x21B), (0x259, 0x259)))}

# File in KERN's package → name of the TTF.
PRINT_FONTS = {
    "FiraSans-Regular": "FiraSans-400",
    "FiraSans-Italic": "FiraSans-400-italic",
    "FiraSans-Medium": "FiraSans-500",
    "FiraSans-SemiBold": "FiraSans-600",
    "FiraSans-Bold": "FiraSans-700",
}
# File of @fontsource → name of the TTF.
PRINT_SCRIPTS = {
    "vazirmatn/files/vazirmatn-arabic-400-normal": "Vazirmatn-400",
    "vazirmatn/files/vazirmatn-arabic-700-normal": "Vazirmatn-700",
    "noto-sans-ethiopic/files/noto-sans-ethiopic-ethiopic-400-normal": "NotoSansEthiopic-400",
    "noto-sans-ethiopic/files/noto-sans-ethiopic-ethiopic-700-normal": "NotoSansEthiopic-700",
}


def content_hash(data: bytes) -> str:
    """The short hash that names a file's content in its address (the same as ``core.assets`` computes)."""
    return hashlib.sha256(data).hexdigest()[:12]


def write_web_fonts(fontsource: Path, folder: Path) -> str:
    """Write the woff2 files into ``folder`` and give the ``@font-face`` rules that name them.

    ``fontsource`` is the folder that holds the packages. Addresses are relative to the parent of ``folder``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    faces = []
    for font in WEB_FONTS:
        package = fontsource / font.package
        ranges: dict[str, str] = json.loads((package / "unicode.json").read_text(encoding="utf-8"))
        for script, weight, style in font.faces():
            name = f"{font.package}-{script}-{weight}-{style}.woff2"
            target = folder / name
            whole, parts = PARTS.get(script, (script, ()))
            _write_subset(package / "files" / f"{font.package}-{whole}-{weight}-{style}.woff2", target, parts)
            version = content_hash(target.read_bytes())
            faces.append(
                f'@font-face{{font-family:"{font.family}";font-style:{style};font-weight:{weight};'
                f'font-display:swap;src:url("{folder.name}/{name}?v={version}") format("woff2");'
                f"unicode-range:{_range_of(parts) or ranges[whole]}}}"
            )
    return "\n".join(faces) + "\n"


def _range_of(parts: tuple[tuple[int, int], ...]) -> str:
    return ",".join(f"U+{first:04X}-{last:04X}" for first, last in parts)


def _write_subset(source: Path, target: Path, parts: tuple[tuple[int, int], ...]) -> None:
    options = subset.Options()
    options.flavor = "woff2"
    options.hinting = False
    options.layout_features = _FEATURES
    # The time of the original stays, so that two builds give the same bytes.
    options.recalc_timestamp = False
    font = subset.load_font(str(source), options)
    subsetter = subset.Subsetter(options)
    letters = list(font.getBestCmap())
    if parts:
        letters = [one for one in letters if any(first <= one <= last for first, last in parts)]
    subsetter.populate(unicodes=letters)
    subsetter.subset(font)
    subset.save_font(font, str(target), options)


def write_print_fonts(kern_fonts: Path, fontsource: Path, folder: Path) -> None:
    """Write the TTF files for Typst into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    for source, target in PRINT_FONTS.items():
        _write_ttf(kern_fonts / f"{source}.woff2", folder / f"{target}.ttf")
    for source, target in PRINT_SCRIPTS.items():
        _write_ttf(fontsource / f"{source}.woff2", folder / f"{target}.ttf")


def _write_ttf(source: Path, target: Path) -> None:
    font = TTFont(source, recalcTimestamp=False)
    font.flavor = None
    font.save(target)
