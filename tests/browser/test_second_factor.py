"""R11: a new account from the first password to the second factor, as its holder does it on a phone."""

from __future__ import annotations

import os
import re
import subprocess

import pyotp
import pytest
from playwright.sync_api import Page, expect

from tests.browser.fixtures import DIALOGUE, Visits
from tests.browser.looks import look_at, nothing
from tools.demo_site import PROGRAM, DemoSite

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OWN = "ein ruhiger Reiher am Ufer"


def first_password(demo: DemoSite, login: str) -> str:
    """Make an account on the machine, as an operator does; gives the password that is printed."""
    done = subprocess.run(
        [PROGRAM, "account", "create", "--role", "coordinator", "--login", login],
        env={**os.environ, "DEMO": "1", "VAR_DIR": str(demo.folder)},
        check=True,
        capture_output=True,
        text=True,
    )
    return re.findall(r"first sign-in: (\S+)", done.stdout)[0]


def give_password(page: Page, login: str, password: str) -> None:
    page.goto(f"/sign-in?next={DIALOGUE}/moderation")
    page.get_by_label("Benutzername").fill(login)
    page.get_by_label("Passwort").fill(password)
    page.get_by_role("button", name="Anmelden").click()


def test_a_new_account_sets_its_second_factor_up_and_every_page_is_for_everybody(
    visit: Visits, demo: DemoSite
) -> None:
    page = visit("visitor", 390)
    found: dict[str, list[str]] = {}
    initial = first_password(demo, "neu-im-amt")
    give_password(page, "neu-im-amt", initial)
    page.get_by_label("Ihr jetziges Passwort").fill(initial)
    page.get_by_label("Neues Passwort", exact=True).fill(OWN)
    page.get_by_label("Neues Passwort noch einmal").fill(OWN)
    page.get_by_role("button", name="Passwort ändern").click()

    # Instead of its work the account is shown the picture.
    expect(page.get_by_role("heading", level=1)).to_have_text("Zweiten Faktor einrichten")
    expect(page.get_by_role("link", name="Zu prüfen")).to_have_count(0)
    found |= look_at(page, "set up", wide=True)
    app = pyotp.TOTP(page.locator(".vs-secret").inner_text().replace(" ", ""))
    page.get_by_label("Code aus Ihrer App").fill(app.now()[::-1] + "0")
    page.get_by_role("button", name="Zweiten Faktor einschalten").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.get_by_label("Code aus Ihrer App").fill(app.now())
    page.get_by_role("button", name="Zweiten Faktor einschalten").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ihre Ersatzcodes")
    found |= look_at(page, "recovery codes", wide=True)
    codes = page.locator(".vs-recovery li").all_inner_texts()
    assert len(set(codes)) == 10
    page.get_by_role("link", name="Ich habe die Codes aufbewahrt, weiter").click()
    page.get_by_role("button", name="Abmelden").first.click()

    give_password(page, "neu-im-amt", OWN)
    expect(page.get_by_role("heading", level=1)).to_have_text("Zweiter Schritt")
    found |= look_at(page, "second step", wide=True)
    assert page.locator("input[name=code]").get_attribute("autocomplete") == "one-time-code"
    page.get_by_text("Ich habe mein Gerät nicht dabei").click()
    page.get_by_label("Ersatzcode").fill(codes[0][::-1])
    page.get_by_role("button", name="Mit diesem Ersatzcode anmelden").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    found |= look_at(page, "second step, refused", wide=False)
    page.get_by_label("Ersatzcode").fill(codes[0].lower())
    page.get_by_role("button", name="Mit diesem Ersatzcode anmelden").click()
    expect(page.get_by_text("Sie haben noch 9 Ersatzcodes.")).to_be_visible()
    page.get_by_role("link", name="Weiter", exact=True).click()
    expect(page).to_have_url(re.compile(f"{DIALOGUE}/moderation$"))
    nothing(found)
