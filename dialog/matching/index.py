"""The entries that are most like another one, found among many without comparing with each."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import log, sqrt
from typing import Any, NamedTuple

from rapidfuzz import fuzz

from core.text import fold
from core.turns import in_turns
from dialog.matching.meaning import Meaning
from dialog.matching.words import parts_of, stem, words_of
from dialog.offer_words import EVERYBODY, groups_in

IN_TITLE = 1.8
"""A word of the title weighs so much more: that is what an entry is about."""

PART = 0.8
"""What a part of a compound weighs beside a whole word."""

SPELLING = 0.15
"""The share of rapidfuzz's likeness, which also sees what the stems do not: slips and unusual forms."""

SAME_FIELD = 0.1
SAME_GROUP = 0.12
FOR_ALL = 0.04
REACHES = 0.03
"""What speaks for an entry beside its words. All weights were chosen on the tuning half of the labels only,
see docs/matching.md."""

LEAST = 0.3
"""Below this nothing is proposed: lower than the best limit by F1, because people look them through."""

MEANS = 0.8
"""The share of likeness of meaning, where that is compared."""

LEAST_WITH_MEANING = 0.45
"""The limit below which nothing is proposed then."""

NEAREST = 50
"""So many of those nearest in meaning are compared in all respects, whatever words they share."""

LOOKED_AT = 200
"""So many of those with the most words in common are compared in all respects."""

ALL_PEOPLE = "alle"
"""What lists write for an offer that is for everybody."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is compared of a contribution."""

    id: int
    number: int
    title: str
    text: str
    field_id: int
    municipality_id: int | None
    """None for the whole county."""

    target_group: str = ""
    language: str = "de"
    serves_county: bool = False
    """It is in one place, but open to everybody."""
    serves: frozenset[int] = frozenset()
    """Ids of other municipalities whose people can use it."""
    groups: frozenset[str] = frozenset()
    """Codes of the target groups that somebody has chosen for it, besides the words of `target_group`."""
    languages: frozenset[str] = frozenset()
    """Codes of the languages in which people are served."""

    def reaches(self, municipality_id: int | None) -> bool:
        """Whether people from there can use it; None are those of the whole county."""
        everywhere = self.municipality_id is None or self.serves_county
        return everywhere or municipality_id == self.municipality_id or municipality_id in self.serves


class Proposal(NamedTuple):
    """An entry that may fit another one, with all that is needed to say why."""

    score: float
    entry: Entry
    words: tuple[str, ...]
    """The words of the one asked about that this entry shares or nearly shares, the most telling first."""

    same_field: bool
    same_group: bool
    for_all: bool
    alike: float = 0.0
    """How alike both are in meaning, from 0 to 1; 0 where that is not compared."""


