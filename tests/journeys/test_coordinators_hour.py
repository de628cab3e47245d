"""The coordinator's hour: from an empty form to a published day with programme, groups, paper, calendar."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from icalendar import Calendar
from playwright.sync_api import Browser, Page, expect

from tests.browser.fixtures import DIALOGUE, Visits, sign_in
from tools.demo_site import DemoSite, demo_site

pytestmark = [pytest.mark.browser, pytest.mark.slow]

GROUPS = (
    ("Freizeit", ["Freizeit"]),
    ("Teilhabe", ["Gesellschaftliche Teilhabe"]),
    ("Arbeit", ["Arbeit und Ausbildung"]),
    ("Gesundheit", ["Gesundheit und Gewaltprävention"]),
    ("Sprache", ["Sprache und Bildung"]),
    ("Ankommen", ["Sprache und Bildung", "Gesellschaftliche Teilhabe"]),
)


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory, fresh_demo: Path) -> Iterator[DemoSite]:
    """A demonstration of its own: whoever founds a dialogue changes what everybody's first page shows."""
    folder = tmp_path_factory.mktemp("county")
    shutil.copytree(fresh_demo, folder, dirs_exist_ok=True)
    with demo_site(folder) as site:
        yield site


@pytest.fixture
def visits(browser: Browser, county: DemoSite) -> Iterator[Visits]:
    opened = Visits(browser, county, {})
    yield opened
    opened.close()
    assert opened.complaints == []


def test_a_coordinator_prepares_a_dialogue_and_a_day(visits: Visits, county: DemoSite) -> None:
    staff = visits()
    sign_in(staff, county)

    # The dialogue, its question and the steps of its process.
    staff.goto("/dialogues/new")
    staff.get_by_label("Titel", exact=True).fill("Zusammen leben")
    staff.get_by_label("Frage auf der ersten Seite", exact=True).fill("Was brauchen wir, um gut zu leben?")
    staff.get_by_role("button", name="Dialog anlegen").click()
    expect(staff.get_by_role("heading", level=1)).to_have_text("Zusammen leben")
    home = staff.url.partition("/prepare")[0]
    for when, what in (("Herbst 2027", "Wir sammeln."), ("Frühjahr 2028", "Der Kreistag beschließt.")):
        staff.get_by_role("link", name="Schritt hinzufügen").click()
        staff.get_by_label("Wann", exact=True).fill(when)
        staff.get_by_label("Was geschieht", exact=True).fill(what)
        staff.get_by_role("button", name="Schritt hinzufügen").click()
    expect(staff.get_by_role("region", name="Schritte des Prozesses")).to_contain_text("Frühjahr 2028")

    # The day, with the programme and the groups that are proposed.
    staff.get_by_role("link", name="Veranstaltung planen").click()
    staff.get_by_label("Titel", exact=True).fill("Dialogtag")
    staff.get_by_label("Tag", exact=True).fill("2027-11-19")
    staff.get_by_role("textbox", name="Ort (freiwillig)", exact=True).fill("Landratsamt, Großer Saal")
    staff.get_by_label("Anmeldung möglich ab").fill("2027-10-01T08:00")
    staff.get_by_label("Anmeldung möglich bis").fill("2027-11-18T18:00")
    staff.get_by_label("Plätze je Gruppe und Runde").fill("20")
    staff.get_by_role("button", name="Veranstaltung planen").click()
    expect(staff.get_by_text("Die Veranstaltung ist als Entwurf geplant.")).to_be_visible()
    event = staff.url.partition("/prepare")[0]
    programme = staff.get_by_role("region", name="Programm")
    expect(programme.get_by_role("listitem")).to_have_count(6)

    # What does not fit is said, and what was typed is still there.
    programme.get_by_role("link", name="Programmpunkt hinzufügen").click()
    staff.get_by_label("Was geschieht", exact=True).fill("Film")
    staff.get_by_label("Beginnt um").fill("12:15")
    staff.get_by_label("Endet um").fill("12:30")
    staff.get_by_role("button", name="Programmpunkt hinzufügen").click()
    expect(staff.locator("[data-error-summary]")).to_contain_text("bevor „Pause“ zu Ende ist")
    expect(staff.get_by_label("Was geschieht", exact=True)).to_have_value("Film")
    staff.get_by_role("link", name="Zurück, ohne zu speichern").click()
    programme.get_by_role("link", name="Ändern Pause").click()
    staff.get_by_label("Beginnt um").fill("12:30")
    staff.get_by_role("button", name="Programmpunkt speichern").click()
    programme.get_by_role("link", name="Programmpunkt hinzufügen").click()
    staff.get_by_label("Was geschieht", exact=True).fill("Film")
    staff.get_by_label("Beginnt um").fill("12:00")
    staff.get_by_label("Endet um").fill("12:30")
    staff.get_by_role("button", name="Programmpunkt hinzufügen").click()
    expect(programme.get_by_role("listitem")).to_have_count(7)

    # Six groups on five topics, each with its people as roles.
    groups = staff.get_by_role("region", name="Arbeitsgruppen")
    groups.get_by_role("link", name="Gruppe hinzufügen").click()
    write_group(staff, *GROUPS[5], 6)
    staff.get_by_role("button", name="Gruppe hinzufügen").click()
    for number, (name, topics) in enumerate(GROUPS[:5], start=1):
        groups.get_by_role("listitem").nth(number - 1).get_by_role("link", name="Ändern").click()
        write_group(staff, name, topics, number)
        staff.get_by_role("button", name="Gruppe speichern").click()
    expect(groups.get_by_role("listitem")).to_have_count(6)
    groups.get_by_role("button", name="Nach oben: Ankommen").click()
    expect(groups.get_by_role("listitem").nth(4)).to_contain_text("Ankommen")

    # Nobody sees it before it is published.
    visitor = visits("visitor", 390)
    visitor.goto(event)
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Seite nicht gefunden")
    expect(staff.get_by_role("region", name="Veröffentlichen")).not_to_contain_text("ohne Moderation")
    staff.get_by_role("button", name="Code erzeugen").click()
    expect(staff.locator(".vs-code")).to_have_text(re.compile("^[0-9A-Z]{6}$"))
    staff.get_by_role("button", name="Veranstaltung veröffentlichen").click()
    expect(staff.get_by_text("Die Veranstaltung ist veröffentlicht.")).to_be_visible()

    visitor.goto(f"{home}/events")
    visitor.get_by_role("link", name="Programm und Gruppen").click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Dialogtag")
    expect(visitor.get_by_text("Freitag, 19. November 2027, 09:00 bis 16:30 Uhr")).to_be_visible()
    expect(
        visitor.get_by_role("region", name="Arbeitsgruppen").get_by_role("heading", level=3)
    ).to_have_count(6)
    expect(visitor.get_by_text("Alle können an bis zu 2 Gruppen teilnehmen.")).to_be_visible()
    with visitor.expect_download() as download:
        visitor.get_by_role("link", name="Ganzes Programm für meinen Kalender").click()
    entries = Calendar.from_ical(Path(download.value.path()).read_bytes()).walk("VEVENT")
    assert [str(entry["summary"]) for entry in entries][2:4] == ["Film", "Pause"]
    visitor.get_by_role("link", name="Programm zum Ausdrucken").click()
    visitor.emulate_media(media="print")
    expect(visitor.locator("header.vs-header")).to_be_hidden()
    expect(visitor.get_by_role("table", name="Gruppen und ihre Runden")).to_contain_text("Saal 6")

    # The same day a year later, without the code.
    staff.get_by_role("link", name="Veranstaltung kopieren").click()
    staff.get_by_label("Tag", exact=True).fill("2028-11-17")
    staff.get_by_role("radio", name="Zusammen leben").check()
    staff.get_by_role("button", name="Veranstaltung kopieren").click()
    expect(staff.get_by_text("Das ist die Kopie.")).to_be_visible()
    expect(staff.get_by_text("Freitag, 17. November 2028, 09:00 bis 16:30 Uhr")).to_be_visible()
    expect(groups.get_by_role("listitem")).to_have_count(6)
    expect(staff.get_by_text("Es gibt keinen Code.")).to_be_visible()


