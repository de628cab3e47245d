"""Signing in and out as a browser sees it."""

from __future__ import annotations

import re
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import event, func, select

from accounts import passwords, queries, throttle
from accounts.actions import accounts, codes, sessions
from accounts.models import Account, LoginSession
from core import realtime, web
from core.actor import OPERATOR
from core.clock import now
from core.db import db
from core.transaction import transaction
from tests.accounts import house
from tests.accounts.house import ORIGIN, PASSWORD, browser

pytestmark = pytest.mark.without_database

HOUR = timedelta(hours=1)


class Page(HTMLParser):
    """The parts of a page that people and screen readers rely on."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def check(self) -> None:
        """One heading, a title, a language; every input labelled; ids once; nothing inline."""
        ids = [a["id"] for _, a in self.tags if a.get("id")]
        assert len(ids) == len(set(ids))
        assert sum(tag == "h1" for tag, _ in self.tags) == 1
        assert any(tag == "title" for tag, _ in self.tags)
        assert next(a for tag, a in self.tags if tag == "html").get("lang")
        labelled = {a.get("for") for tag, a in self.tags if tag == "label"}
        for tag, attributes in self.tags:
            if tag == "input" and attributes.get("type") != "hidden":
                assert attributes["id"] in labelled
            assert not {"style", "onclick"} & set(attributes)


def sessions_open(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(LoginSession)) or 0


@pytest.mark.parametrize("language", ["de", "en", "ar"])
@pytest.mark.parametrize(
    "path",
    [
        "/code",
        "/sign-in",
        "/sign-in/second-step",
        "/account",
        "/account/second-factor",
        "/account/second-factor/replace",
    ],
)
def test_pages_are_whole(app: Flask, path: str, language: str) -> None:
    house.an_account(app)
    someone = browser(app)
    if path.startswith("/account"):
        someone.sign_in("koordination")
    elif path == "/sign-in/second-step":
        someone.give_password("koordination")
    answer = someone.get(f"{path}?lang={language}")

    assert answer.status_code == 200
    Page(answer.text).check()
    assert f'lang="{language}"' in answer.text


def test_a_code_lets_in_and_leads_back(app: Flask) -> None:
    issued = house.a_code(app, slip_number="Z-0001")
    someone = browser(app)

    answer = someone.enter(f" {issued.code[:5].lower()} {issued.code[5:]} ", next="/dialogues/enzkreis")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/dialogues/enzkreis")
    page = someone.get("/account?lang=en").text
    assert "You take part with the code of slip Z-0001" in page
    assert issued.code not in page
    assert "Change the password" not in page


@pytest.mark.parametrize("wish", ["//evil.example/", "https://evil.example/", "/\\evil.example"])
def test_nobody_is_led_elsewhere(app: Flask, wish: str) -> None:
    house.an_account(app)
    code = house.a_code(app).code

    assert wish not in browser(app).get(f"/code?next={wish}").text
    assert browser(app).enter(code, next=wish).headers["Location"] == "/"
    assert browser(app).sign_in("koordination", next=wish).headers["Location"] == "/"


def test_a_former_participant_reads(app: Flask) -> None:
    code = house.a_code(app, write_until=now() - HOUR, read_until=now() + HOUR).code
    someone = browser(app)
    someone.enter(code)

    assert "The time for writing and voting is over" in someone.get("/account?lang=en").text


def test_a_shared_device(app: Flask) -> None:
    someone = browser(app)
    answer = someone.enter(house.a_code(app).code, shared_device="y")

    cookie = answer.headers.getlist("Set-Cookie")[0]
    assert "Max-Age" not in cookie
    assert "Expires" not in cookie
    assert "This device is shared" in someone.get("/account?lang=en").text
    left = someone.post("/sign-out")
    assert left.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not someone.is_signed_in()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Please enter your code."),
        ("7K4QM", "You have entered 5."),
        ("7K4QM-2XR9T-1", "You have entered 11."),
        ("7K4QM-2XR9U", "without U"),
        ("äöüÄÖÜ€@!?", "without U"),
        ("7K4QM2XR9T" * 1000, "You have entered"),
        ("\x00\x00", "Please enter your code."),
    ],
)
def test_what_cannot_be_a_code_is_said_at_once(app: Flask, typed: str, said: str) -> None:
    answer = browser(app).post("/code?lang=en", {"code": typed})

    assert answer.status_code == 422
    assert said in answer.text
    Page(answer.text).check()


def test_wrong_input_keeps_what_was_typed(app: Flask) -> None:
    answer = browser(app).post(
        "/sign-in?lang=en", {"login": "jemand", "password": "", "next": "/dialogues/enzkreis"}
    )

    assert answer.status_code == 422
    assert 'value="jemand"' in answer.text
    assert 'value="/dialogues/enzkreis"' in answer.text
    assert browser(app).post("/sign-in", {}).status_code == 422
    assert browser(app).post("/sign-in", {"login": "x" * 500, "password": "y"}).status_code == 422
    assert browser(app).post("/sign-in", {"login": "a\x00b", "password": "y"}).status_code == 422


def test_r10_a_password_of_a_megabyte_is_refused_without_hashing(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.an_account(app)
    monkeypatch.setattr(passwords, "_aside", lambda work: pytest.fail("it was hashed"))

    answer = browser(app).post("/sign-in?lang=en", {"login": "koordination", "password": "x" * 100_000})

    assert answer.status_code == 422
    assert "This password is too long" in answer.text


def test_r10_a_hash_of_old_parameters_is_renewed_at_the_next_sign_in(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = house.an_account(app).password_hash
    newer = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", newer)

    assert browser(app).sign_in("koordination").status_code == 303

    with app.app_context():
        account = queries.account_for_sign_in("koordination")
        assert account is not None
        assert account.password_hash != old
        assert not passwords.is_outdated(account.password_hash)
    assert browser(app).sign_in("koordination").status_code == 303


def test_r13_a_planted_cookie_never_becomes_a_session(app: Flask) -> None:
    house.an_account(app)
    victim = browser(app)
    victim.plant("planted-by-somebody-else-0123456789")

    victim.sign_in("koordination")

    assert victim.cookie() != "planted-by-somebody-else-0123456789"
    attacker = browser(app)
    attacker.plant("planted-by-somebody-else-0123456789")
    assert not attacker.is_signed_in()


def test_r13_each_sign_in_has_a_new_id_and_ends_the_one_before(app: Flask) -> None:
    house.an_account(app)
    someone = browser(app)
    someone.enter(house.a_code(app).code)
    first = someone.cookie()
    someone.sign_in("koordination")
    second = someone.cookie()

    assert first
    assert second
    assert first != second
    assert sessions_open(app) == 1
    assert len(second) >= 43


@pytest.mark.parametrize(
    "way", ["sign-out", "everywhere", "password", "deactivate", "other device", "expiry"]
)
def test_r13_a_cookie_that_was_copied_is_worth_nothing_afterwards(app: Flask, way: str) -> None:
    house.an_account(app)
    someone, elsewhere = browser(app), browser(app)
    someone.sign_in("koordination")
    elsewhere.sign_in("koordination")
    copied = someone.cookie()
    assert copied
    thief = browser(app)
    thief.plant(copied)
    assert thief.is_signed_in()

    if way == "sign-out":
        assert someone.post("/sign-out").status_code == 303
    elif way == "everywhere":
        assert elsewhere.post("/sign-out-everywhere").status_code == 303
    elif way == "password":
        answer = elsewhere.post(
            "/account/password",
            {"current": PASSWORD, "password": "another quiet heron", "repeated": "another quiet heron"},
        )
        assert answer.headers["Location"] == "/account?changed=1"
        assert elsewhere.is_signed_in()
        assert "Your new password is valid" in elsewhere.get("/account?changed=1&lang=en").text
    elif way == "deactivate":
        with app.app_context(), transaction():
            accounts.deactivate_account(OPERATOR, queries.access_account(OPERATOR, "koordination"))
    elif way == "other device":
        page = elsewhere.get("/account").text
        found = re.search(
            r'name="_key" value="([^"]+)">\s*<input type="hidden" name="session" value="(\w+)"', page
        )
        assert found
        answer = elsewhere.post("/account/end-session", {"_key": found[1], "session": found[2]})
        assert (answer.status_code, elsewhere.is_signed_in()) == (303, True)
    else:
        with app.app_context(), transaction():
            for session in db.session.scalars(select(LoginSession)):
                session.expires_at = now()

    assert not thief.is_signed_in()
    assert thief.get("/account").headers["Location"].startswith("/code")


def test_r13_a_revoked_code_ends_its_sessions(app: Flask) -> None:
    issued = house.a_code(app)
    someone = browser(app)
    someone.enter(issued.code)
    with app.app_context(), transaction():
        codes.revoke_code(OPERATOR, queries.access_code(OPERATOR, issued.slip_number))

    assert not someone.is_signed_in()


def test_nobody_ends_the_session_of_another(app: Flask) -> None:
    house.an_account(app, "eins")
    house.an_account(app, "zwei")
    mine, other = browser(app), browser(app)
    mine.sign_in("eins")
    other.sign_in("zwei")
    with app.app_context():
        account = queries.account_for_sign_in("zwei")
        assert account is not None
        theirs = queries.sessions_of_account(account)[0].id
    page = mine.get("/account").text
    key = re.search(r'name="_key" value="([^"]+)"', page)
    assert key

    answer = mine.post("/account/end-session", {"_key": key[1], "session": theirs})

    assert answer.status_code == 404
    assert other.is_signed_in()


def test_ending_a_session_closes_its_connections(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[str] = []
    monkeypatch.setattr(realtime, "disconnect_session", closed.append)
    someone = browser(app)
    someone.enter(house.a_code(app).code)
    with app.app_context():
        session = db.session.scalars(select(LoginSession)).one()

    someone.post("/sign-out")

    assert closed == [session.id]


def test_reading_who_asks_takes_two_queries_and_never_writes(app: Flask) -> None:
    house.an_account(app)
    staff, participant = browser(app), browser(app)
    staff.sign_in("koordination")
    participant.enter(house.a_code(app).code)
    said: list[str] = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *args: said.append(args[2]))

    for someone, expected in ((staff, 2), (participant, 1), (browser(app), 0)):
        said.clear()
        with app.test_request_context("/code", base_url=ORIGIN, headers=_cookies(someone)):
            app.preprocess_request()
        assert len([s for s in said if s != "BEGIN"]) == expected
        assert all(s.startswith(("SELECT", "BEGIN")) for s in said)

    said.clear()
    for path in ("/code", "/sign-in", "/account"):
        assert staff.get(path).status_code == 200
    assert all(s == "BEGIN" or s.startswith("SELECT") for s in said)


def _cookies(someone: house.Browser) -> dict[str, str]:
    value = someone.cookie()
    return {"Cookie": f"session={value}"} if value else {}


@pytest.mark.parametrize(
    "token", ["", "x", "x" * 100, "x" * 5_000, "\x00", "é", "' OR 1=1 --", "%00", '"', "=;,"]
)
def test_nonsense_in_the_cookie_is_a_visitor(app: Flask, token: str) -> None:
    for name in ("session", "remember_token", "visit"):
        answer = app.test_client().get(
            "/account", base_url=ORIGIN, headers={"Cookie": f"{name}={token}".encode().decode("latin-1")}
        )
        assert answer.status_code == 303


def test_r16_sign_in_says_the_same_and_hashes_the_same(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    house.an_account(app)
    house.an_account(app, "closed-account")
    with app.app_context(), transaction():
        accounts.deactivate_account(OPERATOR, queries.access_account(OPERATOR, "closed-account"))
    hashed: list[str] = []
    matches = passwords._matches

    def counted(stored: str, text: str) -> bool:
        hashed.append(stored)
        return matches(stored, text)

    monkeypatch.setattr(passwords, "_matches", counted)
    answers = {}
    for login in ("koordination", "gibtsnicht", "closed-account"):
        hashed.clear()
        password = PASSWORD if login == "closed-account" else "wrong horse battery"
        answer = browser(app).sign_in(login, password)
        answers[login] = (
            answer.status_code,
            _plain(answer.text, login),
            len(hashed),
            sorted(answer.headers.keys()),
        )
        parameters = hashed[0].rsplit("$", 2)[0]
        assert parameters == "$argon2id$v=19$m=8,t=1,p=1"

    assert answers["koordination"] == answers["gibtsnicht"] == answers["closed-account"]
    assert answers["closed-account"][0] == 422
    assert answers["closed-account"][2] == 1


def test_r16_code_entry_says_the_same_for_unknown_void_and_expired(app: Flask) -> None:
    void, expired = house.a_code(app), house.a_code(app, read_until=now() - HOUR)
    with app.app_context(), transaction():
        codes.revoke_code(OPERATOR, queries.access_code(OPERATOR, void.slip_number))
    asked: list[str] = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    answers = []
    for code in ("0123456789", void.code, expired.code):
        asked.clear()
        answer = browser(app).enter(code)
        answers.append(
            (answer.status_code, _plain(answer.text, code), list(asked), sorted(answer.headers.keys()))
        )

    assert answers[0] == answers[1] == answers[2]
    assert answers[0][0] == 422


def _plain(html: str, typed: str) -> str:
    return re.sub(r'name="_key" value="[^"]+"', "", html).replace(typed, "TYPED")


def test_r18_codes_stand_in_no_log_and_no_address(app: Flask, capfd: pytest.CaptureFixture[str]) -> None:
    issued = house.a_code(app)
    someone = browser(app)
    someone.enter("0123456789")
    answer = someone.enter(issued.code)
    someone.sign_in("koordination-geheim", "wrong horse battery")
    someone.get("/account")
    written = "".join(capfd.readouterr())

    assert "accounts.send_code" in written
    for secret in (issued.code, "0123456789", someone.cookie() or "-", "koordination-geheim", "wrong horse"):
        assert secret not in written
    assert issued.code not in answer.headers["Location"]
    assert not [rule for rule in app.url_map.iter_rules() if "code" in rule.arguments]


def test_guessing_is_slowed_down_and_a_correct_code_still_passes(app: Flask) -> None:
    code = house.a_code(app).code
    someone = browser(app)
    someone.get("/code")
    statuses = [someone.enter("0123456789").status_code for _ in range(throttle.PER_BROWSER + 1)]

    assert statuses == [422] * throttle.PER_BROWSER + [429]
    refused = someone.post("/code?lang=en", {"code": "0123456789"})
    assert "A right code works at any time" in refused.text
    assert 'value="0123456789"' in refused.text
    assert 0 < int(refused.headers["Retry-After"]) <= throttle.WINDOW_SECONDS
    other = browser(app)
    other.get("/code")
    assert other.enter("0123456789").status_code == 422
    assert someone.enter(code).status_code == 303


def test_guessing_passwords_stops_before_hashing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    house.an_account(app)
    someone = browser(app)
    someone.get("/sign-in")
    for _ in range(throttle.PER_BROWSER):
        assert someone.sign_in("koordination", "wrong horse battery").status_code == 422
    assert browser(app).sign_in("koordination").status_code == 303
    monkeypatch.setattr(passwords, "_aside", lambda work: pytest.fail("it was hashed"))

    refused = someone.sign_in("koordination")
    assert refused.status_code == 429
    assert 'value="koordination"' in refused.text
    assert 0 < int(refused.headers["Retry-After"]) <= throttle.WINDOW_SECONDS


def test_without_cookies_guessing_is_counted_by_network(app: Flask) -> None:
    statuses = {
        app.test_client()
        .post("/code", data={"code": "0123456789"}, base_url=ORIGIN, headers={"Origin": ORIGIN})
        .status_code
        for _ in range(throttle.PER_NETWORK)
    }
    last = browser(app).enter("0123456789")

    assert statuses == {422}
    assert last.status_code == 429


@pytest.mark.parametrize(
    "path",
    ["/sign-in", "/code", "/sign-out", "/sign-out-everywhere", "/account/password", "/account/end-session"],
)
def test_other_sites_change_nothing(app: Flask, path: str) -> None:
    house.an_account(app)
    someone = browser(app)
    someone.sign_in("koordination")
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}):
        assert someone.post(path, {"code": "0123456789"}, headers=headers).status_code == 403
    answer = someone.client.post(path, base_url=ORIGIN)
    assert answer.status_code == 403
    assert someone.client.get(path, base_url=ORIGIN).status_code in {200, 405}
    assert someone.is_signed_in()


def test_scripts_without_origin_send_the_sessions_token(app: Flask) -> None:
    house.an_account(app)
    someone = browser(app)
    someone.sign_in("koordination")
    with app.test_request_context("/", base_url=ORIGIN, headers=_cookies(someone)):
        app.preprocess_request()
        token = web.session_token()
    assert token

    answer = someone.client.post("/sign-out", base_url=ORIGIN, headers={"X-Session-Token": token})

    assert answer.status_code == 303
    assert not someone.is_signed_in()
    assert (
        someone.client.post("/sign-out", base_url=ORIGIN, headers={"X-Session-Token": token}).status_code
        == 403
    )


def test_signing_out_twice_is_no_error(app: Flask) -> None:
    someone = browser(app)
    someone.enter(house.a_code(app).code)

    assert [someone.post("/sign-out").status_code for _ in range(2)] == [303, 303]
    assert someone.post("/sign-out-everywhere").status_code == 303


@pytest.mark.parametrize(
    ("sent", "status", "said"),
    [
        ({"current": "wrong horse battery"}, 422, "This is not your password."),
        ({"password": "too short"}, 422, "at least 15 characters"),
        ({"password": "koordination und mehr"}, 422, "leave your user name"),
        ({"repeated": "something else here"}, 422, "The two new passwords differ."),
        ({"current": ""}, 422, "Please enter your current password."),
        ({"password": "x" * 2_000, "repeated": "x" * 2_000}, 422, "This password is too long."),
    ],
)
def test_a_password_change_that_makes_no_sense(
    app: Flask, sent: dict[str, str], status: int, said: str
) -> None:
    house.an_account(app)
    someone = browser(app)
    someone.sign_in("koordination")
    before = someone.cookie()
    new = sent.get("password", "another quiet heron")

    answer = someone.post(
        "/account/password?lang=en", {"current": PASSWORD, "password": new, "repeated": new, **sent}
    )

    assert answer.status_code == status
    assert said in answer.text
    Page(answer.text).check()
    assert (someone.is_signed_in(), someone.cookie()) == (True, before)


def test_only_accounts_have_a_password(app: Flask) -> None:
    someone = browser(app)
    assert someone.post("/account/password").headers["Location"].startswith("/sign-in")
    someone.enter(house.a_code(app).code)

    answer = someone.post("/account/password", {"current": "x", "password": "y", "repeated": "y"})

    assert answer.status_code == 403


def test_an_initial_password_leads_to_its_change(app: Flask) -> None:
    house.an_account(app, password_is_initial=True)
    someone = browser(app)
    answer = someone.post(
        "/sign-in", {"login": "koordination", "password": PASSWORD, "next": "/dialogues/enzkreis"}
    )

    assert answer.headers["Location"] == "/account"
    assert "Please choose your own password first" in someone.get("/account?lang=en").text
    new = "another quiet heron"
    someone.post("/account/password", {"current": PASSWORD, "password": new, "repeated": new})
    assert "Please choose your own password first" not in someone.get("/account?lang=en").text


def test_an_account_closed_while_its_password_is_checked(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    house.an_account(app, second_factor=False)
    verify = passwords.verify

    def slow_verify(stored: str | None, password: str) -> bool:
        matches = verify(stored, password)
        with transaction():
            account = db.session.scalars(select(Account)).one()
            accounts.deactivate_account(OPERATOR, account)
        return matches

    monkeypatch.setattr(passwords, "verify", slow_verify)

    answer = browser(app).post("/sign-in?lang=en", {"login": "koordination", "password": PASSWORD})

    assert answer.status_code == 422
    assert str(sessions.WRONG_PASSWORD) in answer.text
    assert sessions_open(app) == 0


def test_the_frame_offers_the_way_in_or_out(app: Flask) -> None:
    someone = browser(app)
    outside = someone.get("/code?lang=en").text
    assert "Sign-in for staff" in outside
    assert 'action="/sign-out"' not in outside
    someone.enter(house.a_code(app).code)
    inside = someone.get("/code?lang=en").text
    assert "My participation" in inside
    assert 'action="/sign-out"' in inside


def test_scripts_get_a_sentence(app: Flask) -> None:
    answer: Any = browser(app).post(
        "/code?lang=en", {"code": "0123456789"}, headers={"Accept": "application/json"}
    )

    assert answer.status_code == 422
    assert answer.json["sentence"].startswith("This code does not work.")
