"""Calendar files (iCalendar): a day with its times, for the calendar people keep themselves."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard

from core.clock import LOCAL_TIME
from core.i18n import name_in
from dialog.models import DialogueEvent

_NAMESPACE = uuid.UUID("6b7a9c3e-2f0d-5b0c-9a51-8f5d0c7be6a4")
"""What the numbers of entries are made from; with another one people would have every entry twice."""


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One entry of a calendar. `name` tells it from all others, the same for ever; `revision` counts its
    versions from 1, of which `changed_at` is the moment.
    """

    name: str
    title: str
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime
    revision: int = 1
    place: str = ""
    text: str = ""
    url: str = ""
    whole_days: bool = False
    """It lasts from the day of its beginning to that of its end, both of them whole."""


def calendar_file(entries: Iterable[CalendarEntry], *, publisher: str) -> bytes:
    """A calendar as file, in local time with its rules; the same entries always give the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", f"-//{publisher}//Vielstimmig//DE")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(_local_time())
    for entry in entries:
        event = Event()
        event.add("uid", str(uuid.uuid5(_NAMESPACE, entry.name)))
        event.add("dtstamp", entry.changed_at.astimezone(UTC))
        event.add("sequence", entry.revision - 1)
        begin, end = entry.starts_at.astimezone(LOCAL_TIME), entry.ends_at.astimezone(LOCAL_TIME)
        # The end of whole days is the day after the last one (RFC 5545, 3.6.1).
        event.add("dtstart", begin.date() if entry.whole_days else begin)
        event.add("dtend", end.date() + timedelta(days=1) if entry.whole_days else end)
        event.add("summary", entry.title)
        for name, value in (("location", entry.place), ("description", entry.text), ("url", entry.url)):
            if value:
                event.add(name, value)
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def entries_of(event: DialogueEvent, *, county: str, url: str) -> list[CalendarEntry]:
    """The programme of an event as entries, in the language in use; `county` is the key of the county."""
    return [
        CalendarEntry(
            name=f"{_name(event, county)}/{item.id}",
            title=name_in(item.names),
            starts_at=item.starts_at,
            ends_at=item.ends_at,
            changed_at=event.changed_at or event.starts_at,
            revision=item.revision,
            place=event.place,
            text=name_in(event.titles),
            url=url,
        )
        for item in sorted(event.agenda, key=lambda item: item.starts_at)
    ]


def entry_of(event: DialogueEvent, *, county: str, url: str) -> CalendarEntry:
    """The whole event as one entry, in the language in use."""
    return CalendarEntry(
        name=_name(event, county),
        title=name_in(event.titles),
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        changed_at=event.changed_at or event.starts_at,
        revision=event.revision,
        place=event.place,
        text=name_in(event.aims),
        url=url,
    )


def _name(event: DialogueEvent, county: str) -> str:
    return f"{county}/{event.dialogue.slug}/{event.slug}"


def _local_time() -> Timezone:
    # The library would list every change since 1970 instead of the rule, and miss it by an hour.
    zone = Timezone()
    zone.add("tzid", LOCAL_TIME.key)
    winter, summer = timedelta(hours=1), timedelta(hours=2)
    for part, name, begin, before, after, month in (
        (TimezoneDaylight(), "CEST", (date(1996, 3, 31), time(2)), winter, summer, 3),
        (TimezoneStandard(), "CET", (date(1996, 10, 27), time(3)), summer, winter, 10),
    ):
        part.add("tzname", name)
        part.add("dtstart", datetime.combine(*begin))
        part.add("tzoffsetfrom", before)
        part.add("tzoffsetto", after)
        part.add("rrule", {"freq": "yearly", "bymonth": month, "byday": "-1su"})
        zone.add_component(part)
    return zone