class Index:
    """Entries of one kind, ready to be asked; never changed after it is made, so threads may share it.

    Making it of thousands lets others have their turn.
    """

    def __init__(self, entries: Iterable[Entry], meaning: Meaning | None = None) -> None:
        self._entries = sorted(entries, key=lambda one: one.number)
        self._meaning = meaning
        self._table: tuple[int, Any] = (-1, None)
        found = [_stems_with_titles(one) for one in in_turns(self._entries)]
        self._vocabulary = frozenset(word for words in found for word in words)
        self._parts = {word: self._split(word) for word in in_turns(self._vocabulary)}
        tokens = [self._with_parts(words) for words in in_turns(found)]
        self._frequency: dict[str, int] = defaultdict(int)
        for one in tokens:
            for token in one:
                self._frequency[token] += 1
        self._postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for place, one in enumerate(in_turns(tokens)):
            weighed = {token: weight * self._rarity(token) for token, weight in one.items()}
            length = sqrt(sum(weight * weight for weight in weighed.values())) or 1.0
            for token, weight in weighed.items():
                self._postings[token].append((place, weight / length))
        self._folded = [fold(f"{one.title} {one.text}") for one in in_turns(self._entries)]
        self._groups = [_group(one) for one in in_turns(self._entries)]

    def __len__(self) -> int:
        return len(self._entries)

    def propose(self, asked: Entry, *, most: int = 5, least: float | None = None) -> list[Proposal]:
        """The entries that fit best, the best first, of equal ones the lower number; never the asked one.

        Only entries that share a word, a form of one or a part of a compound are found, and those near in
        meaning where that is compared. `least` is the lowest score, by default one that is worth looking at.
        """
        stems = _stems_with_titles(asked)
        tokens = self._with_parts(stems)
        weighed = {token: weight * self._rarity(token) for token, weight in tokens.items()}
        length = sqrt(sum(weight * weight for weight in weighed.values())) or 1.0
        sums: dict[int, float] = defaultdict(float)
        for token, weight in weighed.items():
            share = weight / length
            for place, their in self._postings.get(token, ()):
                sums[place] += share * their
        # Places are in the order of the numbers, so the lower number goes first where sums are equal.
        near = heapq.nsmallest(LOOKED_AT, ((-value, place) for place, value in sums.items()))
        alike = self._likeness(asked)
        if alike:
            known = {place for _, place in near}
            nearest = heapq.nlargest(NEAREST, range(len(alike)), key=alike.__getitem__)
            near.extend((-sums.get(place, 0.0), place) for place in nearest if place not in known)
        text, group = fold(f"{asked.title} {asked.text}"), _group(asked)
        found = []
        for value, place in near:
            entry = self._entries[place]
            if entry.id == asked.id:
                continue
            same_group = bool(group & self._groups[place])
            for_all = ALL_PEOPLE in self._groups[place] and not same_group
            score = (
                -value
                + SPELLING * fuzz.token_set_ratio(text, self._folded[place]) / 100
                + SAME_FIELD * (entry.field_id == asked.field_id)
                + SAME_GROUP * same_group
                + FOR_ALL * for_all
                + REACHES * entry.reaches(asked.municipality_id)
                + MEANS * (max(0.0, alike[place]) if alike else 0.0)
            )
            found.append((round(score, 6), place, same_group, for_all))
        if least is None:
            least = LEAST_WITH_MEANING if alike else LEAST
        best = heapq.nsmallest(most, found, key=lambda one: (-one[0], one[1]))
        return [
            Proposal(
                score,
                self._entries[place],
                self._shared(asked, weighed, place),
                self._entries[place].field_id == asked.field_id,
                same_group,
                for_all,
                alike[place] if alike else 0.0,
            )
            for score, place, same_group, for_all in best
            if score >= least
        ]

    def _likeness(self, asked: Entry) -> list[float]:
        """How alike each entry is in meaning; empty where that is not compared."""
        if self._meaning is None:
            return []
        version, table = self._table
        if version != self._meaning.version:
            version = self._meaning.version
            table = self._meaning.table([said(one) for one in self._entries])
            self._table = (version, table)
        return self._meaning.likeness(table, said(asked))

    def _split(self, word: str) -> tuple[str, ...]:
        return parts_of(word, self._vocabulary)

    def _with_parts(self, words: dict[str, float]) -> dict[str, float]:
        tokens = dict(words)
        for word, weight in words.items():
            parts = self._parts.get(word)
            for part in self._split(word) if parts is None else parts:
                tokens[part] = max(tokens.get(part, 0.0), weight * PART)
        return tokens

    def _rarity(self, token: str) -> float:
        # One more entry than there are, so that a word of the asked one alone has a weight, too.
        return log(1 + (len(self._entries) + 1) / (self._frequency.get(token, 0) + 0.5))

    def _shared(self, asked: Entry, weighed: dict[str, float], place: int) -> tuple[str, ...]:
        theirs = self._with_parts(_stems_with_titles(self._entries[place]))
        telling: dict[str, float] = {}
        for word in words_of(f"{asked.title} {asked.text}"):
            tokens = (word.stem, *(self._parts.get(word.stem) or self._split(word.stem)))
            weight = max((weighed[token] for token in tokens if token in theirs), default=0.0)
            if weight and word.written not in telling:
                telling[word.written] = weight
        return tuple(heapq.nsmallest(3, telling, key=lambda one: (-telling[one], one)))


def said(entry: Entry) -> str:
    """An entry in one piece."""
    return entry.text if _is_excerpt(entry) else f"{entry.title}. {entry.text}"


def _stems_with_titles(entry: Entry) -> dict[str, float]:
    """The stems of an entry with their weights; a title that only begins the text adds nothing."""
    stems = dict.fromkeys((word.stem for word in words_of(entry.text)), 1.0)
    weight = 1.0 if _is_excerpt(entry) else IN_TITLE
    return stems | dict.fromkeys((word.stem for word in words_of(entry.title)), weight)


def _is_excerpt(entry: Entry) -> bool:
    return entry.text.startswith(entry.title.rstrip("…"))


def group_codes(entry: Entry) -> frozenset[str]:
    """The target groups of an entry as far as we have codes for them, whoever has said so in what way."""
    return frozenset(groups_in(entry.target_group)) | entry.groups


def _group(entry: Entry) -> frozenset[str]:
    """For whom it is, comparable: codes as far as the words are known, else each phrase as a whole."""
    codes = group_codes(entry)
    if EVERYBODY in codes:
        return frozenset({ALL_PEOPLE})
    # One word in common says nothing: “Menschen mit Behinderung” and “Menschen mit wenig Geld” are others.
    whole = " ".join(stem(word) for word in entry.target_group.split())
    return codes or frozenset({whole.strip()} - {""})
