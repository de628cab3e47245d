"""What is installed is exact, checked by hash, free of addresses and, to run the program, of copyleft."""

import re
from importlib.metadata import metadata
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.utils import canonicalize_name

from tools import lock

REQUIREMENTS = Path(__file__).resolve().parents[2] / "requirements"
LOCKS = sorted(REQUIREMENTS.glob("*.lock"))
ENTRY = re.compile(
    r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)\s*(?:;\s*([^\\\n]+?))?\s*\\?$", re.MULTILINE
)
# GPL and AGPL may not be needed to run the program; the lesser GPL may, where a library keeps to itself.
COPYLEFT = re.compile(r"(?<!L)(?<!Lesser )\bA?GPL|(?<!Lesser )General Public License", re.IGNORECASE)


def pinned(path: Path) -> dict[str, str]:
    return {
        canonicalize_name(name): version
        for name, version, _ in ENTRY.findall(path.read_text(encoding="utf-8"))
    }


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_every_entry_of_a_lock_has_a_hash_and_none_an_address(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    entries = [part for part in re.split(r"\n(?=[A-Za-z0-9])", text) if ENTRY.search(part)]
    assert entries
    assert [part.splitlines()[0] for part in entries if "--hash=sha256:" not in part] == []
    assert not re.search(r"://|--index|--find-links|--extra-index", text)


def test_tests_run_with_the_versions_that_the_program_runs_with() -> None:
    program, tests = pinned(REQUIREMENTS / "run.lock"), pinned(REQUIREMENTS / "test.lock")
    assert program
    assert {name: version for name, version in tests.items() if program.get(name, version) != version} == {}


def test_nothing_under_gpl_is_needed_to_run_the_program() -> None:
    bad = {}
    for name, _, marker in ENTRY.findall((REQUIREMENTS / "run.lock").read_text(encoding="utf-8")):
        if marker and not Marker(marker).evaluate():
            continue
        facts = metadata(name)
        words = [
            facts.get("License-Expression") or facts.get("License") or "",
            *facts.get_all("Classifier", []),
        ]
        licences = [word[:200] for word in words if "License ::" in word or word == words[0]]
        if any(COPYLEFT.search(licence) for licence in licences):
            bad[name] = licences
    assert bad == {}


def test_the_program_is_pinned_before_the_tests() -> None:
    names = [path.name for path in lock.sources()]
    assert names[0] == "run.in"
    assert "test.in" in names


def test_pips_index_is_handed_on_to_uv_unless_uv_has_its_own() -> None:
    assert lock.uv_environment({"A": "b"}, "https://mirror.example/simple") == {
        "A": "b",
        "UV_DEFAULT_INDEX": "https://mirror.example/simple",
    }
    assert lock.uv_environment({"UV_INDEX_URL": "x"}, "y") == {"UV_INDEX_URL": "x"}
    assert lock.uv_environment({}, "") == {}


def test_a_lock_names_no_place_of_the_machine_it_was_made_on(tmp_path: Path) -> None:
    call = lock.command(tmp_path / "uv", REQUIREMENTS / "run.in", upgrade=True)
    assert "--upgrade" in call
    assert [part for part in call[1:] if str(REQUIREMENTS.parent) in part] == []
    assert "--upgrade" not in lock.command(tmp_path / "uv", REQUIREMENTS / "run.in", upgrade=False)
