"""R17 and R18: guessing is stopped, honest people are not, and nobody can lock others out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask

from accounts import codes, passwords, throttle
from accounts.actions import codes as code_actions
from accounts.actions import second_factor
from accounts.permissions import Scope
from accounts.throttle import Failures, Kind
from core.actor import OPERATOR
from core.errors import Invalid, TooMany
from core.keys import Keys
from core.transaction import transaction
from tests import factories
from tests.accounts import house
from tests.accounts.house import PASSWORD, SECOND_STEP, browser
from tests.client import Client
from tests.conftest import Maker

HONEST = 300
WRONG = "0123456789"
LINE = "from here"
DAY = 86_400.0


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    monkeypatch.setattr(passwords, "_dummy", None)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> int:
    """So many failures of one network instead of PER_NETWORK, so that tests take seconds."""
    monkeypatch.setattr(throttle, "PER_NETWORK", 20)
    return 20


@pytest.fixture
def broken(app: Flask) -> Iterator[Flask]:
    """The program with counts that cannot be reached."""
    kept = app.extensions.pop(throttle._EXTENSION)
    yield app
    app.extensions[throttle._EXTENSION] = kept


def second_step(app: Flask, login: str = "koordination", address: str = "127.0.0.1") -> house.Browser:
    """A browser in which the password was right; wrong passwords would be counted apart."""
    someone = browser(app)
    someone.client.environ_base["REMOTE_ADDR"] = address
    assert someone.give_password(login).headers["Location"] == SECOND_STEP
    return someone


@pytest.mark.slow
def test_r17_three_hundred_people_behind_one_address_get_in_beside_one_who_guesses(
    app: Flask, few: int
) -> None:
    with app.app_context(), transaction():
        issued = [code_actions.issue_code(OPERATOR, Scope("dialogue", 1)).code for _ in range(HONEST)]
    house.an_account(app)
    guesses = {422: 0, 429: 0}
    entered = 0
    for number, code in enumerate(issued):
        if number % 5 == 0:
            # The one who guesses throws all cookies away, so that only the address is left to count.
            guesses[browser(app).enter(WRONG).status_code] += 1
        entered += browser(app).enter(code).status_code == 303

    assert entered == HONEST
    assert guesses == {422: few, 429: HONEST // 5 - few}
    # Wrong codes of others keep nobody of the staff out.
    assert browser(app).sign_in("koordination").status_code == 303


def test_r17_a_device_is_stopped_before_its_network(app: Flask) -> None:
    house.an_account(app)
    one = browser(app)
    one.get("/code")
    statuses = [one.enter(WRONG).status_code for _ in range(throttle.PER_BROWSER + 5)]

    assert statuses == [422] * throttle.PER_BROWSER + [429] * 5
    neighbour = browser(app)
    assert neighbour.enter(WRONG).status_code == 422


def test_r17_event_codes_slow_the_device_and_a_right_one_passes(make: Maker, app: Flask) -> None:
    make.event()
    one = Client(app)
    path = "/dialogues/probe/join"
    one.get(path)
    statuses = [one.post(path, {"code": "WRONG1"}).status_code for _ in range(throttle.PER_BROWSER + 1)]

    assert statuses == [422] * throttle.PER_BROWSER + [429]
    refused = one.post(f"{path}?lang=en", {"code": "WRONG1"})
    assert "A right code works at any time" in one.text
    assert 0 < int(refused.headers["Retry-After"]) <= throttle.WINDOW_SECONDS
    assert 'value="WRONG1"' in refused.text
    assert one.post(path, {"code": factories.EVENT_CODE, "_key": "k" * 20}).status_code == 200


def test_r17_event_codes_are_counted_in_the_second_step_as_well(make: Maker, app: Flask) -> None:
    make.event()
    one = Client(app)
    path = "/dialogues/probe/join"
    one.get(path)

    def guess(number: int) -> int:
        sent = {"step": "groups", "code": "WRONG1", "_key": f"a-key-of-guess-{number:04}"}
        return one.post(path, sent).status_code

    assert [guess(number) for number in range(throttle.PER_BROWSER)] == [422] * throttle.PER_BROWSER
    assert one.errors == ["Dieser Code geht nicht. Bitte vergleichen Sie ihn mit dem Bildschirm."]
    assert guess(99) == 429
    assert one.post(path, {"code": "WRONG1"}).status_code == 429, "Both steps count together."
    right = {"step": "groups", "code": factories.EVENT_CODE, "_key": "k" * 20}
    assert one.post(path, right).status_code == 200


@pytest.mark.parametrize(("proxies", "address"), [(0, "{forged}"), (1, "{forged}, 203.0.113.9")])
def test_r17_a_forged_address_changes_nothing(tmp_path: Path, proxies: int, address: str, few: int) -> None:
    with house.a_site(tmp_path, trusted_proxies=proxies) as app:
        statuses = []
        for number in range(few + 5):
            someone = browser(app)
            someone.headers = {"X-Forwarded-For": address.format(forged=f"198.51.100.{number}")}
            statuses.append(someone.enter(WRONG).status_code)

    assert statuses == [422] * few + [429] * 5


def test_r17_without_its_counts_nothing_that_could_be_guessed_is_looked_at(
    broken: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Passwords and six digits are refused, right or wrong; codes of 50 bits still let people in."""
    issued, account = house.a_code(broken), house.an_account(broken)
    broken.extensions[throttle._EXTENSION] = Failures()
    waiting, changing = second_step(broken), browser(broken)
    changing.sign_in("koordination")
    del broken.extensions[throttle._EXTENSION]
    with broken.app_context():
        code = factories.let_time_pass("koordination")
        with transaction():
            recovery = second_factor._make_recovery_codes(OPERATOR, account)[0]
    with monkeypatch.context() as patch:
        patch.setattr(passwords, "verify", lambda *_: pytest.fail("the password was looked at"))
        refused = browser(broken).post("/sign-in?lang=en", {"login": "koordination", "password": PASSWORD})
        changed = changing.post(
            "/account/password", {"current": PASSWORD, "password": "x y z" * 5, "repeated": "x y z" * 5}
        )
    assert (refused.status_code, changed.status_code) == (503, 503)
    assert "We cannot check this at the moment." in refused.text
    assert 'value="koordination"' in refused.text
    assert waiting.post(SECOND_STEP, {"code": code}).status_code == 503
    assert not waiting.is_signed_in()
    assert browser(broken).enter(WRONG).status_code == 503
    assert waiting.post("/sign-in/recovery-code", {"recovery_code": "00000-00000"}).status_code == 503

    assert browser(broken).enter(issued.code).status_code == 303
    assert waiting.post("/sign-in/recovery-code", {"recovery_code": recovery}).status_code == 303


