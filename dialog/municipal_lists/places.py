"""Which municipality and which field of action a cell means. Between two possible ones nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process

from core.text import fold
from dialog.municipal_lists.notes import Note
from dialog.municipal_lists.words import bare_key, joined_key, key

COUNTY_WIDE = "landkreis"
"""Stands for the whole county where a municipality has its official key."""

_COUNTY_WORDS = (
    "landkreis",
    "kreis",
    "kreisweit",
    "landkreisweit",
    "ganzer landkreis",
    "gesamter landkreis",
    "alle",
    "alle gemeinden",
    "alle kommunen",
    "alle staedte und gemeinden",
    "county",
)
_BEFORE_NAMES = re.compile(
    r"(?:große kreisstadt|kreisstadt|gemeinde|stadt|markt|gde\.|st\.)\s+(?=\S)", re.IGNORECASE
)
_BETWEEN_PLACES = re.compile(r"[,;/|&+\n]|\sund\s|\su\.\s")
_TYPING_ERROR = 84
"""Names that are at least so alike (of 100) are asked about instead of being refused."""


@dataclass(frozen=True, slots=True)
class Guide:
    """What is known about the county: data of the installation, never of the code."""

    county: str
    municipalities: Sequence[tuple[str, str]]
    """Official key and name of each."""
    fields: Mapping[str, Mapping[str, str]]
    """The names of each field by language, by its slug."""
    field_words: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Further words for a field, by its slug."""
    parts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """The names of a municipality's parts, by its official key."""
    county_words: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What a cell means: its value, or why there is none; `rejected` if it can never be one."""

    value: str | None = None
    note: Note | None = None
    rejected: bool = False


class Places:
    """Finds the municipality that a cell means."""

    def __init__(self, guide: Guide) -> None:
        self._names = dict(guide.municipalities)
        self._county = guide.county
        self._exact = _groups((joined_key(name), ags) for ags, name in guide.municipalities)
        self._bare = _groups((bare_key(name), ags) for ags, name in guide.municipalities)
        self._parts = _groups(
            (joined_key(part), ags)
            for ags, name in guide.municipalities
            for part in [*guide.parts.get(ags, ()), *_joined_parts(name)]
        )
        names = (*_COUNTY_WORDS, guide.county, f"landkreis {guide.county}", *guide.county_words)
        self._county_names = {joined_key(name) for name in names}

    def find(self, written: str) -> Found:
        """The official key of a municipality, COUNTY_WIDE, or what is unclear about the cell."""
        text = " ".join(written.split())
        if not text or not joined_key(text):
            return Found(note=Note("place_missing"))
        if (digits := text.replace(" ", "")).isascii() and digits.isdigit():
            return self._by_number(digits)
        if joined_key(text) in self._county_names and not self._is_town(text):
            plain = joined_key(text) == COUNTY_WIDE
            return Found(COUNTY_WIDE, None if plain else Note("county_alias", {"written": text[:60]}))
        found = self._by_name(text)
        if found is None:
            stripped = _BEFORE_NAMES.sub("", text, count=1)
            found = self._by_name(stripped) if stripped != text else None
            if found is not None and found.value:
                found = Found(found.value, self._read_as(text, found.value))
        return found or self._unknown(text)

    def _is_town(self, text: str) -> bool:
        # A county is often called like its town, and a cell that names it means the town.
        return joined_key(text) == joined_key(self._county) and joined_key(text) in self._exact

    def _read_as(self, text: str, ags: str) -> Note:
        return Note("place_spelling", {"written": text[:60], "known": self._names[ags]})

    def name(self, ags: str) -> str:
        """The name of a municipality."""
        return self._names.get(ags, self._county if ags == COUNTY_WIDE else ags)

    def is_asked_about(self, found: Found, ags: str) -> bool:
        """Whether only this municipality may be meant by what was found."""
        note = found.note
        return note is not None and note.code == "place_unclear" and note.values["known"] == self._list([ags])

    def _by_number(self, digits: str) -> Found:
        # Spreadsheets cut off zeros in front; twelve digits are the regional key, which has both ends of it.
        full = digits.zfill(8 if len(digits) <= 8 else 12)
        ags = full if len(full) == 8 else full[:5] + full[9:]
        if len(digits) not in {7, 8, 11, 12} or ags not in self._names:
            return Found(note=Note("not_in_county", {"written": digits[:60]}), rejected=True)
        if len(digits) in {7, 11}:
            return Found(ags, Note("ags_zero", {"written": digits}))
        return Found(ags)

    def _by_name(self, text: str) -> Found | None:
        for known, looked_for in ((self._exact, joined_key(text)), (self._bare, bare_key(text))):
            found = known.get(looked_for, ())
            if len(found) > 1:
                return Found(note=Note("place_ambiguous", {"written": text[:60], "known": self._list(found)}))
            if found:
                same = text == self._names[found[0]]
                return Found(found[0], None if same else self._read_as(text, found[0]))
        parts = self._parts.get(joined_key(text), ())
        if parts:
            known_names = self._list(parts)
            return Found(note=Note("part_of_municipality", {"written": text[:60], "known": known_names}))
        return None

    def _unknown(self, text: str) -> Found:
        several = [self._by_name(part.strip()) for part in _BETWEEN_PLACES.split(text) if part.strip()]
        if len(several) > 1 and all(several):
            return Found(note=Note("several_places", {"written": text[:60]}))
        # “Keltern-Ellmendingen”, “Keltern (Dietlingen)”: a part with its municipality is asked about, too.
        words = [found for word in re.split(r"[\s,()/-]+", text) if word and (found := self._by_name(word))]
        inside = {found.value for found in words if found.value}
        if len(inside) == 1:
            name = self._names[str(inside.pop())]
            return Found(note=Note("place_unclear", {"written": text[:60], "known": name}))
        short = self._shortened(text)
        if short:
            code = "place_ambiguous" if len(short) > 1 else "place_unclear"
            return Found(note=Note(code, {"written": text[:60], "known": self._list(short)}))
        alike = process.extractOne(
            joined_key(text), self._exact.keys(), scorer=fuzz.ratio, score_cutoff=_TYPING_ERROR
        )
        if alike is not None:
            known = self._list(self._exact[alike[0]])
            return Found(note=Note("place_unclear", {"written": text[:60], "known": known}))
        return Found(note=Note("not_in_county", {"written": text[:60]}), rejected=True)

    def _shortened(self, text: str) -> list[str]:
        """The municipalities whose names begin with these words: “Lahr”, “Lahr/Schw.”, “Zell a. H.”.

        Each further word may be cut off, with a full stop or without. It is asked about: a part of another
        municipality may have the same name.
        """
        written = _pieces(_BEFORE_NAMES.sub("", text, count=1))
        found = []
        for ags, name in self._names.items():
            known = _pieces(name)
            if not written or len(written) > len(known) or written[0].rstrip(".") != known[0]:
                continue
            rest = zip(written[1:], known[1:], strict=False)
            if all(theirs.startswith(ours.rstrip(".")) for ours, theirs in rest):
                found.append(ags)
        return found

    def _list(self, found: Iterable[str]) -> str:
        # Two places of one name are told apart by their official keys.
        return ", ".join(
            f"{self._names[ags]} ({ags})" if self._is_shared(ags) else self._names[ags] for ags in found
        )

    def _is_shared(self, ags: str) -> bool:
        return len(self._exact[joined_key(self._names[ags])]) > 1


class Fields:
    """Finds the field of action that a cell means."""

    def __init__(self, guide: Guide) -> None:
        self._names = {slug: names.get("de") or slug for slug, names in guide.fields.items()}
        self._words = _groups(
            (key(word), slug)
            for slug, names in guide.fields.items()
            for word in [slug, *names.values(), *guide.field_words.get(slug, ())]
        )
        self._german = {slug: key(name).split() for slug, name in self._names.items()}

    def name(self, slug: str) -> str:
        """The German name of a field."""
        return self._names.get(slug, slug)

    def find(self, written: str) -> Found:
        """The slug of a field, or what is unclear about the cell."""
        text = " ".join(written.split())
        if not key(text):
            return Found(note=Note("field_missing"))
        found = self._meant(text)
        if not found:
            pieces = [piece for piece in re.split(r"[;,/|+]|\sund\s|\s&\s|\su\.\s", text) if piece.strip()]
            meant = [self._meant(piece) for piece in pieces]
            several = {slug for slugs in meant for slug in slugs}
            if len(pieces) > 1 and len(several) > 1:
                return Found(note=Note("several_fields", {"written": text[:60]}))
            if len(pieces) > 1 and all(meant):
                found = tuple(several)
        if len(found) > 1:
            known = ", ".join(self._names[slug] for slug in found)
            return Found(note=Note("field_ambiguous", {"written": text[:60], "known": known}))
        if not found:
            return Found(note=Note("field_unknown", {"written": text[:60]}))
        name = self._names[found[0]]
        return Found(
            found[0], None if text == name else Note("field_alias", {"written": text[:60], "known": name})
        )

    def _meant(self, text: str) -> tuple[str, ...]:
        words = key(text.replace("&", " und ").replace("+", " und "))
        if words in self._words:
            return tuple(self._words[words])
        shortened = [slug for slug, german in self._german.items() if german and _is_shortened(text, german)]
        if shortened:
            return tuple(shortened)
        # “Gesundheit” for “Gesundheit und Gewaltprävention”, where no other field has these words.
        said = words.split()
        if not any(len(word) > 3 for word in said):
            return ()
        return tuple(slug for slug, german in self._german.items() if set(said) <= set(german))


def _is_shortened(text: str, german: Sequence[str]) -> bool:
    """Whether these are the words of a name, some of them cut off with a full stop."""
    written = text.replace("&", " und ").split()
    if len(written) != len(german) or not any(word.endswith(".") for word in written):
        return False
    return all(
        bool(key(word)) and (name.startswith(key(word)) if word.endswith(".") else key(word) == name)
        for word, name in zip(written, german, strict=True)
    )


def _joined_parts(name: str) -> list[str]:
    """“Niefern-Öschelbronn” consists of two places that lists name alone."""
    parts = [part.strip() for part in name.split("-")]
    return parts if len(parts) == 2 and all(part[:1].isupper() for part in parts) else []


def _pieces(name: str) -> list[str]:
    """The words of a name as they are compared, each with its full stop: “Zell a.H.” are three."""
    return [word for word in re.findall(r"[^\s/()\-.]+\.?", fold(name)) if word]


def _groups(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for word, value in pairs:
        if word and value not in groups.setdefault(word, []):
            groups[word].append(value)
    return groups
