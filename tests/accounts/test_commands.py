"""The operator's commands about accounts, and the refusal to serve a demonstration by mistake."""

from __future__ import annotations

import json

import pytest
from flask import Flask

import accounts
import core.commands
from tests import program
from tests.accounts import house
from tests.accounts.house import PASSWORD, browser


def run(app: Flask, *args: str, typed: str | None = None) -> tuple[int, str, str]:
    result = program.run(app, "account", *args, typed=typed)
    return result.exit_code, result.stdout, result.stderr


def test_the_first_person_gets_in(app: Flask) -> None:
    code, out, _ = run(app, "create", "--role", "administrator", "--login", "verwaltung", "--json")
    made = json.loads(out)
    someone = browser(app)

    assert (code, made["login"], made["created"]) == (0, "verwaltung", True)
    assert someone.sign_in("verwaltung", made["password"]).headers["Location"] == "/account"


def test_a_second_time_gives_no_second_account_and_no_second_password(app: Flask) -> None:
    words = ("create", "--role", "administrator", "--login", "verwaltung")
    first, second = run(app, *words), run(app, *words)

    assert "Password for the first sign-in:" in first[1]
    told = (
        "The account verwaltung was there already. It has the role administrator for county now;"
        " its password and its other roles stay as they were.\n"
    )
    assert second == (0, told, "")
    assert (
        run(app, "create", "--role", "coordinator", "--login", "verwaltung", "--scope", "dialogue:3")[0] == 0
    )
    _, out, _ = run(app, "list", "--json")
    assert json.loads(out)["accounts"][0]["roles"] == [
        {"role": "administrator", "scope": "county"},
        {"role": "coordinator", "scope": "dialogue:3"},
    ]


def test_a_password_from_the_input_is_never_printed(app: Flask) -> None:
    code, out, err = run(
        app, "create", "--role", "auditor", "--login", "pruefung", "--password-stdin", typed=PASSWORD + "\r\n"
    )

    assert code == 0
    assert PASSWORD not in out + err
    assert browser(app).sign_in("pruefung").headers["Location"] == "/account/second-factor"
    assert run(app, "list")[1] == "pruefung\tAuditor\tauditor (county)\tactive\tno second factor yet\n"


@pytest.mark.parametrize(
    ("words", "typed"),
    [
        (["create", "--role", "king", "--login", "neu"], None),
        (["create", "--role", "auditor", "--login", "Frau Müller"], None),
        (["create", "--role", "auditor", "--login", "neu", "--scope", "dialogue:drei"], None),
        (["create", "--role", "auditor", "--login", "neu", "--scope", "dialogue:3"], None),
        (["create", "--role", "coordinator", "--login", "neu", "--scope", f"dialogue:{'9' * 20}"], None),
        (["create", "--role", "auditor", "--login", "neu", "--password-stdin"], "kurz\n"),
        (["create", "--role", "auditor", "--login", "neu", "--password-stdin"], ""),
        (["create", "--role", "auditor", "--login", "neu", "--password-stdin"], "x" * 5_000),
        (["create", "--login", "neu"], None),
        (["deactivate", "--login", "gibtsnicht"], None),
    ],
)
def test_bad_input_ends_with_2_and_a_sentence(app: Flask, words: list[str], typed: str | None) -> None:
    code, out, err = run(app, *words, typed=typed)

    assert (code, out) == (2, "")
    assert err.strip()
    assert "Traceback" not in err
    assert run(app, "list")[1] == ""


def test_somebody_is_invited_by_a_link_from_the_command_line(app: Flask) -> None:
    words = ("invite", "--role", "administrator", "--label", "Verwaltung", "--json")
    code, out, err = run(app, *words)
    made = json.loads(out)
    assert (code, err, made["role"], made["scope"]) == (0, "", "administrator", "county")
    address, _, secret = made["link"].partition("#")
    assert address == f"{house.ORIGIN}/invitation"

    # The same words give a new link, and the former one works no more.
    again = run(app, *words[:-1])[1]
    assert again.startswith("Link for one person, good once until ")
    assert browser(app).post("/invitation", {"code": secret}).status_code == 422
    assert browser(app).post("/invitation", {"code": again.strip().rpartition("#")[2]}).status_code == 200


@pytest.mark.parametrize(
    "words",
    [
        ["--role", "participant", "--label", "Alle"],
        ["--role", "auditor", "--label", " "],
        ["--role", "auditor", "--label", "Prüfung", "--days", "400"],
        ["--role", "auditor", "--label", "Prüfung", "--login", "Frau Müller"],
        ["--role", "moderator", "--label", "Moderation", "--scope", "event:99"],
        ["--role", "moderator", "--label", "Moderation", "--scope", "county"],
        ["--role", "auditor"],
    ],
)
def test_an_invitation_that_makes_no_sense_ends_with_2(app: Flask, words: list[str]) -> None:
    code, out, err = run(app, "invite", *words)

    assert (code, out) == (2, "")
    assert err.strip()
    assert "Traceback" not in err


def test_an_account_is_closed(app: Flask) -> None:
    house.an_account(app)
    someone = browser(app)
    someone.sign_in("koordination")

    assert run(app, "deactivate", "--login", "koordination")[0] == 0
    assert run(app, "deactivate", "--login", "koordination")[0] == 0
    assert not someone.is_signed_in()
    assert browser(app).sign_in("koordination").status_code == 422


def test_a_demonstration_is_noticed_before_serving(app: Flask) -> None:
    assert accounts.demo_check in core.commands.startup_checks
    with app.app_context():
        assert accounts.demo_check() == []
    house.an_account(app, demo=True)
    house.a_code(app, demo=True)
    with app.app_context():
        (sentence,) = accounts.demo_check()
    assert "1 accounts and 1 codes of the demonstration" in sentence
