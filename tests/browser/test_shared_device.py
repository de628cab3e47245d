"""R15 in a real browser: what the next person at a shared device can find of the one before. Nothing."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.fixtures import DIALOGUE, Visits, ready
from tools.demo_site import DemoSite
from tools.system import find_chromium

pytestmark = pytest.mark.browser

CANARY = "Kanarienvogel-7f3a fehlt in unserem Ort"
STORES = """async () => JSON.stringify({
  local: {...localStorage}, session: {...sessionStorage}, state: history.state, name: window.name,
  databases: await indexedDB.databases(), caches: await caches.keys(),
  cookies: document.cookie, workers: (await navigator.serviceWorker.getRegistrations()).length,
})"""
NOTHING = {
    "local": {},
    "session": {},
    "state": None,
    "name": "",
    "databases": [],
    "caches": [],
    "cookies": "",
}


def write_something(page: Page) -> None:
    page.goto(f"{DIALOGUE}/contribute/need")
    page.locator("textarea[name=text]").fill(CANARY)
    page.locator("input[name=field][value=sprache]").check(force=True)
    page.locator("select[name=municipality]").select_option("county")
    page.locator("main button[type=submit]").click()
    expect(page.locator("main")).to_contain_text(CANARY)


def stores(page: Page) -> dict[str, object]:
    found: str = page.evaluate(STORES)
    return {key: value for key, value in json.loads(found).items() if key != "workers"}


def test_the_next_person_finds_nothing(
    browser: Browser, demo: DemoSite, visit: Visits, tmp_path: Path
) -> None:
    slip = visit.slip("shared")
    profile = tmp_path / "profile"
    settings = {
        "executable_path": find_chromium(),
        "headless": True,
        "base_url": demo.address,
        "locale": "de-DE",
        "viewport": {"width": 390, "height": 844},
        "args": ["--no-sandbox", "--disable-gpu"],
    }
    context = browser.browser_type.launch_persistent_context(profile, **settings)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{DIALOGUE}/kiosk")
    page.get_by_role("link", name="Meinen Code eingeben").click()
    page.locator("input[name=code]").fill(slip)
    page.locator("main button[type=submit]").click()
    write_something(page)
    expect(page).to_have_title("Vielstimmig")
    assert stores(page) == NOTHING

    page.get_by_role("button", name="Fertig – nächste Person").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Willkommen")
    for _ in range(3):
        page.go_back()
        assert CANARY not in page.content()
        assert slip not in page.content()
    page.goto(f"{DIALOGUE}/mine")
    assert CANARY not in page.content()
    assert stores(page) == NOTHING
    context.close()

    # Whoever opens the browser again, and whoever reads its disk.
    context = browser.browser_type.launch_persistent_context(profile, **settings)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{DIALOGUE}/mine")
    assert CANARY not in page.content()
    assert not [cookie for cookie in context.cookies() if cookie["name"] == "session"]
    context.close()
    wanted = re.compile("|".join((CANARY, slip, slip.replace("-", ""))).encode())
    found = [file for file in profile.rglob("*") if file.is_file() and wanted.search(file.read_bytes())]
    assert found == []


def test_the_page_asks_before_it_makes_room_and_can_be_kept(visit: Visits) -> None:
    page = visit("visitor", 390)
    page.clock.install()
    page.goto(f"{DIALOGUE}/kiosk")
    page.get_by_role("link", name="Meinen Code eingeben").click()
    ready(page)
    dialog = page.get_by_role("dialog", name="Sind Sie noch da?")

    page.clock.run_for(119_000)
    expect(dialog).to_be_hidden()
    page.clock.run_for(3_000)
    expect(dialog).to_be_visible()
    expect(page.get_by_role("button", name="Ja, ich brauche mehr Zeit")).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    page.clock.run_for(119_000)
    expect(dialog).to_be_hidden()
    page.clock.run_for(65_000)
    expect(page.get_by_role("heading", level=1)).to_have_text("Willkommen")
