"""Somebody on a phone signs up for the day ahead, changes their mind, and does not come after all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from icalendar import Calendar
from playwright.sync_api import Page, expect

from tests.browser.fixtures import DIALOGUE, Visits, enter_code, ready

pytestmark = [pytest.mark.browser, pytest.mark.slow]

EVENT = f"{DIALOGUE}/events/folgeveranstaltung"


def pick(page: Page, name: str) -> None:
    """Tick a group; the order of ticks is the order of wishes."""
    page.get_by_role("checkbox", name=name).check(force=True)


def groups(page: Page) -> list[str]:
    """One's own groups as they stand on the page, by their names."""
    return page.get_by_role("region", name="Meine Gruppen").locator("strong").all_inner_texts()


def test_a_resident_signs_up_changes_and_cancels(visit: Visits) -> None:
    phone = visit("visitor", 390)
    phone.goto(EVENT)
    phone.get_by_role("link", name=re.compile("Anmelden|anmelden")).first.click()
    ready(phone)
    pick(phone, "Arbeit und Ausbildung")
    pick(phone, "Freizeit")
    expect(phone.get_by_text("Sie haben zwei Gruppen gewählt.")).to_be_visible()

    # A third is refused where one presses, and going back to the page shows what will be sent.
    phone.get_by_role("checkbox", name="Gesellschaftliche Teilhabe").click(force=True)
    third = phone.locator("[data-pick]", has_text="Gesellschaftliche Teilhabe")
    expect(third.get_by_text("Bitte wählen Sie höchstens zwei Gruppen.")).to_be_visible()
    phone.goto(EVENT)
    phone.go_back()
    ready(phone)
    for name in ("Arbeit und Ausbildung", "Freizeit"):
        expect(phone.get_by_role("checkbox", name=name)).to_be_checked()
        expect(phone.get_by_label(name).locator("option:checked")).not_to_have_text("Nicht gewählt")
    expect(phone.get_by_text("Sie haben zwei Gruppen gewählt.")).to_be_visible()
    expect(third.get_by_text("Bitte wählen Sie höchstens zwei Gruppen.")).to_have_count(0)
    phone.get_by_text("Meine Sprache", exact=True).click()
    phone.get_by_label("Welche Sprache sprechen Sie am besten?").select_option(label="العربية")
    no_wider(phone)
    phone.get_by_role("button", name="Anmelden und Code erhalten").click()

    # The confirmation: code, picture, number of the slip, printing, the groups, the calendar.
    expect(phone.get_by_role("heading", level=1)).to_have_text("Sie sind angemeldet")
    code = phone.locator(".vs-code").first.inner_text()
    assert re.fullmatch(r"[0-9A-Z]{5}-[0-9A-Z]{5}", code)
    expect(phone.get_by_role("img", name=re.compile("Derselbe Code als Bild")).locator("svg")).to_be_visible()
    expect(phone.get_by_text(re.compile(r"Z-[0-9A-Z]{5}")).first).to_be_visible()
    expect(phone.get_by_role("button", name="Meinen Zettel drucken")).to_be_visible()
    assert sorted(groups(phone)) == ["Arbeit und Ausbildung", "Freizeit"]
    no_wider(phone)
    phone.emulate_media(media="print")
    expect(phone.locator(".vs-code").first).to_be_visible()
    expect(phone.get_by_role("button", name=re.compile("Ich habe ihn aufgeschrieben"))).to_be_hidden()
    phone.emulate_media(media="screen")
    phone.get_by_role("button", name="Ich habe ihn aufgeschrieben, weiter").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Meine Anmeldung")
    with phone.expect_download() as download:
        phone.get_by_role("link", name="In meinen Kalender übernehmen").click()
    entries = Calendar.from_ical(Path(download.value.path()).read_bytes()).walk("VEVENT")
    titles = [str(entry["SUMMARY"]) for entry in entries]
    for name in ("Freizeit", "Arbeit und Ausbildung"):
        assert sum(name in title for title in titles) == 1, titles

    # Another group instead of the first; the place is kept by the code on any device.
    phone.get_by_role("link", name="Meine Gruppen ändern").click()
    ready(phone)
    phone.get_by_role("checkbox", name="Arbeit und Ausbildung").uncheck(force=True)
    pick(phone, "Gesellschaftliche Teilhabe")
    phone.get_by_role("button", name="Auswahl speichern").click()
    expect(phone.get_by_text("Ihre Auswahl ist gespeichert.")).to_be_visible()
    tablet = visit("visitor", 390)
    enter_code(tablet, code)
    tablet.goto(f"{EVENT}/registration")
    assert sorted(groups(tablet)) == ["Freizeit", "Gesellschaftliche Teilhabe"]

    phone.get_by_role("link", name="Ich komme doch nicht").click()
    phone.get_by_role("button", name="Anmeldung absagen").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Sie haben abgesagt")
    tablet.reload()
    expect(tablet.get_by_role("heading", level=1)).to_have_text("Sie haben abgesagt")
    expect(tablet.get_by_text("Gesellschaftliche Teilhabe")).to_have_count(0)
    phone.go_back()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Sie haben abgesagt")


def no_wider(page: Page) -> None:
    """Nothing has to be pushed sideways."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
