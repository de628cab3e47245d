"""Dates, amounts and urgencies as people write them into a list."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import urlsplit

from dialog.municipal_lists.notes import Note
from dialog.municipal_lists.words import key

_GERMAN = re.compile(r"(\d{1,2})\s?[./]\s?(\d{1,2})\s?[./]\s?(\d{4}|\d{2})")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]\d{2}:\d{2}(?::\d{2})?)?")
_NAMED = re.compile(r"(\d{1,2})\.?\s([a-z]{3,9})\.?\s(\d{4})")
_SERIAL = re.compile(r"[2-7]\d{4}")
_EXCEL_BEGINS = date(1899, 12, 30)
_MONTHS = ("jan", "feb", "maerz", "apr", "mai", "jun", "jul", "aug", "sep", "okt", "nov", "dez")
_LIKELY = range(1950, 2100)
"""Years in which something in a list can begin or end; spreadsheets show an empty date as one in 1899."""

_CENTURY_BEGINS = 70
"""Years written with two digits are those from 1970 to 2069."""

_AMOUNT = re.compile(r"(\d{1,3}(?:\.\d{3})+|\d{1,6})(?:,(\d{1,2})|,-)?")
_AMOUNT_WITH_POINT = re.compile(r"(\d{1,6})\.(\d{1,2})")
MOST_CENTS = 100_000_000
"""More than that nobody pays to take part."""

_CURRENCY = re.compile(r"\s*(€|eur|euro)\.?\s*", re.IGNORECASE)
_NO_ADDRESS = re.compile(r"[\s<>\"']")
URL_LIMIT = 500
_FREE = frozenset({"kostenlos", "kostenfrei", "gratis", "frei", "keine", "umsonst", "free", "keine kosten"})


def read_date(written: str) -> tuple[date | None, Note | None]:
    """The day that is written, and what to say about how it was read; None for what is no day."""
    text = written.strip()
    if not text:
        return None, None
    if _SERIAL.fullmatch(text):
        day = _EXCEL_BEGINS + timedelta(days=int(text))
        return day, Note("excel_date", {"written": text, "known": _shown(day)})
    if match := _ISO.fullmatch(text):
        return _day(written, int(match[1]), int(match[2]), int(match[3]))
    if match := _GERMAN.fullmatch(text):
        year = int(match[3])
        if len(match[3]) == 4:
            return _day(written, year, int(match[2]), int(match[1]))
        found, note = _day(
            written, year + (1900 if year >= _CENTURY_BEGINS else 2000), int(match[2]), int(match[1])
        )
        if found is None:
            return found, note
        return found, Note("two_digit_year", {"written": text, "known": _shown(found)})
    if match := _NAMED.fullmatch(_spelled(text)):
        month = next((n for n, name in enumerate(_MONTHS, 1) if match[2].startswith(name)), 0)
        if month:
            return _day(written, int(match[3]), month, int(match[1]))
    return None, Note("date_text", {"written": _short(text)})


def _spelled(text: str) -> str:
    return text.casefold().replace("ä", "ae").replace("mär ", "maerz ").replace("mrz", "maerz")


def _day(written: str, year: int, month: int, day: int) -> tuple[date | None, Note | None]:
    try:
        found = date(year, month, day)
    except ValueError:
        return None, Note("invalid_date", {"written": _short(written.strip())})
    if year not in _LIKELY:
        return None, Note("date_unlikely", {"written": _short(written.strip())})
    return found, None


def _shown(day: date) -> str:
    return f"{day.day:02}.{day.month:02}.{day.year}"


def read_cost(written: str) -> tuple[int | None, Note | None]:
    """The cents that are written, and what to say about how they were read; None for what is no amount."""
    text = written.strip()
    if not text:
        return None, None
    if key(text) in _FREE:
        return 0, Note("cost_words", {"written": _short(text), "known": "0,00 €"})
    in_words = "eur" in text.casefold()
    bare = _CURRENCY.sub("", text)
    cents = _cents(bare)
    if cents is None or cents > MOST_CENTS:
        return None, Note("cost_text", {"written": _short(text)})
    if in_words:
        return cents, Note("cost_words", {"written": _short(text), "known": shown_cost(cents)})
    return cents, None


def _cents(text: str) -> int | None:
    if match := _AMOUNT.fullmatch(text):
        return int(match[1].replace(".", "")) * 100 + int((match[2] or "0").ljust(2, "0"))
    if match := _AMOUNT_WITH_POINT.fullmatch(text):
        return int(Decimal(f"{match[1]}.{match[2]}") * 100)
    return None


def shown_cost(cents: int) -> str:
    """An amount as it is written in German."""
    return f"{cents // 100},{cents % 100:02} €"


def read_urgency(written: str) -> tuple[int | None, Note | None]:
    """The urgency from 1 to 5, and what to say if there is none."""
    text = written.strip()
    if not text:
        return None, None
    if not re.fullmatch(r"[0-9]{1,9}", text):
        return None, Note("urgency_text", {"written": _short(text)})
    if not 1 <= int(text) <= 5:
        return None, Note("urgency_range", {"written": text})
    return int(text), None


def read_url(written: str) -> tuple[str, Note | None]:
    """The whole address that is written, and what to say if it is none; its beginning often lacks."""
    text = written.strip()
    if not text:
        return "", None
    whole = text if re.match(r"https?://", text, re.IGNORECASE) else f"https://{text}"
    if len(whole) > URL_LIMIT or _NO_ADDRESS.search(whole) or "." not in _host(whole):
        return "", Note("url_text", {"written": _short(text)})
    return whole, None


def _host(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    # A mail address becomes one with a name in front of its host.
    return "" if parts.username is not None else (parts.hostname or "").strip(".")


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:59] + "…"
