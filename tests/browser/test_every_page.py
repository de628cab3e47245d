"""One walk over every page for everybody: axe, thumbs, small screens, and who else is asked for anything."""

from __future__ import annotations

import pytest

from accounts.cookies import REGISTER
from tests.browser.fixtures import Visits
from tests.browser.looks import NO_SUCH_ICON, TARGETS, TELL, axe, foreign, look_at, nothing
from tests.browser.pages import COORDINATOR, EVERYBODYS, PARTICIPANT, REFUSED, VISITOR, go

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# On a wide screen the frame and these pages show other elements; the others only flow into more columns.
LAID_OUT_ANEW = {
    "home",
    "register",
    "result",
    "chapter with all measures",
    "ballot",
    "to check",
    "decide",
    "event",
    "prepare an event",
    "board",
    "control room",
    "harvest",
}
ARABIC = {
    "visitor": ["home", "sign up", "register", "contribution", "result", "chapter of a topic"],
    "participant": ["write", "ballot", "my contributions", "board", "write a card"],
    "coordinator": ["decide"],
}


@pytest.mark.parametrize("who", EVERYBODYS)
def test_every_page_can_be_used_by_everybody_and_asks_nobody_else(visit: Visits, who: str) -> None:
    page = visit(who, 390)
    page.add_init_script(TELL)
    elsewhere: list[str] = []
    page.on("request", lambda request: elsewhere.extend(foreign(request, visit.site.address)))
    found: dict[str, list[str]] = {}
    for name, address in EVERYBODYS[who].items():
        go(page, address)
        assert page.locator("h1").count() == 1, f"{name} needs one heading of the first level."
        found[f"{name}, no such icon"] = page.evaluate(NO_SUCH_ICON)
        found[f"{name}, to press"] = page.evaluate(TARGETS)
        found |= look_at(page, name, wide=name in LAID_OUT_ANEW)
    # The frame is the same everywhere, so its menus are opened once.
    for menu in (".vs-lang", ".vs-menu"):
        page.locator(f"{menu} > summary").click()
        found[menu] = page.evaluate(TARGETS)
    nothing(found)
    assert elsewhere == []
    names = {cookie["name"].removeprefix("__Host-") for cookie in page.context.cookies()}
    assert names <= {entry.name for entry in REGISTER}
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


@pytest.mark.parametrize("who", REFUSED)
def test_a_form_that_was_refused_can_be_used_by_everybody(visit: Visits, who: str) -> None:
    page = visit(who, 390)
    found: dict[str, list[str]] = {}
    for refused in REFUSED[who]:
        refused(page)
        found |= look_at(page, refused.__name__, wide=False)
    nothing(found)


@pytest.mark.parametrize("who", ARABIC)
def test_axe_finds_nothing_in_arabic(visit: Visits, who: str) -> None:
    page = visit(who, 390)
    found: dict[str, list[str]] = {}
    for name in ARABIC[who]:
        go(page, (VISITOR | PARTICIPANT | COORDINATOR)[name], "ar")
        if findings := axe(page):
            found[name] = findings
    nothing(found)
