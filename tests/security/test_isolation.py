"""R04, R06, R08: municipalities see nothing of one another, forms bind what they name, taken is taken."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from flask import Flask
from flask_socketio.test_client import SocketIOTestClient
from sqlalchemy import inspect, select

from accounts import queries
from accounts.actions import accounts
from accounts.jobs import end_expired_roles
from accounts.models import Account, Invitation, RoleAssignment
from accounts.permissions import Scope
from core.actor import OPERATOR
from core.clock import now
from core.db import db
from core.transaction import transaction
from dialog.actions import moderation
from dialog.queries import contributions as contribution_queries
from dialog.vocabulary import Visibility
from tests.architecture.test_house import state_of_the_database
from tests.client import Client
from tests.conftest import Maker
from tests.factories import STAFF, Person
from tests.security.routes import Ground, addresses

Browse = Callable[[Person | None], Client]
Connect = Callable[..., SocketIOTestClient]

# ------------------------------------------------------------------------------------------------------ R04


def test_r04_a_municipality_finds_nothing_of_another_one(app: Flask, make: Maker, browse: Browse) -> None:
    ground = addresses(make)
    here, there = make.municipality().id, make.municipality("08236043", "Neuenbürg", "Stadt").id
    own = make.account("municipality_editor", Scope("municipality", here), login="here")
    foreign = make.account("municipality_editor", Scope("municipality", there), login="canary-login-7f3a")
    invited = make.invitation(scope=Scope("municipality", there), by=foreign.actor, label="canary-label-7f3a")
    ours = make.invitation(scope=Scope("municipality", here), label="canary-of-our-own")
    ground.numbers |= {
        "account_id": foreign.actor.account_id,
        "municipality_id": there,
        "invitation_id": invited.invitation.id,
    }
    someone = browse(own)
    before = state_of_the_database(app)
    seen = []

    for path in [*ground.paths("GET"), "/invitations", f"/invitations/new?for=municipality:{there}"]:
        seen.append((path, words_of(someone.get(path).data)))
    for path in about_others(ground):
        for data in ({}, {"decision": "close"}, {"role": "municipality_editor", "scope_id": str(there)}):
            answer = someone.post(path, {"_key": "key-of-the-canaries-1", **data}, 404)
            seen.append((path, answer.get_data(as_text=True)))
    wish = {"role_at": f"municipality_editor municipality:{there}", "label": "Stelle", "days": "7"}
    seen.append(
        ("invite", someone.post("/invitations/new", {"_key": "key-of-the-canaries-2", **wish}, 422).text)
    )

    assert [path for path, page in seen if "7f3a" in page] == []
    assert state_of_the_database(app) == before
    # The canaries sing where they belong, and our own list is not empty.
    someone.get(f"/municipality/{here}/people", 200)
    assert "canary-of-our-own" in someone.text
    assert ours.invitation.scope_id == here
    neighbour = browse(foreign)
    neighbour.get(f"/municipality/{there}/people", 200)
    assert "canary-login-7f3a" in neighbour.text
    assert "canary-label-7f3a" in neighbour.text


def words_of(content: bytes) -> str:
    """What can be read in an answer: the parts of a workbook, or else its bytes as text."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            content = b"".join(book.read(name) for name in book.namelist())
    return content.decode("utf-8", "replace")


def about_others(ground: Ground) -> list[str]:
    """Where something could be done to an account or an invitation."""
    return [
        path
        for path in ground.paths("POST")
        if path.startswith(("/accounts/", "/invitations/")) and not path.endswith("/new")
    ]


# ------------------------------------------------------------------------------------------------------ R06


