"""R03, R21, R30, R40, R70: what a browser of somebody else, a foreign page or a broken program can send."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from core.config import ROOT
from core.cross_origin import SAFE_METHODS
from core.http_headers import CONTENT_SECURITY_POLICY
from tests import pages_check
from tests.architecture.test_house import state_of_the_database
from tests.client import HOST, ORIGIN, Client
from tests.conftest import Maker
from tests.factories import Person
from tests.security.matrix import Matrix
from tests.security.routes import UNSAFE, addresses

pytestmark = pytest.mark.without_database

Browse = Callable[[Person | None], Client]
KEY = {"_key": "key-of-the-tests-of-requests"}
SAID_TO_BE_HIDDEN = {"hidden", "objected"}

# ------------------------------------------------------------------------------------------------------ R03


def test_what_belongs_to_others_looks_like_what_is_not_there(app: Flask, make: Maker, browse: Browse) -> None:
    ground = addresses(make)
    elsewhere = make.participant(make.dialogue("dort"))
    people = [None, make.participant(), elsewhere, make.account("auditor")]
    strangers = [browse(person) for person in people]
    before = state_of_the_database(app)
    hidden = [state for state in ground.contributions if state not in {"public", "merged"}]

    for stranger in strangers:
        absent = body(stranger, "/dialogues/probe/contributions/B-999")
        for state in hidden:
            for page in ("", "/revise"):
                path = f"/dialogues/probe/contributions/{ground.contributions[state]}{page}"
                seen = body(stranger, path)
                # What stood in the register and was hidden says so (decision 10), and nothing more.
                assert seen == absent or (seen[0] == 410 and page == "" and state in SAID_TO_BE_HIDDEN)
            for page in ("/withdraw",):
                path = f"/dialogues/probe/contributions/{ground.contributions[state]}{page}"
                gone = stranger.post("/dialogues/probe/contributions/B-999/withdraw", KEY)
                answer = stranger.post(path, KEY)
                assert (answer.status_code, plain(answer)) == (gone.status_code, plain(gone))
        absent = body(stranger, "/dialogues/probe/polls/999")
        assert body(stranger, f"/dialogues/probe/polls/{ground.polls['draft']}") == absent
        assert body(stranger, f"/dialogues/dort/polls/{ground.polls['open']}") == absent
        assert body(stranger, f"/dialogues/probe/polls/{ground.polls['closed']}/ballots.csv") == absent

    assert state_of_the_database(app) == before


def body(client: Client, path: str) -> tuple[int, str]:
    response = client.get(path)
    return response.status_code, plain(response)


def plain(response: Any) -> str:
    """The page without its own address, which stands in the links to other languages."""
    client_page = pages_check.parse(response.get_data(as_text=True))
    return client_page.find("main").text + client_page.find("title").text


# ------------------------------------------------------------------------------------------------------ R21

FOREIGN: list[dict[str, str]] = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": f"http://{HOST}.evil.example"},
    {"Origin": f"https://{HOST}"},
    {"Origin": f"{ORIGIN}/"},
    {"Origin": ""},
    {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
    {},
    {"X-Session-Token": ""},
    {"X-Session-Token": "0" * 64},
    {"Referer": f"{ORIGIN}/"},
]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_no_other_site_changes_anything(matrix: Matrix, headers: dict[str, str]) -> None:
    app = matrix.app
    before = state_of_the_database(app)
    unsafe = [cell for cell in matrix.cells() if cell.method in UNSAFE and cell.role == "coordinator"]
    assert len(unsafe) > 30

    for cell in unsafe:
        browser = Client(app)
        browser.plant(matrix.tokens["coordinator"])
        answer = browser.request("POST", cell.path, data=dict(cell.data), headers=headers)
        assert answer.status_code == 403, f"{cell.path} took a request with {headers}"

    assert state_of_the_database(app) == before


def test_every_method_of_every_route_is_safe_or_guarded(app: Flask) -> None:
    methods = {method for rule in app.url_map.iter_rules() for method in rule.methods or ()}

    assert methods <= SAFE_METHODS | UNSAFE


@pytest.mark.parametrize("headers", [{"Origin": ORIGIN}, {"Sec-Fetch-Site": "same-origin"}], ids=str)
def test_our_own_page_is_let_through(make: Maker, browse: Browse, headers: dict[str, str]) -> None:
    make.dialogue()
    person = browse(make.participant())
    form = person.form("/dialogues/probe/contribute/need")
    values = {
        **dict(form.values),
        "text": "Bus",
        "field": "wohnen",
        "municipality": "county",
        "language": "de",
    }

    assert person.request("POST", form.action, 303, data=values, headers=headers)


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:5001", f"{HOST}.evil.example"])
def test_another_host_is_not_answered(client: Client, make: Maker, host: str) -> None:
    make.dialogue()

    client.get("/", 421, headers={"Host": host})


# ------------------------------------------------------------------------------------------------------ R30

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def test_every_answer_carries_the_headers(make: Maker, browse: Browse, client: Client) -> None:
    ground = addresses(make)
    staff = browse(make.account("coordinator"))
    answers = []
    for path in ground.paths("GET"):
        for browser in (client, staff):
            answer = browser.get(path)
            answers.append((path, answer))
            if "ETag" in answer.headers:
                again = browser.get(path, headers={"If-None-Match": answer.headers["ETag"]})
                answers.append((f"{path} again", again))
    answers += [
        ("an absent page", client.get("/gibt-es-nicht", 404)),
        ("a wrong method", client.request("PUT", "/", headers={"Origin": ORIGIN})),
        ("a foreign page", client.request("POST", "/code", headers={"Origin": "https://evil.example"})),
        ("too much", client.post("/code", {"code": "x" * 2_100_000})),
        ("a refused form", client.post("/code", KEY)),
        ("a redirect", client.get("/account", 303)),
        ("a static file that is not there", client.get("/static/nothing.js", 404)),
    ]
    statuses = {answer.status_code for _, answer in answers}
    assert {200, 303, 304, 403, 404, 405, 413, 422} <= statuses

    for path, answer in answers:
        for name, value in HEADERS.items():
            assert answer.headers.get(name) == value, f"{path} ({answer.status}) lacks {name}"
        assert "Server" not in answer.headers or "Python" not in answer.headers["Server"]
        kind = answer.content_type or ""
        if "text/csv" in kind or "markdown" in kind:
            assert "attachment" in answer.headers["Content-Disposition"], path


def test_the_policy_allows_nothing_unsafe() -> None:
    parts = dict(part.split(" ", 1) for part in CONTENT_SECURITY_POLICY.split("; "))

    assert parts["default-src"] == "'none'"
    assert {parts[name] for name in ("base-uri", "object-src", "frame-ancestors")} == {"'none'"}
    assert set(CONTENT_SECURITY_POLICY.replace(";", "").split()) <= {*parts, "'none'", "'self'", "data:"}
    assert [name for name, value in parts.items() if "data:" in value] == ["img-src"]


def test_pages_of_a_person_are_kept_nowhere(make: Maker, browse: Browse, client: Client) -> None:
    ground = addresses(make)
    person = browse(ground.author)

    for path in ground.paths("GET"):
        if path.startswith("/static/"):
            continue
        kept = person.get(path).headers["Cache-Control"]
        if not path.startswith("/dialogues/probe/concept."):
            assert "no-store" in kept or "private" in kept, path
        assert "public" not in kept


# ------------------------------------------------------------------------------------------------------ R40

ODD_WORDS = [
    "\x00",
    "\ufeff",
    "\u202e",
    "🏳️\u200d🌈",
    "ሰላም",
    "a" * 5_000,
    "9" * 30,
    "-1",
    "1e9",
    "NaN",
    "٢",
    "²",
    "' OR 1=1 --",
    "%s%n",
    "{{7*7}}",
    "../../etc/passwd",
    "\r\nSet-Cookie: a=b",
    "<script>",
    "publish",
    "need",
    "county",
]
ODD_TEXT = st.one_of(st.text(st.characters(codec="utf-8"), max_size=60), st.sampled_from(ODD_WORDS))
ODD_BODIES = [
    b"",
    b"&&&==",
    b"%",
    b"%zz=%00",
    b"a=%F0%28%F0%28",
    b"text=\xff\xfe",
    b"_key",
    b"=" * 100,
    b"item-1=1&" * 400,
    json.dumps({"text": [1, {"a": None}]}).encode(),
    b"--x\r\nbroken",
]
BODIES = st.one_of(st.binary(max_size=200), st.sampled_from(ODD_BODIES))
TYPES = st.sampled_from(
    [
        "application/x-www-form-urlencoded",
        "application/x-www-form-urlencoded; charset=utf-16",
        "multipart/form-data; boundary=x",
        "multipart/form-data",
        "application/json",
        "text/plain",
        "",
        "\u00e4",
    ]
)


def posting(matrix: Matrix) -> list[tuple[str, list[str]]]:
    """Every address that takes a form, with the names of the fields that are sent."""
    cells = [c for c in matrix.cells() if c.method == "POST" and c.role == "coordinator"]
    return [(cell.path, [name for name, _ in cell.data]) for cell in cells]


@pytest.mark.parametrize("role", ["visitor", "author", "coordinator"])
def test_no_form_can_be_filled_in_so_that_we_fail(matrix: Matrix, role: str) -> None:
    forms = posting(matrix)

    @settings(max_examples=60)
    @given(st.data())
    def anything(data: st.DataObject) -> None:
        path, names = data.draw(st.sampled_from(forms))
        fields = data.draw(st.dictionaries(st.sampled_from([*names, "extra", "", "step", "at"]), ODD_TEXT))
        answer = send(matrix, role, path, data={**KEY, **fields})
        assert answer.status_code < 500, (path, fields)

    anything()


@pytest.mark.parametrize("role", ["visitor", "coordinator"])
def test_no_bytes_make_us_fail(matrix: Matrix, role: str) -> None:
    forms = posting(matrix)

    @settings(max_examples=60)
    @given(st.data())
    def anything(data: st.DataObject) -> None:
        path, _ = data.draw(st.sampled_from(forms))
        content, kind = data.draw(BODIES), data.draw(TYPES)
        answer = send(matrix, role, path, data=content, content_type=kind.encode().decode("latin-1"))
        assert answer.status_code < 500, (path, content, kind)

    anything()


@pytest.mark.parametrize("role", ["visitor", "coordinator"])
def test_no_address_makes_us_fail(matrix: Matrix, role: str) -> None:
    paths = [cell.path for cell in matrix.cells() if cell.method == "GET" and cell.role == role]
    names = st.sampled_from(
        ["kind", "field", "place", "q", "page", "per", "lang", "next", "done", "number", "x"]
    )
    odd = st.text(st.characters(codec="utf-8"), max_size=20)

    @settings(max_examples=60)
    @given(st.data())
    def anything(data: st.DataObject) -> None:
        path = data.draw(st.sampled_from(paths))
        if data.draw(st.booleans()):
            parts = path.split("/")
            parts[data.draw(st.integers(1, len(parts) - 1))] = data.draw(odd)
            path = "/".join(parts) or "/"
        query = data.draw(st.dictionaries(names, ODD_TEXT, max_size=4))
        browser = browser_of(matrix, role)
        answer = browser.inner.get("/" + path.lstrip("/"), query_string=query, base_url=ORIGIN)
        assert answer.status_code < 500, (path, query)

    anything()


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept-Language": "x" * 5_000},
        {"Accept-Language": "de;q=zz, \u00e4, *;q=-1"},
        {"Accept": "application/json;q=abc"},
        {"If-None-Match": '"' * 100},
        {"Cookie": "session=\u00e4; visit=%00; language=../../x"},
        {"Cookie": "session=" + "a" * 4_000},
        {"Range": "bytes=abc-"},
        {"User-Agent": "\x1b[31m" + "(" * 3_000},
        {"X-Forwarded-For": "not an address"},
        {"Idempotency-Key": "\u00e4" * 30},
    ],
    ids=lambda headers: next(iter(headers)),
)
def test_no_header_makes_us_fail(client: Client, make: Maker, headers: dict[str, str]) -> None:
    make.contribution()
    for path in ("/", "/dialogues/probe/register", "/code", "/static/layout/logo.svg"):
        assert client.get(path, headers=headers).status_code < 500
    assert client.post("/code", {"code": "ABCDE-FGHJK"}, headers=headers).status_code < 500


@pytest.mark.parametrize("role", ["coordinator", "administrator"])
def test_no_number_in_an_address_makes_us_fail(make: Maker, browse: Browse, role: str) -> None:
    """A number that no database holds is not found, wherever an address has one."""
    ground = addresses(make)
    client = browse(make.account(role))
    tried = 0
    for endpoint, rule, methods in ground.rules:
        for number in re.findall(r"<int[^>]*>", rule):
            path = ground.address(rule.replace(number, "9" * 30))
            for method in methods & {"GET", "POST"}:
                assert client.request(method, path).status_code < 500, f"{endpoint} {method} {path}"
                tried += 1
    assert tried > 100


def test_an_error_says_nothing_of_the_inside(client: Client, make: Maker) -> None:
    make.dialogue()
    for path in ("/gibt-es-nicht", "/dialogues/probe/polls/999999999999"):
        text = client.get(path).get_data(as_text=True)
        assert not re.search(r"Traceback|sqlalchemy|werkzeug|\.py\b|line \d+", text, re.IGNORECASE)


def browser_of(matrix: Matrix, role: str) -> Client:
    browser = Client(matrix.app)
    if role in matrix.tokens:
        browser.plant(matrix.tokens[role])
    return browser


def send(matrix: Matrix, role: str, path: str, **kwargs: Any) -> Any:
    return browser_of(matrix, role).inner.post(
        path, base_url=ORIGIN, headers={"Origin": ORIGIN, "Idempotency-Key": ""}, **kwargs
    )


# ------------------------------------------------------------------------------------------------------ R70

OWN_FILES = [
    path
    for folder in ("static", "templates")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.suffix in {".js", ".css", ".html", ".svg"} and "vendor" not in path.parts
]
NAMESPACES = re.compile(r"https?://www\.w3\.org/")


def foreign_addresses(text: str) -> list[str]:
    """Addresses of other hosts that would be loaded, not those one may follow by a click."""
    found = re.findall(r"(?:https?:)?//[A-Za-z0-9.-]+\.[a-z]{2,}[^\s\"'()]*", text)
    return [address for address in found if not NAMESPACES.match(address)]


@pytest.mark.parametrize("path", OWN_FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_our_files_load_nothing_from_elsewhere(path: Any) -> None:
    assert foreign_addresses(path.read_text("utf-8")) == []


def test_a_foreign_address_would_be_found() -> None:
    planted = 'url(https://fonts.example.com/a.woff2) import("//cdn.example.net/x.js")'

    assert len(foreign_addresses(planted)) == 2


def test_style_and_fonts_that_were_built_load_nothing_from_elsewhere() -> None:
    for path in (ROOT / "static" / "vendor").glob("*.css"):
        assert not re.findall(r"(?:url\(|@import)\s*['\"]?(?:https?:)?//", path.read_text("utf-8")), path


def test_pages_of_the_demonstration_lead_elsewhere_by_links_only(demo_app: Flask, client: Client) -> None:
    for path in ("/", "/dialogues/enzkreis/register", "/dialogues/enzkreis/contributions/B-001"):
        client.get(path, 200)
        for element in client.page.walk():
            for name, value in element.attributes.items():
                if re.match(r"(https?:)?//", value) and not NAMESPACES.match(value):
                    assert (element.tag, name) == ("a", "href")
                    assert "noreferrer" in element.get("rel").split()
