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
from tests import factories
from tests.architecture.test_house import state_of_the_database
from tests.security import matrix as matrices
from tests.security.matrix import Cell, Matrix, Outcome, consulted
from tests.site import Site

pytestmark = pytest.mark.without_database

PACKAGES = ("accounts", "concept", "core", "dialog", "pages", "region", "workshops")
NOT_OVER_HTTP = {
    "accounts.erase_again": "the program itself and a command; see tests/accounts/test_privacy.py",
    "accounts.read_record": "a command",
    "dialog.erase_person": "the program itself; see tests/accounts/test_privacy.py",
    "accounts.end_expired_sessions": "the program itself; see tests/accounts/test_actions.py",
    "dialog.work_on_lists": "the program itself; see tests/dialog/municipal_lists/test_long.py",
    "dialog.ask_providers": "the program itself; see tests/dialog/test_offers_kept.py",
    "accounts.send_digests": "the program itself; see tests/accounts/test_mail.py",
    "concept.check": "a command",
    "concept.compile": "a command",
    "concept.found": "a command and the demonstration",
    "concept.tidy": "the program itself; see tests/concept/test_texts.py",
    "core.operate": "commands of the operator",
    "core.see_styleguide": "the component page, which is there in development only",
    "core.read_public": "says that everybody may read static files and the health check",
    "core.watch": "live connections; see tests/dialog/test_sockets.py",
    "dialog.erase_registration": "the program itself; see tests/dialog/test_registrations.py",
    "dialog.remind": "the program itself; see tests/dialog/test_notices.py",
    "pages.load_demo": "a command",
    "pages.see_home": "the home page, which everybody sees",
    "region.set_up": "a command",
    "dialog.take_back_typed": "only of a card one has typed oneself; tests/workshops/test_typing.py",
    "dialog.show_card_again": "asked once a card was hidden; tests/workshops/test_ordering.py",
    "dialog.harvest": "asked while who leads a group harvests it; tests/workshops/test_harvest.py",
    "dialog.decide_merge": "asked once an author has objected; tests/dialog/test_merging.py",
    "dialog.run_group_poll": "asked while who leads a group opens a vote; tests/workshops/test_votes.py",
    "workshops.prepare_boards": "asked where boards are missing; tests/workshops/test_control.py",
    "workshops.tidy": "the program itself; see tests/accounts/test_privacy.py",
}
"""Permissions that no request of the matrix asks for, each with the reason."""


SECOND_WALLS = {
    "accounts.end_own_sessions": "visitors do not get as far; tried below",
    "accounts.keep_accounts": "asked once the account was found; tests/accounts/test_administration.py",
    "accounts.reset_second_factor": "asked once the account was found; tests/accounts/test_administration.py",
    "dialog.keep_remark": "only hides lines of pages that one may read; tests/dialog/test_workspaces.py",
    "accounts.see_own_data": "visitors do not get as far; tests/accounts/test_privacy.py",
    "accounts.issue_codes": "over HTTP the program itself issues codes; tests/accounts/test_actions.py",
    "accounts.keep_address": "over HTTP it is always one's own; tests/accounts/test_mail.py",
    "accounts.tell": "asked while staff decides; tests/accounts/test_notices.py",
    "concept.include": "asked while staff publishes; tests/concept",
    "dialog.cancel_registration": "only one's own is found; tests/dialog/test_registrations.py",
    "dialog.change_registration": "only one's own is found; tests/dialog/test_registrations.py",
    "dialog.fill_places": "over HTTP the program itself moves lists up; tests/dialog/test_registrations.py",
    "dialog.read_registration": "only one's own is found; tests/dialog/test_permissions.py",
    "dialog.decide_objection": "asked once the queue was open; tests/dialog/test_objections.py",
    "dialog.undo": "asked once the queue was open; tests/dialog/test_batches.py",
    "dialog.append_station": "asked while staff publishes; tests/dialog/test_actions.py",
    "dialog.correct_card": "asked once the board let somebody write; tests/workshops/test_ordering.py",
    "dialog.post_card": "asked once the board let somebody write; tests/workshops/test_boards.py",
    "dialog.translate_card": "asked once the board was seen; tests/dialog/test_permissions.py",
    "dialog.vote_in_group": "asked once the board was seen; tests/workshops/test_votes.py",
    "workshops.harvest": "asked once the page was opened; tests/workshops/test_harvest.py",
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


@dataclass(frozen=True)
class Runs:
    """Every cell as it was run; the database as it was before anything was read, and after it."""

    all: list[Run]
    unread: str
    read: str


@pytest.fixture(scope="module")
def whole(built_matrix: Matrix) -> Runs:
    """Every cell, run once for all tests here: first what is read, then what is sent."""
    built_matrix.put_back()
    cells = built_matrix.cells()
    unread = state_of_the_database(built_matrix.app)
    reading = [_run(built_matrix, cell) for cell in cells if cell.method == "GET"]
    read = state_of_the_database(built_matrix.app)
    sending = [_run(built_matrix, cell) for cell in cells if cell.method != "GET"]
    return Runs(reading + sending, unread, read)


@pytest.fixture(scope="module")
def runs(whole: Runs) -> list[Run]:
    """The cells alone."""
    return whole.all


def _run(matrix: Matrix, cell: Cell) -> Run:
    with consulted() as asked:
        outcome = matrix.run(cell)
    return Run(cell, outcome, frozenset(asked))


def test_reading_changes_nothing(whole: Runs, matrix: Matrix) -> None:
    assert whole.read == whole.unread
    with matrix.app.app_context():
        factories.contribution()
    assert state_of_the_database(matrix.app) != whole.unread


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
    unseen: list[str] = []
    for rights in tables():
        for permission, rule in rights.table.items():
            if str(permission) in NOT_OVER_HTTP:
                assert str(permission) not in seen, f"{permission} is asked over HTTP; take it off the list."
                continue
            if [anyone] in rule:
                continue
            if str(permission) not in seen:
                unseen.append(str(permission))
                continue
            guarded += 1
            with monkeypatch.context() as patch:
                patch.setitem(rights.table, permission, [[anyone]])
                if not _anything_differs(matrix, concerned[permission]):
                    survivors.append(str(permission))

    assert not unseen, f"No cell asks for {unseen}; add one or say why."
    differing = sorted(set(survivors) ^ set(SECOND_WALLS))
    assert not differing, f"A guard is gone unnoticed, or the list is old: {differing}"
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
