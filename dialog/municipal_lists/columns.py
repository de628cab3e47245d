"""What the columns of a list mean, by their headings; whoever imports may say otherwise by hand."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from core.errors import Sentence
from core.i18n import lazy_gettext as _l
from dialog.municipal_lists.words import key
from dialog.vocabulary import Kind

COLUMN_LABELS: Mapping[str, Sentence] = {
    "number": _l("Running number"),
    "place": _l("Municipality"),
    "field": _l("Field of action"),
    "title": _l("Title"),
    "text": _l("Description"),
    "target_group": _l("Target group"),
    "provider": _l("Provider"),
    "begin": _l("Begin"),
    "ends_on": _l("Last day"),
    "schedule": _l("When exactly?"),
    "cost": _l("Cost"),
    "languages": _l("Languages"),
    "access": _l("More about getting in"),
    "capacity": _l("How many places are there?"),
    "url": _l("Page on the internet"),
    "contact": _l("Contact (office)"),
    "funded_until": _l("Funded until"),
    "urgency": _l("Urgency"),
    "reported_by": _l("Reported by"),
    "reported_on": _l("Date"),
    "remark": _l("Remark"),
}
"""What a column can be, in the order in which it is offered."""

ONLY_OF: Mapping[str, Kind] = {
    "provider": Kind.OFFER,
    "begin": Kind.OFFER,
    "ends_on": Kind.OFFER,
    "schedule": Kind.OFFER,
    "cost": Kind.OFFER,
    "languages": Kind.OFFER,
    "access": Kind.OFFER,
    "capacity": Kind.OFFER,
    "url": Kind.OFFER,
    "contact": Kind.OFFER,
    "funded_until": Kind.OFFER,
    "urgency": Kind.NEED,
    "reported_by": Kind.NEED,
}
"""Columns that say something about one kind only."""

# Words of headings as offices use them; the first of a column that fits is the one that is taken.
_HEADINGS: Mapping[str, Sequence[str]] = {
    "number": ("lfd nr", "laufende nummer", "nr", "nummer", "no", "id", "pos", "lfdnr", "lfd"),
    "place": (
        "kommune",
        "gemeinde",
        "stadt",
        "ort",
        "municipality",
        "ags",
        "gemeindeschluessel",
        "gemeindename",
    ),
    "field": (
        "handlungsfeld",
        "themenfeld",
        "thema",
        "themenbereich",
        "bereich",
        "handlungsfelder",
        "field",
        "topic",
    ),
    "title": (
        *("titel", "title", "bezeichnung", "bedarf", "angebot", "name des angebots", "angebotsname"),
        *(
            "bezeichnung des angebots",
            "bezeichnung des bedarfs",
            "ueberschrift",
            "name",
            "massnahme",
            "projekt",
        ),
    ),
    "text": (
        *("beschreibung", "kurzbeschreibung", "begruendung", "inhalt", "erlaeuterung", "text"),
        *("description", "details", "beschreibung des angebots", "beschreibung des bedarfs"),
    ),
    "target_group": ("zielgruppe", "zielgruppen", "fuer wen", "target group", "adressaten"),
    "provider": (
        *("traeger", "anbieter", "verein", "anbietende stelle", "organisation", "provider", "veranstalter"),
        *("durchfuehrende stelle", "institution"),
    ),
    "begin": ("beginn", "start", "ab wann", "beginnt am", "startdatum", "begin", "seit"),
    "ends_on": ("ende", "bis", "bis wann", "endet am", "enddatum", "letzter tag", "laeuft bis", "end"),
    "schedule": (
        *("termin", "termine", "uhrzeit", "zeiten", "wann", "wochentag", "tag und uhrzeit", "zeitraum"),
        *("oeffnungszeiten", "laufzeit", "schedule"),
    ),
    "access": ("zugang", "anmeldung", "voraussetzungen", "teilnahmebedingungen", "access"),
    "capacity": ("plaetze", "kapazitaet", "anzahl plaetze", "zahl der plaetze", "capacity"),
    "url": ("internet", "internetseite", "webseite", "website", "homepage", "link", "url", "web"),
    "funded_until": (
        *("finanziert bis", "gefoerdert bis", "finanzierung bis", "foerderung bis", "mittel bis"),
        *("foerderende", "gesichert bis", "funded until"),
    ),
    "cost": ("kosten", "preis", "teilnahmebeitrag", "gebuehr", "cost", "kosten fuer teilnehmende", "beitrag"),
    "languages": ("sprachen", "sprache", "languages", "angebotssprachen"),
    "contact": ("kontakt", "ansprechstelle", "ansprechpartner", "contact", "kontaktstelle", "ansprechperson"),
    "urgency": ("dringlichkeit", "prioritaet", "urgency", "wichtigkeit"),
    "reported_by": ("gemeldet von", "meldende stelle", "quelle", "eingereicht von", "reported by"),
    "reported_on": ("datum", "gemeldet am", "stand", "date"),
    "remark": (
        "bemerkung",
        "bemerkungen",
        "anmerkung",
        "anmerkungen",
        "hinweis",
        "notiz",
        "sonstiges",
        "remark",
    ),
}
_COLUMN_OF = {words: column for column, headings in _HEADINGS.items() for words in headings}
_IN_BRACKETS = re.compile(r"\([^()]{0,80}\)|\[[^\[\]]{0,80}\]")


def column_of(heading: str) -> str | None:
    """What a heading stands for, or None if that is not sure."""
    if len(heading) > 120:
        return None
    whole = _IN_BRACKETS.sub(" ", heading)
    words = key(whole)
    if words in _COLUMN_OF:
        return _COLUMN_OF[words]
    # “Gemeinde/Stadt”, “Beschreibung und Begründung”: every part that is known must say the same.
    parts = {_COLUMN_OF.get(key(part)) for part in re.split(r"[/,;|]|\bund\b|\boder\b", whole)} - {None}
    if not parts:
        # “Kosten pro Person”: the heading begins with a word we know and adds to it.
        parts = {_COLUMN_OF[word] for word in words.split()[:1] if word in _COLUMN_OF}
    return parts.pop() if len(parts) == 1 else None


def header_score(row: Sequence[str]) -> int:
    """How many different columns the cells of this row are headings of."""
    return len({column_of(cell) for cell in row if cell.strip()} - {None})


def names_of(header: Sequence[str]) -> list[str]:
    """What headings are remembered by: their words as `words.key` gives them, repeated ones with a number."""
    seen: Counter[str] = Counter()
    names = []
    for heading in header:
        words = key(heading)
        seen[words] += 1
        # No key has such a sign in it.
        names.append(words if seen[words] == 1 else f"{words} #{seen[words]}")
    return names


def mapping_of(header: Sequence[str], kind: Kind, by_hand: Mapping[str, str] | None = None) -> dict[str, int]:
    """Which column stands where; the first of two headings that mean the same wins.

    `by_hand` says for a heading (as `names_of` gives it) what it means, or "" for nothing at all.
    """
    told = by_hand or {}
    found: dict[str, int] = {}
    names = names_of(header)
    # What somebody said goes before what is recognised.
    for position, name in enumerate(names):
        column = told.get(name)
        if column in COLUMN_LABELS:
            found.setdefault(str(column), position)
    for position, heading in enumerate(header):
        if names[position] in told or not heading.strip():
            continue
        column = column_of(heading)
        if column is not None and ONLY_OF.get(column, kind) == kind:
            found.setdefault(column, position)
    return found
