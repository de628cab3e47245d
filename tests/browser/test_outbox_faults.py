"""What the outbox does when the browser's own store fails for a moment."""

from __future__ import annotations

from playwright.sync_api import BrowserContext

from tests.browser.test_outbox import open_board, pytestmark, server, told, write
from tests.core.live_server import Server

__all__ = ["pytestmark", "server"]

PUT_FAILS_ONCE = """() => {
  const real = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (...given) {
    IDBObjectStore.prototype.put = real;
    throw new DOMException("full", "QuotaExceededError");
  };
}"""


def test_one_fault_of_the_store_does_not_stop_the_sending(server: Server, context: BrowserContext) -> None:
    page = open_board(context, server)
    page.evaluate(PUT_FAILS_ONCE)
    write(page, "stalls first")
    page.wait_for_timeout(1000)
    write(page, "stalls second")
    page.wait_for_timeout(1500)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.wait_for_timeout(1500)
    assert [what for _, what in told(server, "stalls")] == ["stalls first", "stalls second"]


ADD_FAILS_ONCE_SLOWLY = """() => {
  const real = IDBObjectStore.prototype.add;
  const encrypt = crypto.subtle.encrypt.bind(crypto.subtle);
  crypto.subtle.encrypt = async (...given) => {
    for (const _ of [1, 2, 3]) await new Promise((go) => setTimeout(go, 100));
    return encrypt(...given);
  };
  IDBObjectStore.prototype.add = function () {
    IDBObjectStore.prototype.add = real;
    crypto.subtle.encrypt = encrypt;
    throw new DOMException("full", "QuotaExceededError");
  };
}"""


def test_what_cannot_be_kept_is_not_lost_for_the_next_words(server: Server, context: BrowserContext) -> None:
    page = open_board(context, server)
    page.evaluate(ADD_FAILS_ONCE_SLOWLY)
    write(page, "swallowed one")
    page.get_by_label("Text").fill("typed on")
    page.wait_for_timeout(2500)
    seen = page.locator("body").inner_text() + page.get_by_label("Text").input_value()
    assert "swallowed one" in seen or told(server, "swallowed")


ALL_FAILS_ONCE_AFTER_ADD = """() => {
  const add = IDBObjectStore.prototype.add, all = IDBObjectStore.prototype.getAll;
  IDBObjectStore.prototype.add = function (...given) {
    IDBObjectStore.prototype.add = add;
    IDBObjectStore.prototype.getAll = function () {
      IDBObjectStore.prototype.getAll = all;
      throw new DOMException("gone", "UnknownError");
    };
    return add.apply(this, given);
  };
}"""


def test_what_was_kept_is_not_sent_a_second_time_without_the_script(
    server: Server, context: BrowserContext
) -> None:
    page = open_board(context, server)
    page.evaluate(ALL_FAILS_ONCE_AFTER_ADD)
    write(page, "doubled")
    page.wait_for_timeout(2500)
    assert told(server, "doubled") == [["anna", "doubled"]]
