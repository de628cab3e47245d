"""Every kind of page there is in the demonstration, by who can open it."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.fixtures import DIALOGUE

VISITOR = {
    "home": "/",
    "code": "/code",
    "sign in": "/sign-in",
    "register": f"{DIALOGUE}/register",
    "register, nothing found": f"{DIALOGUE}/register?q=xyzzy",
    "contribution": f"{DIALOGUE}/contributions/B-058",
    "contribute without a code": f"{DIALOGUE}/contribute/need",
    "join": f"{DIALOGUE}/join",
    "event": f"{DIALOGUE}/events/dialogveranstaltung-2021",
    "polls": f"{DIALOGUE}/polls",
    "open poll": f"{DIALOGUE}/polls/10",
    "result": f"{DIALOGUE}/polls/5",
    "concept": f"{DIALOGUE}/concept",
    "chapter of a topic": f"{DIALOGUE}/concept/field-sprache",
    "chapter of all topics": f"{DIALOGUE}/concept/fields",
    "chapter with figures": f"{DIALOGUE}/concept/figures",
    "chapter on how it was made": f"{DIALOGUE}/concept/made",
    "chapter with all measures": f"{DIALOGUE}/concept/overview",
    "annex": f"{DIALOGUE}/concept/annex",
    "not found": "/nothing-here",
}
PARTICIPANT = {
    "write": f"{DIALOGUE}/contribute/need",
    "ballot": f"{DIALOGUE}/polls/10",
    "my contributions": f"{DIALOGUE}/mine",
    "my participation": "/account",
}
COORDINATOR = {
    "to check": f"{DIALOGUE}/moderation",
    "decide": f"{DIALOGUE}/moderation/B-058",
    "polls of staff": f"{DIALOGUE}/polls",
    "poll of staff": f"{DIALOGUE}/polls/10",
    "prepare a poll": f"{DIALOGUE}/polls/prepare",
    "decisive poll": f"{DIALOGUE}/concept/field-sprache/decisive-poll",
    "chapter of staff": f"{DIALOGUE}/concept/field-sprache",
    "my account": "/account",
}
EVERYBODYS = {"visitor": VISITOR, "participant": PARTICIPANT, "coordinator": COORDINATOR}


def empty_code(page: Page) -> None:
    page.goto("/code")
    page.locator("main button[type=submit]").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()


def wrong_sign_in(page: Page) -> None:
    page.goto("/sign-in")
    page.locator("main input[name=login]").fill("niemand")
    page.locator("main input[name=password]").fill("falsch")
    page.locator("main button[type=submit]").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()


def wrong_event_code(page: Page) -> None:
    page.goto(f"{DIALOGUE}/join")
    page.locator("main button[type=submit]").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()


def empty_need(page: Page) -> None:
    page.goto(f"{DIALOGUE}/contribute/need")
    page.locator("main button[type=submit]").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()


def hidden_without_reason(page: Page) -> None:
    page.goto(f"{DIALOGUE}/moderation/B-058")
    page.locator("main .kern-btn--danger").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()


def impossible_poll(page: Page) -> None:
    page.goto(f"{DIALOGUE}/polls/prepare")
    page.locator("main input[name=dots]").fill("0")
    page.locator("main button[type=submit]").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()


REFUSED = {
    "visitor": [empty_code, wrong_sign_in, wrong_event_code],
    "participant": [empty_need],
    "coordinator": [hidden_without_reason, impossible_poll],
}


def go(page: Page, address: str, language: str = "") -> None:
    """Open a page, in another language if one is given, and wait until its scripts have settled."""
    if language:
        address += ("&" if "?" in address else "?") + f"lang={language}"
    page.goto(address)
    page.wait_for_load_state("load")
