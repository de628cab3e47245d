"""The thread in a browser without scripts: more pages are loaded, and nothing is missing."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.fixtures import (
    DIALOGUE,
    TOPICS,
    Visits,
    enter_code,
    open_vote,
    publish,
    sign_in,
    write_need,
)
from tools.demo_site import DemoSite

pytestmark = pytest.mark.browser

NEED = "In der Praxis im Ort versteht uns niemand."


def test_the_thread_works_without_scripts(visit: Visits, demo: DemoSite) -> None:
    author, staff, visitor = (visit("visitor", 390, java_script_enabled=False) for _ in range(3))
    enter_code(author, visit.slip("no script"))
    number = write_need(author, NEED, TOPICS["no script"])
    sign_in(staff, demo)
    publish(staff, number)
    visitor.goto(f"{DIALOGUE}/register?q=niemand")
    expect(visitor.get_by_role("link", name=NEED)).to_be_visible()
    expect(visitor.get_by_role("button", name="Neues anhalten")).to_be_hidden()

    open_vote(author, TOPICS["no script"])
    dots = author.get_by_role("group", name=f"Punkte für: {NEED}")
    dots.get_by_role("button", name=re.compile("Einen Punkt geben")).click()
    expect(author.get_by_text("Ihre Punkte sind gespeichert.").first).to_be_visible()
    dots.get_by_role("button", name=re.compile("Einen Punkt geben")).click()
    expect(dots).to_contain_text("Ihre Punkte: 2 von 2")
    expect(dots).to_be_in_viewport()
    assert re.search(r"#item-\d+$", author.url)
    expect(dots.get_by_role("button", name=re.compile("Einen Punkt geben"))).to_be_disabled()
    dots.get_by_role("button", name=re.compile("Einen Punkt wegnehmen")).click()
    expect(dots).to_contain_text("Ihre Punkte: 1 von 2")
    poll = author.url

    staff.goto(poll)
    staff.locator("#ask-close > summary").click()
    staff.locator("#ask-close button").click()
    staff.locator("#ask-publish > summary").click()
    staff.locator("#ask-publish button").click()
    visitor.goto(poll)
    expect(visitor.get_by_role("table").locator("tbody tr").first).to_contain_text(number)
    visitor.goto(f"{DIALOGUE}/concept/field-gesundheit")
    voice = visitor.locator(".vs-para").filter(has_text=NEED)
    voice.get_by_text("Herkunft").click()
    voice.get_by_role("link", name=number).first.click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text(NEED)


def test_the_language_and_the_menu_work_without_scripts(visit: Visits) -> None:
    page = visit("visitor", 390, java_script_enabled=False)
    page.goto("/")
    page.locator(".vs-menu > summary").click()
    page.locator(".vs-menu").get_by_role("link", name="Konzept").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Integrations- und Vielfaltskonzept")
    page.locator(".vs-lang > summary").click()
    page.get_by_role("link", name="العربية").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
