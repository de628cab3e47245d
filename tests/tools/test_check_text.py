"""Every rule for texts finds a planted violation; the plants are put together so that this file has none."""

import re
import subprocess
from pathlib import Path

import pytest

from tools import check_text

HOSTS = re.compile(r"packages\.example\.org|pypi\.org")

PLANTED = [
    ("see pypi" + ".org for more", "names a package registry"),
    ("--index-url https://packages.example" + ".org/simple", "names a package registry"),
    ("open('/wo" + "rk/main/app.py')", "path of one machine"),
    ("/ro" + "ot/.cache", "path of one machine"),
    ("# TO" + "DO: later", "left for later"),
    ("# FIX" + "ME", "left for later"),
    ("Lorem " + "ipsum dolor", "left for later"),
    ("a\n" + "<" * 7 + " HEAD\n", "left over from a merge"),
]

CLEAN = [
    "# TO" + "DO (#12): waits for the governance package",
    "static/components/todo.css and the card .vs-todo",
    "GET /workshops/5 and dialogues/wo" + "rk/items",
    "https://example.org/wo" + "rk/5",
]


def check(path: Path) -> list[str]:
    return [finding.message for finding in check_text.check(path, HOSTS)]


@pytest.mark.parametrize(("text", "expected"), PLANTED)
def test_finds_the_planted_violation(tmp_path: Path, text: str, expected: str) -> None:
    path = tmp_path / "a.md"
    path.write_text(text, encoding="utf-8")
    messages = check(path)
    assert len(messages) == 1
    assert expected in messages[0]


@pytest.mark.parametrize("text", CLEAN)
def test_finds_nothing_in_what_is_allowed(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.md"
    path.write_text(text, encoding="utf-8")
    assert check(path) == []


def test_finds_large_files_and_other_peoples_files(tmp_path: Path) -> None:
    large = tmp_path / "large.bin"
    large.write_bytes(b"\0" * (check_text.LARGEST + 1))
    assert "in one file" in check(large)[0]
    foreign = tmp_path / "library.min.js"
    foreign.write_text("x", encoding="utf-8")
    assert "Other people's files" in check(foreign)[0]


def test_the_hosts_of_this_machine_are_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(command: list[str], **_options: object) -> subprocess.CompletedProcess[str]:
        host = "https://token@mirror.example:8443/simple" if "pip" in command else "http://localhost:4873/"
        return subprocess.CompletedProcess(command, 0, stdout=host + "\n")

    monkeypatch.setattr(check_text.subprocess, "run", answer)
    hosts = check_text.registry_hosts()
    assert hosts.search("from mirror.example, port 8443")
    assert not hosts.search("http://localhost:5000")


def test_looks_at_the_files_under_version_control() -> None:
    files = check_text.tracked()
    assert check_text.ROOT / "pyproject.toml" in files
    assert not [file for file in files if ".venv" in file.parts]
