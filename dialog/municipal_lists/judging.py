"""What can become of each row of a list: taken over, asked about or refused. Every row gets an answer."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from core.clock import today
from core.tables import plain
from core.text import clean_line, clean_text
from dialog import personal_data
from dialog.municipal_lists.columns import column_of
from dialog.municipal_lists.doubles import Doubles, KnownEntry
from dialog.municipal_lists.notes import Note, RowOutcome
from dialog.municipal_lists.places import COUNTY_WIDE, Fields, Guide, Places
from dialog.municipal_lists.reading import is_empty
from dialog.municipal_lists.values import read_cost, read_date, read_urgency, read_url
from dialog.municipal_lists.words import key
from dialog.vocabulary import TEXT_LIMIT, TITLE_LIMIT, Kind

SHORT_LIMIT = 200
"""Most characters of provider, target group, languages, contact and who reported it."""

REMARK_LIMIT = 1_000
# The whole cell: a “Gesamt-Elternbeirat” may offer something.
_SUMS = re.compile(
    r"(summe|gesamt|gesamtsumme|zwischensumme|insgesamt|total)"
    r"(\s(der\s)?(bedarfe|angebote|eintr(ä|ae)ge|kosten))?[\s:=]*[\d.,]*\s?€?$",
    re.IGNORECASE,
)
_REMARKS = re.compile(r"(stand|quellen?|hinweise?|anmerkung(en)?|legende|erstellt)\b|\*", re.IGNORECASE)
_NO_TITLES = frozenset(
    {"n a", "na", "k a", "ka", "keine angabe", "keine", "entfaellt", "x", "xx", "xxx", "unbekannt"}
)
_FORMULA = re.compile(r"[=@\t\r\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH COMMERCIAL AT}]|[+\-](?=[\w(=@])")
_MARKUP = re.compile(r"</?[a-zA-Z!][^<>]{0,200}>?")
_LOST = re.compile(r"[^\W\d_]\?[^\W\d_]|\ufffd|Ã[\x80-\xbf¤¶¼„–œŸ]|â€")
"""A question mark inside a word, a sign for what could not be read, or UTF-8 that was read as cp1252."""
_CONFIDENTIAL = re.compile(
    r"\b(vertraulich\w{0,3}|nicht öffentlich|nicht veröffentlichen|geheim|intern)\b", re.IGNORECASE
)
_IN_SHORT: Sequence[str] = (
    *("target_group", "provider", "languages", "contact", "reported_by", "schedule", "access", "capacity"),
)
_DAYS: Sequence[str] = ("begin", "ends_on", "funded_until", "reported_on")


@dataclass(frozen=True, slots=True)
class Fix:
    """What somebody decided about a row by hand; what is empty stays as it was read."""

    title: str = ""
    place: str = ""
    field: str = ""
    take: bool = False
    """Take it over although it is similar to another entry."""
    text: str = ""
    leave: bool = False
    """Leave it out, whatever it says."""


@dataclass(slots=True)
class Entry:
    """What was understood of a row. `place` is an official key or COUNTY_WIDE; None where it is unclear."""

    title: str = ""
    text: str = ""
    field: str | None = None
    place: str | None = None
    target_group: str = ""
    provider: str = ""
    begin: date | None = None
    ends_on: date | None = None
    schedule: str = ""
    access: str = ""
    capacity: str = ""
    url: str = ""
    funded_until: date | None = None
    cost: int | None = None
    """In cents."""
    languages: str = ""
    contact: str = ""
    remark: str = ""
    urgency: int | None = None
    reported_by: str = ""
    reported_on: date | None = None


@dataclass(slots=True)
class Judged:
    """One row: how it stood there, and what can become of it, why."""

    record: int
    number: str
    """Its own running number in the list, or how many rows it is from the headings."""
    cells: tuple[str, ...]
    outcome: RowOutcome
    digest: str = ""
    reasons: list[Note] = field(default_factory=list)
    warnings: list[Note] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    same_as: str | None = None
    """Number of the row, or register number, that it doubles or resembles."""
    entry: Entry = field(default_factory=Entry)


@dataclass(frozen=True, slots=True)
class Question:
    """What a list is judged by besides the county's data."""

    kind: Kind
    columns: Mapping[str, int]
    known: Sequence[KnownEntry] = ()
    imported: Mapping[str, str] = field(default_factory=dict)
    """Register numbers of entries made of rows imported before, by the row's digest."""
    fixes: Mapping[int, Fix] = field(default_factory=dict)
    only: str | None = None
    """Official key of the one municipality whose entries may be taken over; None for all."""


