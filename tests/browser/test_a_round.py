"""A whole round: a resident on a phone in Arabic, another one without JavaScript, a moderator and the lead.

Nothing is reloaded by hand where there is JavaScript; in the middle the line breaks and the server is killed.
"""

from __future__ import annotations

import os
import re
import subprocess

import psutil
import pyotp
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.fixtures import DIALOGUE, Visits, ready
from tools.demo_site import PROGRAM, DemoSite

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DAY = f"{DIALOGUE}/events/probelauf"
BOARD = f"{DAY}/boards/1/1"
GROUP = "Freizeit"
"""The group in which only the people of this story have something to do."""

CREATE = ["account", "create", "--role", "moderator", "--password-stdin", "--login", "ag-leitung", "--scope"]
PASSWORD = "vier leise reiher waten"
CLINIC = "مستوصف في ميولاكر يتحدث فيه الأطباء العربية."
RIDE = "Eine Nachbarin fährt mich zum Arzt."
OFFLINE = "تعتني جارتي بالأطفال أثناء الدورة."
LATER = "رقم هاتف للمساعدة ليلاً."
"""What is said: offers in Arabic and in German, one without a line, and one after the server was away."""


def moderator_of_the_group(visit: Visits, demo: DemoSite) -> Page:
    """An account that runs this group and nothing else, signed in for the first time."""
    keeper = visit("administrator")
    keeper.goto("/invitations/new")
    options = keeper.locator("optgroup, select").locator("option[value^='moderator group:']")
    places: list[str] = options.evaluate_all("all => all.map((one) => `${one.value}|${one.label}`)")
    scope = next(
        place.split("|")[0].split()[1] for place in places if GROUP in place and "Probelauf" in place
    )
    subprocess.run(
        [
            PROGRAM,
            *CREATE,
            scope,
        ],
        env={**os.environ, "DEMO": "1", "VAR_DIR": str(demo.folder)},
        input=PASSWORD,
        text=True,
        check=True,
        capture_output=True,
    )
    page = visit("visitor", 1280)
    page.goto("/sign-in")
    page.get_by_label("Benutzername").fill("ag-leitung")
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Anmelden").click()
    app = pyotp.TOTP(page.locator(".vs-secret").inner_text().replace(" ", ""))
    page.get_by_label("Code aus Ihrer App").fill(app.now())
    page.get_by_role("button", name="Zweiten Faktor einschalten").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ihre Ersatzcodes")
    return page


def resident_in_arabic(visit: Visits) -> Page:
    """From the event page to the board of one's group, on a phone."""
    phone = visit("visitor", 390, locale="ar")
    phone.goto("/code?lang=ar")
    phone.locator("main input[name=code]").fill(visit.slip("a round"))
    phone.locator("main button[type=submit]").first.click()
    phone.wait_for_url(re.compile(r"/now$|/$|/mine$"))
    phone.goto(DAY)
    phone.locator(f"main a[href='{DAY}/now']").first.click()
    expect(phone.locator("html")).to_have_attribute("dir", "rtl")
    phone.locator(f".vs-now a[href='{BOARD}']").click()
    ready(phone)
    expect(phone.locator("[data-live-state]").last).to_have_attribute("data-state", "on")
    return phone


def resident_without_script(visit: Visits, demo: DemoSite) -> Page:
    """Into the group with nothing but the event code from the screen."""
    page = visit("visitor", 390, java_script_enabled=False)
    page.goto(f"{DIALOGUE}/join")
    page.locator("main input[name=code]").fill(demo.today_code)
    page.locator("main button[type=submit]").first.click()
    group = page.get_by_role("listitem").filter(has_text=GROUP)
    group.get_by_role("button", name="In diese Gruppe").click()
    page.get_by_role("button", name="Ich habe ihn aufgeschrieben, weiter").click()
    page.goto(f"{DAY}/now")
    page.locator(f"a[href='{BOARD}']").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(GROUP)
    return page


def card(page: Page, words: str) -> Locator:
    """A card on the board that is open."""
    return page.locator("[data-live-region^='board:'] [data-id]").filter(has_text=words)


