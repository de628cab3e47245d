"""A poll that ends while its page is open: it says so where people look, and nothing only looks saved."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.fixtures import DIALOGUE, TOPICS, Visits, enter_code, ready

pytestmark = pytest.mark.browser

GIVE = re.compile("^Einen Punkt geben")


def new_poll(staff: Page, topic: str) -> str:
    """Prepare and open one more vote on a topic; gives its address."""
    staff.goto(f"{DIALOGUE}/polls/prepare")
    staff.get_by_role("radio", name=topic).check(force=True)
    staff.locator("main form button[type=submit]").click()
    staff.wait_for_url(re.compile(r"/polls/\d+$"))
    address = staff.url
    staff.get_by_role("button", name="Abstimmung starten").click()
    expect(staff.get_by_text("Die Abstimmung läuft.")).to_be_visible()
    return address


def move_on(staff: Page, poll: str, step: str) -> None:
    """Close or publish a poll as coordination."""
    staff.goto(poll)
    button = staff.locator(f"#ask-{step} button")
    expect(button).to_be_hidden()
    staff.locator(f"#ask-{step} > summary").focus()
    staff.keyboard.press("Enter")
    button.focus()
    staff.keyboard.press("Enter")
    staff.wait_for_url(f"**?done={step}")


def test_a_poll_that_ends_under_ones_hands_says_so_and_takes_back_what_was_refused(visit: Visits) -> None:
    page, other, watcher, staff = visit("visitor", 390), visit("participant"), visit(), visit("coordinator")
    enter_code(page, visit.slip("poll ends"))
    poll = new_poll(staff, TOPICS["poll ends"])
    for one in (page, other, watcher):
        one.goto(poll)
        expect(one.locator("[data-live-state]")).to_have_attribute("data-state", "on")
        ready(one)
    page.get_by_role("button", name=GIVE).first.click()
    expect(page.get_by_text("Ihre Punkte sind gespeichert.")).to_be_visible()
    page.get_by_role("button", name=GIVE).nth(1).focus()
    # One of them does not hear of the end before they press.
    other.route("**/region?*", lambda route: route.abort())

    move_on(staff, poll, "close")

    for one in (page, watcher):
        expect(one.locator("[data-poll-status=closed] .vs-tag")).to_have_text("Beendet")
        expect(one.locator("[data-live-news]")).to_have_text("Diese Seite hat sich geändert.")
        expect(one.get_by_text("Läuft")).to_have_count(0)
    assert page.locator(".vs-ballot button:enabled").count() == 0
    expect(page.get_by_text("Noch 4 von 5 Punkten übrig")).to_be_visible()
    ended = page.locator("form[data-over]").get_attribute("data-over")
    expect(page.locator("[data-ballot-state]")).to_have_text(ended or "")
    assert page.evaluate("document.activeElement.matches('[data-ballot-state]')")

    other.get_by_role("button", name=GIVE).first.click()
    expect(other.get_by_text("Ihre Punkte wurden nicht gespeichert.")).to_be_visible()
    expect(other.get_by_text("Noch 5 von 5 Punkten übrig")).to_be_visible()
    assert other.locator(".vs-ballot input[name^=item-]").evaluate_all(
        "all => all.every((one) => one.value === '0')"
    )
    # The console names the region that was kept away, each time it is asked for.
    other.close()
    visit.complaints.clear()

    move_on(staff, poll, "publish")

    for one in (page, watcher):
        expect(one.locator("[data-poll-status=published] .vs-tag")).to_be_visible()
        expect(one.get_by_role("table")).to_be_visible()