def judge(
    rows: Sequence[Sequence[str]],
    guide: Guide,
    question: Question,
    tell: Callable[[int], None] | None = None,
) -> list[Judged]:
    """What can become of each row, in their order; `tell` hears of the number of each, counted from 1.

    Never raises for anything that stands in a row.
    """
    judging = _Judging(guide, question)
    judged = []
    for number, cells in enumerate(rows, 1):
        judged.append(judging.row(number, tuple(cells)))
        if tell is not None:
            tell(number)
    return judged


class _Judging:
    def __init__(self, guide: Guide, question: Question) -> None:
        self._question = question
        self._places = Places(guide)
        self._fields = Fields(guide)
        self._doubles = Doubles(question.known)

    def row(self, record: int, cells: tuple[str, ...]) -> Judged:
        said = {
            column: plain(cells[place].strip(" \xa0")) if place < len(cells) else ""
            for column, place in self._question.columns.items()
        }
        number = clean_line(said.get("number", ""))[:20] or str(record)
        judged = Judged(record, number, cells, RowOutcome.OK)
        reason = self._no_data(cells, said)
        if reason:
            judged.outcome, judged.reasons = RowOutcome.NOT_DATA, [Note(reason)]
            return judged
        judged.digest = _digest(self._question.kind, said, self._question.only)
        fix = self._question.fixes.get(record, Fix())
        by_hand = {"title": fix.title, "text": fix.text}
        said |= {column: words for column, words in by_hand.items() if words}
        self._read(judged, said, fix)
        self._look_for_dangers(judged, said)
        self._decide(judged, fix)
        return judged

    def _no_data(self, cells: Sequence[str], said: Mapping[str, str]) -> str | None:
        filled = [position for position, cell in enumerate(cells) if cell.strip()]
        if is_empty(cells):
            return "empty_row"
        first = cells[filled[0]].strip()
        title_at = self._question.columns.get("title", -1)
        if filled[0] != title_at and _SUMS.match(first):
            return "sum_row"
        if _SUMS.match(said.get("title", "")) and len(filled) <= 2 and filled[-1] != title_at:
            return "sum_row"
        if len(filled) == 1 and (filled[0] != title_at or _REMARKS.match(first)):
            return "remark_row"
        same = sum(column_of(said[column]) == column for column in said if said[column])
        return "header_row" if same >= 3 else None

    def _read(self, judged: Judged, said: Mapping[str, str], fix: Fix) -> None:
        entry = judged.entry
        entry.title = clean_line(said.get("title", ""))
        self._check_title(judged)
        entry.text = clean_text(said.get("text", ""))
        if len(entry.text) > TEXT_LIMIT:
            _reject(judged, Note("text_too_long", {"length": str(len(entry.text)), "max": str(TEXT_LIMIT)}))
        self._find_place(judged, fix.place or said.get("place", ""))
        self._find_field(judged, fix.field or said.get("field", ""), by_hand=bool(fix.field))
        for column in _IN_SHORT:
            words = clean_line(said.get(column, ""))
            if len(words) > SHORT_LIMIT:
                judged.warnings.append(Note("shortened", {"column": column, "max": str(SHORT_LIMIT)}))
            setattr(entry, column, words[:SHORT_LIMIT])
        self._read_figures(judged, said)
        if not entry.text and entry.title:
            judged.warnings.append(Note("text_missing"))
            entry.text = entry.title
        if self._question.kind == Kind.OFFER and not entry.provider:
            judged.warnings.append(Note("provider_missing"))

    def _check_title(self, judged: Judged) -> None:
        title = judged.entry.title
        if not title:
            judged.missing.append("title")
            _reject(judged, Note("title_missing"))
        elif not key(title) or key(title) in _NO_TITLES:
            _reject(judged, Note("title_placeholder", {"written": title[:60]}))
        elif len(title) > TITLE_LIMIT:
            judged.missing.append("title")
            judged.reasons.append(
                Note("title_too_long", {"length": str(len(title)), "max": str(TITLE_LIMIT)})
            )

    def _find_place(self, judged: Judged, written: str) -> None:
        only = self._question.only
        if only is not None and not written.strip():
            judged.entry.place = only
            return
        found = self._places.find(written)
        if found.value is None and only is not None and self._places.is_asked_about(found, only):
            # In its own list a municipality may be called as people there call it.
            judged.entry.place = only
            values = {"written": clean_line(written)[:60], "known": self._places.name(only)}
            judged.warnings.append(Note("place_spelling", values))
        elif found.value is None:
            if found.rejected and found.note:
                _reject(judged, found.note)
            else:
                judged.missing.append("municipality")
                judged.reasons.append(found.note or Note("place_missing"))
        elif only is not None and found.value != only:
            _reject(judged, Note("not_yours", {"written": clean_line(written)[:60]}))
        else:
            judged.entry.place = found.value
            if found.note:
                judged.warnings.append(found.note)

    def _find_field(self, judged: Judged, written: str, *, by_hand: bool) -> None:
        found = self._fields.find(written)
        judged.entry.field = found.value
        if found.value is None:
            judged.missing.append("field")
            judged.reasons.append(Note("field_gone") if by_hand else found.note or Note("field_missing"))
        elif found.note and not by_hand:
            judged.warnings.append(found.note)

    def _read_figures(self, judged: Judged, said: Mapping[str, str]) -> None:
        entry, kept = judged.entry, [clean_text(said.get("remark", ""))]
        for column in _DAYS:
            day, note = read_date(said.get(column, ""))
            setattr(entry, column, day)
            kept.extend(_kept(judged, note, said.get(column, "")))
        if entry.begin and entry.ends_on and entry.ends_on < entry.begin:
            entry.ends_on = None
            kept.extend(_kept(judged, Note("ends_before"), said.get("ends_on", "")))
        if self._question.kind == Kind.OFFER and entry.reported_on and entry.reported_on > today():
            entry.reported_on = None
            kept.extend(_kept(judged, Note("checked_later"), said.get("reported_on", "")))
        entry.url, note = read_url(said.get("url", ""))
        kept.extend(_kept(judged, note, said.get("url", "")))
        entry.cost, note = read_cost(said.get("cost", ""))
        kept.extend(_kept(judged, note, said.get("cost", "")))
        entry.urgency, note = read_urgency(said.get("urgency", ""))
        kept.extend(_kept(judged, note, said.get("urgency", "")))
        remark = "\n".join(words for words in kept if words)
        if len(remark) > REMARK_LIMIT:
            judged.warnings.append(Note("shortened", {"column": "remark", "max": str(REMARK_LIMIT)}))
        entry.remark = remark[:REMARK_LIMIT]

    def _look_for_dangers(self, judged: Judged, said: Mapping[str, str]) -> None:
        texts = [text for column, text in said.items() if column not in {"number", "place", "field"} and text]
        warnings = judged.warnings
        if any("\n" in text or "\r" in text for text in texts):
            warnings.append(Note("line_break"))
        # A telephone number begins with a plus sign, and a dash alone is no formula.
        if any(_FORMULA.match(text) for text in texts):
            warnings.append(Note("formula"))
        if any(_MARKUP.search(text) for text in texts):
            warnings.append(Note("markup"))
        for text in texts:
            for hint in personal_data.hints(text):
                warnings.append(Note("contact_data", {"written": text[hint.start : hint.end][:60]}))
        if any(_CONFIDENTIAL.search(text) for text in texts):
            warnings.append(Note("confidential"))
        lost = next((word for text in texts for word in text.split() if _has_lost_letter(word)), None)
        if lost is not None:
            warnings.append(Note("lost_character", {"written": lost[:60]}))

    def _decide(self, judged: Judged, fix: Fix) -> None:
        if fix.leave:
            judged.outcome, judged.reasons = RowOutcome.REJECTED, [Note("left_out")]
        if judged.outcome == RowOutcome.REJECTED:
            return
        before = self._question.imported.get(judged.digest)
        if before is not None:
            judged.outcome, judged.same_as = RowOutcome.DUPLICATE, before
            judged.reasons = [Note("imported_before", {"of": before})]
            return
        if judged.missing:
            judged.outcome = RowOutcome.INCOMPLETE
            return
        found = self._doubles.find(_known(judged))
        if found is not None and not (found.outcome == RowOutcome.SIMILAR and fix.take):
            judged.outcome, judged.same_as = found.outcome, found.of
            judged.reasons = [found.reason]
        elif judged.warnings:
            judged.outcome = RowOutcome.OK_NORMALISED
        if judged.outcome != RowOutcome.DUPLICATE:
            self._doubles.add(_known(judged))