def test_r06_forms_bind_only_what_they_name(app: Flask, make: Maker, browse: Browse) -> None:
    make.county()
    place = f"municipality:{make.municipality().id}"
    person = make.account("auditor")
    keeper = browse(make.account("administrator"))
    path = f"/accounts/{person.actor.account_id}"
    hostile = {column: "1" for model in (Account, Invitation, RoleAssignment) for column in columns(model)}
    hostile |= {"password_hash": "x", "key": "x", "inviter_key": "x", "code_hmac": "x", "active": "0"}
    hostile |= {"login": "hostile", "label": "Hostile", "demo": "1", "expires_at": "2001-01-01 00:00:00"}
    before = {row["id"]: row for row in rows(app, Account)}

    def send(to: str, number: int, **named: str) -> None:
        keeper.post(to, {**hostile, "_key": f"key-of-mass-assignment-{number}", **named})

    send(f"{path}/roles", 1, role_at=f"municipality_editor {place}")
    send(f"{path}/sessions/end", 2)
    assert {row["id"]: row for row in rows(app, Account)} == before
    assert [(row["role"], row["scope_kind"], row["expires_at"]) for row in rows(app, RoleAssignment)][-1] == (
        "municipality_editor",
        "municipality",
        None,
    )
    send(f"{path}/state", 3, decision="close")
    (closed,) = [row for row in rows(app, Account) if row["id"] == person.actor.account_id]
    assert closed == {**before[closed["id"]], "active": False}

    send("/invitations/new", 4, role_at=f"municipality_editor {place}", days="7", login="")
    (made,) = rows(app, Invitation)
    assert (made["label"], made["login"], made["role"], made["scope_kind"]) == (
        "Hostile",
        "",
        "municipality_editor",
        "municipality",
    )
    assert (made["used_at"], made["revoked_at"], made["account_id"]) == (None, None, None)
    assert made["inviter_key"] != "x"
    assert made["expires_at"] > now()

    code = make.invitation(label="Stelle").code
    mine = {"code": code, "login": "neu", "password": "vier leise reiher", "repeated": "vier leise reiher"}
    Client(app).post("/invitation/account", {**hostile, **mine, "language": "de"}, 303)
    (new,) = [row for row in rows(app, Account) if row["login"] == "neu"]
    assert (new["label"], new["demo"], new["active"], new["password_is_initial"]) == (
        "Stelle",
        False,
        True,
        False,
    )
    assert new["key"] != "x"
    assert new["password_hash"].startswith("$argon2id$")


def columns(model: type[Any]) -> list[str]:
    """The names of all columns of a table."""
    return [column.key for column in inspect(model).columns]


def rows(app: Flask, model: type[Any]) -> list[Mapping[str, Any]]:
    """All rows of a table as plain values, by id."""
    with app.app_context():
        found = db.session.scalars(select(model).order_by(model.id))
        return [{name: getattr(row, name) for name in columns(model)} for row in found]


# ------------------------------------------------------------------------------------------------------ R08


@pytest.mark.parametrize("how", ["role taken", "account closed", "role expired"])
def test_r08_what_was_revoked_is_gone_at_once(
    app: Flask, make: Maker, browse: Browse, sockets: Connect, how: str
) -> None:
    dialogue = make.dialogue()
    waiting = make.contribution(Visibility.WAITING)
    person = make.account("coordinator", Scope("dialogue", dialogue.id))
    someone = browse(person)
    decide = f"/dialogues/probe/moderation/{waiting.reference}"
    form = someone.form(decide)
    watcher = sockets(someone, "/dialogues/probe/register")
    wish = {"region": "register:probe", "language": "de"}
    visitor = sockets(Client(app), "/dialogues/probe/register")
    for connection in (watcher, visitor):
        assert connection.emit("watch", wish, callback=True) == {"ok": True}

    revoke(app, person, how)

    assert not watcher.is_connected()
    publish(app, waiting.id)
    # The library's client gives nothing away once it is gone, so its queue is looked at.
    assert "changed" in [packet["name"] for packet in visitor.get_received()]
    assert "changed" not in [packet["name"] for packet in watcher.queue]
    before = state_of_the_database(app)
    for path in ("/dialogues/probe/moderation", decide, "/invitations", "/invitations/new"):
        assert someone.get(path).status_code in {403, 404}
    assert someone.send(form, {"title": "Zu spät"}).status_code in {403, 404}
    assert someone.post("/invitations/new", {"_key": "key-of-revocation-1"}).status_code == 403
    assert state_of_the_database(app) == before
    # Who may still sign in comes back with what is left: the public register.
    if how != "account closed":
        someone.get("/account", 200)
        again = sockets(someone, "/dialogues/probe/register")
        assert again.emit("watch", wish, callback=True) == {"ok": True}


def revoke(app: Flask, person: Person, how: str) -> None:
    """Take somebody's rights in one of the ways there are."""
    with app.app_context():
        with transaction():
            account = queries.access_account(OPERATOR, person.login)
            if how == "role taken":
                (held,) = account.roles
                accounts.take_role(OPERATOR, account, held.role, Scope(held.scope_kind, held.scope_id))
            elif how == "account closed":
                accounts.deactivate_account(OPERATOR, account)
            else:
                account.roles[0].expires_at = now()
        if how == "role expired":
            end_expired_roles()


def publish(app: Flask, contribution_id: int) -> None:
    """Have something happen that watchers are told of."""
    with app.app_context(), transaction():
        found = contribution_queries.contribution_by_id(contribution_id)
        assert found is not None
        moderation.publish_contribution(STAFF, found)
