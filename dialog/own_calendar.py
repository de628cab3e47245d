"""The calendar file of one person's own groups. It says where to be, and nothing about who that is."""

from __future__ import annotations

from core.i18n import name_in
from dialog.calendars import CalendarEntry, calendar_file, entry_of
from dialog.models import Registration


def own_calendar(registration: Registration, *, county: str, publisher: str, url: str) -> bytes:
    """The groups in which somebody has a place, or the whole event if there are none, for any calendar.

    Entries have the names of those of the programme (`dialog.calendars`), so that a file loaded again
    replaces them; `url` leads to one's registration, which asks for the code.
    """
    event = registration.event
    whole = entry_of(event, county=county, url=url)
    seats = [(choice.group, choice.round) for choice in registration.choices if choice.round is not None]
    entries = [
        CalendarEntry(
            name=f"{whole.name}/{round.id}",
            title=f"{name_in(group.names)} – {name_in(event.titles)}",
            starts_at=round.starts_at,
            ends_at=round.ends_at,
            # Another group in the same round is a later version of the same entry.
            changed_at=registration.changed_at,
            revision=event.registrations_version,
            place=", ".join(part for part in (event.place, group.room) if part),
            text=group.link,
            url=url,
        )
        for group, round in sorted(seats, key=lambda seat: seat[1].starts_at)
    ]
    return calendar_file(entries or [whole], publisher=publisher)
