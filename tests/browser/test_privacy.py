"""What the browser is asked to do behind people's backs: nothing. One walk over every page of the site."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Request

from accounts.cookies import REGISTER
from tests.browser.fixtures import Visits
from tests.browser.pages import EVERYBODYS, go

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

# A blocked resource is a complaint in the console already; the event names what was blocked.
TELL = """document.addEventListener('securitypolicyviolation', (event) =>
  console.error(`Blocked by the policy: ${event.violatedDirective} ${event.blockedURI}`));"""

# Icons come from one file by name; a name that is not in it draws nothing and nobody hears of it.
NO_SUCH_ICON = """async () => {
  const uses = [...document.querySelectorAll('use')].map((one) => one.getAttribute('href'));
  const file = uses[0]?.split('#')[0];
  if (!file) return [];
  const text = await (await fetch(file)).text();
  const names = new DOMParser().parseFromString(text, 'image/svg+xml');
  return [...new Set(uses.map((one) => one.split('#')[1]))].filter((name) => !names.getElementById(name));
}"""


@pytest.mark.parametrize("who", EVERYBODYS)
def test_no_page_asks_another_host_or_breaks_the_policy(visit: Visits, who: str) -> None:
    page = visit(who)
    page.add_init_script(TELL)
    elsewhere: list[str] = []
    page.on("request", lambda request: elsewhere.extend(foreign(request, visit.site.address)))
    missing: dict[str, list[str]] = {}
    for name, address in EVERYBODYS[who].items():
        go(page, address)
        assert page.locator("h1").count() == 1, f"{name} needs one heading of the first level."
        if icons := page.evaluate(NO_SUCH_ICON):
            missing[name] = icons
    assert elsewhere == []
    assert missing == {}
    names = {cookie["name"].removeprefix("__Host-") for cookie in page.context.cookies()}
    assert names <= {entry.name for entry in REGISTER}
    assert stored(page) == 0


def test_who_only_reads_gets_no_cookie(visit: Visits) -> None:
    page = visit()
    go(page, "/dialogues/enzkreis/register")
    go(page, "/dialogues/enzkreis/concept")
    assert page.context.cookies() == []


def test_the_cookies_that_are_set_are_those_that_are_named(visit: Visits) -> None:
    page = visit("participant")
    go(page, "/dialogues/enzkreis/contribute/need", "en")
    page.context.clear_cookies(name="session")
    go(page, "/code")
    seen = {cookie["name"] for cookie in page.context.cookies()} | {"session"}
    assert seen == {entry.name for entry in REGISTER}
    assert all(cookie["httpOnly"] and cookie["sameSite"] == "Lax" for cookie in page.context.cookies())


def foreign(request: Request, own: str) -> list[str]:
    """The address of a request, if it goes to anybody but us."""
    there = urlsplit(request.url)
    return [] if there.scheme in {"data", "blob"} or there.netloc == urlsplit(own).netloc else [request.url]


def stored(page: Page) -> int:
    """How much the page has put aside in the browser besides cookies."""
    return int(page.evaluate("localStorage.length + sessionStorage.length"))
