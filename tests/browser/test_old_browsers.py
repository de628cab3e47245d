"""Phones that get no new browser any more, such as those with iOS 15.0: nothing typed stays behind."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.fixtures import TOPICS, Visits, enter_code, ready
from tests.browser.test_poll_ends import GIVE, new_poll

pytestmark = pytest.mark.browser
DAY = "/dialogues/enzkreis/events/probelauf"
OLD = """
  delete AbortSignal.timeout;
  delete AbortSignal.any;
  delete globalThis.BroadcastChannel;
  delete Crypto.prototype.randomUUID;
  delete Navigator.prototype.locks;
  delete HTMLDialogElement.prototype.showModal;
  delete HTMLDialogElement.prototype.close;
  delete globalThis.structuredClone;
  delete Object.hasOwn;
  for (const one of [Array, String, Int8Array.prototype.__proto__.constructor]) delete one.prototype.at;
  for (const name of ["findLast", "findLastIndex", "toSorted", "toReversed", "toSpliced", "with", "group"])
    delete Array.prototype[name];
"""
"""Takes away what browsers have learned since autumn 2021."""


def old(page: Page) -> Page:
    page.add_init_script(OLD)
    return page


def test_a_card_is_written_and_sent(visit: Visits) -> None:
    phone, lead = old(visit("participant", 390)), visit("coordinator", 1280)
    phone.goto(f"{DAY}/now")
    board = phone.get_by_role("link", name="Zum Board").first.get_attribute("href")
    assert board
    phone.goto(board)
    ready(phone)
    phone.get_by_role("link", name="Karte schreiben").click()
    words = "Der Bus kommt am Sonntag nicht."
    phone.get_by_label("Was möchten Sie sagen?").fill(words)
    phone.get_by_role("button", name="Karte ans Board hängen").click()
    lead.goto(board)
    expect(lead.locator("[data-live-region] [data-id]").filter(has_text=words)).to_be_visible()
    expect(phone.locator("[data-id] .vs-card--own").filter(has_text=words)).to_be_visible()


def test_points_are_given_left_behind_and_still_sent(visit: Visits) -> None:
    staff, page = visit("coordinator"), old(visit("visitor", 390))
    enter_code(page, visit.slip("old browser"))
    page.goto(new_poll(staff, TOPICS["poll ends"]))
    ready(page)
    page.get_by_role("button", name=GIVE).first.click()
    expect(page.get_by_text("Ihre Punkte sind gespeichert.")).to_be_visible()
    page.locator("[data-outbox-ready]").wait_for(state="attached")
    page.route("**/vote", lambda route: route.abort())
    page.get_by_role("button", name=GIVE).nth(1).click()
    expect(page.get_by_text("Noch nicht gespeichert. Wir versuchen es weiter.")).to_be_visible()
    page.unroute("**/vote")
    page.reload()
    expect(page.get_by_text("Ihre Punkte sind gespeichert.")).to_be_visible()
    expect(page.get_by_text("Noch 3 von 5 Punkten übrig")).to_be_visible()
    visit.complaints.clear()
