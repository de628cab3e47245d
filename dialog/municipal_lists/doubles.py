"""Which entry of the register, or which row further up, says the same as a row of a list, or nearly so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from rapidfuzz import fuzz, process

from dialog.municipal_lists.notes import Note, RowOutcome
from dialog.municipal_lists.words import key

NEARLY_SAME = 88
"""Titles of one municipality that are at least so alike (of 100) are asked about."""

OTHER_PROVIDER = 50
"""Providers that are less alike than this are different ones."""


class KnownEntry(NamedTuple):
    """An entry that the register has already, or that a row of this list is going to be."""

    reference: str
    """Its register number, or the running number of its row."""
    place: str
    """Official key of its municipality, or COUNTY_WIDE."""
    field: str
    title: str
    provider: str
    row: int = 0
    """How many rows it is from the headings, counted from 1; 0 for entries of the register."""


class Double(NamedTuple):
    """What speaks against a row: its outcome, the reason, and the `reference` of the other entry."""

    outcome: RowOutcome
    reason: Note
    of: str


class Doubles:
    """What stands in the register or further up in the list."""

    def __init__(self, known: Iterable[KnownEntry]) -> None:
        self._same: dict[tuple[str, str], list[KnownEntry]] = defaultdict(list)
        self._titles: dict[str, dict[str, str]] = defaultdict(dict)
        for one in known:
            self.add(one)

    def add(self, one: KnownEntry) -> None:
        """Know one more entry."""
        words = key(one.title)
        if not self._same[one.place, words]:
            self._titles[one.place][words] = _in_order(one.title)
        self._same[one.place, words].append(one)

    def find(self, entry: KnownEntry) -> Double | None:
        """The first that is the same or nearly the same, the same before the others."""
        place, words = entry.place, key(entry.title)
        same = self._same.get((place, words), [])
        of_field = [one for one in same if one.field == entry.field]
        for one in of_field:
            if not _differ(one.provider, entry.provider):
                return _double(RowOutcome.DUPLICATE, "same_in_register", "same_in_list", one)
        if of_field:
            return _double(RowOutcome.SIMILAR, "other_provider", "other_provider_in_list", of_field[0])
        if same:
            return _double(RowOutcome.SIMILAR, "other_field", "other_field_in_list", same[0])
        # The same words in another order may say something else: “ins Deutsche” or “aus dem Deutschen”.
        others, asked = self._titles.get(place, {}), _in_order(entry.title)
        found = process.extract(asked, others, scorer=fuzz.ratio, score_cutoff=NEARLY_SAME, limit=3)
        for _, _, title in found:
            # “Deutschkurs A1” and “Deutschkurs B1” are two courses.
            if _numbers(title) == _numbers(words):
                return _double(RowOutcome.SIMILAR, "alike", "alike_in_list", self._same[place, title][0])
        return None


def _double(outcome: RowOutcome, in_register: str, in_list: str, one: KnownEntry) -> Double:
    if not one.row:
        return Double(outcome, Note(in_register, {"of": one.reference}), one.reference)
    return Double(outcome, Note(in_list, {"of": one.reference, "row": str(one.row)}), one.reference)


def _in_order(title: str) -> str:
    return " ".join(sorted(key(title).split()))


def _numbers(words: str) -> set[str]:
    return {word for word in words.split() if any(char.isdigit() for char in word) or len(word) == 1}


def _differ(one: str, other: str) -> bool:
    return bool(one and other) and fuzz.token_set_ratio(key(one), key(other)) < OTHER_PROVIDER
