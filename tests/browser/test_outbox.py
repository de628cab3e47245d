"""R61 in a real browser: what was typed without a line arrives once, whatever happens meanwhile."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Route, expect

from tests.core.live_server import Server, serve
from tools.system import find_chromium

pytestmark = [pytest.mark.browser, pytest.mark.without_database]

STORES = """async () => JSON.stringify({
  local: {...localStorage}, session: {...sessionStorage}, state: history.state,
  databases: await indexedDB.databases(), caches: await caches.keys(),
})"""
HASTE = "{ const real = setTimeout; window.setTimeout = (f, ms) => real(f, Math.min(ms, 100)); }"
"""Nobody waits for the next try for seconds."""

NOTHING_KEPT = """() => new Promise((tell) => {
  const opening = indexedDB.open("vielstimmig-outbox");
  opening.onsuccess = () => {
    const count = opening.result.transaction("entries").objectStore("entries").count();
    // Whoever hears of it draws it first.
    count.onsuccess = () => setTimeout(() => requestAnimationFrame(() => tell(count.result === 0)), 50);
  };
})"""
DRAFTED_MS = 800
"""By then what was begun is kept; see static/core/unsent.js."""
NOTHING = {"local": {}, "session": {}, "state": None, "databases": [], "caches": []}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("outbox")
    database = str(folder / "told.db")
    with serve("tests.browser.outbox_page:make_app()", folder / "log", OUTBOX_DATABASE=database) as found:
        yield found


def sign_in(context: BrowserContext, server: Server, session: str) -> None:
    context.add_cookies([{"name": "session", "value": session, "url": server.url}])


def open_board(context: BrowserContext, server: Server, session: str = "one", query: str = "") -> Page:
    sign_in(context, server, session)
    page = context.new_page()
    page.add_init_script(HASTE)
    page.goto(f"{server.url}/{query}")
    expect(page.locator("[data-outbox-ready]")).to_be_attached()
    return page


def write(page: Page, text: str) -> None:
    page.get_by_label("Text").fill(text)
    page.get_by_role("button", name="Send card").click()


def waiting(page: Page) -> list[str]:
    return page.locator("[data-outbox-list] [data-outbox-text]").all_inner_texts()


def told(server: Server, beginning: str) -> list[list[str]]:
    return [row for row in server.get("/told").json() if row[1].startswith(beginning)]


def says(page: Page, text: str | re.Pattern[str]) -> None:
    expect(page.locator("[data-outbox-state]")).to_contain_text(text)


def lose_the_answer(route: Route) -> None:
    # While the server is away there is none to lose.
    with contextlib.suppress(Error):
        route.fetch()
    route.abort()


class BadLine:
    """What is sent through it arrives, and the answer is lost until it is `mended`.

    It stays in place then: what is under way through a route that is taken away goes on by itself, and an
    answer that was to be lost would arrive after all.
    """

    def __init__(self, page: Page) -> None:
        self.mended = False
        page.route("**/cards", self.carry)

    def carry(self, route: Route) -> None:
        if self.mended:
            route.continue_()
        else:
            lose_the_answer(route)


NOT_YET = "Noch nicht gesendet"
SENT = "Gesendet."


def test_a_card_with_a_line_is_sent_at_once_and_nothing_stays(
    server: Server, context: BrowserContext
) -> None:
    page = open_board(context, server)
    write(page, "at once")
    says(page, SENT)
    expect(page.get_by_label("Text")).to_have_value("")
    assert waiting(page) == []
    assert told(server, "at once") == [["anna", "at once"]]


def test_cards_typed_offline_arrive_once_and_in_order(server: Server, context: BrowserContext) -> None:
    page = open_board(context, server)
    context.set_offline(True)
    for number in range(3):
        write(page, f"offline {number}")
    says(page, NOT_YET)
    expect(page.locator("[data-outbox-list] li")).to_have_count(3)
    assert waiting(page) == ["offline 0", "offline 1", "offline 2"]
    assert told(server, "offline") == []
    context.set_offline(False)
    says(page, SENT)
    expect(page.locator("[data-outbox-list] li")).to_have_count(0)
    assert [what for _, what in told(server, "offline")] == ["offline 0", "offline 1", "offline 2"]


@pytest.mark.parametrize("reopen", ["reload", "closed tab"])
def test_what_waits_outlives_its_page(server: Server, context: BrowserContext, reopen: str) -> None:
    page = open_board(context, server)
    # Another page keeps the browser open, and knows nothing of the board.
    context.new_page()
    page.route("**/cards", lambda route: route.abort())
    write(page, f"{reopen} kept")
    says(page, NOT_YET)
    if reopen == "reload":
        page.unroute("**/cards")
        page.reload()
    else:
        page.close()
        page = open_board(context, server)
    says(page, SENT)
    assert told(server, reopen) == [["anna", f"{reopen} kept"]]


def test_a_killed_browser_sends_what_it_had_when_it_comes_back(
    server: Server, browser: Browser, tmp_path: Path
) -> None:
    settings = {"executable_path": find_chromium(), "headless": True, "locale": "de-DE"}
    profile = tmp_path / "profile"
    context = browser.browser_type.launch_persistent_context(
        profile, args=["--no-sandbox", "--disable-gpu"], **settings
    )
    page = open_board(context, server)
    page.route("**/cards", lambda route: route.abort())
    write(page, "Kanarienvogel-91c2 stays")
    says(page, NOT_YET)
    context.close()
    found = [
        file for file in profile.rglob("*") if file.is_file() and b"Kanarienvogel-91c2" in file.read_bytes()
    ]
    assert found == [], "what waits lies on the disk for everybody to read"
    context = browser.browser_type.launch_persistent_context(
        profile, args=["--no-sandbox", "--disable-gpu"], **settings
    )
    page = open_board(context, server)
    says(page, SENT)
    context.close()
    assert told(server, "Kanarienvogel") == [["anna", "Kanarienvogel-91c2 stays"]]


def test_an_answer_that_was_lost_is_asked_for_again_and_counts_once(
    server: Server, context: BrowserContext
) -> None:
    page = open_board(context, server)
    tries: list[str] = []

    def lose(route: Route) -> None:
        tries.append(route.request.headers["idempotency-key"])
        route.fetch()
        if len(tries) < 3:
            route.abort()
        else:
            route.continue_()

    page.route("**/cards", lose)
    write(page, "lost answer")
    says(page, SENT)
    assert len(tries) == 3
    assert len(set(tries)) == 1
    assert told(server, "lost answer") == [["anna", "lost answer"]]


def test_two_tabs_send_it_once(server: Server, context: BrowserContext) -> None:
    first, second = open_board(context, server), open_board(context, server)
    requests: list[str] = []
    context.on("request", lambda one: requests.append(one.url) if one.url.endswith("/cards") else None)
    context.set_offline(True)
    write(first, "from the first")
    says(first, NOT_YET)
    # This one has not tried itself, and must not say that it is being sent.
    says(second, NOT_YET)
    write(second, "from the second")
    says(second, NOT_YET)
    expect(first.locator("[data-outbox-list] li")).to_have_count(2)
    requests.clear()
    context.set_offline(False)
    expect(first.locator("[data-outbox-list] li")).to_have_count(0)
    expect(second.locator("[data-outbox-list] li")).to_have_count(0)
    assert [what for _, what in told(server, "from the")] == ["from the first", "from the second"]


@pytest.mark.parametrize("kill", [False, True])
def test_a_server_that_restarts_gets_it_once(server: Server, context: BrowserContext, kill: bool) -> None:
    page = open_board(context, server)
    text = f"restart {kill}"
    # It arrives, and the server dies before anybody hears so.
    line = BadLine(page)
    write(page, text)
    says(page, NOT_YET)
    server.stop(kill=kill)
    write(page, f"{text} second")
    line.mended = True
    server.run()
    says(page, SENT)
    expect(page.locator("[data-outbox-list] li")).to_have_count(0)
    assert [what for _, what in told(server, text)] == [text, f"{text} second"]


def test_after_the_session_it_waits_for_the_code_of_the_same_person(
    server: Server, context: BrowserContext
) -> None:
    page = open_board(context, server)
    # The first try got through, so that a fresh session must not make a second card of it.
    line = BadLine(page)
    write(page, "after the session")
    says(page, NOT_YET)
    context.clear_cookies(name="session")
    line.mended = True
    says(page, "abgemeldet")
    expect(page.get_by_role("link", name="Meinen Code eingeben")).to_have_attribute("href", "/code?next=/")
    assert waiting(page) == ["after the session"]

    # Whoever signs in at this browser meanwhile neither reads nor sends it.
    other = open_board(context, server, "other")
    assert waiting(other) == []
    write(other, "after the session, bert")
    says(other, SENT)
    assert waiting(page) == ["after the session"]

    sign_in(context, server, "two")
    says(page, SENT)
    assert told(server, "after the session") == [
        ["anna", "after the session"],
        ["bert", "after the session, bert"],
    ]


def test_what_is_refused_stands_in_its_form_again(server: Server, context: BrowserContext) -> None:
    page = open_board(context, server)
    write(page, "a forbidden word")
    expect(page.get_by_role("alert")).to_have_text("Dieses Wort geht nicht.")
    expect(page.get_by_label("Text")).to_have_value("a forbidden word")
    assert waiting(page) == []
    write(page, "a better word")
    says(page, SENT)
    assert [what for _, what in told(server, "a ")] == ["a better word"]


def test_what_is_refused_later_is_kept_beside_the_form(server: Server, context: BrowserContext) -> None:
    page = open_board(context, server)
    context.set_offline(True)
    write(page, "forbidden too")
    says(page, NOT_YET)
    page.get_by_label("Text").fill("something else")
    context.set_offline(False)
    card = page.locator("[data-outbox-list] li").filter(has_text="Dieses Wort geht nicht.")
    expect(card).to_contain_text("forbidden too")
    expect(page.get_by_label("Text")).to_have_value("something else")
    change = card.get_by_role("button", name="Ändern und neu senden")
    change.click()
    expect(page.get_by_role("alert")).to_have_text(
        "Sie haben eine andere Karte begonnen. Bitte senden oder leeren Sie diese zuerst."
    )
    expect(page.get_by_label("Text")).to_have_value("something else")
    page.get_by_label("Text").fill("")
    change.click()
    expect(page.get_by_label("Text")).to_have_value("forbidden too")
    expect(page.get_by_label("Text")).to_be_focused()
    assert waiting(page) == []
    assert told(server, "forbidden") == []
    # It is kept until it has gone, whatever becomes of the page, and stands in the form as it was changed.
    page.get_by_label("Text").fill("nearly allowed")
    page.wait_for_timeout(DRAFTED_MS)
    page.reload()
    expect(page.get_by_label("Text")).to_have_value("nearly allowed")
    write(page, "allowed now")
    says(page, SENT)
    assert waiting(page) == []
    assert [what for _, what in told(server, "allowed")] == ["allowed now"]


def test_somebody_who_asks_for_it_learns_that_there_is_still_no_line(
    server: Server, context: BrowserContext
) -> None:
    page = open_board(context, server)
    page.route("**/cards", lambda route: route.abort())
    write(page, "asked for")
    card = page.locator("[data-outbox-list] li")
    expect(card).to_contain_text(NOT_YET)
    card.get_by_role("button", name="Jetzt senden").click()
    says(page, "Es gibt noch keine Verbindung.")
    expect(card).to_contain_text("Es gibt noch keine Verbindung.")
    page.unroute("**/cards")
    # Pressed by a script: a browser that tries by itself at this moment has taken the button away.
    page.evaluate("() => document.querySelector('[data-outbox-now]')?.click()")
    says(page, SENT)
    assert [what for _, what in told(server, "asked")] == ["asked for"]


def test_of_ballots_that_wait_the_last_one_counts(server: Server, context: BrowserContext) -> None:
    page = open_board(context, server)
    page.route("**/ballot", lambda route: route.abort())
    state = page.locator("[data-ballot-state]")
    for _ in range(3):
        page.get_by_role("button", name="More").click()
        expect(state).to_have_text("Not saved")
    # Its form tells of it, and the list of cards does not.
    assert waiting(page) == []
    page.unroute("**/ballot")
    page.reload()
    expect(state).to_have_text("Saved")
    expect(page.locator("[name=dots]")).to_have_value("3")
    votes = [what for _, what in told(server, "dots")]
    assert votes[-1] == "dots 3"
    assert len(votes) <= 2


@pytest.mark.parametrize("answer", ["portal", "busy", "redirect"])
def test_only_an_answer_of_ours_counts_as_sent(server: Server, context: BrowserContext, answer: str) -> None:
    page = open_board(context, server)
    answers = {
        "portal": {"status": 200, "content_type": "text/html", "body": "<h1>Welcome to our Wi-Fi</h1>"},
        "busy": {"status": 503, "headers": {"Retry-After": "1"}, "body": ""},
        "redirect": {"status": 302, "headers": {"Location": "/"}, "body": ""},
    }
    page.route("**/cards", lambda route: route.fulfill(**answers[answer]))
    write(page, f"{answer} in between")
    says(page, NOT_YET)
    assert told(server, answer) == []
    page.unroute("**/cards")
    says(page, SENT)
    assert told(server, answer) == [["anna", f"{answer} in between"]]


def test_a_fault_of_ours_does_not_hold_up_the_next_card(server: Server, context: BrowserContext) -> None:
    page = open_board(context, server)
    write(page, "it breaks")
    write(page, "behind it")
    page.get_by_label("Text").fill("and the next one")
    expect(page.locator("[data-outbox-list] li")).to_have_count(1)
    expect(page.locator("[data-outbox-list]")).to_contain_text("it breaks")
    expect(page.locator("[data-outbox-list]")).to_contain_text("Wir konnten das nicht annehmen")
    assert told(server, "behind it") == [["anna", "behind it"]]


def test_two_taps_send_one_card_and_stay_on_the_page(server: Server, context: BrowserContext) -> None:
    page = open_board(context, server)
    page.get_by_label("Text").fill("two taps")
    page.get_by_role("button", name="Send card").dblclick()
    says(page, SENT)
    assert page.url == f"{server.url}/"
    assert told(server, "two taps") == [["anna", "two taps"]]


@pytest.mark.parametrize("leave", ["reload", "go_back"])
def test_what_is_only_begun_outlives_its_page_until_it_is_sent(
    server: Server, context: BrowserContext, leave: str
) -> None:
    page = open_board(context, server)
    page.get_by_label("Text").fill("only begun")
    page.wait_for_timeout(DRAFTED_MS)
    kept = page.evaluate(STORES)
    assert "only begun" not in kept
    if leave == "go_back":
        page.goto(f"{server.url}/told")
    getattr(page, leave)()
    expect(page.get_by_label("Text")).to_have_value("only begun")
    # It is nobody else's.
    other = open_board(context, server, "other")
    expect(other.get_by_label("Text")).to_have_value("")
    sign_in(context, server, "one")
    page.get_by_role("button", name="Send card").click()
    says(page, SENT)
    page.wait_for_timeout(DRAFTED_MS)
    page.reload()
    expect(page.locator("[data-outbox-ready]")).to_be_attached()
    page.wait_for_timeout(DRAFTED_MS)
    expect(page.get_by_label("Text")).to_have_value("")
    assert told(server, "only begun")[-1:] == [["anna", "only begun"]]


def test_a_shared_device_keeps_nothing(server: Server, context: BrowserContext) -> None:
    page = open_board(context, server, query="?shared")
    page.get_by_label("Text").fill("begun on a shared device")
    page.wait_for_timeout(DRAFTED_MS)
    assert json.loads(page.evaluate(STORES)) == NOTHING
    context.set_offline(True)
    write(page, "shared device")
    says(page, "Bitte lassen Sie diese Seite")
    assert json.loads(page.evaluate(STORES)) == NOTHING
    context.set_offline(False)
    says(page, SENT)
    assert told(server, "shared") == [["anna", "shared device"]]
    assert json.loads(page.evaluate(STORES)) == NOTHING


def test_nothing_moves_under_a_finger(server: Server, context: BrowserContext) -> None:
    """What goes from the list above the form would draw the button away between pressing and letting go."""
    page = open_board(context, server)
    context.set_offline(True)
    for number in range(3):
        write(page, f"above {number}")
    expect(page.locator("[data-outbox-list] li")).to_have_count(3)
    page.get_by_label("Text").fill("under the finger")
    page.get_by_role("button", name="Send card").hover()
    page.mouse.down()
    context.set_offline(False)
    page.wait_for_function(NOTHING_KEPT)
    with page.expect_response("**/cards"):
        page.mouse.up()
    expect(page.locator("[data-outbox-list] li")).to_have_count(0)
    says(page, SENT)
    expect(page.get_by_label("Text")).to_have_value("")
    assert told(server, "under") == [["anna", "under the finger"]]


def test_a_hundred_cards_through_cut_lines_arrive_once_each(server: Server, context: BrowserContext) -> None:
    """Every third request is cut before it arrives, every third after it was answered."""
    page = open_board(context, server)
    count = 0

    def cut(route: Route) -> None:
        nonlocal count
        count += 1
        if count % 3 == 1:
            route.abort()
        elif count % 3 == 2:
            lose_the_answer(route)
        else:
            route.continue_()

    page.route("**/cards", cut)
    for number in range(100):
        write(page, f"many {number:03}")
        if number == 50:
            expect(page.locator("[data-outbox-list]")).to_contain_text("many 050")
            page.reload()
            expect(page.locator("[data-outbox-ready]")).to_be_attached()
    expect(page.locator("[data-outbox-list] li")).to_have_count(0, timeout=60_000)
    assert [what for _, what in told(server, "many")] == [f"many {number:03}" for number in range(100)]