def test_without_scripts_it_works_as_well(visits: Visits, county: DemoSite) -> None:
    staff = visits(java_script_enabled=False)
    sign_in(staff, county)
    staff.goto(f"{DIALOGUE}/events/new")
    staff.get_by_role("button", name="Veranstaltung planen").click()
    expect(staff.get_by_role("alert")).to_contain_text("Bitte geben Sie einen Titel ein.")
    staff.get_by_label("Titel", exact=True).fill("Abend")
    staff.get_by_label("Tag", exact=True).fill("2027-11-19")
    staff.get_by_role("button", name="Veranstaltung planen").click()
    programme = staff.get_by_role("region", name="Programm")
    programme.get_by_role("button", name="Nach oben: Pause").click()
    expect(programme.get_by_role("listitem").nth(1)).to_contain_text("Pause")
    programme.get_by_role("link", name="Ändern Abschluss").click()
    staff.get_by_text("Diesen Programmpunkt löschen").first.click()
    staff.get_by_role("button", name="Diesen Programmpunkt löschen").click()
    expect(programme.get_by_role("listitem")).to_have_count(5)
    staff.get_by_role("button", name="Veranstaltung veröffentlichen").click()
    expect(staff.get_by_role("region", name="Veröffentlicht")).to_be_visible()


def write_group(page: Page, name: str, topics: list[str], number: int) -> None:
    """Fill in the form of a group that meets in both rounds."""
    page.get_by_label("Name der Gruppe", exact=True).fill(name)
    for topic in topics:
        page.get_by_role("checkbox", name=topic).check(force=True)
    page.get_by_role("textbox", name="Raum (freiwillig)", exact=True).fill(f"Saal {number}")
    page.get_by_role("textbox", name="Moderation (freiwillig)", exact=True).fill(f"Moderation {number}")
    page.get_by_role("textbox", name="Protokoll (freiwillig)", exact=True).fill(f"Protokoll {number}")
