"""R10: which passwords are good enough, and that hashing them can neither be skipped nor abused."""

from __future__ import annotations

import subprocess
import sys
import unicodedata
from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher, Type
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from accounts import passwords
from core.config import ROOT
from core.errors import Invalid
from tests.accounts import house

pytestmark = pytest.mark.without_database


@pytest.fixture
def in_context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.mark.parametrize(
    "password",
    [
        "seven quiet herons wade",
        "Grüne Birnen fallen im Oktober",
        "x7!kfPq2#mmZ0aV",
        "🐑🐐🐄🐖🐓 sechs Tiere 🦆",
        "長い合言葉は覚えやすいですよね本当に",
        "r" + "ichtig lang " * 40,
    ],
)
def test_good_passwords_need_no_special_characters(password: str) -> None:
    passwords.check(password, login="koordination")


@pytest.mark.parametrize(
    ("password", "staff", "word"),
    [
        ("zu kurz", True, "7"),
        ("vierzehn lang!", True, "14"),
        ("elf zeichen", False, "11"),
        ("aaaaaaaaaaaaaaaaaaaa", True, ""),
        ("abababababababababab", True, ""),
        ("abcdefghijklmnopqrstuv", True, ""),
        ("98765432109876543210", True, ""),
        ("qwertzuiopasdfghjkl", True, ""),
        ("passpasspasspasspass", True, ""),
        ("ich bin koordination und gut", True, ""),
        ("Willkommen bei VIELSTIMMIG", True, ""),
    ],
)
def test_bad_passwords_are_refused_with_a_sentence(app: Flask, password: str, staff: bool, word: str) -> None:
    with pytest.raises(Invalid) as caught:
        passwords.check(password, login="koordination", staff=staff)
    with app.test_request_context():
        assert word in str(caught.value.fields["password"][0])


def test_twelve_characters_are_enough_for_residents() -> None:
    passwords.check("zwoelf Zeich", login="mara", staff=False)


def test_the_parameters_are_at_least_owasps() -> None:
    # The tests hash with little work; this is what the program uses.
    assert house.REAL.memory_cost >= 19 * 1024
    assert house.REAL.time_cost >= 2
    assert house.REAL.type is Type.ID


def test_hashes_differ_and_verify(in_context: None) -> None:
    first, second = (passwords.make_hash("seven quiet herons wade") for _ in range(2))

    assert first != second
    assert first.startswith("$argon2id$")
    assert passwords.verify(first, "seven quiet herons wade")
    assert not passwords.verify(first, "seven quiet heron wade")
    assert not passwords.verify(None, "nobody's password")
    assert not passwords.verify("broken", "seven quiet herons wade")


def test_the_pepper_lies_outside_of_the_database(app: Flask, in_context: None) -> None:
    stored = passwords.make_hash("seven quiet herons wade")
    keys = app.config["KEYS"]
    app.config["KEYS"] = type(keys)(**{**_fields(keys), "password": b"another pepper"})
    try:
        assert not passwords.verify(stored, "seven quiet herons wade")
    finally:
        app.config["KEYS"] = keys


def _fields(keys: object) -> dict[str, object]:
    return {name: getattr(keys, name) for name in ("code", "digest", "ballot", "log", "password", "signing")}


def test_the_same_letters_in_other_bytes_are_the_same_password(in_context: None) -> None:
    stored = passwords.make_hash("Mühle am Bächle, sieben")

    assert passwords.verify(stored, "Mu\u0308hle am Ba\u0308chle, sieben")


def test_old_parameters_are_noticed(in_context: None, monkeypatch: pytest.MonkeyPatch) -> None:
    stored = passwords.make_hash("seven quiet herons wade")
    assert not passwords.is_outdated(stored)

    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))

    assert passwords.is_outdated(stored)
    assert passwords.verify(stored, "seven quiet herons wade")


@pytest.mark.parametrize("password", ["x" * 1025, "ü" * 513, "x" * 1_000_000])
def test_what_is_too_long_is_refused_without_hashing(
    in_context: None, monkeypatch: pytest.MonkeyPatch, password: str
) -> None:
    monkeypatch.setattr(passwords, "_aside", lambda work: pytest.fail("it was hashed"))

    for refuse in (
        lambda: passwords.check(password, login="x"),
        lambda: passwords.make_hash(password),
        lambda: passwords.verify(None, password),
    ):
        with pytest.raises(Invalid):
            refuse()


@given(st.text(max_size=1_100))
def test_any_text_is_judged_without_error(password: str) -> None:
    refused: list[str] = []
    try:
        passwords.check(password, login="koordination")
    except Invalid as refusal:
        refused = list(refusal.fields)
    short = len(unicodedata.normalize("NFKC", password)) < 15
    assert refused == ["password"] or not (short or refused)


BESIDE_THE_HUB = """
from gevent import monkey
monkey.patch_all()
import gevent
from accounts import passwords
from core.errors import Busy

passwords._MOST_WAITING = 4
ticks = 0

def tick():
    global ticks
    while True:
        ticks += 1
        gevent.sleep(0.002)

def hash_one():
    try:
        passwords._aside(lambda: passwords._hasher.hash("seven quiet herons wade"))
        return "hashed"
    except Busy:
        return "busy"

clock = gevent.spawn(tick)
jobs = [gevent.spawn(hash_one) for _ in range(passwords._MOST_WAITING + 3)]
gevent.joinall(jobs)
results = [job.value for job in jobs]
print(results.count("hashed"), results.count("busy"), ticks > 20)
"""


def test_under_gevent_others_go_on_and_the_queue_is_bounded() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", BESIDE_THE_HUB],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (done.stdout, done.returncode) == ("4 3 True\n", 0), done.stderr
