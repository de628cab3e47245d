"""How lists of municipalities name fields of action and places, beside their proper names.

The object has three names, each of which may be left out: `fields` (set → field → words), `parts` (key of a
municipality → names of its parts) and `county` (words for the whole county).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

MOST_WORDS = 200
"""Most words for one field or parts of one municipality."""


def faults_of(data: Any, municipalities: Collection[str], fields: Mapping[str, Collection[str]]) -> list[str]:
    """Sentences on everything that is wrong with such an object; none if it can be used."""
    if not isinstance(data, dict):
        return ["This must be one JSON object with names and values."]
    faults = [
        f"“{name}” is not known. Choose from: fields, parts, county."
        for name in data
        if name not in {"fields", "parts", "county"}
    ]
    faults += _word_faults("county", data.get("county", []))
    parts = data.get("parts", {})
    if not isinstance(parts, dict):
        return [*faults, "“parts” must be an object with official keys and names."]
    for ags, names in parts.items():
        if ags not in municipalities:
            faults.append(f"“parts” names {ags}, which is not a municipality of the county.")
        faults += _word_faults(ags, names)
    sets = data.get("fields", {})
    if not isinstance(sets, dict) or not all(isinstance(words, dict) for words in sets.values()):
        return [*faults, "“fields” must be an object with sets, and fields in them."]
    for field_set, words_of in sets.items():
        for slug, words in words_of.items():
            if slug not in fields.get(field_set, ()):
                faults.append(f"“fields” names “{slug}” of “{field_set}”, which is not in fields.csv.")
            faults += _word_faults(slug, words)
    return faults


def _word_faults(name: str, words: Any) -> list[str]:
    fits = (
        isinstance(words, list)
        and len(words) <= MOST_WORDS
        and all(isinstance(word, str) and 0 < len(word.strip()) <= 100 for word in words)
    )
    return [] if fits else [f"“{name}” must be a list of at most {MOST_WORDS} texts."]
