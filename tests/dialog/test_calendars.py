"""Calendar files: valid when read again, the same every time, and nothing in them but what was meant."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from dialog.calendars import CalendarEntry, calendar_file
from tests.client import Client
from tests.conftest import Maker

BEGIN = datetime(2027, 11, 19, 8, tzinfo=UTC)
NASTY = "Plenum; mit, allem\r\nATTENDEE:mailto:x@example.org\r\nEND:VEVENT\\n" + "ä" * 200


def entry(**values: object) -> CalendarEntry:
    whole: dict[str, object] = {
        "name": "08236/probe/tag/1",
        "title": "Plenum",
        "starts_at": BEGIN,
        "ends_at": BEGIN + timedelta(hours=1),
        "changed_at": BEGIN - timedelta(days=9),
    }
    return CalendarEntry(**(whole | values))  # type: ignore[arg-type]


def test_a_file_says_when_in_local_time_and_means_the_same_moment() -> None:
    file = calendar_file([entry()], publisher="Landratsamt")
    assert b"DTSTART;TZID=Europe/Berlin:20271119T090000" in file
    (event,) = Calendar.from_ical(file).walk("VEVENT")
    assert event["dtstart"].dt.astimezone(UTC) == BEGIN
    assert event["dtstamp"].dt == BEGIN - timedelta(days=9)


@pytest.mark.parametrize("month", [1, 3, 7, 10, 11])
def test_the_rules_of_local_time_in_the_file_are_those_of_the_county(month: int) -> None:
    """Read with the file's own rules alone, as a program does that knows no names of zones."""
    file = calendar_file([entry()], publisher="Landratsamt").replace(b"Europe/Berlin", b"Here")
    (zone,) = Calendar.from_ical(file).walk("VTIMEZONE")
    own = zone.to_tz(lookup_tzid=False)
    for day in range(1, 29):
        wall = datetime(2027, month, day, 12)  # noqa: DTZ001 - as on the wall
        assert own.utcoffset(wall) == ZoneInfo("Europe/Berlin").utcoffset(wall)


def test_what_staff_typed_stays_one_text() -> None:
    file = calendar_file([entry(title=NASTY, place=NASTY, text=NASTY)], publisher="Amt\r\nMETHOD:CANCEL")
    read = Calendar.from_ical(file)
    (event,) = read.walk("VEVENT")
    for name in ("summary", "location", "description"):
        assert "ATTENDEE:mailto:x@example.org" in event[name]
    assert "attendee" not in event
    assert read["method"] == "PUBLISH"
    assert all(len(line) <= 75 for line in file.split(b"\r\n"))


def test_an_entry_keeps_its_number_and_counts_its_versions() -> None:
    first = calendar_file([entry()], publisher="Landratsamt")
    assert first == calendar_file([entry()], publisher="Landratsamt")
    later = calendar_file([entry(revision=3, title="Anders")], publisher="Landratsamt")
    one, other = (Calendar.from_ical(file).walk("VEVENT")[0] for file in (first, later))
    assert one["uid"] == other["uid"]
    assert (one["sequence"], other["sequence"]) == (0, 2)
    assert (
        Calendar.from_ical(calendar_file([entry(name="b")], publisher="x")).walk("VEVENT")[0]["uid"]
        != one["uid"]
    )


def test_everybody_takes_the_programme_along_in_their_language_and_nobody_a_draft(
    client: Client, make: Maker, client_as: Callable[..., Client]
) -> None:
    event = make.day(starts_at=BEGIN, slug="tag")
    file = client.get("/dialogues/probe/events/tag/programme.ics", 200)
    assert file.mimetype == "text/calendar"
    assert "tag-programme.ics" in file.headers["Content-Disposition"]
    events = Calendar.from_ical(file.data).walk("VEVENT")
    assert [str(one["summary"]) for one in events] == ["Plenum", "Runde 1", "Pause", "Runde 2"]
    assert len({str(one["uid"]) for one in events}) == 4
    assert b"127.0.0.1" not in b"".join(str(one["uid"]).encode() for one in events)
    whole = client.get("/dialogues/probe/events/tag/event.ics?lang=en", 200)
    (day,) = Calendar.from_ical(whole.data).walk("VEVENT")
    assert str(day["summary"]) == "Dialogue day"
    assert (day["dtstart"].dt, day["dtend"].dt) == (event.starts_at, event.ends_at)

    make.event(slug="entwurf", published=False, code="")
    for name in ("programme.ics", "event.ics", "programme"):
        client.get(f"/dialogues/probe/events/entwurf/{name}", 404)
        client_as("coordinator").get(f"/dialogues/probe/events/entwurf/{name}", 200)
