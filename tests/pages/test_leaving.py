"""R39: no parameter leads to another host, and links of staff to strangers stop at a page of ours."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from core import markdown
from tests.client import ORIGIN, Client
from tests.conftest import Maker

pytestmark = pytest.mark.without_database

PAYLOADS = [
    "https://evil.example",
    "//evil.example",
    "///evil.example",
    "////evil.example/%2e%2e",
    "/\\evil.example",
    "\\/evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    " //evil.example",
    "\u00a0//evil.example",
    "http:evil.example",
    "https:/evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "//evil.example@127.0.0.1:5000/",
    "http://127.0.0.1:5000@evil.example/",
    "http://127.0.0.1:5000.evil.example/",
    "https://evil.example/127.0.0.1:5000",
    "/%09/evil.example",
    "/%5cevil.example",
    "//%65vil.example",
    "/\u2215evil.example",
    "/\r\nLocation: https://evil.example",
    "/\x00/evil.example",
    "x" * 10_000,
]
PARAMETERS = ("next", "to", "url", "return", "redirect", "done", "removed", "lang", "location", "continue")


def is_ours(location: str | None) -> bool:
    parts = urlsplit(location or "/")
    return (not parts.scheme and not parts.netloc) or f"{parts.scheme}://{parts.netloc}" == ORIGIN


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_parameter_leads_elsewhere(client: Client, make: Maker, payload: str) -> None:
    person = make.participant()
    query = dict.fromkeys(PARAMETERS, payload)
    for path in ("/code", "/sign-in", "/account", "/my-data", "/", "/out", "/dialogues/probe/register"):
        answer = client.get(path, query_string=query)
        assert is_ours(answer.headers.get("Location")), path
        assert answer.status_code < 500
    for path, data in (
        ("/code", {"code": person.code}),
        ("/sign-out", {}),
        ("/sign-in", {"login": "niemand", "password": "falsch"}),
    ):
        answer = client.post(path, {**query, **data})
        assert is_ours(answer.headers.get("Location")), path
        assert "\n" not in (answer.headers.get("Location") or "")
        assert "evil" not in (answer.headers.get("Location") or "").split("?")[0] or payload.startswith("/")


def test_only_what_we_signed_is_shown_and_it_never_redirects(app: Flask, client: Client) -> None:
    with app.test_request_context():
        html = str(markdown.stored('<p><a href="https://fremd.example/a?b=1&amp;c=2">x</a></p>'))
        forged = markdown.leaving("https://evil.example")
        script = markdown.leaving("javascript:alert(1)")
        own = str(markdown.stored('<p><a href="/privacy">x</a> <a href="https://www.bund.de/x">y</a></p>'))
    assert 'rel="noopener noreferrer ugc"' in html
    assert 'href="/privacy"' in own
    assert 'href="https://www.bund.de/x"' in own
    path = html.split('href="')[1].split('"')[0].replace("&amp;", "&")
    answer = client.get(path, 200)
    assert "Location" not in answer.headers
    target = [link for link in client.page.find("main").find_all("a") if link["href"].startswith("http")]
    assert [link["href"] for link in target] == ["https://fremd.example/a?b=1&c=2"]
    assert "fremd.example" in client.text
    # Another address under this signature, none at all, and what is no address of the web.
    signature = parse_qs(urlsplit(path).query)["s"][0]
    assert client.get("/out", query_string={"to": "https://evil.example", "s": signature}).status_code == 404
    assert client.get("/out", query_string={"to": "https://evil.example"}).status_code == 404
    assert client.get(script).status_code == 404
    assert client.get(forged).status_code == 200, "Whoever has the key signs; nobody else does."


@pytest.mark.parametrize(
    ("address", "familiar"),
    [
        ("https://bund.de/", True),
        ("https://www.bund.de./x", True),
        ("https://notbund.de/", False),
        ("https://bund.de.evil.example/", False),
        ("https://bund.de@evil.example/", False),
        ("http://127.0.0.1:5000/x", True),
    ],
)
def test_who_is_a_public_body(app: Flask, address: str, familiar: bool) -> None:
    with app.app_context():
        assert markdown.is_familiar(address) is familiar
