"""R01 and R02: who gets what on every route, as `docs/rights.csv` says, and that each guard is needed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import pytest
from flask import Flask

from accounts.actions import sessions
from core.actor import VISITOR
from core.errors import Forbidden
from core.permissions import Rights, anyone, entrances
from core.transaction import transaction
from tests.security import matrix as matrices
from tests.security.matrix import Cell, Matrix, Outcome, consulted
from tests.site import Site

PACKAGES = ("accounts", "concept", "core", "dialog", "pages", "region")
NOT_OVER_HTTP = {
    "accounts.end_expired_sessions": "the program itself; see tests/accounts/test_actions.py",
    "accounts.keep_accounts": "a command; pages for it come with a later feature",
    "accounts.list_accounts": "a command; pages for it come with a later feature",
    "concept.compile": "a command",
    "concept.found": "a command and the demonstration",
    "core.operate": "commands of the operator",
    "core.see_styleguide": "the component page, which is there in development only",
    "core.read_public": "says that everybody may read static files and the health check",
    "core.watch": "live connections; see tests/dialog/test_sockets.py",
    "dialog.import": "a command and the demonstration",
    "dialog.prepare_dialogue": "a command and the demonstration",
    "pages.load_demo": "a command",
    "pages.see_home": "the home page, which everybody sees",
    "region.set_up": "a command",
}
"""Permissions that no request of the matrix asks for, each with the reason."""


SECOND_WALLS = {
    "accounts.end_own_sessions": "visitors do not get as far; tried below",
    "accounts.issue_codes": "over HTTP the program itself issues codes; tests/accounts/test_actions.py",
    "concept.include": "asked while staff publishes; tests/concept",
    "dialog.append_station": "asked while staff publishes; tests/dialog/test_actions.py",
}
"""Permissions asked only after another guard was passed, with the tests that try them alone."""


def tables() -> list[Rights[Any]]:
    return [import_module(f"{package}.permissions").RIGHTS for package in PACKAGES]


@dataclass(frozen=True)
class Run:
    """One cell, what came of it, and which permissions were asked for on the way."""

    cell: Cell
    outcome: Outcome
    asked: frozenset[Any]


@pytest.fixture(scope="module")
def runs(built_matrix: Matrix) -> list[Run]:
    """Every cell, run once for all tests here."""
    built_matrix.put_back()
    done = []
    for cell in built_matrix.cells():
        with consulted() as asked:
            outcome = built_matrix.run(cell)
        done.append(Run(cell, outcome, frozenset(asked)))
    return done


def test_every_cell_is_as_the_table_says(runs: list[Run]) -> None:
    expected = matrices.read(matrices.FILE.read_text("utf-8"))

    wrong = [
        f"{' '.join(run.cell.row)} as {run.cell.role}: {run.outcome.status}, the table says {wanted}"
        for run in runs
        for wanted in [expected.get(run.cell.row, {}).get(run.cell.role)]
        if run.outcome.status != wanted
    ]

    defined = sum(len(by_role) for by_role in expected.values())
    assert not wrong, "\n".join(wrong)
    assert len(runs) == defined, f"{len(runs)} cells were run, {defined} are in the table."
    assert defined > 700


def test_every_route_is_in_the_table(site: Site) -> None:
    in_table = {route for route, _, _ in matrices.read(matrices.FILE.read_text("utf-8"))}

    assert in_table == set(entrances.routes) - {"core.styleguide"}


def test_nothing_is_ever_answered_with_an_error_of_ours() -> None:
    expected = matrices.read(matrices.FILE.read_text("utf-8"))

    assert all(status < 500 for by_role in expected.values() for status in by_role.values())


def test_removing_any_guard_is_noticed(
    runs: list[Run], matrix: Matrix, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For every permission: let everybody do it, and at least one cell must come out otherwise."""
    concerned: dict[Any, list[Run]] = defaultdict(list)
    # A refusal that turns into an answer shows soonest.
    for run in sorted(runs, key=lambda run: run.outcome.status < 400):
        for permission in run.asked:
            concerned[permission].append(run)
    seen = {str(permission) for permission in concerned}

    survivors = []
    guarded = 0
    for rights in tables():
        for permission, rule in rights.table.items():
            if str(permission) in NOT_OVER_HTTP:
                assert str(permission) not in seen, f"{permission} is asked over HTTP; take it off the list."
                continue
            if [anyone] in rule:
                continue
            assert str(permission) in seen, f"No cell asks for {permission}; add one or say why."
            guarded += 1
            with monkeypatch.context() as patch:
                patch.setitem(rights.table, permission, [[anyone]])
                if not _anything_differs(matrix, concerned[permission]):
                    survivors.append(str(permission))

    assert sorted(survivors) == sorted(SECOND_WALLS), "A guard is gone unnoticed, or the list is old."
    assert guarded > 15


def _anything_differs(matrix: Matrix, runs: list[Run]) -> bool:
    for run in runs:
        outcome = matrix.run(run.cell)
        other_page = run.cell.method == "GET" and outcome.page != run.outcome.page
        if outcome.status != run.outcome.status or other_page:
            # What was let through may have changed the ground.
            matrix.put_back()
            return True
    return False


def test_a_visitor_ends_no_sessions(inside: Flask) -> None:
    with pytest.raises(Forbidden), transaction():
        sessions.end_all_sessions(VISITOR)
