"""An invitation from the page that shows its link to the account that somebody makes with it, on a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.fixtures import Visits, ready
from tests.browser.looks import axe

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("script", [True, False])
def test_a_link_leads_to_an_account_of_ones_own(visit: Visits, script: bool) -> None:
    keeper = visit("administrator", 390)
    keeper.goto("/invitations/new")
    keeper.get_by_label("Rolle und wo sie gilt").select_option(label="Keltern")
    keeper.get_by_label("Bezeichnung des Kontos").fill("Integrationsstelle")
    keeper.get_by_role("button", name="Link erstellen").click()
    expect(keeper.get_by_role("heading", level=1)).to_have_text("Die Einladung ist fertig")
    assert axe(keeper) == []
    link = keeper.get_by_label("Link für diese eine Person").input_value()

    # What leaves the browser is written down: the code is in no address and no Referer.
    someone = visit("visitor", 390, java_script_enabled=script)
    sent: list[str] = []
    someone.on("request", lambda request: sent.append(request.url + str(request.headers)))
    someone.goto(link)
    code = link.rpartition("#")[2]
    if script:
        ready(someone)
        expect(someone).to_have_url(re.compile(r"/invitation$"))
    else:
        someone.get_by_label("Code der Einladung").fill(code)
    expect(someone.get_by_label("Code der Einladung")).to_have_value(code)
    someone.get_by_role("button", name="Einladung öffnen").click()

    expect(someone.get_by_role("heading", level=1)).to_have_text("Ihr Konto anlegen")
    expect(someone.get_by_text("Gemeinde · Keltern")).to_be_visible()
    if script:
        assert axe(someone) == []
    fill(someone, f"keltern-{'mit' if script else 'ohne'}-skript")
    expect(someone.get_by_role("heading", level=1)).to_have_text("Zweiten Faktor einrichten")
    assert not any(code in one.partition("#")[0] for one in sent)


def fill(page: Page, login: str) -> None:
    """Choose user name and password, and go on."""
    page.get_by_label("Benutzername").fill(login)
    page.get_by_label("Passwort", exact=True).fill("vier leise reiher waten")
    page.get_by_label("Passwort noch einmal").fill("vier leise reiher waten")
    page.get_by_role("button", name="Mein Konto anlegen").click()
