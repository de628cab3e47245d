"""Every page for everybody: axe finds nothing, and everything to press is large enough for a thumb."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.browser.fixtures import HEIGHTS, Visits
from tests.browser.pages import COORDINATOR, EVERYBODYS, PARTICIPANT, REFUSED, VISITOR, go

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.slow]

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# On a wide screen the frame and these pages show other elements; the others only flow into more columns.
LAID_OUT_ANEW = {"home", "register", "result", "chapter with all measures", "ballot", "to check", "decide"}
ARABIC = {
    "visitor": ["home", "register", "contribution", "result", "chapter of a topic"],
    "participant": ["write", "ballot", "my contributions"],
    "coordinator": ["decide"],
}

# What can be pressed and stands for itself. Links inside a sentence, a table or a list of sources have the
# height of their line, which WCAG 2.5.8 allows. A radio or checkbox is pressed by its label.
TARGETS = """() => [...document.querySelectorAll(
    'button, .kern-btn, summary, select, textarea, input:not([type=hidden], [type=radio], [type=checkbox]),'
    + ' .vs-menu__link, .vs-lang a, .vs-langs a, .vs-choice, .vs-seg__item label, .vs-pages a')]
  .filter((one) => one.checkVisibility({visibilityProperty: true}) && !one.closest('.vs-skip'))
  .map((one) => [one.getBoundingClientRect(), one])
  .filter(([box]) => box.height > 0 && (box.height < 43.5 || box.width < 43.5))
  .map(([box, one]) => `${one.outerHTML.slice(0, 120)} ${Math.round(box.width)}×${Math.round(box.height)}`)"""


@pytest.mark.parametrize("who", EVERYBODYS)
def test_axe_finds_nothing_on_any_page(visit: Visits, who: str) -> None:
    page = visit(who, 390)
    found: dict[str, list[str]] = {}
    for name, address in EVERYBODYS[who].items():
        go(page, address)
        found |= look_at(page, name, wide=name in LAID_OUT_ANEW)
    nothing(found)


@pytest.mark.parametrize("who", REFUSED)
def test_axe_finds_nothing_on_a_form_that_was_refused(visit: Visits, who: str) -> None:
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


@pytest.mark.parametrize("who", EVERYBODYS)
def test_everything_to_press_is_44_pixels_large_on_a_phone(visit: Visits, who: str) -> None:
    page = visit(who, 390)
    found: dict[str, list[str]] = {}
    for name, address in EVERYBODYS[who].items():
        go(page, address)
        found[name] = page.evaluate(TARGETS)
    # The frame is the same everywhere, so its menus are opened once.
    for menu in (".vs-lang", ".vs-menu"):
        page.locator(f"{menu} > summary").click()
        found[menu] = page.evaluate(TARGETS)
    nothing(found)


def look_at(page: Page, name: str, *, wide: bool) -> dict[str, list[str]]:
    """What axe finds on the open page: on a phone, its contrasts in the dark, and wide if that is wanted."""
    found = {f"{name}, 390": axe(page)}
    page.emulate_media(color_scheme="dark")
    found[f"{name}, dark"] = axe(page, only_contrast=True)
    page.emulate_media(color_scheme="light")
    if wide:
        page.set_viewport_size({"width": 1280, "height": HEIGHTS[1280]})
        found[f"{name}, 1280"] = axe(page)
        page.set_viewport_size({"width": 390, "height": HEIGHTS[390]})
    return found


def nothing(found: dict[str, list[str]]) -> None:
    """Fail with one line for each finding."""
    lines = [f"{place}: {finding}" for place, findings in found.items() for finding in findings]
    assert not lines, "\n".join(lines)


def axe(page: Page, *, only_contrast: bool = False) -> list[str]:
    """Every finding as one line: the rule, and the elements it names."""
    wanted = (
        {"type": "rule", "values": ["color-contrast"]} if only_contrast else {"type": "tag", "values": TAGS}
    )
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    results: dict[str, Any] = page.evaluate(
        "(wanted) => axe.run({runOnly: wanted, resultTypes: ['violations']})", wanted
    )
    return [
        f"{finding['id']}: {node['html'][:160]} {node['any'][0]['message'] if node['any'] else ''}"
        for finding in results["violations"]
        for node in finding["nodes"]
    ]
