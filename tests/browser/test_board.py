"""A board in two browsers: what one writes the other reads at once, and own cards are marked."""

import pytest
from playwright.sync_api import expect

from tests.browser.fixtures import Visits, ready

pytestmark = pytest.mark.browser
DAY = "/dialogues/enzkreis/events/probelauf"


def test_a_card_from_a_phone_appears_on_the_other_screen_without_reloading(visit: Visits) -> None:
    phone, lead = visit("participant", 390), visit("coordinator", 1280)
    phone.goto(f"{DAY}/now")
    board = phone.get_by_role("link", name="Zum Board").first.get_attribute("href")
    assert board
    lead.goto(board)
    ready(lead)
    expect(lead.locator("[data-live-state]")).to_have_attribute("data-state", "on")
    # Each connection reads the board once more, a little later.
    lead.wait_for_timeout(1300)
    phone.goto(board)
    ready(phone)
    phone.get_by_role("link", name="Karte schreiben").click()
    words = "Im Winter fehlt ein heller Weg zum Kurs."
    phone.get_by_role("dialog").get_by_label("Was möchten Sie sagen?").fill(words)
    phone.get_by_role("button", name="Karte ans Board hängen").click()
    expect(phone.locator("[data-id] .vs-card--own").first).to_contain_text(words)
    expect(lead.locator("[data-live-region] [data-id]").filter(has_text=words)).to_be_visible(timeout=1000)


def test_a_line_that_is_kept_takes_back_what_was_said_of_the_one_before(visit: Visits) -> None:
    lead = visit("coordinator", 1280)
    lead.goto(f"{DAY}/boards/2/1/quick")
    ready(lead)
    text = lead.locator("main form [name=text]").first
    text.press("Enter")
    expect(lead.locator("[data-error-summary]")).to_be_visible()
    ready(lead)
    lead.locator("main form [name=text]").first.fill("Ein Spielplatz am Bahnhof.")
    lead.locator("main form [name=text]").first.press("Enter")
    expect(lead.locator("[data-part=latest]")).to_contain_text("Ein Spielplatz am Bahnhof.")
    expect(lead.locator("[data-error-summary], .vs-error, [aria-invalid]")).to_have_count(0)
    visit.complaints.clear()
