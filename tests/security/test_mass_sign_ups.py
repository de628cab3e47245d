"""Signing up without end is slowed, device first, then network; a shelter and a full hall get in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from flask import Flask

from accounts import throttle
from accounts.throttle import Kind
from core.errors import Invalid, TooMany
from dialog.models import DialogueEvent, Registration
from tests.accounts import house
from tests.client import Client
from tests.conftest import Maker
from tests.dialog.ground import THREADS, at_once, browsers, count
from tests.factories import Person

PAGE = "/dialogues/probe/events/tag/signup"
JOIN = "/dialogues/probe/join"
SHELTER = 60
HALL = 500


@pytest.fixture(autouse=True)
def event(make: Maker) -> DialogueEvent:
    made: DialogueEvent = make.day(slug="tag", places=(None, None))
    return made


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> int:
    """So many sign-ups of one device, so that tests take seconds."""
    monkeypatch.setattr(throttle, "SIGN_UPS_PER_BROWSER", 3)
    return 3


@pytest.fixture
def wait(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Let so many seconds pass for the counts."""
    clock = SimpleNamespace(seconds=1_000.0)

    def pass_by(seconds: float) -> None:
        clock.seconds += seconds

    monkeypatch.setattr(throttle, "time", SimpleNamespace(monotonic=lambda: clock.seconds))
    return pass_by


def sign_up(browser: Client, turn: int) -> int:
    return browser.post(PAGE, {"_key": f"a-key-of-somebody-{turn:05}"}).status_code


def try_it(app: Flask, kind: Kind, address: str = "198.51.100.1") -> bool:
    """Whether the counts let one more person through, who comes with a device of their own."""
    with app.test_request_context("/", base_url=house.ORIGIN, environ_base={"REMOTE_ADDR": address}):
        app.preprocess_request()
        try:
            with throttle.sign_up(kind):
                return True
        except TooMany:
            return False


def test_a_device_that_signs_up_without_end_waits_and_its_neighbours_do_not(
    app: Flask, few: int, wait: Callable[[float], None]
) -> None:
    device = Client(app)
    device.get(PAGE)
    assert [sign_up(device, turn) for turn in range(few)] == [200] * few

    sent = {"_key": "the-one-too-many-of-it", "language": "ar", "role": "resident"}
    refused = device.post(PAGE, sent, 429)

    assert "Von hier haben sich gerade viele angemeldet." in device.errors[0]
    assert 0 < int(refused.headers["Retry-After"]) <= throttle.WINDOW_SECONDS
    again = device.form_here(PAGE)
    assert {"language": "ar", "role": "resident"}.items() <= dict(again.values).items()
    with app.app_context():
        assert count(Registration) == few
    neighbour = Client(app)
    neighbour.get(PAGE)
    assert sign_up(neighbour, 99) == 200
    # The same form again shows the same code and makes nobody new.
    assert sign_up(device, 0) == 200
    wait(throttle.WINDOW_SECONDS)
    device.send(again, status=200)


def test_a_network_that_throws_its_cookies_away_is_slowed_and_another_is_not(
    app: Flask, monkeypatch: pytest.MonkeyPatch, event: DialogueEvent
) -> None:
    monkeypatch.setattr(throttle, "SIGN_UPS_PER_NETWORK", 6)

    assert [sign_up(Client(app), turn) for turn in range(9)] == [200] * 6 + [429] * 3

    other = Client(app)
    other.inner.environ_base["REMOTE_ADDR"] = "203.0.113.7"
    assert sign_up(other, 1) == 200
    # Who has the event code stands in the hall and is counted apart.
    join = {"step": "groups", "code": str(event.code), "_key": "k" * 20}
    Client(app).post(JOIN, join, 200)


def test_joining_without_end_is_slowed_and_the_form_stays(app: Flask, few: int, event: DialogueEvent) -> None:
    device = Client(app)
    device.get(JOIN)
    join = {"step": "groups", "code": str(event.code)}
    statuses = [
        device.post(JOIN, {**join, "_key": f"a-key-of-somebody-{turn:05}"}).status_code for turn in range(few)
    ]
    assert statuses == [200] * few
    device.post(JOIN, {**join, "_key": "the-one-too-many-of-it"}, 429)
    assert dict(device.form_here(JOIN).values)["code"] == event.code
    assert "Von hier haben sich gerade viele angemeldet." in device.errors[0]


def test_a_shelter_signs_up_behind_one_address_within_an_hour_or_all_at_once(app: Flask) -> None:
    people = [Client(app) for _ in range(SHELTER)]
    for person in people:
        person.get(PAGE)

    assert {sign_up(person, turn) for turn, person in enumerate(people)} == {200}


def test_one_tablet_serves_a_shelter_within_an_hour_and_a_hall_shares_an_address(
    app: Flask, wait: Callable[[float], None]
) -> None:
    tablet = Client(app)
    tablet.get(PAGE)
    for turn in range(SHELTER):
        assert sign_up(tablet, turn) == 200
        wait(60)

    assert all(try_it(app, Kind.JOINING) for _ in range(HALL))
    assert [try_it(app, Kind.SIGN_UP) for _ in range(throttle.SIGN_UPS_PER_NETWORK + 1)][-2:] == [True, False]
    assert try_it(app, Kind.SIGN_UP, "203.0.113.7")


def test_many_at_the_same_instant_are_counted_too(app: Flask, few: int) -> None:
    device = Client(app)
    device.get(PAGE)
    visit = device.cookie("visit")
    assert visit
    windows = browsers(app, "", THREADS)
    for window in windows:
        window.plant(visit, "visit")

    answers = at_once(THREADS, lambda turn: sign_up(windows[turn], turn))

    assert Counter(answers) == {200: few, 429: THREADS - few}


def test_what_came_to_nothing_and_who_has_a_code_is_not_counted(
    app: Flask, few: int, make: Maker, browse: Callable[[Person | None], Client]
) -> None:
    device = Client(app)
    device.get(PAGE)
    for turn in range(few + 1):
        sent = {"_key": f"a-key-of-refused-{turn:05}", "group-999999": "1"}
        device.post(PAGE, sent, 422)
    assert sign_up(device, 1) == 200

    person = browse(make.participant())
    for turn in range(few + 1):
        make.day(slug=f"tag-{turn}")
        person.post_form(f"/dialogues/probe/events/tag-{turn}/signup")


def test_people_get_in_where_counting_fails(app: Flask) -> None:
    kept = app.extensions.pop(throttle._EXTENSION)
    try:
        assert sign_up(Client(app), 1) == 200
        with pytest.raises(Invalid), app.test_request_context("/"), throttle.sign_up(Kind.SIGN_UP):
            raise Invalid("What is wrong inside is said as it is.")
    finally:
        app.extensions[throttle._EXTENSION] = kept
