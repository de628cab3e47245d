"""Keeping one's own second factor: setting up, recovery codes, another device; and the demonstration's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from accounts import passwords, queries, throttle
from accounts import second_factor as algorithm
from accounts.actions import accounts, second_factor, sessions
from accounts.models import SecondFactor
from core.actor import OPERATOR, VISITOR
from core.clock import now
from core.db import db
from core.errors import Invalid
from core.transaction import transaction
from tests.accounts import house
from tests.accounts.factor import (
    SET_UP,
    actor_behind,
    enrol,
    hidden,
    shown_codes,
    shown_secret,
    unused,
)
from tests.accounts.house import PASSWORD, SECOND_STEP, Browser, browser
from tests.factories import secret_of

# ----------------------------------------------------------------------------------------- the own account


def test_a_wrong_first_code_keeps_the_picture(app: Flask) -> None:
    house.an_account(app, second_factor=False)
    someone = browser(app)
    someone.sign_in("koordination")
    page = someone.get(f"{SET_UP}?next=/dialogues/enzkreis").text

    sent = {"offer": hidden(page, "offer"), "code": "000000", "next": hidden(page, "next")}
    refused = someone.post(f"{SET_UP}?lang=en", sent)

    assert refused.status_code == 422
    assert "This is not the code for this picture" in refused.text
    assert shown_secret(refused.text) == shown_secret(page)
    assert hidden(refused.text, "next") == "/dialogues/enzkreis"
    other = browser(app)
    other.sign_in("koordination")
    sent["code"] = algorithm.code_of(shown_secret(page), algorithm.step_at(now()))
    stolen = other.post(f"{SET_UP}?lang=en", sent)
    assert (stolen.status_code, "The picture is a new one" in stolen.text) == (422, True)
    assert shown_secret(stolen.text) != shown_secret(page)
    done = someone.post(SET_UP, sent)
    assert done.status_code == 200
    assert done.headers["Cache-Control"] == "no-store"
    assert 'href="/dialogues/enzkreis"' in done.text
    assert someone.post(SET_UP, sent).headers["Location"] == SET_UP


def test_new_recovery_codes_need_a_code_and_void_the_former(app: Flask) -> None:
    house.an_account(app, second_factor=False)
    someone = browser(app)
    someone.sign_in("koordination")
    secret, former = enrol(someone)
    before = someone.cookie()

    assert someone.post("/account/recovery-codes", {"code": "000000"}).status_code == 422
    with app.app_context(), transaction():
        db.session.scalars(select(SecondFactor)).one().last_step = 0
    code = algorithm.code_of(secret, algorithm.step_at(now()))
    answer = someone.post("/account/recovery-codes", {"code": code})

    assert answer.status_code == 200
    made = shown_codes(answer.text)
    assert len(made) == 10
    assert not set(made) & set(former)
    assert someone.cookie() == before
    other = browser(app)
    other.give_password("koordination")
    assert other.post("/sign-in/recovery-code", {"recovery_code": former[0]}).status_code == 422
    assert other.post("/sign-in/recovery-code", {"recovery_code": made[0]}).status_code == 303
    assert other.post("/sign-in/recovery-code", {"recovery_code": made[0]}).status_code == 303
    assert "recovery codes left" in other.get("/account?lang=en").text


def _replacement(someone: Browser, app: Flask, **changes: str) -> Any:
    page = someone.get(f"{SET_UP}/replace").text
    code = algorithm.code_of(shown_secret(page), algorithm.step_at(now()))
    sent = {"offer": hidden(page, "offer"), "code": code, "password": PASSWORD, "old": unused(app), **changes}
    return someone.post(f"{SET_UP}/replace?lang=en", sent)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"password": "wrong horse battery"}, "This is not your password."),
        ({"old": "000000"}, "This code does not work."),
        ({"old": "00000-ABCDE"}, "This recovery code does not work."),
        ({"code": "000000"}, "This is not the code for this picture."),
        ({"old": ""}, "Please enter a code of the former device"),
    ],
)
def test_another_device_needs_password_and_the_former_factor(
    app: Flask, changes: dict[str, str], said: str
) -> None:
    house.an_account(app)
    someone = browser(app)
    someone.sign_in("koordination")

    refused = _replacement(someone, app, **changes)

    assert (refused.status_code, said in refused.text) == (422, True)
    assert someone.is_signed_in()
    assert browser(app).sign_in("koordination").status_code == 303


def test_another_device_takes_the_place_of_the_former(app: Flask) -> None:
    house.an_account(app)
    someone, elsewhere = browser(app), browser(app)
    someone.sign_in("koordination")
    elsewhere.sign_in("koordination")
    before = someone.cookie()

    answer = _replacement(someone, app)

    assert answer.status_code == 200
    made = shown_codes(answer.text)
    assert len(made) == 10
    assert (someone.is_signed_in(), elsewhere.is_signed_in()) == (True, False)
    assert someone.cookie() != before
    other = browser(app)
    other.give_password("koordination")
    assert other.post(SECOND_STEP, {"code": unused(app)}).status_code == 422
    # A recovery code stands in for a device that is lost, and goes with the factor it belonged to.
    assert other.post("/sign-in/recovery-code", {"recovery_code": made[0]}).status_code == 303
    again = _replacement(other, app, old=made[1])
    assert again.status_code == 200
    late = browser(app)
    late.give_password("koordination")
    assert late.post("/sign-in/recovery-code", {"recovery_code": made[2]}).status_code == 422


def test_visitors_and_participants_have_no_second_factor_to_keep(app: Flask) -> None:
    visitor, participant = browser(app), browser(app)
    participant.enter(house.a_code(app).code)
    for path in (SET_UP, f"{SET_UP}/replace"):
        assert visitor.get(path).headers["Location"].startswith("/sign-in?next=")
        assert visitor.post(path).headers["Location"].startswith("/sign-in?next=")
        assert participant.get(path).status_code == 403
        assert participant.post(path).status_code == 403
    assert participant.post("/account/recovery-codes").status_code == 403
    assert visitor.post("/account/recovery-codes").headers["Location"].startswith("/sign-in?next=")
    assert "Second factor" not in participant.get("/account?lang=en").text


def test_a_changed_password_keeps_the_second_factor(app: Flask) -> None:
    house.an_account(app)
    someone = browser(app)
    someone.sign_in("koordination")
    new = "another quiet heron"

    someone.post("/account/password", {"current": PASSWORD, "password": new, "repeated": new})

    actor = actor_behind(app, someone)
    assert actor is not None
    assert actor.has("coordinator")
    assert browser(app).give_password("koordination", new).headers["Location"] == SECOND_STEP


def test_a_session_needs_the_factor_that_is_in_force(app: Flask) -> None:
    account = house.an_account(app)
    proof = passwords.Proof(account.id, account.password_hash)
    for claimed in (None, "another key"):
        with app.app_context(), pytest.raises(Invalid), transaction():
            sessions.start_session_by_password(
                VISITOR, proof, lifetime=timedelta(hours=1), second_factor=claimed
            )


# ------------------------------------------------------------------------------------------- demonstration


def test_a_demonstration_shows_the_code_and_one_press_goes_on(app: Flask) -> None:
    with app.app_context(), transaction():
        account = accounts.create_account(
            OPERATOR, "vorfuehrung", password_hash=passwords.make_hash(PASSWORD), label="Demo", demo=True
        )
        accounts.give_role(OPERATOR, account, "auditor")
        second_factor.give_demo_factor(OPERATOR, account, secret=secret_of("vorfuehrung"))
    house.an_account(app)
    someone = browser(app)
    someone.give_password("vorfuehrung")
    assert "Demonstration: the code" not in someone.get(f"{SECOND_STEP}?lang=en").text

    real = app.config["SETTINGS"]
    try:
        app.config["SETTINGS"] = type(real)(var_dir=real.var_dir, demo=True)
        # Several people may sign in with it within the same half-minute.
        for _ in range(4):
            guest = browser(app)
            guest.give_password("vorfuehrung")
            page = guest.get(f"{SECOND_STEP}?lang=en").text
            assert "Demonstration: the code is filled in already" in page
            code = hidden(page, "code")
            assert guest.post(SECOND_STEP, {"code": code}).status_code == 303
            assert guest.post(SECOND_STEP, {"code": code}).headers["Location"] == "/sign-in?again=1"
        staff = browser(app)
        staff.give_password("koordination")
        assert "Demonstration: the code" not in staff.get(f"{SECOND_STEP}?lang=en").text
    finally:
        app.config["SETTINGS"] = real
    with app.app_context(), pytest.raises(ValueError, match="Only demonstration"), transaction():
        second_factor.give_demo_factor(
            OPERATOR, queries.access_account(OPERATOR, "koordination"), secret=secret_of("koordination")
        )


def test_a_wrong_code_is_counted_where_somebody_watches(
    app: Flask, capfd: pytest.CaptureFixture[str]
) -> None:
    house.an_account(app)
    someone = browser(app)
    someone.give_password("koordination")
    someone.post(SECOND_STEP, {"code": "000000"})

    assert "second_factor_failed" in capfd.readouterr().err
    assert throttle.FREE_TRIES > 1
