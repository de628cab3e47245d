"""R14: every cookie stands in the register and carries the strictest flags that work."""

from __future__ import annotations

from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path

import pytest
from flask import Flask

from accounts.cookies import KIOSK_COOKIE, REGISTER
from tests.accounts import house
from tests.accounts.house import PASSWORD, browser

TLS = "https://dialog.example.de"


@pytest.fixture
def behind_tls(tmp_path: Path) -> Iterator[Flask]:
    with house.a_site(tmp_path / "tls", public_url=TLS) as site:
        yield site


def crawl(app: Flask, base: str) -> list[str]:
    """All Set-Cookie headers of a visit, of both ways in, of a change of language and of leaving."""
    house.an_account(app)
    code = house.a_code(app).code
    staff, participant = browser(app, base), browser(app, base)
    answers = []
    for someone in (staff, participant):
        answers += [
            someone.get(path)
            for path in ("/code", "/sign-in", "/account", "/code?lang=ar", "/nowhere", "/healthz")
        ]
    answers.append(staff.post("/sign-in", {"login": "koordination", "password": "wrong horse battery"}))
    answers += [staff.give_password("koordination"), staff.sign_in("koordination")]
    answers.append(participant.enter(code))
    new = "another quiet heron"
    answers.append(staff.post("/account/password", {"current": PASSWORD, "password": new, "repeated": new}))
    for someone in (staff, participant):
        answers += [someone.get("/account"), someone.post("/sign-out"), someone.get("/code")]
    return [header for answer in answers for header in answer.headers.getlist("Set-Cookie")]


def test_all_cookies_are_registered_and_flagged(behind_tls: Flask) -> None:
    headers = crawl(behind_tls, TLS)

    names = set()
    for header in headers:
        ((name, morsel),) = SimpleCookie(header).items()
        names.add(name)
        assert (morsel["secure"], morsel["httponly"], morsel["path"], morsel["domain"]) == (
            True,
            True,
            "/",
            "",
        )
        assert morsel["samesite"] in {"Lax", "Strict"}
    # The cookie of a device at the door is set by a page of a dialogue; see tests/dialog/test_kiosk.py.
    assert names | {f"__Host-{KIOSK_COOKIE}"} == {f"__Host-{entry.name}" for entry in REGISTER}


def test_without_tls_the_names_have_no_prefix(app: Flask) -> None:
    names = {next(iter(SimpleCookie(header))) for header in crawl(app, house.ORIGIN)}

    assert names | {KIOSK_COOKIE} == {entry.name for entry in REGISTER}


def test_staff_sessions_are_not_sent_from_other_sites(behind_tls: Flask) -> None:
    house.an_account(behind_tls)
    answer = browser(behind_tls, TLS).sign_in("koordination")
    assert "SameSite=Strict" in answer.headers["Set-Cookie"]
    assert "Max-Age=36000" in answer.headers["Set-Cookie"]
    answer = browser(behind_tls, TLS).enter(house.a_code(behind_tls).code)
    assert "SameSite=Lax" in answer.headers["Set-Cookie"]
    assert "Max-Age=2592000" in answer.headers["Set-Cookie"]


def test_a_session_without_its_prefix_opens_nothing(behind_tls: Flask) -> None:
    house.an_account(behind_tls)
    someone = browser(behind_tls, TLS)
    someone.sign_in("koordination")
    value = someone.cookie("__Host-session")
    assert value
    thief = browser(behind_tls, TLS)
    thief.plant(value, "session")

    assert someone.is_signed_in()
    assert not thief.is_signed_in()


def test_the_register_says_what_each_cookie_is_for(app: Flask) -> None:
    with app.test_request_context("/?lang=en"):
        assert all(str(entry.purpose) and str(entry.kept) for entry in REGISTER)
