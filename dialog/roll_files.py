"""Lists of places that are invited, as offices write them: reads CSV into places and says what is wrong.

A line is a place on the roll. It needs no name, and a column for one is refused. Pure: no database, no Flask.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import hmac
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from core.errors import Sentence
from core.i18n import CONTENT_LANGUAGES, N_
from core.i18n import lazy_gettext as _l
from core.text import clean_line, fold

MOST_BYTES = 1_000_000
MOST_PLACES = 2_000
REFERENCE_LIMIT = 60
COLUMNS = ("reference", "municipality", "role", "language")
_NAMES = {
    "reference": {"bezeichnung", "kennung", "nummer", "nr", "nr.", "aktenzeichen", "reference", "number"},
    "municipality": {"gemeinde", "kommune", "ort", "ags", "municipality", "place"},
    "role": {"rolle", "role"},
    "language": {"sprache", "language"},
}
_ROLES = {
    "resident": {"einwohner", "einwohnerin", "einwohnerschaft", "bewohner", "burgerschaft"},
    "volunteer": {"ehrenamt", "ehrenamtlich", "verein"},
    "professional": {"fachkraft", "hauptamt", "beratung"},
    "municipality": {"verwaltung", "gemeinde", "kommune"},
    "politics": {"politik", "kreistag", "gemeinderat"},
    "other": {"sonstiges", "andere"},
}
_LANGUAGES = {
    "de": "deutsch",
    "en": "englisch",
    "tr": "turkisch",
    "ar": "arabisch",
    "fa": "persisch",
    "uk": "ukrainisch",
    "ru": "russisch",
    "ro": "rumanisch",
    "pl": "polnisch",
    "fr": "franzosisch",
    "it": "italienisch",
    "hr": "kroatisch",
    "sq": "albanisch",
    "ku": "kurdisch",
    "ti": "tigrinya",
    "am": "amharisch",
    "zh": "chinesisch",
}
_NO_MUNICIPALITY = N_("“%(word)s” is no municipality of this county.")
_NO_ROLE = N_(
    "We do not know the role “%(word)s”. These are known: Einwohnerschaft, Ehrenamt, Fachkraft, Verwaltung,"
    " Politik, Sonstiges."
)
_NO_LANGUAGE = N_("We do not know the language “%(word)s”. Write it as Arabisch or ar, for example.")

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Place:
    """One line: the office's own reference, which is not kept, and what is known; each may be empty."""

    reference: str = ""
    municipality: str = ""
    """The official key (AGS)."""
    role: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and in which line of the file (0: in the whole of it)."""

    line: int
    sentence: Sentence


class Unreadable(Exception):
    """The list has faults; all or nothing of it is taken."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = list(faults)


def read(data: bytes, municipalities: Mapping[str, str]) -> list[Place]:
    """The places of a file; `municipalities` is the official key by name. Raises Unreadable with every fault.

    UTF-8, UTF-16 and Windows-1252, separated by semicolon, comma or tab, as spreadsheets write them.
    """
    if len(data) > MOST_BYTES:
        raise Unreadable([Fault(0, _l("The file is too large. At most 1 MB can be read in at once."))])
    lines = _lines(_decoded(data))
    _, header = next(lines, (0, []))
    columns = _columns(header)
    if len(set(_known(columns))) < len(_known(columns)):
        raise Unreadable([Fault(1, _l("A column is there twice. Please remove one of them."))])
    reader = _Reader(municipalities)
    places: list[Place] = []
    for line, cells in lines:
        if any(cell.strip() for cell in cells[len(columns) :]):
            sentence = _l("This line has more cells than there are columns. Is a separator missing quotes?")
            reader.faults.append(Fault(line, sentence))
            continue
        values = {name: clean_line(cell) for name, cell in zip(columns, cells, strict=False) if name}
        places.append(reader.place(line, values))
        if len(places) > MOST_PLACES:
            sentence = _l("The list is too long. At most %(most)d lines can be read in.", most=MOST_PLACES)
            raise Unreadable([*reader.faults, Fault(line, sentence)])
    if reader.faults:
        raise Unreadable(reader.faults)
    if not places:
        raise Unreadable([Fault(0, _l("There is no line below the names of the columns."))])
    return places


