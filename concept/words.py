"""The small phrases that pages and documents share, in the language in use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import format_date, format_datetime, format_decimal

from concept.content import FigureData, IndicatorData, Linked, MeasureData, Origin, PollData, Voice
from concept.vocabulary import CLASS_LABELS, LINKED_LABELS, STATUS_LABELS, TIME_FRAME_LABELS, BlockKind
from core.errors import Sentence
from core.i18n import gettext, name_in, ngettext
from dialog.vocabulary import KIND_LABELS, SMALLEST_GROUP

_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")

ICONS = {
    "need": "kind-need",
    "offer": "kind-offer",
    "idea": "kind-idea",
    "aim": "kind-aim",
    "poll": "dots",
    "event": "calendar",
    "group": "people",
    "figure": "table",
    "publication": "document",
}
"""The sign beside each kind of record."""


def moment(at: datetime) -> str:
    """A moment to the minute, in the county's time."""
    return gettext("%(date)s, %(time)s", date=format_date(at, "long"), time=format_datetime(at, "HH:mm"))


def span(begin: datetime, end: datetime) -> str:
    """From when to when, on one day."""
    return gettext(
        "%(date)s, %(begin)s to %(end)s",
        date=format_date(begin, "long"),
        begin=format_datetime(begin, "HH:mm"),
        end=format_datetime(end, "HH:mm"),
    )


def as_of(at: datetime) -> str:
    """“Stand: …”: as of when what stands here holds."""
    return gettext("As of %(when)s", when=moment(at))


def size(number: int) -> str:
    """The size of a file for people: `340 kB`, `1.2 MB`."""
    if number < 1_000_000:
        return gettext("%(number)s kB", number=format_decimal(max(1, round(number / 1000))))
    return gettext("%(number)s MB", number=format_decimal(round(number / 1_000_000, 1)))


def dated(text: str) -> str:
    """A date as precise as it is known: a day, a month, a year, or from one to another."""
    first, slash, last = text.partition("/")
    if slash and len(first) == len(last) == 4:
        return text  # A school year.
    if slash:
        return f"{dated(first)} – {dated(last)}"
    match = _DATE.fullmatch(text)
    if match is None or not match[2]:
        return text
    try:
        day = date(int(match[1]), int(match[2]), int(match[3] or 1))
    except ValueError:
        return text
    return str(format_date(day, "long" if match[3] else "LLLL y"))


def origin_label(origin: Origin) -> str:
    """What a source is called: its number, where it has one, and its name."""
    return " ".join(part for part in (origin.reference, name_in(origin.names)) if part)


def origin_note(origin: Origin) -> str:
    """What kind of record a source is, and what one must know to judge it."""
    if origin.kind in KIND_LABELS:
        return f"{KIND_LABELS[origin.kind]} · {origin.detail or gettext('Whole county')}"
    if origin.kind == "poll":
        closed = format_date(origin.moment, "long") if origin.moment else ""
        return " · ".join(part for part in (gettext("Vote"), closed) if part)
    if origin.kind in {"event", "group"}:
        met = gettext("Event") if origin.kind == "event" else gettext("Working group")
        return " · ".join(part for part in (met, format_date(origin.moment, "long")) if part)
    kind = gettext("Figure") if origin.kind == "figure" else gettext("Publication")
    return " · ".join(part for part in (kind, origin.detail, dated(origin.dated)) if part)


def voice_place(voice: Voice) -> str:
    """Where a contribution is about, and who offers it or for whom it is."""
    group = gettext("For: %(group)s", group=voice.target_group) if voice.target_group else ""
    parts = [voice.place or gettext("Whole county"), voice.provider, group]
    return " · ".join(part for part in parts if part)


def standing(voice: Voice) -> str:
    """How a need came out: in the decisive poll, else in another one, or that nobody voted on it."""
    at, other = voice.standing, voice.other
    if at is None and other is not None:
        return gettext(
            "Not part of the vote that decides the order; place %(place)s of %(of)s in “%(poll)s”",
            place=other.place,
            of=other.of,
            poll=name_in(other.poll),
        )
    if at is None:
        return gettext("Not voted on")
    points = ngettext("%(num)s point", "%(num)s points", at.points)
    voters = ngettext("from %(num)s person", "from %(num)s people", at.voters)
    return gettext("Place %(place)s of %(of)s", place=at.place, of=at.of) + f" · {points} {voters}"


def amount(figure: FigureData) -> str:
    """A figure's numbers as people write them, with the unit."""
    numbers = " / ".join(format_decimal(number) for number in figure.amounts)
    return f"{numbers} {figure.unit}"


def rule_of(poll: PollData) -> str:
    """The rule of a vote in plain words."""
    return gettext(
        "Everybody had %(dots)s points and could put at most %(most)s on one need. "
        "The sum of points decides. If two sums are equal, the need with the lower number comes first. "
        "This rule was fixed before the vote.",
        dots=poll.dots,
        most=poll.max_per_item,
    )


def turnout_of(poll: PollData) -> str:
    """How many voted and whose ballots the ranking counts; never fewer than five people apart."""
    counted = ngettext(
        "Counted: %(num)s ballot by a code from staff or an account (tiers A and B).",
        "Counted: %(num)s ballots by a code from staff or an account (tiers A and B).",
        poll.ballots,
    )
    if poll.ballots_not_counted >= SMALLEST_GROUP:
        rest = ngettext(
            "Not counted: %(num)s ballot by people who registered themselves (tier C).",
            "Not counted: %(num)s ballots by people who registered themselves (tier C).",
            poll.ballots_not_counted,
        )
    elif poll.ballots_not_counted:
        rest = gettext(
            "Fewer than five ballots of people who registered themselves (tier C) are not counted."
        )
    else:
        rest = ""
    return f"{counted} {rest}".strip()


