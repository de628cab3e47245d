"""Writing a section in the browser: the toolbar by keyboard, the preview, and who else has the text open."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.fixtures import DIALOGUE, Visits, ready

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAGE = f"{DIALOGUE}/concept/write/field-arbeit-goals"
OTHER_PAGE = f"{DIALOGUE}/concept/write/field-arbeit-situation"
ELSEWHERE = "Sie haben diesen Text auch in einem anderen Fenster"
SAVED = "Jemand hat diesen Text inzwischen gespeichert."
BETWEEN_SIGNS_MS = 31_000


def select(page: Page, words: str) -> None:
    """Choose words in the text, as with Shift and the arrow keys."""
    page.get_by_label("Text des Abschnitts").evaluate(
        "(area, words) => { const at = area.value.indexOf(words);"
        " area.focus(); area.setSelectionRange(at, at + words.length); }",
        words,
    )


def focused(page: Page) -> str:
    """What the keyboard stands on is called."""
    name: str = page.evaluate("document.activeElement.getAttribute('aria-label')")
    return name


def sign(page: Page) -> None:
    """Let half a minute pass on a page, after which it says that somebody writes there."""
    with page.expect_request_finished(lambda request: request.url.endswith("/here")):
        page.clock.fast_forward(BETWEEN_SIGNS_MS)
    page.evaluate("new Promise((done) => requestAnimationFrame(() => done()))")


def test_the_toolbar_the_preview_and_undo_by_keyboard(visit: Visits) -> None:
    page = visit("coordinator")
    page.goto(PAGE)
    ready(page)
    area = page.get_by_label("Text des Abschnitts")
    area.fill("Erstens\nZweitens\n\nEin Wort")
    select(page, "Wort")
    page.keyboard.press("Control+b")
    expect(area).to_have_value("Erstens\nZweitens\n\nEin **Wort**")
    page.keyboard.press("Control+i")
    expect(area).to_have_value("Erstens\nZweitens\n\nEin ***Wort***")

    # One stop for the Tab key; arrows go round inside.
    area.press("Shift+Tab")
    assert focused(page) == "Überschrift"
    for key, name in (("ArrowRight", "Fett (Strg+B)"), ("End", "Tabelle"), ("ArrowRight", "Überschrift")):
        page.keyboard.press(key)
        assert focused(page) == name
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    assert focused(page) == "Liste"
    area.evaluate("(area) => area.setSelectionRange(0, 'Erstens\\nZweitens'.length)")
    page.keyboard.press("Enter")
    expect(area).to_have_value("* Erstens\n* Zweitens\n\nEin ***Wort***")
    expect(area).to_be_focused()
    page.keyboard.press("Control+z")
    expect(area).to_have_value("Erstens\nZweitens\n\nEin ***Wort***")
    page.keyboard.press("Control+y")

    page.keyboard.press("Control+End")
    page.get_by_role("button", name="Tabelle").click()
    page.get_by_role("button", name="Vorschau").click()
    preview = page.get_by_role("region", name="Vorschau")
    expect(preview.get_by_role("listitem")).to_have_count(2)
    expect(preview.locator("strong")).to_have_text("Wort")
    expect(preview.get_by_role("columnheader")).to_have_text(["Spalte 1", "Spalte 2"])
    expect(page.get_by_label("Text des Abschnitts")).to_have_value(re.compile(r"^\* Erstens\n"))

    # Nothing of it is saved, and leaving it asks first.
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto(PAGE)
    assert asked == ["beforeunload"]
    expect(page.get_by_label("Text des Abschnitts")).not_to_have_value(re.compile("Erstens"))


def test_two_windows_of_one_person_know_of_each_other(visit: Visits) -> None:
    first = visit("coordinator")
    second = first.context.new_page()
    for page in (first, second):
        page.clock.install()
        page.goto(OTHER_PAGE)
        ready(page)
    # The second one knows at once, the first one with its next sign.
    expect(second.get_by_text(ELSEWHERE)).to_be_visible()
    expect(first.get_by_text(ELSEWHERE)).to_be_hidden()
    sign(first)
    expect(first.get_by_text(ELSEWHERE)).to_be_visible()

    second.get_by_label("Text des Abschnitts").press_sequentially("Neu. ")
    second.get_by_role("button", name="Text speichern").click()
    expect(second.get_by_text("Der Text ist gespeichert.")).to_be_visible()
    sign(first)
    expect(first.get_by_text(SAVED)).to_be_visible()

    # A window that is closed says nothing more; whoever signed last, the other one notices within two signs.
    second.close()
    sign(first)
    sign(first)
    expect(first.get_by_text(ELSEWHERE)).to_be_hidden()
