"""What people type, made fit to keep: normalised, but never robbed of a legitimate character.

Emoji and flags, joiners of Persian and Hindi, combining accents, Amharic and Chinese stay as they are.
What goes is what nobody types on purpose and what can deceive a reader: control characters, direction
overrides, invisible tags and towers of accents.
"""

from __future__ import annotations

import re
import unicodedata

MARKS_PER_CHARACTER = 10
"""No language needs more accents on one letter; more are a prank that covers the neighbouring lines."""

_LINE_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# Controls but the line break, direction embeddings and overrides, deprecated format characters, the
# byte order mark, halves of surrogate pairs and code points that are no characters.
_UNWANTED = re.compile(
    "[\x00-\x09\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u206a-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane * 0x10000 + last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)
# Tag characters are invisible letters; they mean something only in flags such as Scotland's.
_TAGS = re.compile(
    "(\N{WAVING BLACK FLAG}[\U000e0020-\U000e007e]{1,32}\N{CANCEL TAG})|[\U000e0000-\U000e007f]+"
)
_SPACES_AT_LINE_END = re.compile(r"[^\S\n]+(?=\n|\Z)")
_BLANK_LINES = re.compile(r"\n{4,}")


def clean_text(raw: str) -> str:
    """Return plain text ready to be stored: NFC, `\\n` line breaks, trimmed, never more than two blank lines.

    Never raises and never shortens; a form checks the length of the result, so that the person sees what
    they typed. Cleaning a cleaned text changes nothing.
    """
    text = _LINE_BREAKS.sub("\n", raw)
    text = text.replace("\t", " ")
    text = _UNWANTED.sub("", text)
    text = _TAGS.sub(r"\1", text)
    text = _without_towers(unicodedata.normalize("NFC", text))
    text = _SPACES_AT_LINE_END.sub("", text)
    return _BLANK_LINES.sub("\n\n\n", text).strip()


def clean_line(raw: str) -> str:
    """The same for a field of one line: every run of white space becomes one space."""
    return " ".join(clean_text(raw).split())


def excerpt(text: str, length: int) -> str:
    """The beginning of a text in at most `length` characters on one line, cut between words, with “…”."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    kept = line[: max(length - 1, 0)]
    if " " in kept and not line[len(kept)].isspace():
        kept = kept[: kept.rindex(" ")]
    # A base letter keeps its accents and an emoji its parts: a torn one is dropped whole.
    while kept and _continues(line, len(kept)):
        kept = kept[:-1]
    return kept.rstrip(" ,;:–-") + "…"


def fold(text: str) -> str:
    """A text as searches compare it: lower case, without accents, ß as ss, white space as one space.

    The result is for comparing only, never for showing.
    """
    if text.isascii():
        # Nothing of it has an accent or another form.
        return " ".join(text.lower().split())
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(unicodedata.normalize("NFKC", plain).split())


def _without_towers(text: str) -> str:
    if text.isascii():
        return text
    kept: list[str] = []
    marks = 0
    for char in text:
        marks = marks + 1 if unicodedata.category(char) == "Mn" else 0
        if marks <= MARKS_PER_CHARACTER:
            kept.append(char)
    return "".join(kept)


def _continues(text: str, at: int) -> bool:
    """Whether the character at this place belongs to the one before it."""
    here, before = text[at], text[at - 1]
    return (
        unicodedata.category(here) in {"Mn", "Mc", "Me"}
        or here in "\u200c\u200d"
        or before == "\u200d"
        or "\U0001f3fb" <= here <= "\U0001f3ff"
        or ("\U0001f1e6" <= here <= "\U0001f1ff" and "\U0001f1e6" <= before <= "\U0001f1ff")
    )
