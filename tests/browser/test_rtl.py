"""Arabic: the page is laid out from right to left, and every text keeps its own language and direction."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.fixtures import DIALOGUE, HEIGHTS, Visits
from tests.browser.pages import EVERYBODYS, go

pytestmark = pytest.mark.browser

# Words of people, and whether each says which language it is in and lets its letters decide the direction.
WORDS = """() =>
  [...document.querySelectorAll('.vs-entry h3, .vs-entry .vs-measure, .vs-card__title, .vs-words')]
  .map((one) => [one.innerText.slice(0, 40), one.closest('[lang]').lang, one.dir,
                 getComputedStyle(one).direction])"""


@pytest.mark.parametrize("width", [390, 1280])
def test_the_frame_is_mirrored(visit: Visits, width: int) -> None:
    page = visit("visitor", width)
    go(page, "/", "ar")
    html = page.locator("html")
    expect(html).to_have_attribute("dir", "rtl")
    expect(html).to_have_attribute("lang", "ar")
    logo = middle(page, ".vs-logo")
    assert logo > width / 2
    assert middle(page, ".vs-lang > summary") < logo
    assert middle(page, "main h1") > width / 2 - 1
    label = page.locator("main label[for=c]").bounding_box()
    field = page.locator("main #c").bounding_box()
    assert label is not None
    assert field is not None
    assert abs((label["x"] + label["width"]) - (field["x"] + field["width"])) <= 30


def test_the_crumbs_run_from_right_to_left(visit: Visits) -> None:
    page = visit()
    go(page, f"{DIALOGUE}/contributions/B-058", "ar")
    places = page.locator(".vs-crumbs li").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().right)"
    )
    assert places == sorted(places, reverse=True)
    assert page.locator(".vs-crumbs .vs-icon--flip").first.evaluate(
        "one => getComputedStyle(one).transform"
    ) == ("matrix(-1, 0, 0, 1, 0, 0)")
    icon = page.locator(".vs-journey__stop").first.bounding_box()
    words = page.locator(".vs-journey__body").first.bounding_box()
    assert icon is not None
    assert words is not None
    assert icon["x"] > words["x"]


@pytest.mark.parametrize("who", EVERYBODYS)
def test_nothing_sticks_out_of_a_phone(visit: Visits, who: str) -> None:
    page = visit(who, 320)
    wide: list[str] = []
    for name, address in EVERYBODYS[who].items():
        go(page, address, "ar")
        for width in (320, 390):
            page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                wide.append(f"{name} at {width}")
    assert wide == []


@pytest.mark.parametrize(
    "address", [f"{DIALOGUE}/register", f"{DIALOGUE}/polls/10", f"{DIALOGUE}/contributions/B-058"]
)
def test_what_people_wrote_keeps_its_language(visit: Visits, address: str) -> None:
    page = visit()
    go(page, address, "ar")
    words = page.evaluate(WORDS)
    assert words
    assert [one for one in words if one[1:] != ["de", "auto", "ltr"]] == []


def middle(page: Page, selector: str) -> float:
    """Where the middle of an element is, from the left."""
    box = page.locator(selector).first.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2
