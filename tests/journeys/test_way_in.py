"""From the code on the screen into a group, on a phone, without name, mail or account."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import expect

from tests.browser.fixtures import DIALOGUE, Visits, ready

pytestmark = [pytest.mark.browser, pytest.mark.slow]

A_MINUTE = 60.0


def test_a_resident_gets_from_the_screen_to_their_group_within_a_minute(visit: Visits) -> None:
    screen, phone = visit("coordinator", 1280), visit("visitor", 390)
    screen.goto(f"{DIALOGUE}/events/probelauf/screen")
    code = screen.locator(".vs-screen__code").inner_text().split()[-1]

    # The camera opens the address of the picture; the code in it never reaches a log.
    began = time.monotonic()
    phone.goto(f"{DIALOGUE}/join#{code}")
    ready(phone)
    expect(phone.locator("main input[name=code]")).to_have_value(code)
    phone.locator("main form button[type=submit]").click()
    phone.get_by_role("button", name="In diese Gruppe").nth(1).click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Sie sind angemeldet")
    own = phone.locator(".vs-code").first.inner_text()
    assert re.fullmatch(r"[0-9A-Z]{5}-[0-9A-Z]{5}", own)
    phone.get_by_role("button", name="Ich habe ihn aufgeschrieben, weiter").click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("Gesellschaftliche Teilhabe")
    expect(phone.get_by_role("link", name="Raum meiner Gruppe öffnen")).to_be_visible()
    assert time.monotonic() - began < A_MINUTE

    # The same code leads to the same place on another phone, and a wrong event code to none.
    other = visit("visitor", 390)
    other.goto(f"/code#{own.replace('-', '')}")
    ready(other)
    other.locator("main button[type=submit]").click()
    expect(other.get_by_role("heading", level=1)).to_contain_text("Gesellschaftliche Teilhabe")
    stranger = visit("visitor", 390)
    stranger.goto(f"{DIALOGUE}/join")
    stranger.locator("main input[name=code]").fill("WRONG7")
    stranger.locator("main form button[type=submit]").click()
    expect(stranger.locator("[data-error-summary]")).to_be_visible()
