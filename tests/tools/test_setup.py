"""Set-up does what is missing, once, and says what a person must do where we may not."""

import subprocess
import sys
from pathlib import Path

import pytest

from tools import environment, system


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> dict[str, bool]:
    """A machine without browser and database; setting an entry installs it."""
    installed = {"chromium": False, "postgres": False}
    for name, need in list(system.NEEDS.items()):
        if name in installed:
            fake = system.Need(need.purpose, need.packages, lambda name=name: installed[name])
            monkeypatch.setitem(system.NEEDS, name, fake)
    monkeypatch.setattr(system.shutil, "which", lambda name: f"/usr/bin/{name}")
    return installed


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch, machine: dict[str, bool]) -> list[list[str]]:
    """What would have been run; an installation meets the needs whose packages it names."""
    done: list[list[str]] = []

    def run(command: list[str], **_options: object) -> subprocess.CompletedProcess[str]:
        done.append(command)
        for name in machine:
            if "install" in command and system.NEEDS[name].packages[0] in command:
                machine[name] = True
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(system.subprocess, "run", run)
    return done


def test_a_person_gets_one_line_to_run_and_exit_code_2(
    machine: dict[str, bool],
    calls: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(system.os, "geteuid", lambda: 1000)
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(SystemExit) as ended:
        system.ensure(["chromium", "postgres"])
    assert ended.value.code == 2
    line = capsys.readouterr().err.splitlines()[1].strip()
    assert line == "sudo apt-get update && sudo apt-get install -y chromium-headless-shell postgresql"
    assert calls == []


@pytest.mark.parametrize(("user", "ci", "prefix"), [(0, "", []), (1000, "true", ["sudo", "-n"])])
def test_root_and_ci_install_only_what_is_missing_and_say_so(
    machine: dict[str, bool],
    calls: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    user: int,
    ci: str,
    prefix: list[str],
) -> None:
    monkeypatch.setattr(system.os, "geteuid", lambda: user)
    monkeypatch.setenv("CI", ci)
    machine["chromium"] = True
    system.ensure(["chromium", "postgres"])
    assert calls[-1] == [*prefix, "apt-get", "install", "-y", "-qq", "postgresql"]
    assert "Installing by apt: postgres (tests on PostgreSQL)" in capsys.readouterr().out
    calls.clear()
    system.ensure(["chromium", "postgres"])
    assert calls == []


def test_an_installation_that_does_not_help_ends_with_the_line_too(
    machine: dict[str, bool], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(command: list[str], **_options: object) -> None:
        raise subprocess.CalledProcessError(100, command)

    monkeypatch.setattr(system.subprocess, "run", fail)
    monkeypatch.setattr(system.os, "geteuid", lambda: 0)
    with pytest.raises(SystemExit) as ended:
        system.ensure(["chromium"])
    assert ended.value.code == 2
    assert "apt-get install -y chromium-headless-shell" in capsys.readouterr().err


def test_the_newest_postgres_of_debian_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for version in ("9.6", "15", "17"):
        folder = tmp_path / version / "bin"
        folder.mkdir(parents=True)
        (folder / "initdb").touch()
        if version != "17":
            (folder / "postgres").touch()
    monkeypatch.setattr(system, "DEBIAN_POSTGRES", tmp_path)
    monkeypatch.setattr(system.shutil, "which", lambda _name: None)
    # 17 holds the client alone.
    assert system.find_postgres() == tmp_path / "15" / "bin"


def test_a_chosen_browser_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", sys.executable)
    assert system.find_chromium() == Path(sys.executable)
    monkeypatch.setenv("CHROMIUM", "/nowhere/browser")
    assert system.find_chromium() is None


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout in a folder with a blank in its name, and uv out of the way."""
    root = tmp_path / "a checkout"
    for name in ("requirements", ".venv/bin"):
        (root / name).mkdir(parents=True)
    (root / "requirements" / "run.lock").write_text("a==1\n", encoding="utf-8")
    (root / "requirements" / "test.lock").write_text("b==1\n", encoding="utf-8")
    (root / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
    monkeypatch.setattr(environment.shutil, "which", lambda _name: None)
    return root


def test_locks_are_installed_with_hashes_and_only_when_they_changed(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[list[str]] = []

    def run(command: list[str], **_options: object) -> subprocess.CompletedProcess[str]:
        done.append(command)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(environment.subprocess, "run", run)
    environment.install(checkout, "run")
    assert "--require-hashes" in done[0]
    assert "--no-deps" in done[1]
    done.clear()
    environment.install(checkout, "run")
    assert done == []
    (checkout / "requirements" / "run.lock").write_text("a==2\n", encoding="utf-8")
    environment.install(checkout, "run")
    environment.install(checkout, "test")
    assert [command[-1] for command in done] == [
        str(checkout / "requirements" / "run.lock"),
        str(checkout),
        str(checkout / "requirements" / "test.lock"),
    ]


def test_a_failed_installation_is_tried_again_next_time(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(command: list[str], **_options: object) -> None:
        raise subprocess.CalledProcessError(1, command)

    monkeypatch.setattr(environment.subprocess, "run", fail)
    for _ in range(2):
        with pytest.raises(subprocess.CalledProcessError):
            environment.install(checkout, "test")


def test_an_environment_made_elsewhere_is_recognised(checkout: Path) -> None:
    folder = checkout / ".venv"
    assert not environment.made_here(folder)
    (folder / "pyvenv.cfg").write_text(f"command = /usr/bin/python3 -m venv {folder}\n", encoding="utf-8")
    assert environment.made_here(folder)
    (folder / "pyvenv.cfg").write_text(
        "command = /usr/bin/python3 -m venv /elsewhere/.venv\n", encoding="utf-8"
    )
    assert not environment.made_here(folder)
