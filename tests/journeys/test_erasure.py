"""R75 as people see it: somebody has voted and written, has themselves erased, and every number stays."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.fixtures import DIALOGUE, TOPICS, Visits, enter_code, publish, ready, write_need
from tests.browser.test_poll_ends import GIVE, move_on, new_poll

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WORDS = "Für Kinder fehlt am Nachmittag ein trockener Ort zum Spielen."


def vote(page: Page, poll: str) -> None:
    """Give one point to another need of a vote, and two to the one this is about."""
    page.goto(poll)
    ready(page)
    more = page.get_by_role("group", name=re.compile(WORDS)).get_by_role("button", name=GIVE)
    # The order is another one for everybody, so this one may be the first.
    others = page.locator(".vs-ballot > li").filter(has_not_text=WORDS).get_by_role("button", name=GIVE)
    for button in (others.first, more, more):
        button.click()
    expect(page.get_by_text("Noch 2 von 5 Punkten übrig")).to_be_visible()
    expect(page.get_by_text("Ihre Punkte sind gespeichert.")).to_be_visible()


def sums(page: Page) -> list[tuple[str, str, str]]:
    """The result as a file: item, points, voters. Its words go with the person, the item stays."""
    with page.expect_download() as download:
        page.get_by_role("link", name="Summen (CSV)").click()
    rows = [line.split(",") for line in Path(download.value.path()).read_text().splitlines()]
    return [(item, points, voters) for item, _, points, voters in rows]


def result(page: Page, poll: str) -> list[str]:
    """Everything the page of a result says: how many have voted, the picture, the table."""
    page.goto(poll)
    expect(page.get_by_role("table")).to_be_visible()
    return [page.locator("main figure").inner_text(), *page.locator("main tbody tr").all_inner_texts()]


def test_who_is_erased_leaves_every_number_as_it_was(visit: Visits) -> None:
    person, other, staff, visitor = (
        visit("visitor", 390),
        visit("participant"),
        visit("coordinator"),
        visit("visitor", 390),
    )
    code = visit.slip("erased")
    enter_code(person, code)
    number = write_need(person, WORDS, TOPICS["erased"])
    publish(staff, number)
    poll = new_poll(staff, TOPICS["erased"])
    vote(person, poll)
    vote(other, poll)
    move_on(staff, poll, "close")
    move_on(staff, poll, "publish")
    before = result(visitor, poll)
    kept = sums(visitor)
    assert [row[1:] for row in kept].count(("4", "2")) == 1
    expect(visitor.get_by_text("2 Personen haben abgestimmt.").first).to_be_visible()
    visitor.goto(f"{DIALOGUE}/register?q=trockener")
    expect(visitor.locator(f"[data-id={number}]")).to_be_visible()

    # One's own page leads there; the code once more, and a tick, because it cannot be undone.
    person.goto("/my-data")
    person.get_by_role("link", name="Ansehen, was gelöscht wird").click()
    person.get_by_label("Meine Texte zurückziehen").check(force=True)
    person.get_by_label("Noch einmal Ihr Code").fill(code)
    person.get_by_role("button", name="Mich endgültig löschen").click()
    expect(person.get_by_text(re.compile("Bitte bestätigen Sie")).first).to_be_visible()
    person.get_by_label("Noch einmal Ihr Code").fill(code)
    person.locator("#sure").check(force=True)
    person.get_by_role("button", name="Mich endgültig löschen").click()
    expect(person.get_by_role("heading", level=1)).to_have_text("Sie sind gelöscht")

    # Nothing of them is left, and nothing else has changed.
    person.goto(f"{DIALOGUE}/mine")
    expect(person.get_by_text(number)).to_have_count(0)
    person.goto("/code")
    person.get_by_label("Ihr Code").fill(code)
    person.get_by_role("button", name="Mit diesem Code teilnehmen").click()
    expect(person.get_by_text("Dieser Code geht nicht.").first).to_be_visible()
    visitor.goto(f"{DIALOGUE}/register?q=trockener")
    expect(visitor.locator(f"[data-id={number}]")).to_have_count(0)
    visitor.goto(f"{DIALOGUE}/contributions/{number}")
    expect(visitor.get_by_text(WORDS)).to_have_count(0)
    after = result(visitor, poll)
    assert numbers(after, number) == numbers(before, number)
    assert sums(visitor) == kept


def numbers(rows: list[str], number: str) -> list[tuple[str, ...]]:
    """The figures of each row; the words of the one that was taken back are gone."""
    return [tuple(re.findall(r"\b\d+\b", row.replace(number, ""))) for row in rows]