def test_r17_wrong_second_factors_make_the_account_pause_and_a_recovery_code_passes(app: Flask) -> None:
    account = house.an_account(app)
    with app.app_context(), transaction():
        recovery = second_factor._make_recovery_codes(OPERATOR, account)[0]
    windows = [second_step(app) for _ in range(throttle.FREE_TRIES + 1)]
    statuses = [window.post(SECOND_STEP, {"code": "000000"}).status_code for window in windows]

    assert statuses == [422] * throttle.FREE_TRIES + [429]
    elsewhere = second_step(app, address="203.0.113.7")
    with app.app_context():
        code = factories.let_time_pass("koordination")
    paused = elsewhere.post(f"{SECOND_STEP}?lang=en", {"code": code})
    assert paused.status_code == 429
    assert 0 < int(paused.headers["Retry-After"]) <= throttle.LONGEST_PAUSE
    assert "seconds and try again" in paused.text
    assert f'value="{code}"' in paused.text
    assert elsewhere.post("/sign-in/recovery-code", {"recovery_code": recovery}).status_code == 303


def test_r17_a_right_second_factor_ends_the_pause_and_counts_as_no_failure(app: Flask) -> None:
    house.an_account(app)
    someone = second_step(app)
    for _ in range(throttle.FREE_TRIES - 1):
        someone.post(SECOND_STEP, {"code": "000000"})
    for _ in range(throttle.PER_BROWSER):
        assert someone.sign_in("koordination").status_code == 303
    someone.give_password("koordination")
    assert someone.post(SECOND_STEP, {"code": "000000"}).status_code == 422


