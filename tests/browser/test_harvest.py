"""Three cards are harvested by keyboard only: confirmed, put off, taken back; nothing needs a mouse."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.fixtures import DIALOGUE, Visits

pytestmark = pytest.mark.browser

BOARD = "a[href$='/boards/5/1']"


def test_three_cards_by_keyboard(visit: Visits) -> None:
    page = visit("coordinator")
    page.goto(f"{DIALOGUE}/events")
    event = page.locator("a[href*='/events/']").evaluate_all(
        "links => [...new Set(links.map(one => one.pathname.match(/events\\/([^/]+)/)[1]))]"
    )
    for slug in event:
        answer = page.goto(f"{DIALOGUE}/events/{slug}/boards/5/1/harvest")
        if answer and answer.ok:
            break
    checked, wording = page.locator("#progress"), page.get_by_label("Wortlaut")
    expect(wording).to_be_focused()
    expect(checked).to_contain_text("0 von ")
    first = wording.input_value()

    # Every press is a page of its own; the script has the keys as soon as the wording has the focus.
    page.keyboard.press("Control+End")
    page.keyboard.type(" Auch am Abend.")
    page.keyboard.press("Alt+3")
    expect(page.get_by_role("radio", name="Idee")).to_be_checked()
    page.keyboard.press("Control+Enter")
    expect(checked).to_contain_text("1 von ")
    expect(page.locator("[data-undo]")).to_contain_text("Bestätigt:")

    second = wording.input_value()
    expect(wording).to_be_focused()
    page.keyboard.press("Alt+l")
    expect(page.locator("[data-undo]")).to_contain_text("Zurückgestellt:")
    expect(wording).not_to_have_value(second)
    expect(wording).to_be_focused()
    page.keyboard.press("Control+z")
    expect(wording).to_have_value(second)
    expect(wording).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(checked).to_contain_text("2 von ")

    expect(wording).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(checked).to_contain_text("3 von ")
    expect(wording).to_be_focused()
    page.keyboard.press("Control+z")
    expect(checked).to_contain_text("2 von ")
    expect(page.locator(".vs-list li").first).to_contain_text(f"{first} Auch am Abend.")
