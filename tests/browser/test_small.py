"""Small screens, large letters, forced colours and paper."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.fixtures import DIALOGUE, Visits
from tests.browser.looks import TOO_WIDE

pytestmark = pytest.mark.browser


def test_a_word_without_end_breaks(visit: Visits) -> None:
    page = visit("participant", 320)
    page.goto(f"{DIALOGUE}/contribute/need")
    page.get_by_label("Was fehlt?").fill("Donaudampfschifffahrts" * 20)
    page.get_by_role("button", name="Bedarf einreichen").click()
    expect(page.locator("[data-error-summary]")).to_be_visible()
    page.get_by_role("radio", name="Freizeit").check(force=True)
    page.get_by_label("Wo?").select_option(label="Keltern")
    page.get_by_role("button", name="Bedarf einreichen").click()
    expect(page.get_by_text("Danke. Ihr Beitrag ist bei uns angekommen.")).to_be_visible()
    assert page.evaluate(TOO_WIDE) == []
    page.goto(f"{DIALOGUE}/mine")
    assert page.evaluate(TOO_WIDE) == []


def test_forced_colours_keep_what_is_chosen_and_where_one_is(visit: Visits) -> None:
    page = visit("participant", 390, forced_colors="active")
    page.goto(f"{DIALOGUE}/contribute/need")
    chosen = page.get_by_role("radio", name="Sprache und Bildung")
    label = page.locator(".vs-seg__item label").filter(has_text="Sprache und Bildung")
    other = page.locator(".vs-seg__item label").filter(has_text="Freizeit")
    chosen.check(force=True)
    background = "one => getComputedStyle(one).backgroundColor"
    assert label.evaluate(background) != other.evaluate(background)
    page.get_by_label("Was fehlt?").focus()
    page.keyboard.press("Tab")
    assert label.evaluate("one => getComputedStyle(one).outlineStyle") == "solid"
    page.goto(f"{DIALOGUE}/polls/10")
    card = page.locator(".vs-ballot > .vs-card").first
    assert card.evaluate("one => getComputedStyle(one).borderTopStyle") == "dashed"
    page.goto("/code")
    page.get_by_label("Ihr Code").focus()
    page.keyboard.press("Tab")
    box = page.get_by_role("checkbox")
    expect(box).to_be_focused()
    assert box.evaluate("one => getComputedStyle(one).outlineStyle") == "solid"


def test_paper_has_the_content_and_no_navigation(visit: Visits) -> None:
    page = visit()
    page.emulate_media(media="print")
    page.goto(f"{DIALOGUE}/concept/field-sprache")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    for frame in ("header.vs-header", "footer.vs-footer", ".vs-crumbs", ".vs-demo"):
        expect(page.locator(frame)).to_be_hidden()
    # What is folded on the screen is printed: paper cannot be tapped.
    expect(page.locator(".vs-sources").first).to_be_visible()
    page.goto(f"{DIALOGUE}/register")
    expect(page.locator("[role=search]")).to_be_hidden()
    expect(page.locator(".vs-live__bar")).to_be_hidden()
    expect(page.locator(".vs-entry").first).to_be_visible()