def test_r17_whoever_guesses_in_one_network_does_not_keep_the_holder_out_elsewhere(app: Flask) -> None:
    """Simulated: as fast as allowed for a day from one network; how long the holder ever has to wait."""
    failures = Failures()
    at, longest, tries = 0.0, 0.0, 0
    while at < DAY:
        wait = max(
            failures.pause("account", "1", at),
            failures.wait("account here", LINE, at, throttle.PER_ACCOUNT_AND_NETWORK),
        )
        if wait:
            at += wait
            continue
        for key in ("account", "account here"):
            failures.note(key, "1" if key == "account" else LINE, at)
        tries += 1
        longest = max(longest, failures.pause("account", "1", at))
        at += 0.1

    assert longest <= 20
    assert tries <= DAY / throttle.WINDOW_SECONDS * throttle.PER_ACCOUNT_AND_NETWORK


def test_r18_guessing_at_the_ceiling_of_the_limits(app: Flask) -> None:
    """Numbers for whoever decides: what somebody reaches who tries as fast as everything allows."""
    # Six digits, the password known, from as many networks as one likes: only the account's pause is left.
    failures, at, tries = Failures(), 0.0, 0
    while at < DAY:
        at += failures.pause("account", "1", at)
        failures.note("account", "1", at)
        tries += 1
        at += 0.01
    three_steps = 3 / 10**6
    assert tries < 1_500
    assert tries * three_steps < 0.005

    # Personal and recovery codes are looked at without a limit; what the server can answer is the ceiling.
    codes_there_are = len(codes.ALPHABET) ** codes.LENGTH
    assert codes_there_are == 2**50
    asked = 1_000 * 8 * 3_600
    assert asked * 500 / codes_there_are < 2e-5
    assert asked * second_factor.algorithm.RECOVERY_CODES / codes_there_are < 1e-6


def test_r18_a_code_of_one_purpose_opens_nothing_else(app: Flask, make: Maker) -> None:
    make.event()
    issued, account = house.a_code(app), house.an_account(app)
    with app.app_context(), transaction():
        recovery = second_factor._make_recovery_codes(OPERATOR, account)[0]
    assert browser(app).enter(recovery).status_code == 422
    assert browser(app).enter(factories.EVENT_CODE).status_code == 422
    assert second_step(app).post("/sign-in/recovery-code", {"recovery_code": issued.code}).status_code == 422
    assert Client(app).post("/dialogues/probe/join", {"code": issued.code}).status_code == 422
    # Nor a recovery code of somebody else.
    house.an_account(app, "andere")
    other = second_step(app, "andere")
    assert other.post("/sign-in/recovery-code", {"recovery_code": recovery}).status_code == 422
    keys: Keys = app.config["KEYS"]
    assert keys.derived("one") != keys.derived("two") != keys.password


def test_the_answer_to_a_wrong_code_is_counted_by_kind(app: Flask) -> None:
    """What others build on: codes, event codes and links of invitations count apart."""
    wrong = Invalid("This link does not work.")
    with app.test_request_context("/", base_url=house.ORIGIN):
        app.preprocess_request()
        for _ in range(throttle.PER_BROWSER):
            assert throttle.wrong_code(Kind.LINK, wrong) is wrong
        assert isinstance(throttle.wrong_code(Kind.LINK, wrong), TooMany)
        assert throttle.wrong_code(Kind.EVENT_CODE, wrong) is wrong
        throttle.refuse_if_too_many(Kind.PASSWORD)
