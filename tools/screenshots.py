"""Takes the pictures in docs/screenshots: one voice followed through the demonstration, on two screens.

Run by `make screenshots`. The demonstration is made anew in a temporary folder and nothing of it stays.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tools.demo_site import ROOT, DemoSite, demo_site
from tools.system import find_chromium

TARGET = ROOT / "docs" / "screenshots"
SIZES = {390: 844, 1280: 900}
DIALOGUE = "/dialogues/enzkreis"
EVENT = f"{DIALOGUE}/events/dialogveranstaltung-2021"
TODAY = f"{DIALOGUE}/events/probelauf"
NEED = (
    "In unserem Ort fährt nach 18 Uhr kein Bus mehr. Darum kann ich den Deutschkurs am Abend nicht besuchen."
)
WORKSPACE = f"{DIALOGUE}/municipalities/08236070"
LIST = """Gemeinde;Handlungsfeld;Bedarf;Dringlichkeit (1-5)
Keltern;Freizeit;Offener Treff am Nachmittag;3
;Sprache;Deutschkurs am Abend mit Kinderbetreuung;5
Ellmendingen;Freizeit;Spielplatz am Bahnhof;2
Keltern;Gemischtes;Fahrdienst zum Amt;4
"""
BROWSER_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def main() -> None:
    """Follow one voice with every size of screen and keep a picture of each page."""
    TARGET.mkdir(parents=True, exist_ok=True)
    chromium = find_chromium(whole=True)
    if chromium is None:
        raise SystemExit("There is no Chromium. Run make test once, it says how to install it.")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=BROWSER_FLAGS)
        with demo_site(Path(folder)) as site:
            write_need(browser, site)
            for width, height in SIZES.items():
                visitors_pages(browser, site, width, height)
                participants_pages(browser, site, width, height)
                board_pages(browser, site, width, height)
                staff_pages(browser, site, width, height)
                municipality_pages(browser, site, width, height)
        browser.close()


def profile(browser: Browser, width: int, height: int, **options: str) -> BrowserContext:
    """A fresh browser profile in German, with motion off so that pictures come out alike."""
    return browser.new_context(
        viewport={"width": width, "height": height},
        locale="de-DE",
        timezone_id="Europe/Berlin",
        reduced_motion="reduce",
        **options,  # type: ignore[arg-type]
    )


def enter_code(page: Page, site: DemoSite, code: str = "") -> None:
    """Take part with the first slip, or with another one."""
    page.goto(f"{site.address}/code")
    page.fill("input[name=code]", code or site.codes[0])
    page.click("main button[type=submit]")
    page.wait_for_load_state()


def sign_in(page: Page, site: DemoSite, login: str = "") -> None:
    """Sign in as coordination, or as another account of the demonstration."""
    password = site.password
    if login:
        told = (site.folder / "told.txt").read_text("utf-8")
        password = re.findall(rf"^\W*{login}\s+(\S+)$", told, re.MULTILINE)[0]
    page.goto(f"{site.address}/sign-in")
    page.fill("input[name=login]", login or site.login)
    page.fill("input[name=password]", password)
    page.click("main button[type=submit]")
    # The demonstration has filled the code of the second factor in.
    page.click("main button[type=submit] >> nth=0")
    page.wait_for_load_state()


def write_need(browser: Browser, site: DemoSite) -> None:
    """One voice, so that the queue and the pages of its author have something to show."""
    context = profile(browser, 390, 844)
    page = context.new_page()
    enter_code(page, site)
    page.goto(f"{site.address}{DIALOGUE}/contribute/need")
    page.fill("textarea[name=text]", NEED)
    page.check("input[name=field][value=sprache]", force=True)
    page.select_option("select[name=municipality]", "08236070")
    page.click("main button[type=submit]")
    page.wait_for_load_state()
    context.close()


def take(page: Page, site: DemoSite, path: str, name: str, width: int) -> None:
    """Keep what a person sees of a page without scrolling."""
    page.goto(f"{site.address}{path}")
    # Live pages keep a connection open, so the network never falls silent; the letters must be there.
    page.evaluate("document.fonts.ready")
    page.screenshot(path=TARGET / f"{name}-{width}.png")


def visitors_pages(browser: Browser, site: DemoSite, width: int, height: int) -> None:
    """What anybody sees."""
    context = profile(browser, width, height)
    page = context.new_page()
    take(page, site, "/", "home", width)
    take(page, site, f"{DIALOGUE}/register", "register", width)
    take(page, site, f"{DIALOGUE}/contributions/B-058", "contribution", width)
    take(page, site, f"{DIALOGUE}/polls/5", "result", width)
    take(page, site, EVENT, "event", width)
    take(page, site, f"{EVENT}/programme", "programme", width)
    take(page, site, f"{DIALOGUE}/events/folgeveranstaltung/signup", "signup", width)
    take(page, site, f"{DIALOGUE}/concept/field-sprache", "concept", width)
    take(page, site, f"{DIALOGUE}/gaps", "matrix", width)
    take(page, site, f"{DIALOGUE}/gaps?map=offers#map", "map", width)
    take(page, site, f"{DIALOGUE}/gaps/08236070/sheet", "profile-sheet", width)
    context.close()
    dark = profile(browser, width, height, color_scheme="dark")
    take(dark.new_page(), site, f"{DIALOGUE}/register", "register-dark", width)
    dark.close()


def participants_pages(browser: Browser, site: DemoSite, width: int, height: int) -> None:
    """What the holder of a code sees, in German and in Arabic."""
    context = profile(browser, width, height)
    page = context.new_page()
    enter_code(page, site)
    take(page, site, f"{DIALOGUE}/contribute/need", "contribute", width)
    take(page, site, f"{DIALOGUE}/polls/10", "ballot", width)
    take(page, site, f"{DIALOGUE}/mine", "mine", width)
    take(page, site, f"{EVENT}/now", "now", width)
    take(page, site, f"{DIALOGUE}/events/probelauf/registration", "registration", width)
    take(page, site, f"{DIALOGUE}/contribute/need?lang=ar", "contribute-ar", width)
    context.close()


def board_pages(browser: Browser, site: DemoSite, width: int, height: int) -> None:
    """The board of one's group on the day that is going on, in German and in Arabic."""
    context = profile(browser, width, height)
    page = context.new_page()
    enter_code(page, site, site.codes[-1])
    take(page, site, f"{TODAY}/boards/2/1", "board", width)
    take(page, site, f"{TODAY}/boards/2/1?lang=ar", "board-ar", width)
    context.close()