def order_of(poll: PollData) -> str:
    """By what the needs of a chapter are ordered, and as of when."""
    return gettext(
        "The needs are in the order of the vote “%(poll)s”. %(as_of)s.",
        poll=name_in(poll.titles),
        as_of=as_of(poll.closed_at),
    )


def line_label(title: str) -> str:
    """What stands for a line of a result; a contribution that was hidden or taken back has no title."""
    return title or gettext("No longer public")


def goal_name(number: str) -> str:
    """A goal as it is quoted: Goal 5.1."""
    return gettext("Goal %(number)s", number=number)


def status_name(status: str) -> str:
    """The status of a measure."""
    return _word(STATUS_LABELS, status)


def measure_tags(measure: MeasureData) -> str:
    """Status and class of a measure."""
    words = (_word(STATUS_LABELS, measure.status), _word(CLASS_LABELS, measure.priority_class))
    return " · ".join(word for word in words if word)


def measure_rows(measure: MeasureData) -> list[tuple[str, str]]:
    """Everything that is said about a measure, as names and values; what is not known is left out."""
    when = " – ".join(dated(day) for day in (measure.begins, measure.ends) if day)
    frame = _word(TIME_FRAME_LABELS, measure.time_frame)
    rows = [
        (gettext("Goal"), f"{measure.goal.number} {name_in(measure.goal.texts)}".strip()),
        (gettext("For whom"), measure.target_group),
        (gettext("Responsible"), measure.responsible),
        (gettext("Together with"), ", ".join(measure.partners)),
        (gettext("When"), f"{when} ({frame})" if when and frame else when or frame),
        (gettext("Cost"), measure.cost),
        (gettext("Funding"), measure.funding),
        (gettext("How we will notice"), measure.indicator),
        *((one.name, indicator_span(one)) for one in measure.indicators),
        (gettext("As of"), format_date(measure.changed_at, "long")),
    ]
    return [(name, value) for name, value in rows if value]


def _word(labels: Mapping[str, Sentence], key: str) -> str:
    return str(labels[key]) if key in labels else ""


def indicator_span(indicator: IndicatorData) -> str:
    """Where a number began, where it shall be, and what was seen last."""
    parts = []
    if indicator.baseline is not None:
        parts.append(
            gettext(
                "Beginning: %(value)s (%(when)s)",
                value=counted(indicator.baseline, indicator.unit),
                when=dated(indicator.baseline_as_of),
            )
        )
    if indicator.values:
        last = indicator.values[-1]
        parts.append(
            gettext(
                "Last: %(value)s (%(when)s)",
                value=counted(last.value, indicator.unit),
                when=dated(last.as_of),
            )
        )
    if indicator.target is not None:
        parts.append(
            gettext(
                "Target: %(value)s (%(when)s)",
                value=counted(indicator.target, indicator.unit),
                when=dated(indicator.target_by),
            )
        )
    return " · ".join(parts)


def counted(value: float, unit: str) -> str:
    """A number as people write it, with its unit."""
    return f"{format_decimal(value)} {unit}".strip()


def in_time(as_of: str) -> float:
    """A date, as precise as it is known, as a number of years: 2021-07 is 2021.5."""
    year, month, day = (int(part) for part in [*as_of.split("-"), "1", "1"][:3])
    return year + (month - 1) / 12 + (day - 1) / 365


def short_date(as_of: str) -> str:
    """A date with little room: 9/2021 in the manner of the language in use."""
    parts = as_of.split("-")
    if len(parts) == 1:
        return as_of
    day = date(int(parts[0]), int(parts[1]), int(parts[2]) if len(parts) == 3 else 1)
    return str(format_date(day, "short" if len(parts) == 3 else "MM/y"))


def linked_title(linked: Linked) -> str:
    """What a linked block shows, in a few words; a quotation needs none."""
    field = name_in(linked.field.names) if linked.field else ""
    if linked.kind == BlockKind.VOICES:
        return gettext("All contributions")
    if linked.kind == BlockKind.NEEDS_LIST and linked.least is not None:
        return ngettext(
            "Needs: %(field)s (at least %(num)s point)",
            "Needs: %(field)s (at least %(num)s points)",
            linked.least,
            field=field,
        )
    if linked.kind == BlockKind.NEEDS_LIST:
        return gettext("Needs: %(field)s", field=field)
    if linked.kind == BlockKind.OFFERS_LIST:
        place = gettext("Whole county") if linked.place == "county" else linked.place or ""
        about = ", ".join(part for part in (field, place) if part)
        return gettext("Offers: %(about)s", about=about) if about else gettext("Offers")
    if linked.kind == BlockKind.CHART and linked.poll is not None:
        return gettext("Result of the vote “%(poll)s”", poll=name_in(linked.poll.titles))
    if linked.figures:
        return gettext("The county in figures")
    return (
        gettext("Needs and offers by place: %(field)s", field=field)
        if field
        else gettext("Needs and offers by place")
    )


def linked_as_of(linked: Linked) -> str:
    """“Stand: …” of a linked block, and that it was kept as it was then."""
    if linked.is_frozen:
        return gettext("%(as_of)s, kept as it was then.", as_of=as_of(linked.as_of))
    return f"{as_of(linked.as_of)}."


def label_of(kind: str, settings: Mapping[str, Any]) -> str:
    """A few words for a linked block where there is no room for it, such as in the text of its section."""
    label = str(LINKED_LABELS[kind])
    about = str(
        settings.get("contribution")
        or settings.get("field")
        or settings.get("place")
        or settings.get("poll")
        or ""
    )
    return f"{label} ({about})" if about else label
