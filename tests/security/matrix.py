"""The matrix of rights: every route × what it is about × who asks, with the status each of them gets.

`docs/rights.csv` is that table as a person reads it. After a change that is meant to change it:

    python -m tests.security.matrix

writes it anew, and what changed is read in the difference before it is committed.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from werkzeug.test import TestResponse

from accounts.permissions import Scope
from core.config import ROOT
from core.permissions import Rights
from tests import factories
from tests.client import Client
from tests.conftest import Maker
from tests.factories import Person
from tests.security.routes import Ground, addresses
from tests.site import Site, a_site

FILE = ROOT / "docs" / "rights.csv"
NEED = {"text": "Es fehlt ein Bus.", "field": "wohnen", "municipality": "county", "language": "de"}
ROLES = (
    "visitor",
    "participant",
    "former participant",
    "participant of another dialogue",
    "author",
    "coordinator",
    "coordinator of another dialogue",
    "administrator",
    "auditor",
)
DECISIONS = {"waiting": "publish", "returned": "publish", "public": "hide", "hidden": "restore"}
STEPS = {"draft": "open", "open": "close"}
_CHANGING = re.compile(
    rb'name="_key" value="[^"]*"|data-live-token="[^"]*"|<time[^>]*>[^<]*</time>|<strong class="vs-num">\w+<'
)


@dataclass(frozen=True)
class Cell:
    """One request somebody makes."""

    route: str
    method: str
    about: str
    role: str
    path: str
    data: tuple[tuple[str, str], ...] = ()

    @property
    def row(self) -> tuple[str, str, str]:
        """What stands at the left of its line in the table."""
        return self.route, self.method, self.about


@dataclass(frozen=True)
class Outcome:
    """What came of it: the status, and the page without what differs every time."""

    status: int
    page: str


class Matrix:
    """All cells on one ground, which is put back after each request that could have changed it."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self.app = site.app
        self.ground: Ground
        self.tokens: dict[str, str] = {}
        self._items: dict[str, int] = {}
        self._foreign_session = ""
        # The state is kept once per worker; the numbers in it are the same every time it is put back.
        self._state = f"matrix_{id(self)}"
        site.start_from(self._state, self._build)

    def _build(self) -> None:
        make = Maker(self._site.app)
        self.ground = addresses(make)
        elsewhere = make.dialogue("dort")
        people: dict[str, Person] = {
            "participant": make.participant(),
            "former participant": make.participant(writes=False),
            "participant of another dialogue": make.participant(elsewhere),
            "author": self.ground.author,
            "coordinator": make.account("coordinator"),
            "coordinator of another dialogue": make.account("coordinator", Scope("dialogue", elsewhere.id)),
            "administrator": make.account("administrator"),
            "auditor": make.account("auditor"),
        }
        self.tokens = {role: factories.session(person) for role, person in people.items()}
        other = factories.session(make.participant())
        self._foreign_session = factories.session_id(other)
        self._items = {status: factories.first_item(poll) for status, poll in self.ground.polls.items()}

    def cells(self) -> list[Cell]:
        """Every cell there is, line by line."""
        found = []
        for route, rule, methods in self.ground.rules:
            for method in sorted(methods - {"HEAD"}):
                for about, path in self._things(rule):
                    data = tuple(self._data(route, about).items()) if method == "POST" else ()
                    found += [Cell(route, method, about, role, path, data) for role in ROLES]
        return found

    def _things(self, rule: str) -> Iterator[tuple[str, str]]:
        if "<reference>" in rule:
            for state in self.ground.contributions:
                yield f"{state} contribution", self.ground.address(rule, contribution=state)
        elif "poll_id>" in rule:
            for status in self.ground.polls:
                yield f"{status} poll", self.ground.address(rule, poll=status)
        else:
            yield "", self.ground.address(rule)

    def _data(self, route: str, about: str) -> dict[str, str]:
        state = about.split(" ")[0]
        sent: dict[str, dict[str, str]] = {
            "accounts.send_sign_in": {"login": "nobody", "password": "none of them knows it"},
            "accounts.send_code": {"code": "0000000000"},
            "accounts.end_session": {"session": self._foreign_session},
            "dialog.contribute": NEED,
            "dialog.revise": {**NEED, "based_on": "1"},
            "dialog.moderate": {"decision": DECISIONS.get(state, "publish"), "reason": "insult"},
            "dialog.join": {"code": factories.EVENT_CODE},
            "dialog.prepare_poll": {"field": "sprache", "dots": "5", "max_per_item": "2"},
            "dialog.vote": {f"item-{self._items.get(state, 0)}": "1"},
            "dialog.run_poll": {"step": STEPS.get(state, "publish")},
            "concept.decisive_poll": {"poll": str(self.ground.polls["published"])},
        }
        return {"_key": "key-of-the-matrix-of-rights", **sent.get(route, {})}

    def run(self, cell: Cell) -> Outcome:
        """Make the request of one cell and put everything back."""
        browser = Client(self._site.app)
        if cell.role in self.tokens:
            browser.plant(self.tokens[cell.role])
        if cell.method == "GET":
            return _outcome(browser.get(cell.path))
        outcome = _outcome(browser.post(cell.path, dict(cell.data)))
        if outcome.status < 400:
            self.put_back()
        return outcome

    def put_back(self) -> None:
        """Have the ground again as it was."""
        self._site.start_from(self._state)


def _outcome(response: TestResponse) -> Outcome:
    page = _CHANGING.sub(b"", response.data) + (response.location or "").encode()
    return Outcome(response.status_code, hashlib.sha256(page).hexdigest())


@contextmanager
def consulted() -> Iterator[set[Any]]:
    """The permissions that are asked for meanwhile."""
    seen: set[Any] = set()
    allows, require = Rights.allows, Rights.require

    def note_allows(self: Rights[Any], actor: Any, permission: Any, context: Any = None) -> bool:
        seen.add(permission)
        return allows(self, actor, permission, context)

    def note_require(self: Rights[Any], actor: Any, permission: Any, context: Any = None) -> None:
        seen.add(permission)
        require(self, actor, permission, context)

    Rights.allows, Rights.require = note_allows, note_require  # type: ignore[method-assign]
    try:
        yield seen
    finally:
        Rights.allows, Rights.require = allows, require  # type: ignore[method-assign]


Statuses = dict[tuple[str, str, str], dict[str, int]]


def table(statuses: Statuses) -> str:
    """The matrix as the file has it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["route", "method", "about", *ROLES])
    for row, by_role in sorted(statuses.items()):
        writer.writerow([*row, *(by_role[role] for role in ROLES)])
    return out.getvalue()


def read(text: str) -> Statuses:
    """The matrix out of the file."""
    lines = csv.DictReader(io.StringIO(text))
    return {
        (line["route"], line["method"], line["about"]): {role: int(line[role]) for role in ROLES}
        for line in lines
    }


def run_all(matrix: Matrix) -> Statuses:
    """Every cell's status."""
    statuses: Statuses = {}
    for cell in matrix.cells():
        statuses.setdefault(cell.row, {})[cell.role] = matrix.run(cell).status
    return statuses


def main() -> None:
    """Write the table anew."""
    with tempfile.TemporaryDirectory() as folder, a_site(Path(folder)) as site:
        FILE.write_text(table(run_all(Matrix(site))), "utf-8")
    print(f"{FILE.relative_to(ROOT)} is written; read what has changed before you commit it.")


if __name__ == "__main__":
    sys.exit(main())
