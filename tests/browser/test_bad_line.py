"""A line that breaks, a finger that presses twice, Back, a session that ended: nothing is lost or doubled."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.fixtures import DIALOGUE, TOPICS, Visits, enter_code, open_vote, ready, write_need

pytestmark = pytest.mark.browser

GIVE = re.compile("^Einen Punkt geben")


def test_a_dot_given_without_a_line_is_saved_once_when_it_is_back(visit: Visits) -> None:
    page = visit("visitor", 390)
    enter_code(page, visit.slip("bad line"))
    open_vote(page, TOPICS["bad line"])
    ready(page)
    answers: list[int] = []
    page.on(
        "response", lambda answer: answers.append(answer.status) if answer.url.endswith("/vote") else None
    )
    page.context.set_offline(True)
    page.get_by_role("button", name=GIVE).first.click()
    page.get_by_role("button", name=GIVE).nth(1).click()
    expect(page.get_by_text("Noch nicht gespeichert. Wir versuchen es weiter.")).to_be_visible()
    expect(page.get_by_text("Noch 3 von 5 Punkten übrig")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text("Ihre Punkte sind gespeichert.")).to_be_visible()
    # The first press, which may have got through, and then what was pressed meanwhile; or both at once.
    assert answers in ([200], [200, 200])
    page.reload()
    expect(page.get_by_text("Noch 3 von 5 Punkten übrig")).to_be_visible()
    # The browser names every request that had no network.
    visit.complaints.clear()


def test_a_ballot_without_an_answer_cannot_overtake_the_next_one(visit: Visits) -> None:
    page = visit("visitor", 390)
    enter_code(page, visit.slip("bad line"))
    open_vote(page, TOPICS["bad line"])
    ready(page)
    keys: list[str] = []

    def lose_the_first(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) == 1:
            route.abort()
        else:
            route.continue_()

    page.route("**/vote", lose_the_first)
    page.get_by_role("button", name=GIVE).nth(2).click()
    page.get_by_role("button", name=re.compile("^Einen Punkt wegnehmen"), disabled=False).first.click()
    expect(page.get_by_text("Ihre Punkte sind gespeichert.")).to_be_visible()

    assert len(keys) == 3
    assert keys[0] == keys[1] != keys[2]
    visit.complaints.clear()


def test_a_point_given_before_the_script_has_come_counts(visit: Visits) -> None:
    page = visit("visitor", 390)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/dialog/ballot.js*", hold)
    enter_code(page, visit.slip("slow script"))
    open_vote(page, TOPICS["bad line"])
    expect(page.get_by_text("Noch 5 von 5 Punkten übrig")).to_be_visible()
    page.get_by_role("button", name=GIVE).first.click()
    expect(page.get_by_text("Noch 4 von 5 Punkten übrig")).to_be_visible()
    assert page.evaluate("document.documentElement.dataset.ready") is None
    # The page before has asked for it, too; this one may not have yet.
    while len(held) < 2:
        page.wait_for_timeout(50)
    held[-1].continue_()
    ready(page)
    page.get_by_role("button", name=GIVE).first.click()
    expect(page.get_by_text("Noch 3 von 5 Punkten übrig")).to_be_visible()
    expect(page.get_by_text("Ihre Punkte sind gespeichert.")).to_be_visible()


def test_back_and_another_word_asks_before_it_makes_a_second_entry(visit: Visits) -> None:
    page = visit("visitor", 390)
    enter_code(page, visit.slip("bad line"))
    text = "Der Spielplatz am Bach hat keine Schaukel."
    number = write_need(page, text, "Freizeit")
    page.go_back()
    expect(page.get_by_label("Was fehlt?")).to_have_value(text)
    page.get_by_role("button", name="Bedarf einreichen").click()
    # The same words again are the same entry again.
    page.wait_for_url(f"**/contributions/{number}*")
    page.go_back()
    page.get_by_label("Was fehlt?").fill(f"{text} Und keine Bank.")
    page.get_by_role("button", name="Bedarf einreichen").click()
    expect(page.get_by_role("heading", name=re.compile("Das haben Sie schon gesendet"))).to_be_visible()
    expect(page.get_by_label("Was fehlt?")).to_have_value(f"{text} Und keine Bank.")
    assert own_entries(page, "Der Spielplatz am Bach") == 1


def test_pressing_twice_sends_once(visit: Visits) -> None:
    page = visit("visitor", 390)
    enter_code(page, visit.slip("bad line"))
    page.goto(f"{DIALOGUE}/contribute/need")
    page.get_by_label("Was fehlt?").fill("Die Bücherei ist samstags geschlossen.")
    page.get_by_role("radio", name="Freizeit").check(force=True)
    page.get_by_label("Wo?").select_option(label="Keltern")
    page.get_by_role("button", name="Bedarf einreichen").dblclick()
    expect(page.get_by_text("Danke. Ihr Beitrag ist bei uns angekommen.")).to_be_visible()
    assert own_entries(page, "Die Bücherei") == 1


def test_what_was_typed_outlives_the_session(visit: Visits) -> None:
    page = visit("visitor", 390)
    code = visit.slip("expired")
    enter_code(page, code)
    text = "Am Bahnhof gibt es keinen Aufzug."
    page.goto(f"{DIALOGUE}/contribute/need")
    page.get_by_label("Was fehlt?").fill(text)
    page.get_by_role("radio", name="Freizeit").check(force=True)
    page.get_by_label("Wo?").select_option(label="Keltern")
    page.context.clear_cookies(name="session")
    page.get_by_role("button", name="Bedarf einreichen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sie sind abgemeldet")
    expect(page.get_by_label("Was fehlt?")).to_have_value(text)

    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Meinen Code eingeben").click()
    window = opened.value
    window.get_by_label("Ihr Code").fill(code)
    window.get_by_role("button", name="Mit diesem Code teilnehmen").click()
    expect(window.get_by_role("button", name="Abmelden").first).to_be_attached()
    page.get_by_role("button", name="Bedarf einreichen").click()
    expect(page.get_by_text("Danke. Ihr Beitrag ist bei uns angekommen.")).to_be_visible()
    assert own_entries(page, "Am Bahnhof") == 1


def test_a_vote_after_the_session_says_so_and_keeps_the_points(visit: Visits) -> None:
    page = visit("visitor", 390)
    enter_code(page, visit.slip("expired"))
    open_vote(page, TOPICS["bad line"])
    page.locator("[data-outbox-ready]").wait_for(state="attached")
    page.context.clear_cookies(name="session")
    page.get_by_role("button", name=GIVE).first.click()
    expect(page.get_by_text("Noch nicht gesendet, weil Sie abgemeldet sind.")).to_be_visible()
    expect(page.get_by_text("Noch 4 von 5 Punkten übrig")).to_be_visible()
    page.get_by_role("link", name="Meinen Code eingeben").click()
    page.get_by_label("Ihr Code").fill(visit.slip("expired"))
    page.get_by_role("button", name="Mit diesem Code teilnehmen").click()
    expect(page.get_by_text("Ihre Punkte sind gespeichert.")).to_be_visible()
    expect(page.get_by_text("Noch 4 von 5 Punkten übrig")).to_be_visible()


def test_points_given_without_a_line_outlive_their_page(visit: Visits) -> None:
    page = visit("visitor", 390)
    enter_code(page, visit.slip("kept points"))
    open_vote(page, TOPICS["bad line"])
    page.locator("[data-outbox-ready]").wait_for(state="attached")
    page.route("**/vote", lambda route: route.abort())
    page.get_by_role("button", name=GIVE).first.click()
    page.get_by_role("button", name=GIVE).nth(1).click()
    expect(page.get_by_text("Noch nicht gespeichert. Wir versuchen es weiter.")).to_be_visible()
    poll = page.url
    other = page.context.new_page()
    page.close()
    other.goto(poll)
    expect(other.get_by_text("Ihre Punkte sind gespeichert.")).to_be_visible()
    expect(other.get_by_text("Noch 3 von 5 Punkten übrig")).to_be_visible()
    visit.complaints.clear()


def own_entries(page: Page, words: str) -> int:
    """How many of one's own contributions begin like that."""
    page.goto(f"{DIALOGUE}/mine")
    return page.get_by_role("link", name=re.compile(words)).count()
