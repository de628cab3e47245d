"""Reads dates and numbers as people type them here, and writes them as they type them.

A date is kept as precise as it is known: `2026`, `2026-09` or `2026-09-30`; in this form dates sort by time.
"""

from __future__ import annotations

import re
from datetime import date

_ISO = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")
_GERMAN = re.compile(r"(?:(?:([0-9]{1,2})\. ?)?([0-9]{1,2})[./] ?)?([0-9]{4})")
_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:[.  ][0-9]{3})+(?:,[0-9]+)?")
_PLAIN = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")
_LARGEST = 10**15


def read_date(text: str) -> str | None:
    """A date such as 2026, 09.2026, 30.09.2026 or 2026-09-30 as it is kept; None if it is none."""
    typed = " ".join(text.split())
    found = _ISO.fullmatch(typed)
    if found:
        year, month, day = found.groups()
    else:
        found = _GERMAN.fullmatch(typed)
        if not found:
            return None
        day, month, year = found.groups()
    try:
        made = date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    if not 1800 <= made.year <= 2200:
        return None
    return made.strftime("%Y-%m-%d")[: 10 if day else 7 if month else 4]


def written_date(kept: str) -> str:
    """A kept date as one types it: 30.09.2026. What is no such date stays as it is."""
    found = _ISO.fullmatch(kept)
    return ".".join(part for part in reversed(found.groups()) if part) if found else kept


def read_number(text: str) -> float | None:
    """A number with a decimal comma (or point), dots between thousands if one likes; None if it is none.

    `1.200` is read as people here mean it, as a thousand and two hundred; `0.125` can only be a fraction.
    """
    typed = text.strip()
    if _THOUSANDS.fullmatch(typed):
        typed = re.sub(r"[.  ]", "", typed)
    elif not _PLAIN.fullmatch(typed):
        return None
    number = float(typed.replace(",", "."))
    return number if abs(number) < _LARGEST else None


def written_number(number: float | None) -> str:
    """A number as one types it, with a decimal comma and without dots."""
    if number is None:
        return ""
    return f"{number:.6f}".rstrip("0").rstrip(".").replace(".", ",")
