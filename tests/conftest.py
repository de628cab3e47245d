"""Fixtures that all tests share. A folder may replace `app` by one of its own.

`app` has empty tables, `demo_app` the demonstration; both are the worker's one application, so a test asks
for one of them. A test either sends requests (`client`, `client_as`, `as_participant`; rows by `make`) or
works inside the application (`inside`; rows by `tests.factories`), because a request inside a context
would inherit its person.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, has_app_context
from flask_socketio.test_client import SocketIOTestClient
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from core.config import ROOT
from core.realtime.server import live_server
from tests import factories
from tests.client import HOST, ORIGIN, Client
from tests.factories import Person
from tests.site import Site, a_site

pytest_plugins = ["tests.browser.fixtures"]

TOGETHER = {
    "tests/browser/test_every_page.py": "browser",
    "tests/browser/test_live.py": "browser",
    "tests/browser/test_payloads.py": "browser",
    "tests/browser/test_rtl.py": "browser",
    "tests/browser/test_small.py": "browser",
    "tests/browser/": "second browser",
    "tests/journeys/": "second browser",
    "tests/core/test_components.py::test_axe_": "second browser",
    "tests/tools/test_frontend.py::test_the_german_page_": "second browser",
    "tests/core/test_realtime.py": "live server",
    "tests/tools/test_add_a_feature.py": "feature",
    "tests/tools/test_operate.py": "operate",
    "tests/security/test_matrix.py": "matrix",
    "tests/architecture/test_screens_speak.py": "screens",
}
"""Beginnings of test ids that belong to one worker: one browser in each of two, one build of what is costly.

The first that fits counts. The two browsers have about the same to do.
"""

REFERENCE_DATA = ROOT.parent / "shared" / "data"

settings.register_profile(
    "house",
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.load_profile("house")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not REFERENCE_DATA.is_dir():
        without = [item for item in items if item.get_closest_marker("reference")]
        config.hook.pytest_deselected(items=without)
        items[:] = [item for item in items if item not in without]
    for item in items:
        if "browser" not in getattr(item, "fixturenames", ()):
            continue
        # Otherwise every worker would start a browser of its own, or one beside PostgreSQL, unnoticed.
        if not group_of(item.nodeid).endswith("browser"):
            raise pytest.UsageError(f"{item.nodeid} needs the browser, so TOGETHER must name it.")
        if item.get_closest_marker("browser") is None:
            raise pytest.UsageError(f"{item.nodeid} needs the browser, so it must be marked so.")


def pytest_collection_finish() -> None:
    # What has been imported by now stays; the collector need not look through it after every test.
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


def group_of(nodeid: str) -> str:
    """The group of TOGETHER that a test belongs to, or itself."""
    return next((group for start, group in TOGETHER.items() if nodeid.startswith(start)), nodeid)


class Groups(LoadScopeScheduling):
    """Hands out tests one by one, but whole groups to one worker: see TOGETHER."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Groups:
    # The library's own groups by mark are lost with this version of pytest.
    return Groups(config, log)


@pytest.fixture(scope="session")
def common_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder that all workers of this run have in common."""
    own = tmp_path_factory.getbasetemp()
    folder = (own if worker_id == "master" else own.parent) / "shared"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, common_folder: Path) -> Iterator[Site]:
    """The application of this worker with its database."""
    with a_site(tmp_path_factory.mktemp("site"), common_folder) as made:
        yield made


@pytest.fixture
def app(site: Site) -> Flask:
    """The whole application on empty tables."""
    return site.start_from("empty")


@pytest.fixture
def demo_app(site: Site) -> Flask:
    """The whole application with the demonstration county."""
    return site.start_from("demo")


@pytest.fixture
def inside(app: Flask) -> Iterator[Flask]:
    """Inside the application, for tests of queries and actions."""
    with app.app_context():
        yield app


class Maker:
    """`tests.factories` for tests that send requests: every call has a context of its own."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def __getattr__(self, name: str) -> Callable[..., Any]:
        function: Callable[..., Any] = getattr(factories, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            if has_app_context():
                return function(*args, **kwargs)
            with self._app.app_context():
                return function(*args, **kwargs)

        return call


@pytest.fixture
def make(request: pytest.FixtureRequest) -> Maker:
    """`tests.factories`, to be called without a context of one's own."""
    return Maker(_app_of(request))


@pytest.fixture
def client(request: pytest.FixtureRequest) -> Client:
    """The browser of a visitor."""
    return Client(_app_of(request))


@pytest.fixture
def browse(request: pytest.FixtureRequest) -> Callable[[Person | None], Client]:
    """A browser for a person who is signed in (None: a visitor), without the forms for signing in."""
    app = _app_of(request)

    def open_browser(person: Person | None) -> Client:
        browser = Client(app)
        if person is not None:
            with app.app_context():
                browser.plant(factories.session(person))
        return browser

    return open_browser


@pytest.fixture
def client_as(browse: Callable[[Person | None], Client], make: Maker) -> Callable[..., Client]:
    """A browser for somebody with an account in this role: `client_as("coordinator")`."""
    return lambda role, **values: browse(make.account(role, **values))


@pytest.fixture
def as_participant(request: pytest.FixtureRequest) -> Callable[[str], Client]:
    """A browser for the holder of a personal code, who types it."""
    app = _app_of(request)
    return lambda code: Client(app).enter(code)


@pytest.fixture
def sockets(request: pytest.FixtureRequest) -> Iterator[Callable[..., SocketIOTestClient]]:
    """A live connection of a page that a browser has open: `sockets(client)`, already with its token."""
    app = _app_of(request)
    opened: list[SocketIOTestClient] = []

    def connect(browser: Client, path: str = "/") -> SocketIOTestClient:
        browser.get(path)
        tokens = [e["data-live-token"] for e in browser.page.walk() if e.has("data-live-token")]
        assert tokens, f"The page {path} has nothing to watch."
        with app.app_context():
            server = live_server()
        # The library's client sends no cookies to a host of our name by itself.
        session = browser.cookie()
        headers = {"Origin": ORIGIN, "Host": HOST} | ({"Cookie": f"session={session}"} if session else {})
        connection = server.test_client(app, auth={"token": tokens[0]}, headers=headers)
        opened.append(connection)
        return connection

    yield connect
    for connection in opened:
        if connection.is_connected():
            connection.disconnect()


def _app_of(request: pytest.FixtureRequest) -> Flask:
    name = "demo_app" if "demo_app" in request.fixturenames else "app"
    app: Flask = request.getfixturevalue(name)
    return app
