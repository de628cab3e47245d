"""Logs hold what watches over the installation needs, and nothing about people (R72)."""

from __future__ import annotations

import json
import logging
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import structlog
import time_machine
from flask import Flask, abort, g, request

from core import keys, logs
from core.actor import Actor
from core.config import Config

FORBIDDEN = [
    "Maria Musterfrau",
    "maria.musterfrau@example.org",
    "+49 7231 308-0",
    "ABCD-EFGH-JKMN-PQRS",
    "Wir brauchen abends einen Raum.",
    "192.0.2.17",
    "نحتاج إلى غرفة",
    "line one\nline two",
    "\x1b[31mred\x1b[0m",
    "\u202eright to left",
    '{"event": "logged_in"}',
]


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    before = structlog.get_config() if structlog.is_configured() else None
    handlers = [*logging.getLogger().handlers]
    config = Config(var_dir=tmp_path, log_level="DEBUG")
    keys.create(config.keys_dir)
    app = Flask("logged")
    app.config["KEYS"] = keys.load(config.keys_dir)
    logs.init(app, config)

    @app.route("/words/<word>", methods=["GET", "POST"])
    def words(word: str) -> str:
        return word

    @app.get("/forbidden")
    def forbidden() -> str:
        abort(403)

    @app.get("/refused")
    def refused() -> str:
        logs.security_event("origin_refused")
        logs.security_event("origin_refused")
        abort(403)

    @app.get("/broken")
    def broken() -> str:
        try:
            raise ValueError(request.args["word"])
        except ValueError as error:
            raise KeyError(request.args["word"]) from error

    @app.get("/known")
    def known() -> str:
        g._login_user = type("User", (), {"actor": Actor("0123456789abcdef")})()
        return "known"

    @app.errorhandler(KeyError)
    def unexpected(error: Exception) -> tuple[str, int]:
        return logs.incident(error), 500

    yield app
    logging.getLogger().handlers = handlers
    # The library's own way would draw the traceback of every later test in colours, which takes a second.
    structlog.reset_defaults()
    if before:
        structlog.configure(**before)


def lines(text: str) -> list[dict[str, Any]]:
    """Every line is one JSON object, or the log could be forged."""
    return [json.loads(line) for line in text.splitlines()]


def test_a_request_is_one_line_without_its_address(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    app.test_client().get("/words/secret?also=secret")
    [line] = lines(capsys.readouterr().err)
    assert line.pop("timestamp").endswith("Z")
    assert line.pop("duration_ms") >= 0
    assert len(line.pop("request_id")) == 16
    assert line == {
        "event": "request",
        "level": "info",
        "method": "GET",
        "endpoint": "words",
        "status": 200,
        "actor": "visitor",
    }


@pytest.mark.parametrize("word", FORBIDDEN)
def test_what_was_sent_is_in_no_line(app: Flask, capsys: pytest.CaptureFixture[str], word: str) -> None:
    client = app.test_client()
    client.post(f"/words/{word}", data={word: word}, query_string={"q": word})
    client.get("/broken", query_string={"word": word})
    client.get("/nothing-here", query_string={"q": word})
    printable = "".join(letter for letter in word if letter.isascii() and letter.isprintable())
    client.get("/words/x", headers={"User-Agent": printable, "Referer": printable})
    logging.getLogger("some.library").error("Could not serve %s", word)
    logging.getLogger("gunicorn.error").error("Error handling request %s", word)
    logging.getLogger("some.library").warning(word)
    log = structlog.get_logger()
    log.warning(word)
    log.warning("told", endpoint=word, name=word, **{"user": word, "path": word})
    log.error("told", frames=[word], error=word, request_id=word, method=word)
    try:
        raise ValueError(word)
    except ValueError:
        log.exception("failed", reaction=word)
        logging.getLogger("some.library").exception(word)

    text = capsys.readouterr().err
    assert word not in text
    assert json.dumps(word)[1:-1] not in text
    for line in lines(text):
        assert set(line) <= set(logs.FIELDS)


def test_five_hundred_random_texts_leave_no_trace(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    chance = random.Random(4711)
    texts = [
        "".join(
            chr(chance.choice([chance.randrange(32, 127), chance.randrange(160, 0x2FFF)])) for _ in range(24)
        )
        for _ in range(500)
    ]
    log = structlog.get_logger()
    for text in texts:
        log.info("told", code=f"canary {text}", note=text)
        logs.incident(RuntimeError(text))
    output = capsys.readouterr().err
    assert len(lines(output)) == 1000
    assert [text for text in texts if text in output or json.dumps(text)[1:-1] in output] == []


def test_an_incident_names_the_error_and_our_lines(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    number = app.test_client().get("/broken?word=secret").text
    incident = next(line for line in lines(capsys.readouterr().err) if line["event"] == "incident")
    assert incident["incident"] == number
    assert incident["error"] == "KeyError:ValueError"
    try:
        keys.fingerprint("not bytes")  # type: ignore[arg-type]
    except TypeError as error:
        logs.incident(error)
    [line] = lines(capsys.readouterr().err)
    assert [frame.split(":")[0] for frame in line["frames"]] == ["core/keys.py"]


def test_security_events_appear_once(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    client = app.test_client()
    client.get("/forbidden")
    client.get("/refused")
    events = [line["event"] for line in lines(capsys.readouterr().err) if line.get("logger") == "security"]
    assert events == ["forbidden", "origin_refused"]


def test_people_are_hashes_that_change_every_day(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    names = []
    for day in (19, 19, 20):
        with time_machine.travel(datetime(2021, 11, day, 12, tzinfo=UTC), tick=False):
            app.test_client().get("/known")
            names.append(lines(capsys.readouterr().err)[-1]["actor"])
    assert names[0] == names[1] != names[2]
    assert all(len(name) == 12 for name in names)
    assert logs.pseudonym("system") == "system"
    assert logs.pseudonym("") == "visitor"


def test_harmless_values_are_kept(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    fields = {
        "actor": "0123456789ab",
        "code": "no_key",
        "command": "journal verify",
        "count": 3,
        "endpoint": "dialog.register",
        "error": "KeyError:ValueError",
        "fact": "SomethingHappened",
        "frames": ["core/logs.py:12"],
        "language": "ar",
        "logger": "gunicorn.error",
        "reaction": "announce.<locals>.tell",
        "region": "register:enzkreis",
        "revision": "0001",
        "where": "Worker_pid_s_exited:12",
    }
    structlog.get_logger().info("told", **fields)
    [line] = lines(capsys.readouterr().err)
    assert {name: line[name] for name in fields} == fields


def test_the_level_is_kept(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("ERROR")
    app.test_client().get("/words/x")
    assert capsys.readouterr().err == ""


def test_a_method_of_ones_own_is_not_repeated(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    app.test_client().open("/words/x", method="MARIA")
    assert lines(capsys.readouterr().err)[-1]["method"] == "other"
