"""How commands end: 0 done, 2 bad input, 3 refused, and a sentence instead of a traceback."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from flask import Flask

from core import commands, i18n, keys, schema, server
from core.config import BadSetting, Config
from core.db import UnsafeDatabase, db
from core.errors import Busy, Conflict, Forbidden, Invalid, NotFound
from core.permissions import Permission, entrances
from tests.core import served
from tests.core.house import happen

Run = Callable[..., Result]


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an installation whose settings all have their defaults."""
    for name in ("DATABASE_URL", "PUBLIC_URL", "DEMO", "DEVELOPMENT", "TRUSTED_PROXIES", "EXTRA_HOSTS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "var"))
    migrations = tmp_path / "migrations"
    (migrations / "versions").mkdir(parents=True)
    for name in ("env.py", "script.py.mako", "alembic.ini"):
        (migrations / name).write_text((schema.MIGRATIONS / name).read_text())
    monkeypatch.setattr(schema, "MIGRATIONS", migrations)
    monkeypatch.setattr(commands, "startup_checks", [])
    monkeypatch.setattr(commands, "after_restore", None)
    monkeypatch.setattr(commands, "demo_loader", None)
    monkeypatch.setattr(commands, "demo_description", None)
    return tmp_path / "var"


@pytest.fixture
def program(settings: Path) -> commands.Program:
    def create_app(config: Config | None = None) -> Flask:
        app = served.create_app()
        commands.init(app)
        return app

    program = commands.Program(
        name="vielstimmig", create_app=create_app, add_default_commands=False, set_debug_flag=False
    )
    commands.add_without_app(program)
    return program


@pytest.fixture
def run(program: commands.Program) -> Run:
    def run(*arguments: object) -> Result:
        result = CliRunner().invoke(program, [str(argument) for argument in arguments])
        assert "Traceback" not in result.output
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return run


@pytest.fixture
def installed(run: Run) -> Iterator[Flask]:
    """An installation with keys and tables, as the application."""
    run("keys", "create")
    app = served.create_app()
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def add_failing(program: commands.Program, error: Exception) -> None:
    @click.command("fail")
    def fail() -> None:
        raise error

    program.add_command(fail)


class TestEndings:
    @pytest.mark.parametrize(
        ("error", "code"),
        [
            (NotFound(), 2),
            (Invalid("This makes no sense."), 2),
            (Conflict("It is too late."), 3),
            (Forbidden(), 3),
            (Busy(), 3),
            (BadSetting("This setting is wrong."), 2),
            (keys.KeysMissing("There are no keys."), 2),
            (server.PortTaken("The port is taken."), 2),
            (UnsafeDatabase("This could be lost."), 3),
            (server.AlreadyServing("Stop it first."), 3),
            (FileNotFoundError(2, "No such file or directory", "list.csv"), 2),
            (IsADirectoryError(21, "Is a directory", "lists"), 2),
            (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"), 2),
        ],
        ids=lambda value: type(value).__name__,
    )
    def test_every_error_has_its_sentence_and_code(
        self, program: commands.Program, run: Run, error: Exception, code: int
    ) -> None:
        add_failing(program, error)
        result = run("fail")
        assert result.exit_code == code
        assert result.stdout == ""
        assert len(result.stderr.strip()) > 10

    def test_every_field_of_bad_input_is_named(self, program: commands.Program, run: Run) -> None:
        add_failing(program, Invalid("The list has mistakes.", {"title": ["Please write a title."]}))
        assert run("fail").stderr.splitlines() == ["The list has mistakes.", "title: Please write a title."]

    def test_a_programming_error_is_not_hidden(self, program: commands.Program) -> None:
        add_failing(program, ZeroDivisionError())
        assert isinstance(CliRunner().invoke(program, ["fail"]).exception, ZeroDivisionError)

    @pytest.mark.parametrize(
        "arguments", [["nonsense"], ["serve", "--port", "0"], ["journal", "forget"], ["backup"]]
    )
    def test_unknown_words_are_bad_input(self, installed: Flask, run: Run, arguments: list[str]) -> None:
        assert run(*arguments).exit_code == 2


class TestWithoutAnApplication:
    def test_keys_are_made_once(self, run: Run, settings: Path) -> None:
        assert run("keys", "create").exit_code == 0
        before = (settings / "keys" / "code.key").read_text()
        assert run("keys", "create").exit_code == 0
        assert (settings / "keys" / "code.key").read_text() == before
        (settings / "keys" / "log.key").unlink()
        result = run("keys", "create")
        assert (result.exit_code, "log.key" in result.stderr) == (2, True)

    def test_help_works_before_there_are_keys(self, run: Run) -> None:
        result = run("--help")
        assert result.exit_code == 0
        assert "serve" in result.stdout
        assert "keys create" in result.stderr

    def test_without_keys_every_other_command_says_so(self, run: Run) -> None:
        result = run("journal", "anchor")
        assert (result.exit_code, "vielstimmig keys create" in result.stderr) == (2, True)

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("DATABASE_URL", "nonsense"),
            ("DATABASE_URL", "postgresql://127.0.0.1:x/y"),
            ("DATABASE_URL", "postgresql://127.0.0.1:1/nothing"),
            ("PUBLIC_URL", "dialog.example.de"),
            ("PUBLIC_URL", "http://127.0.0.1:port"),
            ("TRUSTED_PROXIES", "one"),
            ("DEMO", "perhaps"),
        ],
    )
    def test_a_wrong_setting_is_named(
        self, installed: Flask, run: Run, monkeypatch: pytest.MonkeyPatch, name: str, value: str
    ) -> None:
        monkeypatch.setenv(name, value)
        result = run("journal", "anchor")
        assert result.exit_code == 2
        assert result.stderr.count("\n") == 1


