"""What can only be seen in the running program: entrances, facts, rooms, pages that change nothing."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import pytest
from flask import Flask
from sqlalchemy import inspect, text

import app as program
from core import inventory
from core.bus import is_declared
from core.config import ROOT
from core.db import Base, db
from core.journal import Fact
from core.permissions import entrances
from core.realtime import responses
from tests.architecture import rules
from tests.client import Client
from tests.conftest import Maker
from tests.security.routes import addresses
from tools import check_templates

# ------------------------------------------------------------------------------------------------- entrances


def undeclared(app: Flask, routes: Iterable[str]) -> list[str]:
    known = set(routes)
    return sorted({rule.endpoint for rule in app.url_map.iter_rules()} - known)


def undeclared_events(app: Flask, events: Iterable[str]) -> list[str]:
    handlers = {name for names in app.extensions["live"].server.handlers.values() for name in names}
    return sorted(handlers - set(events))


def all_commands(group: click.Group, prefix: str = "") -> list[str]:
    found = []
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            found += all_commands(command, f"{prefix}{name} ")
        else:
            found.append(f"{prefix}{name}")
    return sorted(found)


def test_every_route_is_declared(app: Flask) -> None:
    assert not undeclared(app, entrances.routes), "Declare these routes in their package's permissions.py."
    assert undeclared(app, set(entrances.routes) - {"dialog.vote"}) == ["dialog.vote"]


def test_no_route_is_declared_that_is_not_there(app: Flask) -> None:
    gone = set(entrances.routes) - {rule.endpoint for rule in app.url_map.iter_rules()}

    assert gone <= {"core.styleguide"}, "Take these out of permissions.py."


def test_the_program_does_not_start_with_an_undeclared_route(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(entrances.routes, "dialog.vote")
    # Packages declare their routes when they are imported, so leaving one out stays left out.
    with pytest.raises(program.UndeclaredEntrance, match=r"dialog\.vote"):
        program.create_app(app.config["SETTINGS"])


def test_every_live_event_is_declared(app: Flask) -> None:
    assert not undeclared_events(app, entrances.socket_events), "Declare these events with their permission."
    assert undeclared_events(app, ["connect"]) == ["disconnect", "watch"]


def test_every_command_is_declared(app: Flask) -> None:
    commands = sorted({*all_commands(app.cli), *all_commands(program.cli)})  # type: ignore[arg-type]
    ours = [command for command in commands if not command.startswith(("run", "shell", "routes"))]
    ours = [command for command in ours if command not in entrances.commands]

    assert [command for command in ours if not _is_flask_migrates(command)] == [], (
        "Declare these commands with their permission."
    )


def _is_flask_migrates(command: str) -> bool:
    return command.startswith("db ") and command != "db upgrade"


def test_every_permission_of_an_entrance_has_a_rule() -> None:
    tables = _tables()
    for permission in {
        *entrances.routes.values(),
        *entrances.socket_events.values(),
        *entrances.commands.values(),
    }:
        assert any(permission in table for table in tables), f"{permission} stands in no table of rights."


def _tables() -> list[dict[Any, Any]]:
    modules = [import_module(f"{package}.permissions") for package in ("core", *rules.FEATURES, "pages")]
    return [module.RIGHTS.table for module in modules]


# ----------------------------------------------------------------------------------------------------- facts


def test_every_fact_has_a_reaction_or_is_declared_silent() -> None:
    ours = [fact for fact in Fact.registered.values() if not fact.__module__.startswith("tests")]

    missing = [fact.__name__ for fact in ours if not is_declared(fact)]

    assert len(ours) > 25
    assert not missing, f"Add @react(…) or no_reaction(…) in the package's reactions: {missing}"


def test_a_fact_without_a_reaction_is_noticed() -> None:
    class Forgotten(Fact):
        pass

    try:
        assert not is_declared(Forgotten)
    finally:
        del Fact.registered["Forgotten"]


# --------------------------------------------------------------------------------------------------- privacy


def test_every_column_says_what_it_holds() -> None:
    found = inventory.gaps(Base.metadata)

    assert not found, "\n".join(found)
    assert sum(len(table.classes()) for table in inventory.TABLES.values()) > 150


# ----------------------------------------------------------------------------------------------------- rooms

ROOMS = ("__init__", "models", "permissions", "queries", "actions", "facts", "reactions")


def missing_rooms(package: Path) -> list[str]:
    present = {path.stem for path in package.iterdir() if path.suffix == ".py" or path.is_dir()}
    return [room for room in ROOMS if room not in present]


@pytest.mark.parametrize("package", rules.FEATURES)
def test_every_feature_has_the_rooms_a_reader_expects(package: str) -> None:
    assert not missing_rooms(ROOT / package), f"Add these rooms to {package}/."


def test_a_missing_room_is_noticed(tmp_path: Path) -> None:
    for room in ROOMS[:-1]:
        (tmp_path / f"{room}.py").touch()

    assert missing_rooms(tmp_path) == ["reactions"]


# ------------------------------------------------------------------------------------------------- templates


def test_templates_keep_their_rules() -> None:
    found = [
        f for path in sorted(check_templates.TEMPLATES.rglob("*.html")) for f in check_templates.check(path)
    ]

    assert not found, "\n".join(map(str, found))


@pytest.mark.parametrize(
    "planted",
    [
        "{{ text|safe }}",
        "<p>{{ current_user.label }}</p>",
        '<p onclick="go()">{{ _("Go") }}</p>',
        '<p style="color:red">{{ _("Red") }}</p>',
        "<script>go()</script>",
        '<img src="https://elsewhere.example/p.png" alt="">',
        "<p>Not translated</p>",
        "{% autoescape false %}{{ text }}{% endautoescape %}",
    ],
)
def test_a_planted_violation_in_a_fragment_is_found(tmp_path: Path, planted: str) -> None:
    fragment = tmp_path / "_planted.html"
    fragment.write_text(planted, "utf-8")

    assert check_templates.check(fragment)


# ---------------------------------------------------------------------------------------- GET changes nothing


def state_of_the_database(app: Flask) -> str:
    """A digest over every row of every table."""
    digest = hashlib.sha256()
    with app.app_context(), db.engine.connect() as connection:
        for table in sorted(inspect(connection).get_table_names()):
            rows = connection.execute(text(f'SELECT * FROM "{table}"')).all()
            digest.update(f"{table}:{sorted(map(repr, rows))}".encode())
    return digest.hexdigest()


def test_asking_for_the_head_of_a_page_changes_nothing(
    app: Flask, make: Maker, browse: Callable[..., Client]
) -> None:
    """As little as reading it does; tests/security/test_matrix.py reads all pages as everybody."""
    ground = addresses(make)
    browser = browse(make.account("coordinator"))
    before = state_of_the_database(app)

    for path in ground.paths("GET"):
        browser.request("HEAD", path)

    assert state_of_the_database(app) == before
    make.contribution()
    assert state_of_the_database(app) != before


# --------------------------------------------------------------------------------- fragments depend on nobody


def test_a_region_is_the_same_for_everybody(app: Flask, make: Maker, browse: Callable[..., Client]) -> None:
    ground = addresses(make)
    author = make.participant()
    make.contribution(author=author)
    people = [None, author, make.account("coordinator"), make.account("auditor")]
    regions = [path for path in ground.paths("GET") if path.endswith("/region")]
    drafts = (f"/polls/{ground.polls['draft']}/", f"/events/{ground.events['draft']}/")
    # A board is its group's alone, a control room and the screen the lead's; tests/workshops looks at them.
    others = re.compile("/(boards|control|projector)/")
    regions = [
        path for path in regions if not others.search(path) and not any(draft in path for draft in drafts)
    ]
    assert len(regions) == 5

    for path in regions:
        seen = set()
        for person in people:
            responses.fragments.clear()
            seen.add(browse(person).get(path, 200).get_data(as_text=True))
        assert len(seen) == 1, f"{path} depends on who asks; move what is theirs out of the fragment."
        assert not re.search(r'name="_key"|data-live-token', seen.pop())
