"""Chromium as the system brings it, and the demonstration served to it: one of each for all browser tests.

tests/conftest.py loads this for tests/browser and tests/journeys. The server and its database last for the
whole run, so a test leaves a topic's vote alone unless it is named in TOPICS for it, and takes its own slip.
"""

from __future__ import annotations

import fcntl
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, expect, sync_playwright

from tools.demo_site import DemoSite, demo_site, load_demo
from tools.system import find_chromium

DIALOGUE = "/dialogues/enzkreis"
HEIGHTS = {320: 640, 390: 844, 640: 480, 1280: 900}
PATIENCE_MS = 20_000

SLIPS = {
    "journey 390": 0,
    "journey 1280": 1,
    "hidden": 2,
    "keyboard": 3,
    "no script": 4,
    "bad line": 5,
    "expired": 6,
    "poll ends": 7,
    "slow script": 8,
    "queue": 9,
    "shared": 12,
    "kept points": 13,
    # Votes in a poll of its own.
    "old browser": 7,
    "help desk": 10,
    # The other purpose of this slip is a vote on a topic; only it and the last one have places today.
    "a round": 13,
    "participant": 14,
    "erased": 11,
}
TOPICS = {
    "journey 390": "Freizeit",
    "journey 1280": "Arbeit und Ausbildung",
    "keyboard": "Gesellschaftliche Teilhabe",
    "no script": "Gesundheit und Gewaltprävention",
    "bad line": "Sprache und Bildung",
    "poll ends": "Gesellschaftliche Teilhabe",
    "erased": "Gesellschaftliche Teilhabe",
}


class Visits:
    """Opens pages for people; each call is a browser profile of its own."""

    def __init__(self, browser: Browser, site: DemoSite, ways_in: dict[str, StorageState]) -> None:
        self._browser = browser
        self._ways_in = ways_in
        self.site = site
        self.opened: list[BrowserContext] = []
        self.complaints: list[str] = []

    def __call__(self, who: str = "visitor", width: int = 1280, **options: Any) -> Page:
        """A page for a visitor, a participant or a coordinator, signed in where they need it."""
        settings: dict[str, Any] = {
            "base_url": self.site.address,
            "viewport": {"width": width, "height": HEIGHTS[width]},
            "locale": "de-DE",
            "timezone_id": "Europe/Berlin",
            "reduced_motion": "reduce",
            "storage_state": self._ways_in.get(who),
        }
        context = self._browser.new_context(**(settings | options))
        context.set_default_timeout(PATIENCE_MS)
        self.opened.append(context)
        page = context.new_page()
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def _listen(self, message: Any) -> None:
        # Chromium calls every answer of 4xx an error; whether it is one says the test that got it.
        if message.type == "error" and "responded with a status of 4" not in message.text:
            self.complaints.append(message.text)

    def slip(self, purpose: str) -> str:
        """The code of the printed slip that is set aside for a purpose."""
        return self._printed(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}\b", purpose)

    def slip_number(self, purpose: str) -> str:
        """The number that stands on the same slip."""
        return self._printed(r"\bZ-[0-9A-Z]{5}\b", purpose)

    def _printed(self, pattern: str, purpose: str) -> str:
        printed = (self.site.folder / "demo" / "slips.html").read_text("utf-8")
        found: list[str] = list(dict.fromkeys(re.findall(pattern, printed)))
        return found[SLIPS[purpose]]

    def close(self) -> None:
        """Close every profile."""
        while self.opened:
            self.opened.pop().close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = find_chromium()
    assert chromium, "There is no Chromium. `make test` says how to install it."
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield started
        started.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    profile = browser.new_context(locale="de-DE")
    yield profile
    profile.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture(scope="session")
def fresh_demo(common_folder: Path) -> Path:
    """A demonstration that nobody has touched, made once for all workers; copy it before you serve it."""
    folder = common_folder / "demo"
    with (common_folder / "making demo").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            made = common_folder / "demo being made"
            load_demo(made)
            made.rename(folder)
    return folder


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, fresh_demo: Path) -> Iterator[DemoSite]:
    """The demonstration in a folder of its own, served as people serve it."""
    folder = tmp_path_factory.mktemp("served")
    shutil.copytree(fresh_demo, folder, dirs_exist_ok=True)
    with demo_site(folder) as site:
        yield site


