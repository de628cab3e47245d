"""Live connections in the whole application: they are the session's own and end with it."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask_socketio.test_client import SocketIOTestClient

from core import i18n
from core.realtime import responses
from core.realtime.server import live_server
from tests.client import Client

REGISTER = "/dialogues/enzkreis/register"
WISH = {"region": "register:enzkreis", "language": "de"}
Connect = Callable[[Client, str], SocketIOTestClient]


def test_signing_out_ends_the_connections_of_this_browser_only(
    demo_app: Flask, client_as: Callable[[str], Client], sockets: Connect
) -> None:
    mine, other = client_as("coordinator"), client_as("coordinator")
    connections = [sockets(mine, REGISTER), sockets(mine, REGISTER), sockets(other, REGISTER)]
    assert [one.emit("watch", WISH, callback=True) for one in connections] == [{"ok": True}] * 3
    mine.post("/sign-out", status=303)
    assert [one.is_connected() for one in connections] == [False, False, True]


def test_a_session_that_has_ended_opens_nothing(
    demo_app: Flask, client_as: Callable[[str], Client], sockets: Connect
) -> None:
    browser = client_as("coordinator")
    browser.get(REGISTER, 200)
    [token] = [e["data-live-token"] for e in browser.page.walk() if e.has("data-live-token")]
    headers = {"Cookie": f"session={browser.cookie()}"}
    browser.post("/sign-out", status=303)
    with demo_app.app_context():
        server = live_server()
    assert not server.test_client(demo_app, auth={"token": token}, headers=headers).is_connected()


def test_reading_needs_no_cookie(demo_app: Flask, client: Client, sockets: Connect) -> None:
    connection = sockets(client, REGISTER)
    assert connection.emit("watch", WISH, callback=True) == {"ok": True}
    assert client.inner.get_cookie("session", "127.0.0.1") is None
    assert client.inner.get_cookie("visit", "127.0.0.1") is None


@pytest.mark.parametrize("language", ["en", "de", "ar"])
def test_the_number_of_new_entries_is_said_in_every_form(demo_app: Flask, language: str) -> None:
    with demo_app.test_request_context(), i18n.force_locale(language):
        news = responses.news()
    assert set(news) == {"one", "two", "few", "many", "other"}
    assert all("{n}" in text for form, text in news.items() if form not in {"one", "two"})
    assert news["one"] != news["other"]
