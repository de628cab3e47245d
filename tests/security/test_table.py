"""The page of what is proved names tests that exist."""

from __future__ import annotations

import ast
import re

from core.config import ROOT

PAGE = ROOT / "docs" / "security-tests.md"
_NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def missing(page: str) -> list[str]:
    """Tests that a page names and that are not there."""
    functions: dict[str, set[str]] = {}
    found = []
    for file, name in _NAMED.findall(page):
        if file not in functions:
            path = ROOT / file
            tree = ast.parse(path.read_text("utf-8")) if path.exists() else ast.Module([], [])
            functions[file] = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        if name not in functions[file]:
            found.append(f"{file}::{name}")
    return found


def test_every_named_test_exists() -> None:
    page = PAGE.read_text("utf-8")

    assert missing(page) == []
    # Each requirement has at least one.
    rows = [line for line in page.splitlines() if re.match(r"\| R\d\d \|", line)]
    assert len(rows) >= 20
    assert all(_NAMED.search(row) for row in rows)


def test_a_wrong_name_is_found() -> None:
    assert missing("`tests/security/test_table.py::test_nothing` `tests/nowhere.py::test_x`") == [
        "tests/security/test_table.py::test_nothing",
        "tests/nowhere.py::test_x",
    ]
