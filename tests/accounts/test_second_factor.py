"""The second factor: R11 step by step, and each way around it that somebody might try."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from accounts import passwords, pending, queries
from accounts import second_factor as algorithm
from accounts.actions import accounts, second_factor
from accounts.actions.accounts import ROLE_SCOPES
from accounts.models import LoginSession, RecoveryCode, SecondFactor
from accounts.permissions import Scope
from accounts.second_factor import Purpose
from core import clock
from core.actor import OPERATOR, Actor, Grant
from core.clock import now
from core.db import db
from core.errors import Forbidden
from core.journal import JournalEntry
from core.transaction import transaction
from tests.accounts import house
from tests.accounts.factor import (
    SET_UP,
    actor_behind,
    code_at,
    enrol,
    facts,
    scope_of,
    unused,
)
from tests.accounts.house import PASSWORD, SECOND_STEP, browser
from tests.factories import current_code, secret_of

STAFF_ROLES = sorted(set(ROLE_SCOPES) - {"participant"})
ALGORITHM = [
    # RFC 6238, appendix B, the last six digits of SHA-1.
    (59, "287082"),
    (1111111109, "081804"),
    (1234567890, "005924"),
    (20000000000, "353130"),
]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Stop the clock of the program, so much later than now."""
    begin = datetime.now(UTC)

    def stop(later: timedelta) -> None:
        class Stopped(datetime):
            @classmethod
            def now(cls, tz: Any = None) -> datetime:
                return begin + later

        monkeypatch.setattr(clock, "datetime", Stopped)

    return stop


# ------------------------------------------------------------------------------------------------ algorithm


