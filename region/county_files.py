"""Files of a county's folder, and what is wrong with them: every fault names its file and line."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from core.tables import plain

MAX_BYTES = 5_000_000
"""Largest file that is read."""

T = TypeVar("T")


class BadFolder(ValueError):
    """The folder cannot be used; `sentences` name file and line of everything that is wrong."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


class Faults:
    """What is wrong with a folder, one sentence for each."""

    def __init__(self) -> None:
        self.sentences: list[str] = []

    def note(self, file: str, sentence: str, line: int | None = None) -> None:
        """Keep a sentence about a file, or about a line of it (from 1)."""
        self.sentences.append(f"{file}, line {line}: {sentence}" if line else f"{file}: {sentence}")


def read_text(folder: Path, name: str, faults: Faults) -> str | None:
    """The text of a file, or None with the reason noted."""
    path = folder / name
    try:
        raw = path.read_bytes() if path.stat().st_size <= MAX_BYTES else None
    except FileNotFoundError:
        faults.note(name, "This file is missing.")
        return None
    except OSError as error:
        faults.note(name, f"This file cannot be read: {error.strerror}.")
        return None
    if raw is None:
        faults.note(name, f"This file is larger than {MAX_BYTES // 1_000_000} MB.")
        return None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        faults.note(name, "This is not UTF-8. Please save the file again with the encoding UTF-8.", line)
        return None
    if "\x00" in text:
        faults.note(name, "This is not a text file.", text.count("\n", 0, text.index("\x00")) + 1)
        return None
    return text


def read_json(folder: Path, name: str, faults: Faults) -> Any:
    """What a file holds, or None with the reason noted."""
    text = read_text(folder, name, faults)
    if text is None:
        return None
    try:
        data = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else None
        faults.note(name, "This is not JSON.", line)
        return None
    if data is None:
        faults.note(name, "This file says nothing.")
    return data


@dataclass(frozen=True, slots=True)
class Row:
    """One data line of a CSV file; notes what is wrong with a value at this line."""

    file: str
    line: int
    values: Mapping[str, str]
    faults: Faults

    def get(self, name: str) -> str:
        """The value of a column, empty where there is none."""
        return self.values.get(name, "")

    def need(self, name: str, most: int | None = None) -> str:
        """The same of a column that must say something, in at most so many characters."""
        value = self.get(name)
        if not value:
            self.wrong(f"“{name}” is empty.")
        elif most is not None and len(value) > most:
            self.wrong(f"“{name}” has {len(value)} characters; at most {most} are possible.")
        elif "\x00" in value:
            self.wrong(f"“{name}” has a character that no text has.")
        return value

    def read(self, name: str, parse: Callable[[str], T | None], expected: str) -> T | None:
        """A value as `parse` reads it; None, noted, where it is not what is `expected`."""
        value = self.get(name)
        parsed = parse(value)
        if parsed is None:
            self.wrong(f"“{name}” must be {expected}, not “{value[:40]}”.")
        return parsed

    def coordinate(self, name: str) -> float | None:
        """Decimal degrees, or None where the column is empty or, noted, none."""
        return self.read(name, _degrees, "a number such as 48.87012, or empty") if self.get(name) else None

    def wrong(self, sentence: str) -> None:
        """Note what is wrong with this line."""
        self.faults.note(self.file, sentence, self.line)


def rows_of(text: str, name: str, needed: tuple[str, ...], faults: Faults) -> Iterator[Row]:
    """The data lines of a CSV file with commas or semicolons; what cannot be read is noted and left out."""
    first_line = text.split("\n", 1)[0]
    separator = ";" if first_line.count(";") > first_line.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    header: list[str] | None = None
    line = 1
    try:
        for record in reader:
            line, start = reader.line_num + 1, line
            if not any(value.strip() for value in record):
                continue
            if header is None:
                header = [value.strip().lower() for value in record]
                missing = [column for column in needed if column not in header]
                doubled = sorted({column for column in header if column and header.count(column) > 1})
                for column in missing:
                    faults.note(name, f"The column “{column}” is missing.", start)
                for column in doubled:
                    faults.note(name, f"The column “{column}” is there twice.", start)
                if missing or doubled:
                    return
                continue
            if len(record) != len(header):
                faults.note(name, f"There are {len(record)} values for {len(header)} columns.", start)
                continue
            yield Row(name, start, dict(zip(header, (plain(v.strip()) for v in record), strict=True)), faults)
    except csv.Error as error:
        faults.note(name, f"This line cannot be read as CSV ({error}).", reader.line_num or 1)
        return
    if header is None:
        faults.note(name, "This file is empty.")


def texts_of(row: Row, prefix: str) -> dict[str, str]:
    """Texts by language code, from columns such as `name_de` with the prefix `name_`."""
    return {
        column.removeprefix(prefix): value
        for column, value in row.values.items()
        if column.startswith(prefix) and value
    }


def whole(text: str) -> int | None:
    """A whole number without a sign; None if it is none."""
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None


def _degrees(text: str) -> float | None:
    return float(text) if re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{1,12})?", text) else None


def flag(text: str) -> bool | None:
    """1 is true, 0 or nothing false, anything else None."""
    return {"": False, "0": False, "1": True}.get(text)


def day_of(text: str) -> date | None:
    """A day such as 2018-12-31; None if it is none."""
    try:
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else None
    except ValueError:
        return None
