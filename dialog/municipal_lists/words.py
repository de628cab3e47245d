"""Comparing words of a list: spelled with or without umlauts, large or small, with any punctuation."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from core.text import fold

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_BETWEEN_WORDS = re.compile(r"[\W_]+")


@lru_cache(maxsize=512)
def key(text: str) -> str:
    """The words of a text for comparing: “Öschel-Bronn!” and “oeschel bronn” give the same.

    The same few hundred places, fields and titles are asked about again and again.
    """
    if not text.isascii():
        text = fold(unicodedata.normalize("NFC", text).casefold().translate(_UMLAUTS))
    return " ".join(_BETWEEN_WORDS.sub(" ", text.lower()).split())


def joined_key(text: str) -> str:
    """The same without spaces between words: “Königsbach - Stein” and “Koenigsbach-Stein” give the same."""
    return key(text).replace(" ", "")


def bare_key(text: str) -> str:
    """Like `joined_key`, but an umlaut counts as its base letter: “Muhlacker” for “Mühlacker”."""
    return _BETWEEN_WORDS.sub("", fold(text))
