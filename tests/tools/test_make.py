"""The commands that a person calls: what is documented is there, and what is called exists."""

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z-]+):.*## ", MAKEFILE, re.MULTILINE))


def make(*arguments: str) -> str:
    """What make prints, free of what an outer `make test` was told."""
    command = ["make", "--no-print-directory", *arguments]
    environment = {"PATH": os.environ["PATH"]}
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    ).stdout


def test_help_is_what_make_alone_says_and_names_every_command() -> None:
    text = make()
    assert text == make("help")
    assert set(re.findall(r"^  make ([a-z-]+) ", text, re.MULTILINE)) == TARGETS


def test_every_command_is_explained_to_developers() -> None:
    text = (ROOT / "docs" / "development.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `make ([a-z-]+)` \|", text, re.MULTILINE)) == TARGETS - {"help"}


def test_every_check_is_explained_to_developers() -> None:
    text = (ROOT / "docs" / "development.md").read_text(encoding="utf-8")
    checks = re.findall(
        r"\$\(bin\)/(?:python -m )?(\S+)", MAKEFILE.partition("\ncheck:")[2].partition("\n\n")[0]
    )
    assert len(checks) >= 8
    assert [name for name in checks if f"`{name}" not in text] == []


@pytest.mark.parametrize("target", sorted(TARGETS))
def test_every_command_can_be_planned(target: str) -> None:
    assert make("--dry-run", target)


def test_every_module_that_make_calls_exists() -> None:
    modules = set(re.findall(r"python -m (tools\.\w+)|\$\(PYTHON\) -m (tools\.\w+)", MAKEFILE))
    names = {name for pair in modules for name in pair if name}
    paths = {name: ROOT / name.replace(".", "/") for name in names}
    assert paths
    # A package can be called like a module if it says what that does.
    assert [
        name
        for name, path in paths.items()
        if not path.with_suffix(".py").exists() and not (path / "__main__.py").exists()
    ] == []


def test_host_and_port_may_be_given() -> None:
    plan = make("--dry-run", "run", "HOST=0.0.0.0", "PORT=8123")
    assert '--host "0.0.0.0" --port "8123"' in plan
    assert '--host "127.0.0.1" --port "5000"' in make("--dry-run", "run")


def test_ci_runs_every_gate_and_passes_only_if_all_of_them_do(tmp_path: Path) -> None:
    log = tmp_path / "log"
    fake = tmp_path / "make"
    fake.write_text(
        f'#!/bin/sh\necho "$* $CI" >> "{log}"\ncase " $* " in *" $FAIL "*) exit 2;; esac\n', encoding="utf-8"
    )
    fake.chmod(0o755)

    def run(failing: str) -> tuple[int, str, list[str]]:
        log.unlink(missing_ok=True)
        done = subprocess.run(
            ["bash", str(ROOT / ".ci" / "run")],
            env={"PATH": f"{tmp_path}:/usr/bin:/bin", "FAIL": failing},
            capture_output=True,
            text=True,
            check=False,
        )
        asked = log.read_text(encoding="utf-8").splitlines()
        # The checks run beside the tests, so only the order of those is certain.
        assert asked[0] == "test-needs test-environment frontend true"
        return done.returncode, done.stdout, sorted(asked[1:])

    code, said, asked = run("-")
    assert code == 0
    assert asked == ["check true", "test true", "test-postgres true"]
    assert said.endswith(" s.\n")
    assert "All of it passed" in said
    for failing, gates in (
        ("check", ["check true", "test true", "test-postgres true"]),
        ("test", ["check true", "test true"]),
        ("test-postgres", ["check true", "test true", "test-postgres true"]),
    ):
        code, said, asked = run(failing)
        assert code != 0, failing
        assert asked == gates
        assert "All of it passed" not in said
