"""Ours and two plain measures, each asked in the same way."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from math import log, sqrt
from pathlib import Path
from typing import Any

from core.text import fold
from dialog.matching import Entry, Index, Meaning, said
from dialog.matching.meaning import encoder

DEMO = Path(__file__).resolve().parents[2] / "demo" / "enzkreis-demo.json"

Scored = list[tuple[float, int]]
"""Scores with numbers of offers, the best first."""

Measure = Callable[[Sequence[Entry]], Callable[[Entry], Scored]]
"""Takes the offers, and gives what scores them for a need."""


def demo() -> tuple[list[Entry], list[Entry]]:
    """Needs and offers of the demonstration."""
    data = json.loads(DEMO.read_text(encoding="utf-8"))
    fields = {one["id"]: number for number, one in enumerate(data["fields"])}
    places = {one["name"]: number for number, one in enumerate(data["municipalities"])}

    def entries(rows: list[dict[str, Any]], base: int) -> list[Entry]:
        return [
            Entry(
                id=base + number,
                number=int(row["id"][2:]),
                title=row["title"],
                text=row["text"],
                field_id=fields[row["field"]],
                municipality_id=places.get(row["municipality"] or ""),
                target_group=row["target_group"] or "",
            )
            for number, row in enumerate(rows)
        ]

    return entries(data["needs"], 0), entries(data["offers"], 1000)


def ours(offers: Sequence[Entry]) -> Callable[[Entry], Scored]:
    """The measure of the program, all that it would rank at all."""
    index = Index(offers)
    return lambda need: [(one.score, one.entry.number) for one in index.propose(need, least=0.0)]


def trigrams(offers: Sequence[Entry]) -> Callable[[Entry], Scored]:
    """Shared trigrams of letters by all of them, as pg_trgm does."""
    known = [(_trigrams(one), one.number) for one in offers]

    def ask(need: Entry) -> Scored:
        own = _trigrams(need)
        return _best([(len(own & other) / len(own | other), number) for other, number in known])

    return ask


def tf_idf(offers: Sequence[Entry]) -> Callable[[Entry], Scored]:
    """The cosine of plain TF-IDF vectors over words as they are written, small letters."""
    counted = [Counter(_said(one).split()) for one in offers]
    seen = Counter(word for words in counted for word in words)

    def vector(words: Counter[str]) -> dict[str, float]:
        found = {
            word: number * (1 + log((len(offers) + 1) / (seen[word] + 1))) for word, number in words.items()
        }
        length = sqrt(sum(value * value for value in found.values())) or 1.0
        return {word: value / length for word, value in found.items()}

    known = [(vector(words), one.number) for words, one in zip(counted, offers, strict=True)]

    def ask(need: Entry) -> Scored:
        own = vector(Counter(_said(need).split()))
        return _best(
            [
                (sum(value * other.get(word, 0.0) for word, value in own.items()), number)
                for other, number in known
            ]
        )

    return ask


def with_meaning(offers: Sequence[Entry]) -> Callable[[Entry], Scored]:
    """The measure of the program where MEANING is set."""
    meaning = Meaning(encoder())
    meaning.learn(said(offer) for offer in offers)
    index = Index(offers, meaning)
    return lambda need: [(one.score, one.entry.number) for one in index.propose(need, least=0.0)]


def meaning_alone(offers: Sequence[Entry]) -> Callable[[Entry], Scored]:
    """The cosine of what the encoder makes of both texts, and nothing else."""
    meaning = Meaning(encoder())
    texts = [said(offer) for offer in offers]
    meaning.learn(texts)
    table = meaning.table(texts)

    def ask(need: Entry) -> Scored:
        alike = meaning.likeness(table, said(need))
        return _best([(value, offer.number) for value, offer in zip(alike, offers, strict=True)])

    return ask


PLAIN: dict[str, Measure] = {"**ours**": ours, "trigrams": trigrams, "TF-IDF": tf_idf}
"""What needs nothing beyond what the program needs."""

ENCODED: dict[str, Measure] = {"**ours with MEANING**": with_meaning, "the encoder alone": meaning_alone}
"""What needs the encoder (`make meaning`)."""


def _said(entry: Entry) -> str:
    return "".join(char if char.isalnum() else " " for char in f"{entry.title} {entry.text}".casefold())


def _trigrams(entry: Entry) -> set[str]:
    text = fold(_said(entry))
    return {text[at : at + 3] for at in range(len(text) - 2)}


def _best(scored: Scored, most: int = 5) -> Scored:
    return sorted((one for one in scored if one[0] > 0), key=lambda one: (-one[0], one[1]))[:most]
