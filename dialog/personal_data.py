"""Looks for what may tell of a person: telephone numbers, mail addresses, accounts, streets, names.

These are hints that somebody should look, never decisions. Digits of any script count; what is found is
always a piece of the text as it stands.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from core.errors import Sentence
from core.i18n import lazy_gettext as _l


class Hint(NamedTuple):
    """A piece of a text that may be personal: from `start` up to `end`."""

    kind: str
    start: int
    end: int


class Piece(NamedTuple):
    """A piece of a text for showing; `kind` is empty where nothing was found."""

    text: str
    kind: str


HINT_LABELS: Mapping[str, Sentence] = {
    "mail": _l("maybe a mail address"),
    "account": _l("maybe a bank account"),
    "phone": _l("maybe a telephone number"),
    "street": _l("maybe a street with house number"),
    "name": _l("maybe the name of a person"),
}

ASKED_OF_AUTHORS: Mapping[str, Sentence] = {
    "mail": _l("Please check: this looks like a mail address."),
    "account": _l("Please check: this looks like a bank account."),
    "phone": _l("Please check: this looks like a telephone number."),
}
"""What authors are asked about before they send; streets and names would disturb too often."""

_MAIL = re.compile(r"[\w.+-]{1,64}\s?(?:@|\(at\)|\[at\])\s?[\w-]+(?:\s?(?:\.|\(dot\)|\[dot\])\s?[\w-]+){1,4}")
_ACCOUNT = re.compile(r"\b[A-Z]{2}\s?[0-9]{2}(?:[ -]?[0-9A-Z]{4}){3,7}(?:[ -]?[0-9A-Z]{1,3})?\b")
# Begins with + or 0, like every number one dials; 7 to 15 digits, parted as people part them.
_PHONE = re.compile(r"(?<![\w.,/+-])(?:\+|00|0)(?:[ ]?[()/.–-]?[ ]?[0-9]){6,15}(?![\w])")
_DATE = re.compile(r"0?[0-9]{1,2}\.\s?[0-9]{1,2}\.\s?[0-9]{2,4}")
_STREET = re.compile(
    r"\b[A-ZÄÖÜ][\w.-]{0,60}?(?:straße|strasse|str\.|weg|gasse|allee|platz|ring|damm|ufer|steige|pfad)"
    r"\s[0-9]{1,4}\s?[a-z]?\b"
    r"|\b(?:[A-ZÄÖÜ][\w-]{1,60}\s)(?:Straße|Strasse|Str\.|Weg|Gasse|Allee|Ring)\s[0-9]{1,4}\s?[a-z]?\b"
    r"|(?:شارع|طريق)\s\w+(?:\s\w+)?\s[0-9]{1,4}\b"
)
# A title before a name: what follows begins with a capital letter, where the script has them.
_NAME = re.compile(
    r"\b(?:Herrn?|Frau|Familie|Fam\.|Dr\.|Prof\.|Mr\.?|Mrs\.?|Ms\.?)\s(?:(?:Dr\.|Prof\.)\s)?"
    r"[A-ZÄÖÜ][\w'’-]+(?:\s[A-ZÄÖÜ][\w'’-]+)?"
    r"|(?:السيدة|السيد|الدكتورة|الدكتور|عائلة)\s\w+"
)
# Offices and general words that follow such a title.
_NO_NAMES = frozenset({"Doktor", "Ärztin", "Arzt", "Lehrerin", "Lehrer", "Bürgermeister", "Bürgermeisterin"})
_PATTERNS = (("mail", _MAIL), ("account", _ACCOUNT), ("phone", _PHONE), ("street", _STREET), ("name", _NAME))


def hints(text: str) -> list[Hint]:
    """What may be personal in a text, in its order; pieces never overlap. Takes time linear in the length."""
    plain = _with_plain_digits(text)
    found: list[Hint] = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(plain):
            start, end = match.span()
            if _is_harmless(kind, match[0]) or any(h.start < end and start < h.end for h in found):
                continue
            found.append(Hint(kind, start, end))
    return sorted(found, key=lambda hint: hint.start)


def pieces(text: str) -> Iterator[Piece]:
    """The whole text in pieces, those that were found with their kind."""
    at = 0
    for hint in hints(text):
        if hint.start > at:
            yield Piece(text[at : hint.start], "")
        yield Piece(text[hint.start : hint.end], hint.kind)
        at = hint.end
    if at < len(text):
        yield Piece(text[at:], "")


def questions(text: str) -> list[Sentence]:
    """What an author is asked before sending this text, each once."""
    kinds = {hint.kind for hint in hints(text)}
    return [sentence for kind, sentence in ASKED_OF_AUTHORS.items() if kind in kinds]


def _with_plain_digits(text: str) -> str:
    if text.isascii():
        return text
    # One character for one, so that places in the result are places in the text.
    return "".join(
        str(unicodedata.digit(char)) if char.isdigit() and not char.isascii() and char.isdecimal() else char
        for char in text
    )


def _is_harmless(kind: str, found: str) -> bool:
    if kind == "phone":
        return bool(_DATE.fullmatch(found.strip())) or len(re.sub(r"\D", "", found)) < 7
    if kind == "name":
        return found.split()[-1] in _NO_NAMES
    return False


def names_somebody(text: str) -> bool:
    """Whether a text looks as if it named a person, for fields in which offices stand."""
    return any(hint.kind == "name" for hint in hints(text))
