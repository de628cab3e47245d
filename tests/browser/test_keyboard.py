"""The whole way with Tab, Enter, Space and the arrow keys: always visible where one is, never lost."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.fixtures import DIALOGUE, TOPICS, Visits, ready

pytestmark = pytest.mark.browser

# Where the keyboard is, what it is called, and how it is drawn. A hidden radio is drawn by its label.
WHERE = """() => {
  const one = document.activeElement;
  const drawn = one.matches('.vs-seg__item input') ? one.nextElementSibling : one;
  const style = getComputedStyle(drawn);
  const box = drawn.getBoundingClientRect();
  return {
    tag: one.tagName,
    words: (one.getAttribute('aria-label') ?? one.labels?.[0]?.innerText ?? one.innerText ?? '').trim(),
    ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    seen: box.width > 0 && box.bottom > 0 && box.top < innerHeight,
  };
}"""


def tab_to(page: Page, words: str, *, most: int = 60) -> dict[str, Any]:
    """Press Tab until the keyboard stands on something called like that; each stop must be visible."""
    passed = []
    for _ in range(most):
        page.keyboard.press("Tab")
        where: dict[str, Any] = page.evaluate(WHERE)
        assert where["ring"], f"No ring around: {where}"
        assert where["seen"], f"Out of sight: {where}"
        if re.search(words, where["words"]):
            return where
        passed.append(where["words"][:40])
    raise AssertionError(f"The keyboard never came to “{words}”, only to {passed}")


def test_the_first_stop_skips_to_the_content(visit: Visits) -> None:
    page = visit()
    page.goto(f"{DIALOGUE}/register")
    page.keyboard.press("Tab")
    assert page.evaluate(WHERE)["words"] == "Zum Inhalt springen"
    expect(page.get_by_role("link", name="Zum Inhalt springen")).to_be_in_viewport()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_a_need_is_written_and_chosen_without_a_mouse(visit: Visits) -> None:
    page = visit()
    page.goto("/code")
    tab_to(page, "Ihr Code")
    page.keyboard.type(visit.slip("keyboard"))
    tab_to(page, "Dieses Gerät wird geteilt")
    tab_to(page, "Mit diesem Code teilnehmen")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Abmelden").first).to_be_attached()

    page.goto(f"{DIALOGUE}/contribute/need")
    tab_to(page, "Was fehlt?")
    page.keyboard.type("Im Jugendhaus fehlt eine Rampe.")
    tab_to(page, "Freizeit")
    page.keyboard.press("ArrowDown")
    assert page.evaluate(WHERE)["words"] == TOPICS["keyboard"]
    assert page.evaluate(WHERE)["ring"]
    tab_to(page, "Wo?")
    page.keyboard.type("Keltern")
    tab_to(page, "Bedarf einreichen")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Danke. Ihr Beitrag ist bei uns angekommen.")).to_be_visible()
    about = page.get_by_role("complementary").filter(has_text="Über diesen Beitrag")
    expect(about).to_contain_text(TOPICS["keyboard"])
    expect(about).to_contain_text("Keltern")

    page.goto(f"{DIALOGUE}/polls")
    page.get_by_role("listitem").filter(has_text=TOPICS["keyboard"]).get_by_role("link").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(TOPICS["keyboard"])
    ready(page)
    tab_to(page, "^Einen Punkt geben")
    page.keyboard.press("Space")
    expect(page.get_by_text("Noch 4 von 5 Punkten übrig")).to_be_visible()
    assert page.evaluate(WHERE)["words"].startswith("Einen Punkt geben")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Noch 3 von 5 Punkten übrig")).to_be_visible()
    # Nothing more can be given here, so the keyboard stands on what can be done: taking one back.
    assert page.evaluate(WHERE)["words"].startswith("Einen Punkt wegnehmen")
    page.keyboard.press("Space")
    expect(page.get_by_text("Noch 4 von 5 Punkten übrig")).to_be_visible()
    expect(page.get_by_text("Ihre Punkte sind gespeichert.")).to_be_visible()


def test_an_origin_is_opened_and_followed(visit: Visits) -> None:
    page = visit()
    page.goto(f"{DIALOGUE}/concept/field-sprache")
    page.get_by_role("heading", level=1).evaluate("(h) => { h.tabIndex = -1; h.focus(); }")
    tab_to(page, "^Herkunft")
    page.keyboard.press("Space")
    source = tab_to(page, ".")
    assert source["tag"] == "A"
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "/concept/" not in address)
    expect(page.get_by_role("heading", level=1)).to_be_visible()


@pytest.mark.parametrize("width", [390, 1280])
def test_the_language_is_changed_and_a_menu_is_left_by_escape(visit: Visits, width: int) -> None:
    page = visit("visitor", width)
    page.goto("/")
    tab_to(page, "Sprache wechseln")
    page.keyboard.press("Enter")
    tab_to(page, "^Deutsch$")
    page.keyboard.press("Escape")
    assert "Sprache wechseln" in page.evaluate(WHERE)["words"]
    expect(page.locator(".vs-lang").get_by_role("link", name="English")).to_be_hidden()
    page.keyboard.press("Enter")
    tab_to(page, "^English$")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.goto(f"{DIALOGUE}/register")
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_what_is_wrong_takes_the_focus_and_leads_to_its_field(visit: Visits) -> None:
    page = visit("participant")
    page.goto(f"{DIALOGUE}/contribute/need")
    tab_to(page, "Bedarf einreichen")
    page.keyboard.press("Enter")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    tab_to(page, "Bitte wählen Sie ein Thema")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "field"
