"""Which cookies there are, and for whom; test_every_page.py looks at what else a browser is asked for."""

from __future__ import annotations

import pytest

from accounts.cookies import PENDING_COOKIE, REGISTER
from tests.browser.fixtures import Visits
from tests.browser.pages import go

pytestmark = pytest.mark.browser


def test_who_only_reads_gets_no_cookie(visit: Visits) -> None:
    page = visit()
    go(page, "/dialogues/enzkreis/register")
    go(page, "/dialogues/enzkreis/concept")
    assert page.context.cookies() == []


def test_the_cookies_that_are_set_are_those_that_are_named(visit: Visits) -> None:
    page = visit("participant")
    go(page, "/dialogues/enzkreis/contribute/need", "en")
    page.context.clear_cookies(name="session")
    go(page, "/code")
    go(page, "/dialogues/enzkreis/kiosk")
    # Between the two steps of signing in staff have one more; tests/accounts/test_cookies.py sees that.
    seen = {cookie["name"] for cookie in page.context.cookies()} | {"session", PENDING_COOKIE}
    assert seen == {entry.name for entry in REGISTER}
    assert all(cookie["httpOnly"] and cookie["sameSite"] == "Lax" for cookie in page.context.cookies())
