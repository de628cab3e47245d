"""While somebody writes, a quiet list says what has been said already; the words stay where they are."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.fixtures import DIALOGUE, Visits

pytestmark = pytest.mark.browser


def test_whoever_writes_is_told_and_loses_nothing(visit: Visits) -> None:
    page = visit("participant", 390)
    page.goto(f"{DIALOGUE}/contribute/need")
    words = page.get_by_role("textbox").first
    told = page.locator("[aria-live=polite][data-url]")
    words.press_sequentially("Es gibt zu wenig Schwimmkurse für Kinder")
    expect(told.get_by_role("link")).to_contain_text(["Mehr Plätze in Schwimmkursen"])
    expect(words).to_be_focused()
    with page.context.expect_page() as opened:
        told.get_by_role("link").first.click()
    expect(opened.value.get_by_role("heading", level=1)).to_contain_text("Schwimmkursen")
    expect(words).to_have_value("Es gibt zu wenig Schwimmkurse für Kinder")

    # Without a line nothing is said and nothing is lost.
    page.route("**/similar/**", lambda route: route.abort())
    with page.expect_request("**/similar/**"):
        words.fill("Es gibt zu wenige Deutschkurse am Abend")
    expect(words).to_have_value("Es gibt zu wenige Deutschkurse am Abend")
    page.unroute("**/similar/**")
    visit.complaints.clear()
    words.fill("Die Ampel ist kaputt und niemand kommt")
    expect(told.get_by_role("link")).to_have_count(0)
