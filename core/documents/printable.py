"""Which characters the fonts can draw, and what stands in the PDF for those they cannot."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from core.documents.fontfile import NotAFont, family_and_characters
from core.documents.labels import Labels

RUN: Final = 4
"""From this many missing characters in a row on, one placeholder stands for all of them."""

_UNBROKEN: Final = 32
"""After so many characters without a break a long word gets a place where it may break."""

# White space of every width is a plain or a non-breaking space here; these are no content.
_SPACES = dict.fromkeys((*range(8192, 8203), 5760, 8287, 12288, 9, 10, 13), " ")
_PLAINER = {**_SPACES, 0x2007: "\xa0", 0x202F: "\xa0", 0x2011: "-", 0x2010: "-", 0x2028: " ", 0x2029: " "}
# They choose between two looks of a character: no content either.
# Skin tones and look selectors change a picture that is not there.
_SELECTORS = re.compile(
    "[\U0001f3fb-\U0001f3ff\ufe00-\ufe0f\U000e0100-\U000e01ef\u180b-\u180d\u2060-\u2064\ufeff]"
)
_JOINERS = frozenset("\u200c\u200d\u200e\u200f\u061c\u2066\u2067\u2068\u2069\u200b\xad")
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
_INVISIBLE = "".join(_JOINERS)
_LONG_WORD = re.compile(rf"[^\s\u200b\xad-]{{{_UNBROKEN},}}")


class NoFonts(Exception):
    """The folder holds no font to print with; the front-end build makes them."""


@dataclass(frozen=True, slots=True, order=True)
class MissingCharacter:
    """A character the PDF could not show: code (`U+1F44D`), Unicode name and how often it was there."""

    code: str
    name: str
    count: int


class Printer:
    """Replaces what the fonts in a folder cannot draw and keeps count of it."""

    def __init__(self, fonts_dir: Path, labels: Labels) -> None:
        self._fonts = _coverage(fonts_dir, _state(fonts_dir))
        self._labels = labels
        self._missing: Counter[str] = Counter()

    def printable(self, text: str) -> str:
        """The text with a placeholder for everything the fonts lack; what they have stays untouched."""
        if text.isascii() and text.isprintable():
            return self._breakable(text)
        text = unicodedata.normalize("NFC", text).translate(_PLAINER)
        text = _SELECTORS.sub("", text)
        text = _FLAG.sub(self._flag, text)
        kept: list[str] = []
        run: list[str] = []
        base: tuple[frozenset[int], ...] = ()
        for char in text:
            if char in _JOINERS:
                # A joiner means something only between characters that are drawn.
                if not run:
                    kept.append(char)
                continue
            is_mark = unicodedata.category(char) in ("Mn", "Mc", "Me")
            fonts = tuple(font for font in (base if is_mark else self._fonts) if ord(char) in font)
            if fonts:
                self._flush(run, kept)
                kept.append(char)
                base = fonts
            else:
                run.append(char)
                base = base if is_mark else ()
        self._flush(run, kept)
        shown = "".join(kept)
        # Joiners alone draw nothing, and Typst cannot tag a link that draws nothing.
        return self._breakable(shown) if shown.strip(_INVISIBLE) else ""

    @property
    def missing(self) -> list[MissingCharacter]:
        """What was replaced so far, in the order of the codes."""
        found = [MissingCharacter(_code(char), _name(char), count) for char, count in self._missing.items()]
        return sorted(found, key=lambda character: int(character.code[2:], 16))

    def _flag(self, flag: re.Match[str]) -> str:
        """A flag is two letters: it is named by them, not by four long words."""
        if all(any(ord(letter) in font for font in self._fonts) for letter in flag[0]):
            return flag[0]
        self._missing.update(flag[0])
        letters = "".join(chr(ord(letter) - 0x1F1E6 + ord("A")) for letter in flag[0])
        return _fill(self._labels.missing_one, code=_code(flag[0][0]), name=f"FLAG {letters}")

    def _flush(self, run: list[str], kept: list[str]) -> None:
        if not run:
            return
        self._missing.update(run)
        if len(run) < RUN:
            kept += [_fill(self._labels.missing_one, code=_code(char), name=_name(char)) for char in run]
        else:
            scripts = list(dict.fromkeys(_name(char).split(" ", 1)[0] for char in run))
            kept.append(
                _fill(
                    self._labels.missing_many,
                    count=str(len(run)),
                    script="/".join(scripts[:3]),
                    code=_code(run[0]),
                )
            )
        run.clear()

    def _breakable(self, text: str) -> str:
        if len(text) < _UNBROKEN:
            return text
        return _LONG_WORD.sub(
            lambda word: "\u200b".join(
                word[0][start : start + _UNBROKEN] for start in range(0, len(word[0]), _UNBROKEN)
            ),
            text,
        )


def _fill(sentence: str, **values: str) -> str:
    """Fill named braces; anything else in braces stays, so that a translator's slip never stops a PDF."""
    return re.sub(r"\{(\w+)\}", lambda name: values.get(name[1], name[0]), sentence)


def _code(char: str) -> str:
    return f"U+{ord(char):04X}"


def _name(char: str) -> str:
    """The Unicode name; for those without one what kind of code point it is."""
    kinds = {"Cc": "CONTROL CHARACTER", "Co": "PRIVATE USE CHARACTER", "Cs": "SURROGATE"}
    return unicodedata.name(char, kinds.get(unicodedata.category(char), "UNASSIGNED CHARACTER"))


def font_files(fonts_dir: Path) -> list[Path]:
    """The fonts of a folder in a fixed order; raises NoFonts if there is none."""
    files = sorted(fonts_dir.glob("*.ttf"))
    if not files:
        raise NoFonts(f"There is no TTF font in {fonts_dir.name}/. The front-end build makes them.")
    return files


def _state(fonts_dir: Path) -> tuple[tuple[str, int, int], ...]:
    stats = [(path.name, path.stat()) for path in font_files(fonts_dir)]
    return tuple((name, stat.st_size, stat.st_mtime_ns) for name, stat in stats)


@lru_cache(maxsize=4)
def _coverage(fonts_dir: Path, state: Iterable[object]) -> tuple[frozenset[int], ...]:
    """Per family the characters all its weights and styles can draw; `state` renews the cache."""
    families: dict[str, frozenset[int]] = {}
    for path in font_files(fonts_dir):
        try:
            family, cmap = family_and_characters(path)
        except NotAFont as error:
            raise NoFonts(str(error)) from error
        families[family] = families[family] & cmap if family in families else cmap
    # Control and private-use codes may have glyphs, but PDF/A forbids them as text.
    return tuple(
        frozenset(code for code in cmap if unicodedata.category(chr(code)) not in ("Cc", "Co", "Cs"))
        for cmap in families.values()
    )
