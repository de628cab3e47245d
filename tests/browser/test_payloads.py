"""R28 in a real browser: two thousand ways to smuggle a script in; none runs, with the policy and without.

The pages come from the application through the browser's own router, so that the policy's header can be taken
away: escaping alone must hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from urllib.parse import quote, urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Route

from dialog.views.register import PER_PAGE
from dialog.vocabulary import TEXT_LIMIT, TITLE_LIMIT
from tests import factories
from tests.client import Client
from tests.conftest import Maker
from tests.factories import Person

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ADDRESS = "http://127.0.0.1:5000"
"""Where the application of the tests believes to be; nothing is sent there."""

WAYS_OUT = (
    "",
    '"',
    "'",
    ">",
    '">',
    "'>",
    "</p>",
    "</a>",
    "</textarea>",
    "</title>",
    "</select>",
    "-->",
    "]]>",
    "`",
)
SCRIPTS = (
    "<script>trip()</script>",
    "<ScRiPt>trip()</sCrIpT>",
    "<script src=data:text/javascript,trip()></script>",
    "<img src=x onerror=trip()>",
    "<img src=x:x onerror=trip() //",
    "<svg onload=trip()>",
    "<svg><script>trip()</script></svg>",
    "<svg><animate onbegin=trip() attributeName=x dur=1s>",
    "<body onload=trip()>",
    "<input autofocus onfocus=trip()>",
    "<details open ontoggle=trip()>",
    "<video><source onerror=trip()></video>",
    "<iframe srcdoc='<script>parent.trip()</script>'></iframe>",
    "<iframe src=javascript:parent.trip()></iframe>",
    "<a href=javascript:trip() autofocus tabindex=1>x</a>",
    "<form action=javascript:trip()><button>x</button></form>",
    "<math><mtext><style><img src=x onerror=trip()></style>",
    "<style>@keyframes x{}</style><b style=animation-name:x onanimationstart=trip()>",
    "<base href=//elsewhere.example/>",
    "<meta http-equiv=refresh content='0;url=//elsewhere.example'>",
    "<link rel=stylesheet href=//elsewhere.example>",
    "<object data=//elsewhere.example></object>",
    " onmouseover=trip() x=",
    " autofocus onfocus=trip() x=",
    "javascript:trip()",
    "{{constructor.constructor('trip()')()}}",
)
SPELLINGS: tuple[Callable[[str], str], ...] = (
    str,
    lambda text: text.replace("<", "&lt;"),
    quote,
    lambda text: text.replace("<", "<\u200b", 1) + text,
    lambda text: text.replace("<", "\uff1c"),
    lambda text: text.replace("=", "\t=\n"),
)
PAYLOADS = ["".join((out, spell(script))) for out, script, spell in product(WAYS_OUT, SCRIPTS, SPELLINGS)]

TOGETHER = 10
"""So many payloads in one text."""

TRIP = """window.tripped = 0; window.trip = () => { window.tripped += 1; };
window.alert = window.trip;"""

TOUCH = """() => {
  for (const one of document.querySelectorAll('body *')) {
    one.focus?.();
    for (const name of ['mouseover', 'mouseenter', 'focus', 'blur', 'toggle', 'pointerover'])
      one.dispatchEvent(new Event(name, { bubbles: true }));
  }
  for (const one of document.querySelectorAll('a[href^="javascript"]')) one.click();
  return window.tripped;
}"""


@pytest.fixture
def elsewhere() -> list[str]:
    """What the browser wanted from another host."""
    return []


@pytest.fixture(params=[True, False], ids=["with the policy", "without it"])
def page(
    request: pytest.FixtureRequest, browser: Browser, browse: Callable[..., Client], elsewhere: list[str]
) -> Iterator[Page]:
    """A page of a browser that is answered by the application itself."""
    visitor = browse(None)
    with_policy: bool = request.param

    def answer(route: Route) -> None:
        url = urlsplit(route.request.url)
        if f"{url.scheme}://{url.netloc}" != ADDRESS:
            elsewhere.append(route.request.url)
            route.abort()
            return
        response = visitor.get(f"{url.path}?{url.query}")
        headers = dict(response.headers)
        if not with_policy:
            headers.pop("Content-Security-Policy", None)
        route.fulfill(status=response.status_code, headers=headers, body=response.get_data())

    context = browser.new_context(locale="de-DE", service_workers="block")
    context.add_init_script(TRIP)
    context.route("**/*", answer)
    context.route_web_socket("**/*", lambda _socket: None)
    opened = context.new_page()
    yield opened
    context.close()


def write(app: Flask, author: Person) -> list[str]:
    """Every payload in something published, a few in one text, the first in its title; where they stand."""
    texts: list[list[str]] = [[]]
    for payload in PAYLOADS:
        if len("\n".join((*texts[-1], payload))) > TEXT_LIMIT - 50 or len(texts[-1]) == TOGETHER:
            texts.append([])
        texts[-1].append(payload)
    with app.app_context():
        # A transaction with hundreds of new rows would take longer and longer.
        for begin in range(0, len(texts), 40):
            with factories.change():
                for text in texts[begin : begin + 40]:
                    factories.contribution(text="\n".join(text), title=text[0][:TITLE_LIMIT], author=author)
    pages = -(-len(texts) // PER_PAGE[1])
    return [f"/dialogues/probe/register?per={PER_PAGE[1]}&page={number}" for number in range(1, pages + 1)]


def test_no_script_of_two_thousand_runs(app: Flask, make: Maker, page: Page, elsewhere: list[str]) -> None:
    assert len(set(PAYLOADS)) >= 2_000
    addresses = write(app, make.participant())
    # What one looks for stands in the page, too, in an attribute.
    addresses += [f"/dialogues/probe/register?q={quote(payload)}" for payload in PAYLOADS[::271]]
    read = ""
    for address in addresses:
        page.goto(ADDRESS + address, wait_until="load")
        assert page.evaluate(TOUCH) == 0, address
        assert page.url == ADDRESS + address
        read += page.locator("main").inner_text()
    assert read.count("trip()") >= len(PAYLOADS) // 2, "The payloads should be read as text."
    assert elsewhere == []


def test_the_tripwire_trips(page: Page, elsewhere: list[str], request: pytest.FixtureRequest) -> None:
    with_policy = "with the policy" in request.node.name
    page.goto(f"{ADDRESS}/code")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=/nothing.png onerror=trip()>')")
    page.wait_for_timeout(500)

    # What escaping would let through, the policy stops.
    assert page.evaluate("window.tripped") == (0 if with_policy else 1)
