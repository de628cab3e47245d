"""Slips for printing: what stands on one, and whole sheets of them as HTML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import format_date, format_datetime, to_user_timezone

from accounts import codes
from core.charts import qr_code
from core.i18n import default_language, direction, force_locale, gettext, name_in
from core.moulds import Html
from core.turns import let_others
from dialog.models import GroupChoice

PER_SHEET = (8, 10)
"""How many slips fit on a sheet of A4, at choice."""


@dataclass(frozen=True, slots=True)
class Words:
    """What a slip says in one of its languages."""

    language: str
    direction: str
    title: str
    your_code: str
    how: str
    lost: str


@dataclass(frozen=True, slots=True)
class Slip:
    """One slip: the code as people read it, its number, and the office's own reference if it has one."""

    code: str
    number: str
    picture: Html
    """The QR code with the link and the code."""
    words: Sequence[Words]
    reference: str = ""
    seats: Sequence[str] = ()
    """Where its holder sits, one line for each round, in the default language."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """What all slips of a sheet are about; `starts_at` is left out where they are for a whole dialogue."""

    county: str
    titles: Mapping[str, str]
    public_url: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    place: str = ""

    @property
    def link(self) -> str:
        """Where codes are typed; a QR adds the code behind “#”."""
        return f"{self.public_url.rstrip('/')}/code"

    @property
    def address(self) -> str:
        """The same as people type it."""
        return self.link.removeprefix("https://")


def slip_of(
    occasion: Occasion,
    code: str,
    number: str,
    *,
    second: str = "",
    reference: str = "",
    seats: Sequence[GroupChoice] = (),
) -> Slip:
    """One slip in the default language and a `second` one; `code` is without grouping.

    `seats` are the choices of its holder that have a place, by time.
    """
    languages = dict.fromkeys((default_language(), *([second] if second else [])))
    return Slip(
        codes.show(code),
        number,
        # In the fragment, which no browser sends: so the code stands in no log.
        qr_code(f"{occasion.link}#{code}"),
        [_words(occasion, language) for language in languages],
        reference,
        [_seat(choice) for choice in seats if choice.round is not None],
    )


def _seat(choice: GroupChoice) -> str:
    round, group = choice.round, choice.group
    with force_locale(default_language()):
        words = gettext("Group %(number)s", number=group.number)
        when = format_datetime(round.starts_at, "HH:mm") if round else ""
        return ", ".join(part for part in (f"{when} {words}: {name_in(group.names)}", group.room) if part)


def sheets(occasion: Occasion, slips: Iterable[Slip], *, per_sheet: int = PER_SHEET[0]) -> dict[str, Any]:
    """What `dialog/_sheets.html` needs to draw the slips on sheets of A4 with lines to cut along."""
    drawn = []
    for slip in slips:
        drawn.append(slip)
        # Drawing hundreds of pictures takes seconds, in which others want to be served.
        let_others()
    return {
        "occasion": occasion,
        "when": _when(occasion),
        "sheets": [drawn[start : start + per_sheet] for start in range(0, len(drawn), per_sheet)],
        "per_sheet": per_sheet,
    }


def _words(occasion: Occasion, language: str) -> Words:
    with force_locale(language):
        return Words(
            language,
            direction(language),
            name_in(occasion.titles, language) if language in occasion.titles else "",
            gettext("Your personal code"),
            gettext("Scan the picture or type the address, then the code."),
            gettext("Lost this slip? With the number below the picture the help desk helps you."),
        )


def _when(occasion: Occasion) -> str:
    """Day and time in the default language."""
    if occasion.starts_at is None or occasion.ends_at is None:
        return ""
    with force_locale(default_language()):
        return gettext(
            "%(day)s, %(from)s to %(to)s",
            **{
                "day": format_date(to_user_timezone(occasion.starts_at), "full"),
                "from": format_datetime(occasion.starts_at, "HH:mm"),
                "to": format_datetime(occasion.ends_at, "HH:mm"),
            },
        )
