"""A page that is watched, in Chromium: what arrives, what waits, and what survives a lost line."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.core.live_server import Server, serve

pytestmark = pytest.mark.browser
numbers = count(1)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    log = tmp_path_factory.mktemp("live") / "server.log"
    with serve("tests.browser.live_page:make_app()", log) as found:
        yield found
        assert "Traceback" not in log.read_text()


@pytest.fixture
def complaints(page: Page) -> Iterator[list[str]]:
    """Whatever the browser's console complains about; a test that expects some empties the list."""
    found: list[str] = []
    page.on("console", lambda message: found.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    yield found
    assert found == []


@pytest.fixture
def watched(page: Page, server: Server, complaints: list[str]) -> Page:
    return open_page(page, server)


def open_page(page: Page, server: Server, query: str = "") -> Page:
    if not server.state()["version"] > 1:
        add(server)
    page.goto(f"{server.url}/{query}")
    expect(page.locator("[data-live-state]")).to_have_attribute("data-state", "on")
    # Each connection reads the state once, a little later; what comes after it is a push.
    page.wait_for_timeout(1300)
    return page


def add(server: Server, text: str = "", *, quiet: bool = False) -> str:
    number = f"B-{next(numbers):03}"
    put(server, number, text or f"text of {number}", quiet=quiet)
    return number


def put(server: Server, number: str, text: str, *, quiet: bool = False) -> None:
    server.post(f"/entries/{number}", params={"text": text, **({"quiet": "1"} if quiet else {})})


def ids(page: Page) -> list[str]:
    return page.eval_on_selector_all("[data-id]", "all => all.map(one => one.dataset.id)")


def test_a_new_entry_appears_without_reading_the_list_again(watched: Page, server: Server) -> None:
    reads = server.state()["reads"]
    number = add(server)
    entry = watched.locator(f"[data-id={number}]")
    expect(entry).to_be_visible()
    expect(entry).to_have_class("vs-card vs-card--new")
    assert ids(watched)[0] == number
    expect(watched.locator("[data-live-text=total]")).to_have_text(f"{len(ids(watched))} in all")
    expect(watched.locator("[data-live-news]")).not_to_be_empty()
    assert server.state()["reads"] == reads
    put(server, number, "changed")
    expect(entry.locator("summary")).to_have_text("changed")
    put(server, number, "")
    expect(entry).to_have_count(0)
    assert server.state()["reads"] == reads


def test_a_burst_is_announced_in_one_sentence(watched: Page, server: Server) -> None:
    watched.evaluate("""() => { window.said = [];
      const news = document.querySelector("[data-live-news]");
      new MutationObserver(() => window.said.push(news.textContent)).observe(news, {childList: true}); }""")
    for _ in range(3):
        add(server)
    expect(watched.locator("[data-live-news]")).to_contain_text("3")
    assert len(watched.evaluate("window.said")) == 1
    expect(watched.locator("[data-live-news]")).to_have_attribute("aria-live", "polite")


def test_where_a_filter_decides_the_list_is_read_again(
    page: Page, server: Server, complaints: list[str]
) -> None:
    open_page(page, server, "?insert=")
    reads = server.state()["reads"]
    number = add(server)
    expect(page.locator(f"[data-id={number}]")).to_be_visible()
    assert server.state()["reads"] == reads + 1


def test_a_missed_push_is_made_up_for_by_reading(watched: Page, server: Server) -> None:
    missed = add(server, quiet=True)
    seen = add(server)
    expect(watched.locator(f"[data-id={seen}]")).to_be_visible()
    expect(watched.locator(f"[data-id={missed}]")).to_be_visible()


def test_a_lost_line_is_said_and_the_state_read_on_return(
    watched: Page, server: Server, context: BrowserContext, complaints: list[str]
) -> None:
    context.set_offline(True)
    watched.evaluate("window.dispatchEvent(new Event('offline'))")
    expect(watched.locator("[data-live-state]")).to_have_attribute("data-state", "off", timeout=10_000)
    number = add(server)
    context.set_offline(False)
    expect(watched.locator(f"[data-id={number}]")).to_be_visible(timeout=20_000)
    expect(watched.locator("[data-live-state]")).to_have_attribute("data-state", "on")
    # Chromium names every request that had no network.
    complaints.clear()


def test_a_restart_is_survived(watched: Page, server: Server, complaints: list[str]) -> None:
    server.post("/cut")
    number = add(server, quiet=True)
    expect(watched.locator(f"[data-id={number}]")).to_be_visible(timeout=10_000)
    later = add(server)
    expect(watched.locator(f"[data-id={later}]")).to_be_visible()
    complaints.clear()


def test_without_websocket_polling_does(page: Page, server: Server, complaints: list[str]) -> None:
    # What a proxy that knows no WebSocket makes of it.
    page.add_init_script("""window.WebSocket = class {
      constructor() { setTimeout(() => { this.onerror({}); this.onclose({code: 1006}); }, 50); }
      close() {} };""")
    open_page(page, server)
    number = add(server)
    expect(page.locator(f"[data-id={number}]")).to_be_visible()


def test_nothing_jumps_while_somebody_types(page: Page, server: Server, complaints: list[str]) -> None:
    open_page(page, server, "?insert=")
    page.locator("[data-id] input").first.fill("half a sen")
    first = add(server)
    add(server)
    expect(page.locator("[data-live-show]")).to_be_visible()
    expect(page.locator("[data-live-news]")).to_contain_text("2")
    assert first not in ids(page)
    page.keyboard.type("tence")
    assert page.evaluate("document.activeElement.value") == "half a sentence"
    page.locator("[data-live-show]").click()
    expect(page.locator(f"[data-id={first}]")).to_be_visible()
    expect(page.locator("[data-live-show]")).to_be_hidden()
    assert page.evaluate("document.activeElement.dataset.id") == ids(page)[0]
    assert "half a sentence" in page.eval_on_selector_all(
        "[data-id] input", "all => all.map(one => one.value)"
    )


def test_updates_can_be_paused_and_resumed(watched: Page, server: Server) -> None:
    pause = watched.locator("[data-live-pause]")
    state = watched.locator("[data-live-state]")
    before, connected = pause.inner_text(), state.inner_text()
    pause.click()
    assert pause.inner_text() != before
    expect(pause).to_contain_class("vs-live__resume")
    expect(state).to_have_text(state.get_attribute("data-paused") or "")
    expect(state).not_to_have_text(connected)
    number = add(server)
    expect(watched.locator("[data-live-show]")).to_be_visible()
    assert number not in ids(watched)
    watched.locator("[data-live-show]").click()
    expect(watched.locator(f"[data-id={number}]")).to_be_visible()
    later = add(server)
    expect(watched.locator("[data-live-news]")).to_contain_text("1")
    assert later not in ids(watched)
    pause.click()
    expect(watched.locator(f"[data-id={later}]")).to_be_visible()
    assert pause.inner_text() == before
    expect(state).to_have_text(connected)
    expect(pause).not_to_contain_class("vs-live__resume")


def test_a_line_lost_while_updates_are_paused_is_said_and_so_is_its_return(
    watched: Page, server: Server, context: BrowserContext, complaints: list[str]
) -> None:
    state = watched.locator("[data-live-state]")
    watched.locator("[data-live-pause]").click()
    context.set_offline(True)
    watched.evaluate("window.dispatchEvent(new Event('offline'))")
    expect(state).to_have_text(state.get_attribute("data-off") or "", timeout=10_000)
    context.set_offline(False)
    expect(state).to_have_text(state.get_attribute("data-paused") or "", timeout=20_000)
    complaints.clear()


def test_what_is_open_focused_and_in_sight_stays(page: Page, server: Server, complaints: list[str]) -> None:
    for _ in range(40):
        add(server, quiet=True)
    open_page(page, server, "?insert=")
    kept = ids(page)[25]
    entry = page.locator(f"[data-id={kept}]")
    entry.locator("summary").click()
    entry.locator("a").focus()
    entry.evaluate("one => window.scrollTo(0, one.getBoundingClientRect().top + window.scrollY - 50)")
    top = entry.bounding_box()["y"]  # type: ignore[index]
    number = add(server)
    expect(page.locator(f"[data-id={number}]")).to_have_count(1)
    assert page.evaluate("document.activeElement.textContent") == f"link {kept}"
    assert entry.locator("details").get_attribute("open") is not None
    assert abs(entry.bounding_box()["y"] - top) < 2  # type: ignore[index]


def test_a_small_region_may_be_pushed_whole(watched: Page, server: Server) -> None:
    reads = server.state()["reads"]
    server.post("/whole")
    expect(watched.locator("[data-live-region]")).to_contain_text("whole")
    assert server.state()["reads"] == reads


def test_an_empty_list_is_filled(page: Page, server: Server, complaints: list[str]) -> None:
    open_page(page, server)
    for number in ids(page):
        put(server, number, "", quiet=True)
    page.reload()
    expect(page.get_by_text("Nothing yet")).to_be_visible()
    expect(page.locator("[data-live-state]")).to_have_attribute("data-state", "on")
    number = add(server)
    expect(page.locator(f"[data-id={number}]")).to_be_visible()
    expect(page.get_by_text("Nothing yet")).to_have_count(0)


def test_after_the_session_the_page_goes_on_as_a_visitors(
    page: Page, server: Server, context: BrowserContext, complaints: list[str]
) -> None:
    context.add_cookies([{"name": "session", "value": "anna", "url": server.url}])
    open_page(page, server)
    assert server.post("/end").text == "1"
    expect(page.locator("[data-live-state]")).to_have_attribute("data-state", "off")
    expect(page.locator("[data-live-state]")).to_have_attribute("data-state", "on", timeout=15_000)
    number = add(server)
    expect(page.locator(f"[data-id={number}]")).to_be_visible()


def test_without_a_script_the_list_is_simply_there(server: Server, browser: Any) -> None:
    add(server)
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(server.url)
    assert ids_without_script(page)
    expect(page.locator("[data-live-pause]")).to_be_hidden()
    expect(page.locator("[data-live-show]")).to_be_hidden()
    page.context.close()


def ids_without_script(page: Page) -> int:
    return page.locator("[data-id]").count()


def test_both_ends_compare_what_they_show_and_put_it_right(watched: Page, server: Server) -> None:
    number = add(server, "as the server has it")
    entry = watched.locator(f"[data-id={number}] summary")
    expect(entry).to_have_text("as the server has it")
    # Alike: one short answer, and the list is not fetched.
    with watched.expect_response("**/region?*") as same:
        server.post("/cut")
    assert same.value.status == 304
    entry.evaluate("one => { one.textContent = 'something else'; }")
    with watched.expect_response(lambda answer: "/region?" in answer.url and answer.status == 200):
        server.post("/cut")
    expect(entry).to_have_text("as the server has it")


def test_what_the_page_has_added_itself_is_no_difference(watched: Page, server: Server) -> None:
    number = add(server, "as the server has it")
    entry = watched.locator(f"[data-id={number}]")
    expect(entry.locator("summary")).to_have_text("as the server has it")
    entry.evaluate("one => one.insertAdjacentHTML('beforeend', '<span data-local>Yours</span>')")
    answers: list[int] = []
    watched.on("response", lambda one: answers.append(one.status) if "/region?" in one.url else None)
    with watched.expect_response("**/region?*"):
        server.post("/cut")
    # Comparing takes a moment; a difference would be read at once.
    watched.wait_for_timeout(500)
    assert answers == [304]
    expect(entry.locator("[data-local]")).to_have_count(1)
