"""Where the keyboard is when a region is drawn anew."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.fixtures import Visits, ready
from tests.browser.test_live import add, complaints, open_page
from tests.core.live_server import Server, serve

__all__ = ["complaints"]

pytestmark = pytest.mark.browser
DAY = "/dialogues/enzkreis/events/probelauf"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    log = tmp_path_factory.mktemp("live") / "server.log"
    with serve("tests.browser.live_page_with_button:make_app()", log) as found:
        yield found


def test_the_keyboard_stays_on_its_control_when_an_entry_comes_before_it(
    page: Page, server: Server, complaints: list[str]
) -> None:
    add(server)
    open_page(page, server, "?insert=")
    page.locator("#write").focus()
    number = add(server)
    expect(page.locator(f"[data-id={number}]")).to_be_visible()
    page.wait_for_timeout(300)
    assert page.evaluate("document.activeElement.outerHTML") == '<a href="#write" id="write">Write a card</a>'


def test_closing_the_form_leads_back_to_its_button_though_the_board_was_drawn_anew(visit: Visits) -> None:
    phone = visit("participant", 1280)
    phone.goto(f"{DAY}/now")
    board = phone.get_by_role("link", name="Zum Board").first.get_attribute("href")
    assert board
    phone.goto(board)
    ready(phone)
    expect(phone.locator("[data-live-state]")).to_have_attribute("data-state", "on")
    phone.wait_for_timeout(1500)
    phone.locator("a[data-write]:visible").first.focus()
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("dialog")).to_be_visible()
    # Something was shown wrongly, and is put right by drawing the board anew.
    phone.evaluate("""() => {
      const region = document.querySelector('[data-live-region^="board:"]');
      region.querySelector(".vs-lane__count").textContent = "?";
      document.dispatchEvent(new Event("live:stale"));
    }""")
    expect(phone.locator(".vs-lane__count").first).not_to_have_text("?")
    phone.keyboard.press("Escape")
    expect(phone.get_by_role("dialog")).to_have_count(0)
    expect(phone.locator("a[data-write]:focus")).to_have_count(1)


def test_a_region_is_read_again_in_the_language_of_its_page(visit: Visits) -> None:
    phone = visit("participant", 1280)
    phone.goto(f"{DAY}/now")
    board = phone.get_by_role("link", name="Zum Board").first.get_attribute("href")
    assert board
    phone.goto(f"{board}?lang=en")
    ready(phone)
    expect(phone.locator("html")).to_have_attribute("lang", "en")
    expect(phone.locator("[data-live-state]")).to_have_attribute("data-state", "on")
    phone.wait_for_timeout(1500)
    count = phone.locator(".vs-lane__count").first
    before = count.inner_text()
    other = phone.context.new_page()
    other.goto("/?lang=de")
    phone.evaluate("""() => {
      document.querySelector(".vs-lane__count").textContent = "?";
      document.dispatchEvent(new Event("live:stale"));
    }""")
    expect(count).not_to_have_text("?")
    assert count.inner_text() == before
    # And the choice of the other window stays.
    other.goto("/")
    expect(other.locator("html")).to_have_attribute("lang", "de")
    visit("participant", 1280).goto(f"{board}?lang=de")
