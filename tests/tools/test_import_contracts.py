"""Each import contract of pyproject.toml is kept by a small house and broken by a planted import."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("core", "accounts", "region", "dialog", "workshops", "concept", "pages")
ROOMS = (
    "models",
    "facts",
    "permissions",
    "queries",
    "actions",
    "reactions",
    "forms",
    "views",
    "sockets",
    "commands",
)

PLANTED = [
    ("core/clock.py", "import accounts.models", "Packages import downward only"),
    ("dialog/actions.py", "import concept.queries", "Packages import downward only"),
    ("dialog/queries.py", "import dialog.actions", "Inside a package imports go downward only"),
    ("dialog/models.py", "from dialog import views", "Inside a package imports go downward only"),
    (
        "dialog/actions.py",
        "def act():\n    from dialog import reactions\n",
        "Inside a package imports go downward only",
    ),
    ("dialog/queries.py", "from flask import request", "know no web framework"),
    ("concept/actions.py", "import flask_login", "know no web framework"),
    ("core/permissions.py", "import wtforms", "know no web framework"),
    ("pages/views.py", "import app", "imported by nobody"),
    ("pages/views.py", "from dialog.forms import Form", "entered through queries"),
    ("concept/commands.py", "import dialog.reactions", "entered through queries"),
]


def build(folder: Path) -> None:
    """A house with all packages and rooms, whose imports all go the right way."""
    for package in PACKAGES:
        (folder / package).mkdir()
        (folder / package / "__init__.py").touch()
        for room in ROOMS:
            (folder / package / f"{room}.py").touch()
    (folder / "core" / "clock.py").touch()
    (folder / "dialog" / "views.py").write_text(
        "import flask\nimport dialog.forms\nimport dialog.actions\nimport accounts.queries\n",
        encoding="utf-8",
    )
    (folder / "dialog" / "actions.py").write_text(
        "import dialog.queries\nimport core.clock\n", encoding="utf-8"
    )
    (folder / "app.py").write_text("import dialog.views\nimport dialog.reactions\n", encoding="utf-8")
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (folder / "pyproject.toml").write_text(settings, encoding="utf-8")


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command; lint_imports_command()",
    ]
    return subprocess.run(
        [*command, "--no-logo", "--no-cache"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
    )


def broken(output: str) -> list[str]:
    return [line for line in output.splitlines() if line.endswith("BROKEN")]


def test_the_house_as_meant_keeps_every_contract(tmp_path: Path) -> None:
    build(tmp_path)
    result = lint(tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    assert f"Contracts: {len(contracts['contracts'])} kept, 0 broken" in result.stdout


@pytest.mark.parametrize(("path", "text", "contract"), PLANTED)
def test_a_planted_import_breaks_its_contract(tmp_path: Path, path: str, text: str, contract: str) -> None:
    build(tmp_path)
    (tmp_path / path).write_text(text, encoding="utf-8")
    result = lint(tmp_path)
    assert result.returncode == 1
    assert [line for line in broken(result.stdout) if contract in line], result.stdout


def test_a_room_that_became_a_folder_is_held_to_the_same_rules(tmp_path: Path) -> None:
    build(tmp_path)
    (tmp_path / "dialog" / "actions.py").unlink()
    (tmp_path / "dialog" / "actions").mkdir()
    (tmp_path / "dialog" / "actions" / "__init__.py").touch()
    (tmp_path / "dialog" / "actions" / "polls.py").write_text(
        "import flask\nimport dialog.views\n", encoding="utf-8"
    )
    result = lint(tmp_path)
    assert len(broken(result.stdout)) == 2, result.stdout


def test_a_closed_door_names_the_open_ones(tmp_path: Path) -> None:
    build(tmp_path)
    (tmp_path / "pages" / "views.py").write_text("import dialog.forms", encoding="utf-8")
    assert "pages.views imports dialog.forms; enter dialog through its queries" in lint(tmp_path).stdout
