"""What is left behind when something that waited is shown without being asked for."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.test_live import add, complaints, ids, open_page, put, pytestmark, server
from tests.core.live_server import Server

__all__ = ["complaints", "pytestmark", "server"]


def test_nothing_is_offered_any_more_once_it_is_shown(
    page: Page, server: Server, complaints: list[str]
) -> None:
    add(server)
    open_page(page, server, "?insert=")
    page.locator("[data-id] input").first.fill("half")
    first = add(server)
    expect(page.locator("[data-live-show]")).to_be_visible()
    page.locator("#outside").focus()
    second = add(server)
    expect(page.locator(f"[data-id={second}]")).to_be_visible()
    expect(page.locator(f"[data-id={first}]")).to_be_visible()
    expect(page.locator("[data-live-show]")).to_be_hidden(timeout=4000)


def test_focus_stays_in_the_region_when_its_entry_is_taken_away(
    page: Page, server: Server, complaints: list[str]
) -> None:
    add(server)
    gone = add(server)
    open_page(page, server)
    page.locator(f"[data-id={gone}] input").focus()
    page.locator(f"[data-id={gone}] a").focus()
    put(server, gone, "")
    expect(page.locator(f"[data-id={gone}]")).to_have_count(0)
    assert page.evaluate("document.activeElement !== document.body")


def test_focus_is_not_lost_with_the_only_entry(page: Page, server: Server, complaints: list[str]) -> None:
    number = add(server)
    open_page(page, server)
    for other in ids(page):
        if other != number:
            put(server, other, "")
    page.wait_for_timeout(1500)
    page.locator(f"[data-id={number}] a").focus()
    put(server, number, "")
    expect(page.locator(f"[data-id={number}]")).to_have_count(0)
    assert page.evaluate("document.activeElement !== document.body")
