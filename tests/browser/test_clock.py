"""The countdown of a step on a phone whose own clock is set while the page is open."""

import pytest
from playwright.sync_api import Page

from tests.browser.fixtures import Visits

pytestmark = pytest.mark.browser

SHIFTED = """
  window.real = Date.now.bind(Date);
  window.shift = 0;
  Date.now = () => window.real() + window.shift;
"""
SET_CLOCK = """async (address) => {
  window.clock = await import(address);
  window.clock.setClock(new Date(window.real()).toISOString());
}"""
OFF_BY = "() => Math.round((window.clock.serverTime() - window.real()) / 60000)"


def put_right(page: Page) -> None:
    for _ in range(40):
        if page.evaluate(OFF_BY) == 0:
            return
        page.wait_for_timeout(250)
    raise AssertionError(f"The clock is still wrong by {page.evaluate(OFF_BY)} minutes.")


def test_a_clock_that_is_set_moves_no_countdown(visit: Visits) -> None:
    page = visit("visitor", 390)
    page.add_init_script(SHIFTED)
    page.goto("/")
    page.evaluate(SET_CLOCK, "/static/workshops/clock.js")
    assert page.evaluate(OFF_BY) == 0
    page.evaluate("() => { window.shift = 10 * 60000; }")
    assert page.evaluate(OFF_BY) == 10
    put_right(page)
    # Without a line the server is asked as soon as there is one.
    page.context.set_offline(True)
    page.evaluate("() => { window.shift = -5 * 60000; }")
    page.wait_for_timeout(3000)
    assert page.evaluate(OFF_BY) == -15
    page.context.set_offline(False)
    put_right(page)
    visit.complaints.clear()