def write(places: Sequence[Place]) -> str:
    """The places as a file that `read` reads again."""
    out = io.StringIO()
    table = csv.writer(out, delimiter=";", lineterminator="\n")
    table.writerow(COLUMNS)
    table.writerows([place.reference, place.municipality, place.role, place.language] for place in places)
    return out.getvalue()


def digest(places: Sequence[Place], key: bytes) -> bytes:
    """What stands for a list so that it is known again, in whatever order its lines come."""
    lines = "\n".join(sorted(write(places).splitlines()))
    return hmac.digest(key, f"roll\n{lines}".encode(), hashlib.sha256)


def _known(columns: Sequence[str]) -> list[str]:
    return [column for column in columns if column]


def _decoded(data: bytes) -> str:
    if data.startswith(b"PK\x03\x04") or data.startswith(b"\xd0\xcf\x11\xe0"):
        sentence = _l("This is a workbook, not a table of text. Please save it as CSV and choose that file.")
        raise Unreadable([Fault(0, sentence)])
    encodings = [name for mark, name in _BYTE_ORDER_MARKS if data.startswith(mark)] or ["utf-8", "cp1252"]
    if b"\0" in data[:200] and len(encodings) > 1:
        encodings = ["utf-16-le" if data[1:2] == b"\0" else "utf-16-be"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Unreadable([Fault(0, _l("This file cannot be read as text. Please save it as CSV (UTF-8)."))])


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """The lines with something in them, by their number in the file."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(";,\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    begin = 1
    try:
        for cells in reader:
            line, begin = begin, reader.line_num + 1
            if any(cell.strip() for cell in cells):
                yield line, cells
    except csv.Error:
        sentence = _l("This line cannot be read. Perhaps a quotation mark is open that nobody closes.")
        raise Unreadable([Fault(begin, sentence)]) from None


def _columns(header: Sequence[str]) -> list[str]:
    """What each column is; empty for one without a name at the end."""
    while header and not header[-1].strip():
        header = header[:-1]
    columns = []
    faults = []
    for cell in header:
        name = next((key for key, names in _NAMES.items() if fold(clean_line(cell)) in names), "")
        if not name:
            sentence = _l(
                "We do not know the column “%(column)s”. Please remove it:"
                " names and addresses stay with you.",
                column=clean_line(cell)[:40],
            )
            faults.append(Fault(1, sentence))
        columns.append(name)
    if not columns or len(faults) == len(columns):
        sentence = _l("The first line must name the columns: Bezeichnung, Gemeinde, Rolle, Sprache.")
        raise Unreadable([Fault(1 if columns else 0, sentence)])
    if faults:
        raise Unreadable(faults)
    return columns


class _Reader:
    """Reads cells into places and notes what is wrong with them."""

    def __init__(self, municipalities: Mapping[str, str]) -> None:
        self.faults: list[Fault] = []
        self._keys = {fold(name): key for name, key in municipalities.items()}
        self._keys |= {key: key for key in municipalities.values()}
        self._roles = {word: role for role, words in _ROLES.items() for word in (role, *words)}
        names = {code: {code, fold(own), _LANGUAGES[code]} for code, own in CONTENT_LANGUAGES.items()}
        self._languages = {word: code for code, words in names.items() for word in words}
        self._seen: dict[str, int] = {}

    def place(self, line: int, values: Mapping[str, str]) -> Place:
        reference = values.get("reference", "")
        if len(reference) > REFERENCE_LIMIT:
            most = _l("The reference is too long. It has at most %(most)d characters.", most=REFERENCE_LIMIT)
            self.faults.append(Fault(line, most))
        elif reference and self._seen.setdefault(reference, line) != line:
            twice = _l("This reference stands in line %(line)d already.", line=self._seen[reference])
            self.faults.append(Fault(line, twice))
        return Place(
            reference,
            self._find(line, values.get("municipality", ""), self._keys, _NO_MUNICIPALITY),
            self._find(line, values.get("role", ""), self._roles, _NO_ROLE),
            self._find(line, values.get("language", ""), self._languages, _NO_LANGUAGE),
        )

    def _find(self, line: int, cell: str, known: Mapping[str, str], sentence: str) -> str:
        if not cell:
            return ""
        found = known.get(fold(cell))
        if found is None:
            self.faults.append(Fault(line, _l(sentence, word=cell[:40])))
        return found or ""