def staff_pages(browser: Browser, site: DemoSite, width: int, height: int) -> None:
    """What the coordination sees."""
    context = profile(browser, width, height)
    page = context.new_page()
    sign_in(page, site)
    take(page, site, f"{DIALOGUE}/moderation", "moderation", width)
    take(page, site, f"{EVENT}/screen", "screen", width)
    take(page, site, f"{DIALOGUE}/events/folgeveranstaltung/registrations", "registrations", width)
    take(page, site, f"{EVENT}/check-in", "check-in", width)
    take(page, site, f"{TODAY}/control", "control", width)
    take(page, site, f"{TODAY}/boards/1/1/harvest", "harvest", width)
    take(page, site, f"{TODAY}/boards/1/1/projector", "projector", width)
    take(page, site, f"{EVENT}/prepare", "prepare-event", width)
    take(page, site, f"{EVENT}/prepare/groups/1", "prepare-group", width)
    context.close()


def municipality_pages(browser: Browser, site: DemoSite, width: int, height: int) -> None:
    """What a municipality sees: its workspace, and what becomes of the rows of a list it hands in."""
    context = profile(browser, width, height)
    page = context.new_page()
    sign_in(page, site, "keltern")
    take(page, site, WORKSPACE, "workspace", width)
    page.goto(f"{site.address}{WORKSPACE}/lists")
    sent = site.folder / "bedarfe-keltern.csv"
    sent.write_text(LIST, "utf-8")
    page.set_input_files("input[type=file]", sent)
    page.check("input[name=kind][value=need]", force=True)
    page.click("main button[type=submit]")
    page.wait_for_load_state()
    take(page, site, page.url.removeprefix(site.address), "list-preview", width)
    context.close()


if __name__ == "__main__":
    main()