class TestJournal:
    def test_anchor_and_verify(self, installed: Flask, run: Run, tmp_path: Path) -> None:
        assert run("journal", "anchor").exit_code == 3
        happen(1, 2)
        anchored = run("journal", "anchor")
        assert anchored.exit_code == 0
        (tmp_path / "anchor.json").write_text(anchored.stdout)
        happen(3)

        result = run("journal", "verify", "--anchor", tmp_path / "anchor.json", "--json")
        report = json.loads(result.stdout)
        assert (result.exit_code, report["sound"], report["anchored_to"]) == (0, True, 2)
        assert (report["proved_to"], report["unsealed"]) == (3, 0)
        assert run("journal", "verify").exit_code == 0

        with db.engine.begin() as connection:
            connection.exec_driver_sql("DROP TRIGGER journal_no_update")
            connection.exec_driver_sql("UPDATE journal SET fact = 'Forged' WHERE id = 2")
        happen(4)
        result = run("journal", "verify", "--anchor", tmp_path / "anchor.json", "--json")
        report = json.loads(result.stdout)
        assert (result.exit_code, report["sound"], report["proved_to"]) == (3, False, 0)
        assert len(result.stderr.splitlines()) == 1
        # What came after is not sealed on top of it.
        assert report["unsealed"] == 1
        assert run("journal", "verify").exit_code == 3

    @pytest.mark.parametrize("content", [b"", b"nonsense", b"\xff\xfe\x00", b"[" * 99_999, b'{"format": 1}'])
    def test_something_else_is_no_anchor(
        self, installed: Flask, run: Run, tmp_path: Path, content: bytes
    ) -> None:
        (tmp_path / "anchor.json").write_bytes(content)
        assert run("journal", "verify", "--anchor", tmp_path / "anchor.json").exit_code == 2

    def test_a_missing_anchor_is_bad_input(self, installed: Flask, run: Run, tmp_path: Path) -> None:
        assert run("journal", "verify", "--anchor", tmp_path / "nothing.json").exit_code == 2
        assert run("journal", "verify", "--anchor", tmp_path).exit_code == 2


def test_words_in_another_encoding_are_bad_input(run: Run) -> None:
    for words in (["backup", "a\udcff"], ["\udcff"], ["--\udcff"]):
        result = run(*words)
        assert (result.exit_code, result.stderr) == (2, "Ihre Eingabe ist kein UTF-8-Text.\n")


