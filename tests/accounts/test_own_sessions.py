"""R13: people see where they are signed in, and end one, the others, or all."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from accounts import queries
from accounts.actions import accounts, codes
from core.actor import OPERATOR
from core.transaction import transaction
from tests.accounts import house
from tests.accounts.house import Browser, browser


def people(app: Flask, kind: str, number: int) -> list[Browser]:
    """As many browsers of one person; the last one is a shared device."""
    issued = house.a_code(app)
    house.an_account(app)
    found = [browser(app) for _ in range(number)]
    for one in found:
        shared = {"shared_device": "y"} if one is found[-1] else {}
        if kind == "code":
            one.enter(issued.code, **shared)
        else:
            one.sign_in("koordination", **shared)
    return found


@pytest.mark.parametrize("kind", ["code", "account"])
def test_r13_one_sees_and_ends_ones_other_sessions(app: Flask, kind: str) -> None:
    first, second, third = people(app, kind, 3)
    stranger = browser(app)
    stranger.enter(house.a_code(app).code)
    page = first.get("/account?lang=en").text

    listed = page[page.index('id="sessions"') :]
    assert listed.count("Signed in on") == 3
    assert listed.count("This device") == 1
    assert listed.count("shared device") == 1
    assert "Mozilla" not in listed
    key = re.search(r'name="_key" value="([^"]+)"', listed)
    assert key
    answer = first.post("/account/end-other-sessions", {"_key": key[1]})
    assert answer.headers["Location"] == "/account"
    assert [one.is_signed_in() for one in (first, second, third, stranger)] == [True, False, False, True]
    assert "Sign out all other devices" not in first.get("/account?lang=en").text
    assert first.post("/account/end-other-sessions", {"_key": key[1]}).status_code == 303


@pytest.mark.parametrize("kind", ["code", "account"])
def test_r13_one_ends_all_of_them(app: Flask, kind: str) -> None:
    mine = people(app, kind, 3)

    mine[1].post("/sign-out-everywhere")

    assert [one.is_signed_in() for one in mine] == [False, False, False]


def test_visitors_end_nothing(app: Flask) -> None:
    someone = people(app, "account", 1)[0]
    visitor = browser(app)

    assert visitor.post("/account/end-other-sessions").headers["Location"] == "/code"
    assert someone.is_signed_in()


def test_r13_whoever_keeps_accounts_or_slips_ends_the_sessions_of_others(app: Flask) -> None:
    staff, participant = people(app, "account", 1)[0], browser(app)
    issued = house.a_code(app)
    participant.enter(issued.code)

    with app.app_context(), transaction():
        accounts.deactivate_account(OPERATOR, queries.access_account(OPERATOR, "koordination"))
        codes.replace_code(OPERATOR, issued.slip_number)

    assert not staff.is_signed_in()
    assert not participant.is_signed_in()