@pytest.fixture(scope="session")
def ways_in(browser: Browser, demo: DemoSite) -> dict[str, StorageState]:
    """What a browser keeps of having signed in, so that not every test does it again."""
    visits = Visits(browser, demo, {})
    participant = visits()
    enter_code(participant, visits.slip("participant"))
    coordinator = visits()
    sign_in(coordinator, demo)
    administrator = visits()
    sign_in(administrator, demo, "verwaltung")
    municipality = visits()
    sign_in(municipality, demo, "keltern")
    states = {
        "participant": participant.context.storage_state(),
        "coordinator": coordinator.context.storage_state(),
        "administrator": administrator.context.storage_state(),
        "municipality": municipality.context.storage_state(),
    }
    visits.close()
    return states


@pytest.fixture
def visit(browser: Browser, demo: DemoSite, ways_in: dict[str, StorageState]) -> Iterator[Visits]:
    """`visit("participant", 390)` opens a page; afterwards no console may have complained."""
    visits = Visits(browser, demo, ways_in)
    yield visits
    visits.close()
    assert visits.complaints == []


def enter_code(page: Page, code: str) -> None:
    """Take part with a code from a slip."""
    page.goto("/code")
    page.get_by_label("Ihr Code").fill(code)
    page.get_by_role("button", name="Mit diesem Code teilnehmen").click()
    expect(page.get_by_role("button", name="Abmelden").first).to_be_attached()


def sign_in(page: Page, site: DemoSite, login: str = "") -> None:
    """Sign in as coordination, or as another account of the demonstration."""
    password = site.password
    if login:
        told = re.search(rf"^\W*{login}\s+(\S+)$", (site.folder / "told.txt").read_text("utf-8"), re.M)
        assert told, f"The demonstration names no account {login}."
        password = told[1]
    page.goto("/sign-in")
    page.get_by_label("Benutzername").fill(login or site.login)
    page.get_by_label("Passwort").fill(password)
    page.get_by_role("button", name="Anmelden").click()
    second_step(page)


def second_step(page: Page) -> None:
    """Go on with the code that the demonstration has filled in."""
    page.get_by_role("button", name="Mit diesem Code anmelden").click()
    expect(page.get_by_role("button", name="Abmelden").first).to_be_attached()


def write_need(page: Page, text: str, topic: str, place: str = "Keltern") -> str:
    """Fill in the form for a need and send it; gives the number the need has got."""
    page.goto(f"{DIALOGUE}/contribute/need")
    page.get_by_label("Was fehlt?").fill(text)
    page.get_by_role("radio", name=topic).check(force=True)
    page.get_by_label("Wo?").select_option(label=place)
    page.get_by_role("button", name="Bedarf einreichen").click()
    expect(page.get_by_text("Danke. Ihr Beitrag ist bei uns angekommen.")).to_be_visible()
    return number_of(page)


def number_of(page: Page) -> str:
    """The number of the contribution whose page is open."""
    found = re.search(r"/contributions/([AB]-\d+)", page.url)
    assert found, page.url
    return found[1]


def publish(page: Page, number: str) -> None:
    """Publish a contribution as coordination, from the list of what waits."""
    page.goto(f"{DIALOGUE}/moderation")
    page.get_by_role("listitem").filter(has_text=number).get_by_role(
        "link", name="Lesen und entscheiden"
    ).click()
    page.get_by_role("button", name="Im Verzeichnis veröffentlichen").click()
    expect(page.get_by_text(f"{number} ist veröffentlicht.")).to_be_visible()


def open_vote(page: Page, topic: str) -> None:
    """Go to the vote on a topic that is open now."""
    page.goto(f"{DIALOGUE}/polls")
    card = page.get_by_role("region", name="Jetzt können Sie abstimmen").get_by_role("listitem")
    card.filter(has_text=topic).get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(topic)


def ready(page: Page) -> None:
    """Wait until the page's scripts have started; before that its forms are sent as without JavaScript."""
    expect(page.locator("html[data-ready]")).to_be_attached()
