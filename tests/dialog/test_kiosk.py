"""R15 over HTTP: a device that several people use keeps nothing, says nothing, and ends by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask

from accounts import queries
from core.clock import now
from tests.client import Client
from tests.conftest import Maker
from tests.factories import Person

PAGES = (
    "/",
    "/account",
    "/dialogues/probe/register",
    "/dialogues/probe/mine",
    "/dialogues/probe/contribute/need",
)


def title(browser: Client) -> str:
    """The title of the page in hand."""
    return browser.page.find("title").text


def leaves(browser: Client) -> bool:
    """Whether the page in hand offers to make room for the next person."""
    return bool(browser.page.find_all("form", class_="vs-leave"))


@pytest.fixture
def shared(make: Maker, client: Client) -> Client:
    """A browser signed in on a shared device."""
    make.dialogue()
    client.post_form("/code", {"code": make.participant().code, "shared_device": "y"})
    return client


def test_pages_on_a_shared_device_are_kept_nowhere_and_name_nothing(
    shared: Client, make: Maker, browse: Callable[[Person | None], Client]
) -> None:
    ordinary = browse(make.participant())
    for path in PAGES:
        # In either order: what is kept for people with the same roles must not pass from one to the other.
        for browser, is_shared in ((ordinary, False), (shared, True), (ordinary, False)):
            answer = browser.get(path, 200)
            assert leaves(browser) == is_shared
            assert (title(browser) == "Vielstimmig") == is_shared
            if is_shared:
                assert answer.headers["Cache-Control"] == "no-store"
    region = "/dialogues/probe/register/region"
    assert shared.get(region, 200).headers["Cache-Control"] == "no-store"
    assert ordinary.get(region, 200).headers["Cache-Control"] != "no-store"
    assert shared.get("/nowhere", 404).headers["Cache-Control"] == "no-store"
    shared.get("/nowhere")
    assert title(shared) == "Vielstimmig"


def test_leaving_ends_the_session_and_is_ready_for_the_next_person(shared: Client, app: Flask) -> None:
    token = shared.cookie() or ""
    shared.get("/account")

    left = shared.post("/sign-out", {}, 303)

    assert left.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert shared.cookie() in {None, ""}
    shared.follow(left)
    assert shared.page.find("input", name="code")["value"] == ""
    assert shared.page.find("input", name="shared_device").has("checked")
    with app.app_context():
        assert queries.holder_of_token(token) is None


def test_what_a_page_fetches_by_itself_keeps_nobody_signed_in(
    make: Maker, app: Flask, client: Client
) -> None:
    make.dialogue()
    code = make.participant().code
    begin = datetime(2027, 6, 4, 8, 0, tzinfo=UTC)

    def ends_at() -> datetime | None:
        with app.app_context():
            holder = queries.holder_of_token(client.cookie() or "")
        return holder.expires_at if holder else None

    with time_machine.travel(begin, tick=False) as clock:
        client.post_form("/code", {"code": code, "shared_device": "y"})
        assert ends_at() == begin + timedelta(minutes=15)
        # Within two minutes nothing is written, later a page that somebody opens prolongs it.
        clock.shift(90)
        client.get("/account", 200)
        assert ends_at() == begin + timedelta(minutes=15)
        clock.shift(300)
        client.get("/account", 200, headers={"Sec-Fetch-Mode": "cors"})
        assert ends_at() == begin + timedelta(minutes=15)
        client.get("/account", 200, headers={"Sec-Fetch-Mode": "navigate"})
        assert ends_at() == now() + timedelta(minutes=15)
        clock.shift(600)
        client.post("/stay", {}, 204)
        assert ends_at() == now() + timedelta(minutes=15)
        clock.shift(901)
        assert ends_at() is None
        client.post("/stay", {}, 403)


def test_a_device_at_the_door_takes_person_after_person(make: Maker, client: Client) -> None:
    make.dialogue()
    kiosk = "/dialogues/probe/kiosk"
    answer = client.get(kiosk, 303)
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith("kiosk="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Max-Age" not in cookie
    assert "Expires" not in cookie
    client.follow(answer)
    assert (title(client), client.heading) == ("Vielstimmig", "Willkommen")
    # It waits for the next person without asking whether anybody is there.
    client.get(kiosk, 200)
    assert client.page.find("body")["data-idle"] == "0"

    for _ in range(2):
        # Nobody ticks that the device is shared, and nobody has to.
        client.post("/code", {"code": make.participant().code}, 303)
        client.get("/account", 200)
        assert leaves(client)
        assert client.page.find("body")["data-idle"] == "180"
        left = client.post("/sign-out", {}, 303)
        assert left.location == kiosk
        client.get("/account", 303)

    client.post(f"{kiosk}/leave", {}, 303)
    client.get("/", 200)
    assert not leaves(client)


@pytest.mark.parametrize("planted", ["//evil.example/", "https://evil.example/", "x", "/\\evil.example"])
def test_nobody_is_led_elsewhere_by_the_cookie(client: Client, planted: str) -> None:
    client.plant(planted, "kiosk")
    assert client.post("/sign-out", {}, 303).location == "/"


def test_a_browser_without_cookies_is_not_sent_in_circles(make: Maker, app: Flask) -> None:
    make.dialogue()
    browser = Client(app)
    browser.inner = app.test_client(use_cookies=False)
    browser.follow(browser.get("/dialogues/probe/kiosk", 303))
    assert browser.heading == "Willkommen"
