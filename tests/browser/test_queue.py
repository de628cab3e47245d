"""Deciding on many contributions by keyboard, and without a script, and taking it back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.fixtures import DIALOGUE, Visits, enter_code, write_need

pytestmark = pytest.mark.browser

QUEUE = f"{DIALOGUE}/moderation"


def send_two(visit: Visits, words: str) -> None:
    person = visit()
    enter_code(person, visit.slip("queue"))
    for number in (1, 2):
        write_need(person, f"{words} {number}", "Freizeit")


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is on such an element."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"No way by keyboard to {selector}.")


def test_many_are_hidden_and_undone_by_keyboard(visit: Visits) -> None:
    send_two(visit, "Tastatur prüft")
    staff = visit("coordinator")
    staff.goto(f"{QUEUE}?q=Tastatur")
    expect(staff.locator("html")).to_have_attribute("data-ready", "")
    for _ in range(2):
        tab_to(staff, "input[name=chosen]:not(:checked)")
        staff.keyboard.press("Space")
    expect(staff.get_by_text("2 ausgewählt")).to_be_visible()
    tab_to(staff, ".vs-bulk summary")
    staff.keyboard.press("Enter")
    tab_to(staff, "input[name=reason]")
    staff.keyboard.press("ArrowDown")
    tab_to(staff, "button[value=hide]")
    staff.keyboard.press("Enter")
    expect(staff.get_by_text("2 Beiträge ausgeblendet.")).to_be_visible()
    tab_to(staff, "form[action$='/undo'] button")
    staff.keyboard.press("Enter")
    expect(staff.get_by_text("2 Beiträge sind wieder wie zuvor.")).to_be_visible()


def test_many_are_published_and_undone_without_a_script(visit: Visits) -> None:
    send_two(visit, "Skriptlos prüft")
    staff = visit("coordinator", 390, java_script_enabled=False)
    staff.goto(f"{QUEUE}?q=Skriptlos")
    staff.get_by_role("link", name="Ganze Seite auswählen").click()
    boxes = staff.locator("input[name=chosen]")
    expect(boxes).to_have_count(2)
    for box in boxes.all():
        expect(box).to_be_checked()
    staff.get_by_role("button", name="Ausgewählte veröffentlichen").click()
    expect(staff.get_by_text("2 Beiträge veröffentlicht.")).to_be_visible()
    staff.get_by_role("button", name="Rückgängig machen").click()
    expect(staff.get_by_text("2 Beiträge sind wieder wie zuvor.")).to_be_visible()
    staff.goto(f"{DIALOGUE}/register?q=Skriptlos")
    expect(staff.get_by_role("heading", name=re.compile("Skriptlos"))).to_have_count(0)