def write(phone: Page, words: str) -> None:
    """Two taps and a sentence."""
    phone.locator(".vs-board-dock a[data-write]").click()
    dialog = phone.get_by_role("dialog")
    dialog.locator("textarea[name=text]").fill(words)
    dialog.locator("button.kern-btn--primary").click()
    expect(card(phone, words)).to_be_visible()


def go_on_with(moderator: Page, step: str) -> None:
    """Begin the next step at the clock of the group."""
    moderator.goto(f"{BOARD}/clock")
    moderator.get_by_role("button", name=f"Weiter mit: {step}").click()
    expect(moderator.locator(".vs-script [aria-current=step]")).to_contain_text(step)


def look_at_board(page: Page) -> None:
    """Open the board and wait until it follows what others do."""
    page.goto(BOARD)
    ready(page)
    expect(page.locator("[data-live-state]").last).to_have_attribute("data-state", "on")


def test_a_whole_round(visit: Visits, demo: DemoSite) -> None:
    moderator = moderator_of_the_group(visit, demo)
    lead = visit("coordinator", 1280)
    lead.goto(f"{DAY}/control")
    room = lead.locator(".vs-room").filter(has_text=GROUP)
    expect(room).to_contain_text("Bedarfe sammeln")
    phone, plain = resident_in_arabic(visit), resident_without_script(visit, demo)

    # A step is started: the phone and the lead see it at once.
    go_on_with(moderator, "Angebote sammeln")
    expect(phone.locator(".vs-ask h2")).to_have_text("ما الموجود بالفعل ويساعد الناس؟")
    expect(room).to_contain_text("Angebote sammeln")

    # Cards: one by two taps and a sentence, one by a plain form.
    look_at_board(moderator)
    phone.locator("[data-tab]").nth(1).click()
    write(phone, CLINIC)
    expect(card(phone, CLINIC).locator(".vs-card--own")).to_be_visible()
    expect(card(moderator, CLINIC)).to_be_visible()
    expect(card(moderator, CLINIC).locator("[lang=ar]").first).to_have_attribute("dir", "auto")
    plain.reload()
    plain.get_by_role("link", name="Karte schreiben").click()
    plain.get_by_label("In welche Spalte?").select_option(label="Angebote")
    plain.get_by_label("Was möchten Sie sagen?").fill(RIDE)
    plain.get_by_role("button", name="Karte ans Board hängen").click()
    expect(plain.get_by_text("Ihre Karte hängt am Board.")).to_be_visible()
    expect(card(phone, RIDE)).to_be_visible()
    expect(card(moderator, RIDE)).to_be_visible()

    # A minute without a line: the card is kept and says so, and arrives by itself, once.
    phone.context.set_offline(True)
    phone.locator(".vs-board-dock a[data-write]").click()
    dialog = phone.get_by_role("dialog")
    dialog.locator("textarea[name=text]").fill(OFFLINE)
    dialog.locator("button.kern-btn--primary").click()
    expect(phone.locator(".vs-card--unsent").filter(has_text=OFFLINE)).to_be_visible()
    # Longer than the server waits for a sign of life, so that it is a new connection afterwards.
    phone.wait_for_timeout(60_000)
    expect(phone.locator("[data-live-state]").last).to_have_attribute("data-state", "off")
    expect(card(moderator, OFFLINE)).to_have_count(0)
    phone.context.set_offline(False)
    expect(card(moderator, OFFLINE)).to_be_visible()
    expect(card(phone, OFFLINE)).to_have_count(1)
    expect(phone.locator(".vs-card--unsent").filter(has_text=OFFLINE)).to_have_count(0)
    visit.complaints.clear()

    # Help is called from the phone and settled by the lead.
    phone.locator(f"a[href='{BOARD}/help']").click()
    phone.locator("textarea[name=text]").fill("لا نسمع الترجمة.")
    phone.locator("main form button[type=submit]").click()
    alarm = lead.locator(".vs-alarm")
    expect(alarm).to_contain_text(f"{GROUP} ruft Hilfe")
    expect(alarm).to_contain_text("لا نسمع الترجمة.")
    look_at_board(phone)
    expect(phone.locator(".vs-told__one")).to_have_count(1)
    lead.get_by_role("button", name="Erledigt").click()
    expect(alarm).to_have_count(0)
    expect(phone.locator(".vs-told__one")).to_have_count(0)

    # The server goes away and comes back; nobody has to load a page anew.
    for worker in psutil.Process(demo.process.pid).children():
        worker.kill()
    expect(phone.locator("[data-live-state]").last).to_have_attribute("data-state", "on", timeout=60_000)
    phone.locator("[data-tab]").nth(1).click()
    write(phone, LATER)
    expect(card(moderator, LATER)).to_be_visible(timeout=60_000)

    visit.complaints.clear()

    # Points on the offers, from the phone and without a script.
    go_on_with(moderator, "Ideen und Ziele")
    go_on_with(moderator, "Punkte vergeben")
    moderator.goto(f"{BOARD}/setup")
    offers = moderator.get_by_role("listitem").filter(has_text="Angebote")
    offers.get_by_role("button", name=re.compile("Punkte geben lassen")).click()
    vote = phone.locator(f".vs-board-vote a[href^='{BOARD}/votes/']")
    expect(vote).to_be_visible()
    vote.click()
    ready(phone)
    clinic = phone.locator(".vs-ballot > li").filter(has_text=CLINIC)
    for _ in range(2):
        clinic.locator("button[value^=plus]").click()
    expect(clinic.locator(".vs-dot--on")).to_have_count(2)
    plain.goto(BOARD)
    plain.get_by_role("link", name=re.compile("Jetzt Punkte geben")).click()
    offer = plain.locator(".vs-ballot > li").filter(has_text=CLINIC)
    offer.get_by_role("button", name=re.compile("Einen Punkt geben")).click()
    expect(plain.get_by_text("Ihre Punkte sind gespeichert.").first).to_be_visible()
    expect(room).to_contain_text("% vergeben")

    # The vote and the round end; everybody sees it where they are.
    moderator.goto(f"{BOARD}/setup")
    offers.get_by_role("button", name=re.compile("Abstimmung beenden")).click()
    expect(phone.locator(".vs-pointlist li").filter(has_text=CLINIC)).to_contain_text("3")
    look_at_board(phone)
    moderator.goto(f"{BOARD}/clock")
    moderator.get_by_role("button", name="Runde beenden").click()
    expect(phone.locator(".vs-ask__eyebrow")).to_have_text("انتهت هذه الجولة")
    expect(phone.locator(".vs-board-dock")).to_have_count(0)
    expect(room).to_contain_text("Ist vorbei")

    # The harvest: two are confirmed, the group is closed although cards are open.
    look_at_board(moderator)
    for words in (CLINIC, RIDE):
        number = card(moderator, words).get_attribute("data-id")
        moderator.goto(f"{BOARD}/harvest?card={number}")
        expect(moderator.get_by_label("Wortlaut")).to_have_value(words)
        moderator.get_by_role("button", name="Bestätigen und weiter").click()
        expect(moderator.locator("[data-undo]")).to_contain_text(words[:20])
        look_at_board(moderator)
    moderator.goto(f"{BOARD}/harvest")
    moderator.get_by_text("Gruppe trotzdem schließen").click()
    moderator.get_by_label(re.compile("Warum")).fill("Die Zeit reichte nicht für alle.")
    moderator.get_by_role("button", name="Gruppe mit offenen Karten schließen").click()
    expect(moderator.get_by_text("Ihr Ergebnis steht im Verzeichnis.").first).to_be_visible()

    # The result is in the protocol, in the register, in the plenary and with those who said it.
    moderator.goto(f"{BOARD}/protocol")
    expect(moderator.locator("article")).to_contain_text(RIDE)
    lead.goto(f"{DAY}/projector")
    expect(lead.locator(".vs-beam__results")).to_contain_text(CLINIC)
    visitor = visit("visitor", 390)
    visitor.goto(f"{DIALOGUE}/register?q=Nachbarin")
    expect(visitor.get_by_role("link", name=RIDE)).to_be_visible()
    plain.goto(f"{DIALOGUE}/mine")
    expect(plain.get_by_text(RIDE).first).to_be_visible()
    phone.goto(f"{DIALOGUE}/mine")
    expect(phone.get_by_text(CLINIC).first).to_be_visible()
