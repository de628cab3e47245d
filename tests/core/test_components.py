"""The macros on the component page: label, hint and error belong together; nothing inline; axe content."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterator
from functools import partial
from html.parser import HTMLParser

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask, Response, render_template, request
from flask_babel import Babel
from playwright.sync_api import Browser
from werkzeug.serving import make_server

from core import assets, http_headers, shell, styleguide
from core.config import ROOT, Config

pytestmark = pytest.mark.without_database


class Elements(HTMLParser):
    """Every start tag of a page with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def by_id(self, name: str) -> dict[str, str | None]:
        return next(attrs for _, attrs in self.found if attrs.get("id") == name)


def make_app() -> Flask:
    """A bare application with the layout, the macros and the component page, without any feature."""
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    app.config.update(SECURE=False)
    Babel(app, locale_selector=lambda: "en")
    assets.init(app, Config(testing=True))

    @app.context_processor
    def frame() -> dict[str, shell.Shell]:
        language = request.args.get("language", "en")
        direction = "rtl" if language == "ar" else "ltr"
        return {
            "shell": shell.Shell(
                site_name="Vielstimmig",
                county_name="Dialog im Enzkreis",
                language=language,
                direction=direction,
                languages=[
                    shell.LanguageChoice("en", "English", "ltr", "?language=en", language == "en"),
                    shell.LanguageChoice("ar", "العربية", "rtl", "?language=ar", language == "ar"),
                ],
                demo=True,
                nav=[shell.NavItem("Overview", "/", current=True), shell.NavItem("Results", "/results")],
                footer_links=[shell.NavItem("Imprint", "/imprint")],
                account_label="My contributions",
                account_url="/me",
                sign_out_url="/sign-out",
            )
        }

    @app.get("/styleguide")
    def components() -> str:
        return render_template("core/styleguide.html", **styleguide.examples(ROOT / "static" / "icons"))

    @app.get("/error")
    def error() -> str:
        return render_template(
            "layout/error.html",
            sentence="This page is <not> there.",
            status=404,
            code="not_found",
            incident="7",
        )

    @app.after_request
    def headers(response: Response) -> Response:
        http_headers.add(response)
        return response

    return app


@pytest.fixture(scope="module")
def app() -> Flask:
    return make_app()


@pytest.fixture(scope="module")
def html(app: Flask) -> str:
    return app.test_client().get("/styleguide").text


def test_ids_are_unique_and_every_reference_has_a_target(html: str) -> None:
    elements = Elements(html).found
    ids = Counter(attrs["id"] for _, attrs in elements if attrs.get("id"))
    assert [name for name, count in ids.items() if count > 1] == []
    named = {
        target
        for _, attrs in elements
        for key in ("for", "aria-describedby", "aria-labelledby")
        for target in (attrs.get(key) or "").split()
    }
    assert named
    assert named - set(ids) == set()


def test_a_field_with_an_error_names_it_and_keeps_what_was_typed(html: str) -> None:
    failed = html[html.index('id="failed"') : html.index('id="cards"')]
    elements = Elements(failed)
    text = elements.by_id("failed-text")
    assert text["aria-invalid"] == "true"
    assert text["aria-describedby"] == "failed-text-hint failed-text-error failed-text-count"
    assert "Please use at most 200 characters. You have written 252." in failed
    assert failed.count("Ein Platz zum Reden.") == 12
    # The summary leads to the input itself, or to the first choice of a group.
    links = [attrs["href"] for tag, attrs in elements.found if tag == "a"]
    assert links == ["#failed-text", "#failed-action_field-0", "#failed-code", "#failed-visibility-0"]
    for link in links:
        assert elements.by_id((link or "#")[1:])
    assert "The poll is closed. Nothing was changed." in failed


def test_a_sound_form_shows_no_error_and_carries_its_key_once(html: str) -> None:
    sound = html[html.index('id="form"') : html.index('id="failed"')]
    assert "data-error-summary" not in sound
    assert "aria-invalid" not in sound
    keys = [attrs for _, attrs in Elements(sound).found if attrs.get("name") == "_key"]
    assert len(keys) == 1
    assert re.fullmatch(r"[A-Za-z0-9_-]{16,64}", keys[0]["value"] or "")


def test_every_input_has_a_label(html: str) -> None:
    elements = Elements(html).found
    labelled = {attrs.get("for") for tag, attrs in elements if tag == "label"}
    bare = [
        attrs
        for tag, attrs in elements
        if tag in {"input", "select", "textarea"}
        and attrs.get("type") not in {"hidden", "submit"}
        and attrs.get("id") not in labelled
        and not attrs.get("aria-label")
    ]
    assert bare == []


def test_nothing_is_inline_and_nothing_comes_from_elsewhere(app: Flask, html: str) -> None:
    for page in (html, app.test_client().get("/error").text):
        for tag, attrs in Elements(page).found:
            assert tag != "style"
            assert not [name for name in attrs if name == "style" or name.startswith("on")]
            if tag == "script":
                assert (attrs.get("src") or "").startswith("/static/")
            for name in ("src", "href", "action"):
                assert not (attrs.get(name) or "").startswith(("http", "//", "javascript:"))


def test_the_error_page_shows_the_sentence_as_text(app: Flask) -> None:
    page = app.test_client().get("/error").text
    assert "This page is &lt;not&gt; there." in page
    assert "<title>Page not found – Vielstimmig</title>" in page


def test_the_frame_on_the_wire_leaves_room_for_a_first_page(app: Flask) -> None:
    """Stylesheet, frame's script and the three weights of one script; see P14 (150 kB, 12 requests)."""
    client = app.test_client()
    page = client.get("/error").text
    addresses = set(re.findall(r'(?:href|src)="(/static/[^"#]+)', page))
    weight = {
        address: len(client.get(address, headers={"Accept-Encoding": "gzip"}).data) for address in addresses
    }
    font = next(
        size for address, size in weight.items() if address.endswith(".woff2") or ".woff2?" in address
    )
    assert len(weight) + 1 <= 8
    assert sum(weight.values()) + font <= 85_000, weight


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def note(complaints: list[str], event: object) -> None:
    complaints.append(str(event))


@pytest.mark.browser
def test_axe_finds_nothing_and_no_width_overflows(address: str, browser: Browser) -> None:
    for width, scheme, language in ((1280, "light", "en"), (390, "dark", "en"), (320, "light", "ar")):
        with browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light",
        ) as context:
            page = context.new_page()
            complaints: list[str] = []
            page.on("console", partial(note, complaints))
            page.on("pageerror", partial(note, complaints))
            page.goto(f"{address}/styleguide?language={language}")
            page.wait_for_load_state("networkidle")
            assert complaints == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            findings = Axe().run(page).response["violations"]
            assert [finding["id"] for finding in findings] == []
            if width == 390:
                page.fill("#text", "x" * 199)
                assert page.locator("[data-count]").first.inner_text() == "1 characters left"
                page.fill("#text", "x" * 201)
                assert page.locator("[data-count]").first.inner_text() == "1 characters too many"
                page.locator(".vs-menu > summary").click()
                page.keyboard.press("Escape")
                assert not page.locator(".vs-menu").get_attribute("open")