class TestBackup:
    def test_there_and_back(self, installed: Flask, run: Run, tmp_path: Path, settings: Path) -> None:
        happen(1, 2)
        file, keys_file = tmp_path / "backup.zip", tmp_path / "keys.zip"
        assert run("backup", file, "--keys", keys_file, "--verify").exit_code == 0
        assert run("restore", file).exit_code == 3
        happen(3)
        db.session.remove()
        db.engine.dispose()
        result = run("restore", file, "--keys", keys_file, "--replace")
        assert result.exit_code == 0
        assert "before-restore" in result.stdout
        (settings / "vielstimmig.db").rename(tmp_path / "elsewhere")
        assert run("restore", file).exit_code == 0

    @pytest.mark.parametrize("place", ["nowhere/backup.zip", ".", "letter.txt"])
    def test_wrong_places_are_bad_input(self, installed: Flask, run: Run, tmp_path: Path, place: str) -> None:
        (tmp_path / "letter.txt").write_text("Dear Sir or Madam")
        assert run("backup", tmp_path / place).exit_code == 2
        assert run("restore", tmp_path / place).exit_code == 2
        assert (tmp_path / "letter.txt").read_text() == "Dear Sir or Madam"


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What would have been started: the command and its environment."""
    calls: list[Any] = []

    def execve(_path: str, command: list[str], environment: dict[str, str]) -> None:
        calls.extend([command, environment])
        raise click.exceptions.Exit(0)

    monkeypatch.setattr(os, "execve", execve)
    return calls


@pytest.fixture
def port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class TestServe:
    def test_a_sound_installation_is_served(
        self, installed: Flask, run: Run, started: list[Any], port: int
    ) -> None:
        assert run("serve", "--port", port).exit_code == 0
        command, environment = started
        assert command[-3:] == ["--port", str(port), "app:create_app"]
        assert environment["PUBLIC_URL"] == f"http://127.0.0.1:{port}"
        assert environment["DEMO"] == "0"

    def test_each_refusal_is_a_line(
        self, installed: Flask, run: Run, started: list[Any], settings: Path, port: int
    ) -> None:
        commands.startup_checks.append(lambda: ["There are demonstration accounts."])
        (settings / "keys" / "code.key").chmod(0o644)
        result = run("serve", "--port", port)
        assert (result.exit_code, len(result.stderr.splitlines()), started) == (3, 2, [])

    def test_other_tables_are_refused(
        self, installed: Flask, run: Run, started: list[Any], monkeypatch: pytest.MonkeyPatch, port: int
    ) -> None:
        monkeypatch.setattr(schema, "head", lambda: "0002")
        result = run("serve", "--port", port)
        assert (result.exit_code, "db upgrade" in result.stderr, started) == (3, True, [])

    def test_a_public_address_without_tls_is_refused(
        self, installed: Flask, run: Run, started: list[Any], monkeypatch: pytest.MonkeyPatch, port: int
    ) -> None:
        monkeypatch.setenv("PUBLIC_URL", "http://dialog.example.de")
        assert run("serve", "--port", port).exit_code == 3
        monkeypatch.setenv("DEMO", "1")
        assert run("serve", "--port", port).exit_code == 0

    def test_a_taken_port_is_one_sentence(self, installed: Flask, run: Run, started: list[Any]) -> None:
        with closing(socket.socket()) as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            for command in ("serve", "run-demo"):
                result = run(command, "--port", other.getsockname()[1])
                assert (result.exit_code, len(result.stderr.splitlines()), started) == (2, 1, [])

    def test_a_second_server_is_refused(
        self, installed: Flask, run: Run, started: list[Any], settings: Path, port: int
    ) -> None:
        with closing(server.lock(settings)):
            assert run("serve", "--port", port).exit_code == 3
        assert started == []

    def test_the_demonstration_needs_nothing_before(
        self, run: Run, started: list[Any], monkeypatch: pytest.MonkeyPatch, port: int
    ) -> None:
        loaded: list[int] = []

        def load() -> bool:
            loaded.append(1)
            happen(1)
            return True

        monkeypatch.setattr(commands, "demo_loader", load)
        monkeypatch.setattr(commands, "demo_description", lambda: "Code: ABCD-EFGH")
        for _ in range(2):
            result = run("run-demo", "--port", port)
            assert result.exit_code == 0
            assert f"http://127.0.0.1:{port}" in result.stdout
            assert "ABCD-EFGH" in result.stdout
        assert loaded == [1]
        assert started[1]["DEMO"] == "1"


def test_every_command_is_declared_for_the_operator(installed: Flask, program: commands.Program) -> None:
    def names(group: click.Group, *before: str) -> Iterator[str]:
        for name, command in group.commands.items():
            if isinstance(command, click.Group):
                yield from names(command, *before, name)
            else:
                yield " ".join((*before, name))

    app = served.create_app()
    commands.init(app)
    for name in [*names(program), *names(app.cli)]:
        assert entrances.commands[name] == Permission.OPERATE


def test_sentences_come_in_the_default_language_without_an_application(settings: Path) -> None:
    context = click.Context(click.Command("x"))
    with commands.speaking(context):
        assert i18n.language() == "de"
