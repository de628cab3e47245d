"""What is looked at on a page by programs that run inside it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, Request

from tests.browser.fixtures import HEIGHTS

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# What can be pressed and stands for itself. Links inside a sentence, a table or a list of sources have the
# height of their line, which WCAG 2.5.8 allows. A radio or checkbox is pressed by its label.
# What Enter in a field presses, and nobody sees or reaches, needs no size.
TARGETS = """() => [...document.querySelectorAll(
    'button, .kern-btn, summary, select, textarea, input:not([type=hidden], [type=radio], [type=checkbox]),'
    + ' .vs-menu__link, .vs-lang a, .vs-langs a, .vs-choice, .vs-seg__item label, .vs-pages a')]
  .filter((one) => one.checkVisibility({visibilityProperty: true}))
  .filter((one) => !one.closest('.vs-skip, [aria-hidden=true]'))
  .map((one) => [one.getBoundingClientRect(), one])
  .filter(([box]) => box.height > 0 && (box.height < 43.5 || box.width < 43.5))
  .map(([box, one]) => `${one.outerHTML.slice(0, 120)} ${Math.round(box.width)}×${Math.round(box.height)}`)"""

# Tables may be wider than the page inside their own frame; the page itself must not be, whatever makes it so.
TOO_WIDE = """() => {
  if (document.documentElement.scrollWidth <= innerWidth) return [];
  const found = [...document.querySelectorAll('body *')].filter((one) =>
    one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('.vs-scroll'));
  return ['too wide', ...found.slice(0, 3).map((one) => one.outerHTML.slice(0, 120))];
}"""

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


def foreign(request: Request, own: str) -> list[str]:
    """The address of a request, if it goes to anybody but us."""
    there = urlsplit(request.url)
    return [] if there.scheme in {"data", "blob"} or there.netloc == urlsplit(own).netloc else [request.url]


def look_at(page: Page, name: str, *, wide: bool) -> dict[str, list[str]]:
    """What is wrong with the open page: by axe on a phone, its contrasts in the dark, and wide if wanted.

    And what sticks out of a small phone or of a screen zoomed to twice its size.
    """
    found = {f"{name}, 390": axe(page)}
    for width in (320, 640):
        page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        found[f"{name}, out of {width}"] = page.evaluate(TOO_WIDE)
    page.set_viewport_size({"width": 390, "height": HEIGHTS[390]})
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
