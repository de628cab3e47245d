"""Visitors are answered from memory with what the program itself would say; nobody gets another's page."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event

from core import clock, front
from core.actor import Actor
from core.db import db
from core.realtime import tokens
from dialog.queries import dialogues as dialogue_queries
from dialog.queries.dialogues import RegisterState
from tests.client import HOST, Client
from tests.conftest import Maker
from tests.factories import Person

pytestmark = pytest.mark.without_database

REGISTER = "/dialogues/probe/register"
REGION = "/dialogues/probe/register/region"

Browse = Callable[[Person | None], Client]


@pytest.fixture
def asked(app: Flask) -> list[str]:
    """Every statement that is put to the database."""
    found: list[str] = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *given: found.append(given[2]))
    return found


@pytest.fixture(autouse=True)
def probe(make: Maker) -> None:
    make.contribution(text="Mehr Sprachkurse am Abend")


@pytest.mark.parametrize("path", [REGISTER, REGION, f"{REGISTER}?kind=need&q=kurse&per=50"])
def test_further_visitors_get_the_same_for_one_question(app: Flask, asked: list[str], path: str) -> None:
    app.test_client().get(path, base_url=f"http://{HOST}")  # From now on this address is worth a question.
    first = app.test_client().get(path, base_url=f"http://{HOST}")
    del asked[:]
    second = app.test_client().get(path, base_url=f"http://{HOST}")

    assert first.status_code == second.status_code == 200
    assert second.data == first.data
    assert dict(second.headers) == dict(first.headers)
    assert len(asked) == 1


def test_what_changes_is_seen_by_the_next_visitor(app: Flask, browse: Browse, make: Maker) -> None:
    for path in (REGISTER, REGION):
        for _ in range(3):
            assert "Sprachkurse" in browse(None).get(path, 200).text
    publish_one_more(browse, make)

    assert "Eine Werkstatt für alle" in browse(None).get(REGISTER, 200).text
    assert "Eine Werkstatt für alle" in browse(None).get(REGION, 200).text


def publish_one_more(browse: Browse, make: Maker) -> None:
    waiting = make.contribution("waiting", text="Eine Werkstatt für alle")
    staff, page = browse(make.account()), f"/dialogues/probe/moderation/{waiting.reference}"
    staff.get(page, 200)
    staff.send(staff.form_here(page, decision="publish"), {}, 303)


def test_each_language_has_its_own(browse: Browse) -> None:
    for language in ("de", "en", "de", "en"):
        browse(None).get(REGISTER, 200, headers={"Accept-Language": language})
    german = browse(None).get(REGISTER, 200, headers={"Accept-Language": "de"})
    english = browse(None).get(REGISTER, 200, headers={"Accept-Language": "en-GB,en;q=0.9,de;q=0.5"})
    chosen = browse(None).get(f"{REGISTER}?lang=en", 200, headers={"Accept-Language": "de"})

    assert '<html lang="de"' in german.text
    assert '<html lang="en"' in english.text
    assert '<html lang="en"' in chosen.text


def test_who_chose_a_language_keeps_it_and_gets_no_stored_page(browse: Browse) -> None:
    browser = browse(None)
    browser.get(REGISTER, 200, headers={"Accept-Language": "de"})
    browser.get(f"{REGISTER}?lang=en", 200)
    for _ in range(3):
        again = browser.get(REGISTER, 200, headers={"Accept-Language": "de"})
        assert '<html lang="en"' in again.text
        assert again.headers["Cache-Control"] == "no-store"


def test_an_answer_that_sets_a_cookie_is_given_once(browse: Browse) -> None:
    for _ in range(2):
        answer = browse(None).get(f"{REGISTER}?lang=en", 200)
        assert "language=en" in answer.headers["Set-Cookie"]


def test_somebody_signed_in_never_gets_a_visitors_page_nor_the_other_way(browse: Browse, make: Maker) -> None:
    participant = make.participant()
    people = [None, None, None, participant, None, make.account(), None]
    for person, is_theirs in [(person, person is not None) for person in people]:
        assert ("/sign-out" in browse(person).get(REGISTER, 200).text) is is_theirs


def test_participants_share_a_page_but_not_its_token(browse: Browse, make: Maker, asked: list[str]) -> None:
    one, other = browse(make.participant()), browse(make.participant())
    first = one.get(REGISTER, 200)
    del asked[:]
    second = other.get(REGISTER, 200)

    # Who asks, and whether anything is new.
    assert len(asked) == 2
    tokens_seen = [page.text.split('data-live-token="')[1].split('"')[0] for page in (first, second)]
    assert len(set(tokens_seen)) == 2
    assert first.text.replace(tokens_seen[0], "") == second.text.replace(tokens_seen[1], "")
    assert tokens.HOLE not in first.text + second.text


def test_participants_of_two_dialogues_share_nothing(browse: Browse, make: Maker) -> None:
    here = make.participant()
    elsewhere = make.participant(make.dialogue("dort"))

    assert "/dialogues/probe/mine" in browse(here).get(REGISTER, 200).text
    assert "/dialogues/probe/mine" not in browse(elsewhere).get(REGISTER, 200).text


def test_nothing_is_kept_for_longer_than_a_minute(
    app: Flask, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = app.test_client()
    for _ in range(3):
        client.get(REGISTER, base_url=f"http://{HOST}")
    later = clock.now() + timedelta(minutes=1)
    monkeypatch.setattr(front, "now", lambda: later)
    del asked[:]
    client.get(REGISTER, base_url=f"http://{HOST}")

    assert len(asked) > 1


@pytest.mark.parametrize(
    ("path", "status"),
    [("/dialogues/gibt-es-nicht/register", 404), (f"{REGISTER}?{'q=x&' * 200}", 200), ("/code", 200)],
    ids=["absent", "long", "with a form"],
)
def test_what_is_not_said_to_be_alike_is_not_kept(app: Flask, path: str, status: int) -> None:
    assert app.test_client().get(path, base_url=f"http://{HOST}").status_code == status
    assert len(front.answers) == 0


def test_another_host_is_refused_although_the_page_is_there(app: Flask) -> None:
    client = app.test_client()
    for _ in range(3):
        assert client.get(REGISTER, base_url=f"http://{HOST}").status_code == 200
    assert client.get(REGISTER, base_url="http://elsewhere.example").status_code == 421


def test_who_has_the_version_already_gets_no_body(app: Flask) -> None:
    client = app.test_client()
    for _ in range(3):
        tag = client.get(REGION, base_url=f"http://{HOST}").headers["ETag"]
    again = client.get(REGION, base_url=f"http://{HOST}", headers={"If-None-Match": tag})

    assert (again.status_code, again.data) == (304, b"")


def test_nobody_can_know_what_stands_for_the_token() -> None:
    """It is another one in every process; what people write can never be taken for it."""
    told = subprocess.run(
        [sys.executable, "-c", "from core.realtime import tokens; print(tokens.HOLE)"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()

    assert len(told) == len(tokens.HOLE) > 32
    assert told != tokens.HOLE


def test_a_kept_answer_is_logged_like_others(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    client = app.test_client()
    for _ in range(3):
        client.get(REGISTER, base_url=f"http://{HOST}")
    lines = [line for line in capsys.readouterr().err.splitlines() if '"event": "request"' in line]

    assert len(lines) == 3
    for line in lines:
        assert '"endpoint": "dialog.register"' in line
        assert '"actor": "visitor"' in line


def test_files_and_signs_of_life_ask_nothing(app: Flask, asked: list[str]) -> None:
    client = app.test_client()
    for _ in range(3):
        assert client.get("/static/layout/logo.svg", base_url=f"http://{HOST}").status_code == 200
        assert client.get("/healthz", base_url=f"http://{HOST}").status_code == 200
    assert asked == []


def test_without_a_database_the_program_says_what_it_always_says(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = app.test_client()
    for _ in range(3):
        client.get(REGISTER, base_url=f"http://{HOST}")

    def fail(*_: object, **__: object) -> None:
        raise OSError("The database is away.")

    monkeypatch.setattr(front, "last_fact", fail)
    assert client.get(REGISTER, base_url=f"http://{HOST}").status_code == 200


def test_what_is_published_while_a_page_is_drawn_is_seen_by_the_next_participant(
    browse: Browse, make: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = make.contribution("waiting", text="Eine Werkstatt für alle")
    staff, decide = browse(make.account()), f"/dialogues/probe/moderation/{waiting.reference}"
    staff.get(decide, 200)
    one, other = browse(make.participant()), browse(make.participant())
    read = dialogue_queries.access_register
    published: list[int] = []

    def slow(actor: Actor, slug: str) -> RegisterState:
        state = read(actor, slug)
        if not published:
            published.append(1)
            sending = threading.Thread(
                target=lambda: staff.send(staff.form_here(decide, decision="publish"), {}, 303)
            )
            sending.start()
            sending.join()
        return state

    monkeypatch.setattr(dialogue_queries, "access_register", slow)
    one.get(REGISTER, 200)

    assert "Eine Werkstatt für alle" in other.get(REGISTER, 200).text


def test_a_name_given_twice_means_its_first_value(browse: Browse, make: Maker) -> None:
    make.contribution(text="Eine Werkstatt für alle")
    for person in (None, None, None, make.participant(), make.participant()):
        courses = browse(person).get(f"{REGISTER}?q=sprachkurse&q=werkstatt", 200).text
        workshop = browse(person).get(f"{REGISTER}?q=werkstatt&q=sprachkurse", 200).text
        assert "Mehr Sprachkurse" in courses
        assert "Eine Werkstatt" not in courses
        assert "Eine Werkstatt" in workshop