def _known(judged: Judged) -> KnownEntry:
    entry = judged.entry
    return KnownEntry(
        judged.number, str(entry.place), str(entry.field), entry.title, entry.provider, judged.record
    )


def report(judged: Judged) -> dict[str, object]:
    """A row as the report of the command has it."""
    entry = judged.entry
    of = judged.same_as
    values: dict[str, object] = {
        "title": entry.title,
        "text": entry.text,
        "field": entry.field,
        "ags": None if entry.place == COUNTY_WIDE else entry.place,
        "scope": entry.place if entry.place == COUNTY_WIDE else ("municipality" if entry.place else None),
        "target_group": entry.target_group,
        "urgency": entry.urgency,
        "provider": entry.provider,
        "begin": entry.begin.isoformat() if entry.begin else None,
        "ends_on": entry.ends_on.isoformat() if entry.ends_on else None,
        "schedule": entry.schedule,
        "access": entry.access,
        "capacity": entry.capacity,
        "url": entry.url,
        "funded_until": entry.funded_until.isoformat() if entry.funded_until else None,
        "cost_eur": None if entry.cost is None else entry.cost / 100,
        "languages": entry.languages,
        "contact": entry.contact,
        "remark": entry.remark,
        "reported_by": entry.reported_by,
        "date": entry.reported_on.isoformat() if entry.reported_on else None,
    }
    result: dict[str, object] = {
        "record": judged.record,
        "raw_title": entry.title,
        "outcome": str(judged.outcome),
        "reason": " ".join(str(note) for note in judged.reasons),
        "warnings": [str(note) for note in judged.warnings],
        "missing": judged.missing,
        "values": values,
        "raw": list(judged.cells),
    }
    if of is not None:
        result["of"] = int(of) if of.isascii() and of.isdigit() else of
    return result


def _reject(judged: Judged, why: Note) -> None:
    judged.outcome = RowOutcome.REJECTED
    judged.reasons.append(why)


def _kept(judged: Judged, note: Note | None, written: str) -> list[str]:
    """What goes into the remark because it could not be read as what the column is for."""
    if note is None:
        return []
    judged.warnings.append(note)
    read = note.code in {"excel_date", "two_digit_year", "cost_words"}
    return [] if read else [clean_line(written)]


def _digest(kind: Kind, said: Mapping[str, str], only: str | None) -> str:
    words = sorted(
        (column, key(text)) for column, text in said.items() if column != "number" and text.strip()
    )
    if only is not None and not said.get("place", "").strip():
        # In the lists of two municipalities that name no place the same words are two entries.
        words.append(("place", only))
    return hashlib.sha256(json.dumps([str(kind), words]).encode()).hexdigest()


def _has_lost_letter(word: str) -> bool:
    return bool(_LOST.search(word)) and "/" not in word and "www." not in word