@pytest.mark.parametrize(("seconds", "code"), ALGORITHM)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert algorithm.code_of(secret, seconds // 30) == code


@pytest.mark.parametrize(
    ("typed", "read"),
    [("123 456", "123456"), (" 123-456 ", "123456"), ("١٢٣٤٥٦", "123456"), ("12a456", ""), ("", "")],
)
def test_digits_are_read_as_people_type_them(typed: str, read: str) -> None:
    assert algorithm.digits_of(typed) == read


def test_what_is_sealed_opens_for_its_purpose_and_owner_only(app: Flask) -> None:
    with app.app_context():
        sealed = algorithm.seal(Purpose.KEPT, "secret", bound_to="one")
        assert algorithm.unseal(Purpose.KEPT, sealed, bound_to="one") == "secret"
        assert "secret" not in sealed
        assert algorithm.unseal(Purpose.KEPT, sealed, bound_to="two") is None
        for other in (Purpose.OFFER, Purpose.PENDING):
            assert algorithm.unseal(other, sealed, bound_to="one") is None
        for damaged in ("", "x", "ä", sealed[:-4], sealed[:10] + "AAAA" + sealed[14:]):
            assert algorithm.unseal(Purpose.KEPT, damaged, bound_to="one") is None


# ------------------------------------------------------------------------------- R11: nobody gets past it


@pytest.mark.parametrize("role", STAFF_ROLES)
@pytest.mark.parametrize("way", ["without", "password only", "initial password", "code", "recovery code"])
def test_r11_no_way_in_gives_a_staff_role_without_the_second_factor(app: Flask, role: str, way: str) -> None:
    """Every way of signing in × every staff role: roles come with the second factor and never before."""
    someone = browser(app)
    has_factor = way not in {"without", "initial password"}
    house.an_account(
        app,
        role=role,
        scope=scope_of(role),
        second_factor=has_factor,
        password_is_initial=way == "initial password",
    )

    answer = someone.give_password("koordination")
    actor = actor_behind(app, someone)
    if has_factor:
        assert (answer.headers["Location"], actor) == (SECOND_STEP, None)
        assert not someone.is_signed_in()
    else:
        assert answer.headers["Location"] in {SET_UP, "/account"}
        assert actor is not None
        assert not actor.grants
    if way == "code":
        assert someone.post(SECOND_STEP, {"code": unused(app)}).status_code == 303
    elif way == "recovery code":
        with app.app_context(), transaction():
            account = queries.access_account(OPERATOR, "koordination")
            made = second_factor._make_recovery_codes(OPERATOR, account)
        answer = someone.post("/sign-in/recovery-code", {"recovery_code": made[3].lower()})
        assert answer.headers["Location"].startswith(f"{SET_UP}?recovered=1")
    elif way == "without":
        enrol(someone)
    elif way == "initial password":
        new = "another quiet heron"
        assert someone.get(SET_UP).headers["Location"] == "/account"
        answer = someone.post("/account/password", {"current": PASSWORD, "password": new, "repeated": new})
        assert answer.headers["Location"].startswith(SET_UP)
        still = actor_behind(app, someone)
        assert still is not None
        assert not still.grants
        enrol(someone)
    else:
        return
    held = actor_behind(app, someone)
    assert held is not None
    assert held.has(role)


def test_r11_a_role_given_later_waits_for_the_second_factor_too(app: Flask) -> None:
    house.an_account(app, "gast", role="participant", scope=Scope("dialogue", 1), second_factor=False)
    someone = browser(app)
    assert someone.sign_in("gast").headers["Location"] == "/"
    guest = actor_behind(app, someone)
    assert guest is not None
    assert guest.has("participant")
    with app.app_context(), transaction():
        accounts.give_role(OPERATOR, queries.access_account(OPERATOR, "gast"), "auditor")

    waiting = actor_behind(app, someone)
    assert waiting is not None
    assert not waiting.grants
    assert "Please set up your second factor" in someone.get("/account?lang=en").text
    enrol(someone)
    both = actor_behind(app, someone)
    assert both is not None
    assert both.has("auditor")
    assert both.has("participant")


def test_r11_a_session_from_before_the_second_factor_opens_nothing_afterwards(app: Flask) -> None:
    """Also one that begins at the same moment: what it proved is not what is in force."""
    account = house.an_account(app, second_factor=False)
    thief = browser(app)
    thief.sign_in("koordination")
    someone = browser(app)
    someone.sign_in("koordination")
    enrol(someone)
    with app.app_context(), transaction():
        # As if it had been written by somebody who did not see the new factor yet.
        late = LoginSession(
            id="f" * 32, account_id=account.id, expires_at=now() + timedelta(hours=1), shared_device=False
        )
        late.token_hash = queries.token_digest("a cookie of that moment")
        db.session.add(late)
    late_one = browser(app)
    late_one.plant("a cookie of that moment")
    assert not late_one.is_signed_in()
    assert not thief.is_signed_in()
    assert someone.is_signed_in()


def test_r11_after_a_reset_the_roles_wait_again(app: Flask) -> None:
    house.an_account(app)
    someone, elsewhere = browser(app), browser(app)
    someone.sign_in("koordination")
    elsewhere.give_password("koordination")
    code = unused(app)

    done = app.test_cli_runner().invoke(args=["account", "reset-second-factor", "--login", "koordination"])

    assert done.exit_code == 0
    assert "sets one up at the next sign-in" in done.output
    assert not someone.is_signed_in()
    assert elsewhere.post(SECOND_STEP, {"code": code}).status_code == 422
    assert someone.give_password("koordination").headers["Location"] == SET_UP
    actor = actor_behind(app, someone)
    assert actor is not None
    assert not actor.grants
    assert facts(app).count("SecondFactorReset") == 1
    secret, _ = enrol(someone)
    assert secret != secret_of("koordination")
    again = app.test_cli_runner().invoke(args=["account", "reset-second-factor", "--login", "koordination"])
    third = app.test_cli_runner().invoke(args=["account", "reset-second-factor", "--login", "koordination"])
    assert "sets one up" in again.output
    assert "has no second factor" in third.output


def test_only_those_who_keep_accounts_reset_it(app: Flask) -> None:
    mine = house.an_account(app)
    for grant in (Grant("coordinator", "county"), Grant("auditor", "county")):
        with app.app_context(), pytest.raises(Forbidden), transaction():
            second_factor.reset(Actor("x" * 32, frozenset({grant}), account_id=mine.id), mine)
    administrator = Actor("a" * 32, frozenset({Grant("administrator", "county")}))
    with app.app_context(), transaction():
        assert second_factor.reset(administrator, mine)
        assert not second_factor.reset(administrator, mine)


# ------------------------------------------------------------------------------------- R11: codes and clocks


@pytest.mark.parametrize(
    ("seconds", "works"), [(-30, True), (0, True), (30, True), (-120, False), (120, False)]
)
def test_r11_clocks_may_differ_by_half_a_minute_and_no_more(app: Flask, seconds: int, works: bool) -> None:
    house.an_account(app)
    unused(app)
    someone = browser(app)
    someone.give_password("koordination")

    answer = someone.post(SECOND_STEP, {"code": code_at("koordination", now() + timedelta(seconds=seconds))})

    assert answer.status_code == (303 if works else 422)
    assert someone.is_signed_in() == works


def test_r11_a_code_works_once_and_an_earlier_one_never_again(app: Flask) -> None:
    house.an_account(app)
    code, earlier = unused(app), code_at("koordination", now() - timedelta(seconds=30))
    first, second = browser(app), browser(app)
    first.give_password("koordination")
    second.give_password("koordination")

    assert first.post(SECOND_STEP, {"code": f"{code[:3]} {code[3:]}"}).status_code == 303
    for used in (code, earlier):
        refused = second.post(f"{SECOND_STEP}?lang=en", {"code": used})
        assert (refused.status_code, second.is_signed_in()) == (422, False)
        assert "This code does not work" in refused.text
    assert code not in first.get("/account").text


def test_r11_the_code_of_setting_up_does_not_sign_in(app: Flask) -> None:
    house.an_account(app)
    someone = browser(app)
    someone.give_password("koordination")

    assert someone.post(SECOND_STEP, {"code": current_code("koordination")}).status_code == 422


def race(number: int, act: Callable[[int], bool]) -> list[bool]:
    """Do it on so many threads at the same moment."""
    results = [False] * number
    start = threading.Barrier(number)

    def work(turn: int) -> None:
        start.wait(timeout=30)
        results[turn] = act(turn)

    threads = [threading.Thread(target=work, args=(turn,)) for turn in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
    return results


@pytest.mark.parametrize("what", ["code", "recovery code"])
def test_r11_of_many_who_send_the_same_code_at_once_one_gets_in(app: Flask, what: str) -> None:
    account = house.an_account(app)
    with app.app_context(), transaction():
        recovery = second_factor._make_recovery_codes(OPERATOR, account)[0]
    code = unused(app)
    windows = [browser(app) for _ in range(5)]
    for window in windows:
        assert window.give_password("koordination").status_code == 303

    def act(turn: int) -> bool:
        if what == "code":
            return bool(windows[turn].post(SECOND_STEP, {"code": code}).status_code == 303)
        sent = {"recovery_code": recovery}
        return bool(windows[turn].post("/sign-in/recovery-code", sent).status_code == 303)

    assert sorted(race(5, act)) == [False] * 4 + [True]
    assert [window.is_signed_in() for window in windows].count(True) == 1
    with app.app_context():
        left = db.session.scalar(select(func.count()).select_from(RecoveryCode))
    assert left == (10 if what == "code" else 9)


def test_two_windows_that_set_it_up_at_once_end_with_one_secret(app: Flask) -> None:
    account = house.an_account(app, second_factor=False)
    holder = Actor(account.key, account_id=account.id)
    secrets = [algorithm.new_secret() for _ in range(6)]

    def act(turn: int) -> bool:
        with app.app_context():
            try:
                with transaction():
                    second_factor.set_up(
                        holder,
                        secret=secrets[turn],
                        code=algorithm.code_of(secrets[turn], algorithm.step_at(now())),
                    )
            except second_factor.Conflict:
                return False
            return True

    assert race(6, act).count(True) == 1
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(SecondFactor)) == 1
        assert db.session.scalar(select(func.count()).select_from(RecoveryCode)) == 10


def test_secrets_and_codes_are_kept_nowhere_in_plain(app: Flask, capfd: pytest.CaptureFixture[str]) -> None:
    house.an_account(app, second_factor=False)
    someone = browser(app)
    someone.sign_in("koordination")
    secret, codes = enrol(someone)
    someone.post("/sign-out")
    someone.give_password("koordination")
    someone.post("/sign-in/recovery-code", {"recovery_code": codes[0]})
    written = "".join(capfd.readouterr())

    with app.app_context():
        factor = db.session.scalars(select(SecondFactor)).one()
        kept = {row.code_hmac for row in db.session.scalars(select(RecoveryCode))}
        journal = str(db.session.execute(select(JournalEntry.payload)).scalars().all())
        assert algorithm.unseal(Purpose.KEPT, factor.sealed_secret, bound_to="another account") is None
    assert len(codes) == len(set(codes)) == 10
    assert len(kept) == 9
    for secret_thing in (secret, *codes, *(code.replace("-", "") for code in codes)):
        assert secret_thing not in written + journal + factor.sealed_secret
    assert "accounts.set_up_second_factor" in written


# ------------------------------------------------------------------------- R13: between password and code


@pytest.mark.parametrize("how", ["none", "other browser", "too old", "damaged", "password changed", "closed"])
def test_r13_the_password_alone_is_worth_little_and_not_for_long(
    app: Flask, how: str, at: Callable[[timedelta], None]
) -> None:
    house.an_account(app)
    someone, thief = browser(app), browser(app)
    someone.give_password("koordination", next="/dialogues/enzkreis")
    token = someone.cookie("sign-in") or ""
    assert token
    if how == "none":
        thief.get("/sign-in")
    elif how == "other browser":
        thief.get("/sign-in")
        thief.plant(token, "sign-in")
    elif how == "damaged":
        thief = someone
        thief.plant(token[:-8] + "AAAAAAA=", "sign-in")
    else:
        thief = someone
    if how == "password changed":
        with app.app_context(), transaction():
            account = queries.access_account(OPERATOR, "koordination")
            account.password_hash = passwords.make_hash("another quiet heron")
    elif how == "closed":
        with app.app_context(), transaction():
            accounts.deactivate_account(OPERATOR, queries.access_account(OPERATOR, "koordination"))
    code = unused(app)
    if how == "too old":
        at(pending.LIFETIME + timedelta(minutes=1))
        code = unused(app)

    answer = thief.post(SECOND_STEP, {"code": code})

    if how in {"password changed", "closed"}:
        # Whoever knew the password learns no more than from a wrong code.
        assert answer.status_code == 422
    else:
        assert answer.headers["Location"] == "/sign-in?again=1"
        assert thief.get(SECOND_STEP).headers["Location"] == "/sign-in?again=1"
    assert not thief.is_signed_in()
    assert "five minutes" in thief.get("/sign-in?again=1&lang=en").text


def test_what_was_wished_for_is_kept_through_both_steps(app: Flask) -> None:
    house.an_account(app)
    someone = browser(app)
    someone.get("/sign-in")

    someone.give_password("koordination", next="/dialogues/enzkreis", shared_device="y")
    assert someone.post(SECOND_STEP, {"code": "12 34"}).status_code == 422
    answer = someone.post(SECOND_STEP, {"code": unused(app)})

    assert answer.headers["Location"] == "/dialogues/enzkreis"
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith("session="))
    assert "Max-Age" not in cookie
    assert "This device is shared" in someone.get("/account?lang=en").text
    assert someone.cookie("sign-in") is None
    assert someone.get(SECOND_STEP).headers["Location"] == "/sign-in?again=1"


def test_r16_the_second_step_says_the_same_of_every_account(app: Flask) -> None:
    """Known, closed meanwhile, reset meanwhile, with another password: one answer."""
    for login in ("eins", "zwei", "drei", "vier"):
        house.an_account(app, login)
    people = {login: browser(app) for login in ("eins", "zwei", "drei", "vier")}
    for login, someone in people.items():
        someone.give_password(login)
    with app.app_context(), transaction():
        accounts.deactivate_account(OPERATOR, queries.access_account(OPERATOR, "zwei"))
        second_factor.reset(OPERATOR, queries.access_account(OPERATOR, "drei"))
        queries.access_account(OPERATOR, "vier").password_hash = passwords.make_hash("another quiet heron")
    for path, sent in (
        (SECOND_STEP, {"code": "000000"}),
        ("/sign-in/recovery-code", {"recovery_code": "00000-00000"}),
    ):
        answers = []
        for someone in people.values():
            answer = someone.post(path, sent)
            body = re.sub(r'name="_key" value="[^"]+"', "", answer.text)
            answers.append((answer.status_code, body, sorted(answer.headers.keys())))
        assert answers[0][0] == 422
        assert answers.count(answers[0]) == 4
