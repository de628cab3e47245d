"""Comparable words: German word forms by their stems, spellings of umlauts, and the parts of compounds."""

from __future__ import annotations

import re
import threading
from collections.abc import Container
from functools import lru_cache
from typing import NamedTuple

import snowballstemmer

from core.text import fold

SHORTEST_PART = 4
"""So many letters a part of a compound has at least; below that it is an ending or chance."""

_LINKS = ("", "s", "n", "en", "es", "er", "e")
"""What stands between the parts of a German compound."""

_WORD = re.compile(r"[^\W\d_]{2,}")
_SPELT_OUT = re.compile(r"(?<=[ao])e|(?<![aeq])(?<=u)e")

_EMPTY = frozenset(
    """
    aber alle allem allen aller alles als also am an auch auf aus ausserdem
    bei beim bereits bis bisher da dabei
    dadurch dafur damit dann das dass
    dem den denen denn der deren des deshalb die dies diese diesem diesen
    dieser dieses doch dort durch ein eine einem einen einer eines er es etwa etwas fur gar gegen geht gibt
    hat hatte haben hier ihr ihre ihrem ihren ihrer ihm ihn im immer in ins ist ja je jede jeden jeder jedes
    kann kaum kein keine keinen keiner kommen kommt konnen
    man manche mehr mit nach neben nicht nichts noch nur
    ob obwohl oder oft ohne schon sehr sein seine seit sich sie sind so soll sollen sollte statt uber um und
    uns unser unter viel viele vielen vom von vor war waren was weil weniger wenn wer werden wie wir wird wo
    wunschen wunscht wurde zu zum zur zwei zwischen braucht brauchen fehlt fehlen bedarf angebot angebote
    and for of the to with
    """.split()  # noqa: SIM905
)
"""Words that stand in every text and say nothing about what it is about, folded."""

_LOCK = threading.Lock()
_STEMMER = snowballstemmer.stemmer("german")


class Word(NamedTuple):
    """A word as it was written, and the stem that all its forms share."""

    written: str
    stem: str


def words_of(text: str) -> list[Word]:
    """The words of a text that say something, in their order, each as often as it stands there."""
    found = []
    for match in _WORD.finditer(text):
        stem = _stem(match.group())
        if stem:
            found.append(Word(match.group(), stem))
    return found


def stem(word: str) -> str:
    """What all forms and spellings of a word share: `Bücher`, `Buecher` and `Buch` are the same."""
    return _stem(word)


def parts_of(stem: str, vocabulary: Container[str]) -> tuple[str, ...]:
    """The parts of a compound, as far as this vocabulary of stems knows them; empty for a word without parts.

    One known part is enough: of `schwimmkurs` a list that knows `kurs` makes `schwimm` and `kurs`, so that
    it meets `schwimmzeit`.
    """
    last = len(stem) - SHORTEST_PART
    half: tuple[str, ...] = ()
    for at in range(SHORTEST_PART, last + 1):
        end = stem[at:]
        if end not in vocabulary:
            continue
        for link in _LINKS:
            start = stem[: at - len(link)] if stem[:at].endswith(link) else ""
            if len(start) >= SHORTEST_PART and start in vocabulary:
                return (start, end)
        half = half or (_without_link(stem[:at]), end)
    for at in range(last, SHORTEST_PART - 1, -1):
        if not half and stem[:at] in vocabulary:
            rest = stem[at:].removeprefix("s")
            half = (stem[:at], rest) if len(rest) >= SHORTEST_PART else ()
    return half


def _without_link(start: str) -> str:
    return start[:-1] if start.endswith("s") and len(start) > SHORTEST_PART + 1 else start


@lru_cache(maxsize=65_536)
def _stem(word: str) -> str:
    plain = _SPELT_OUT.sub("", fold(word))
    if plain in _EMPTY:
        return ""
    with _LOCK:  # A stemmer keeps the word it is working on.
        return str(_STEMMER.stemWord(plain))
