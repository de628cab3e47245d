"""The pages of those who keep accounts: finding them, giving and taking roles, closing and opening."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event

from accounts import queries
from accounts.actions import accounts, second_factor, sessions
from accounts.permissions import Scope
from accounts.queries import administration
from core.actor import OPERATOR
from core.clock import now
from core.db import db
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.transaction import transaction
from tests.client import Client
from tests.conftest import Maker
from tests.dialog.ground import facts
from tests.factories import Person

Browse = Callable[[Person | None], Client]
ClientAs = Callable[..., Client]


def test_accounts_are_found_by_name_title_and_state(
    app: Flask, make: Maker, browse: Browse, client_as: ClientAs
) -> None:
    dialogue = make.dialogue()
    make.account("coordinator", Scope("dialogue", dialogue.id), login="dialog-team")
    closed = make.account("auditor", login="100_prozent")
    with app.app_context(), transaction():
        accounts.deactivate_account(OPERATOR, queries.access_account(OPERATOR, closed.login))
    keeper = client_as("administrator")

    keeper.get("/accounts", 200)
    assert "3 Konten" in keeper.text
    assert "Koordination · Dialog „Dialog probe“" in keeper.text
    keeper.get("/accounts?q=0_p", 200)
    assert "1 Konto" in keeper.text
    assert "geschlossen" in keeper.text
    keeper.get("/accounts?q=DIALOG", 200)
    assert "dialog-team" in keeper.text
    keeper.get("/accounts?state=active&q=auditor", 200)
    assert "Kein Konto passt" in keeper.text
    keeper.get("/accounts?q=%25&page=99&state=x", 200)
    assert "Kein Konto passt" in keeper.text
    for stranger in (Client(app), client_as("coordinator"), client_as("auditor"), browse(make.participant())):
        stranger.get("/accounts", 403)


def test_the_lists_ask_as_often_for_many_as_for_few(app: Flask, make: Maker, client_as: ClientAs) -> None:
    day = make.event()
    place = make.municipality().id
    keeper = client_as("administrator")
    paths = ("/accounts", "/invitations", f"/municipality/{place}/people")
    asked: list[list[int]] = []
    for _ in range(2):
        for number in range(5):
            make.account("municipality_editor", Scope("municipality", place))
            make.account("moderator", Scope("event", day.id))
            inviter = make.account("administrator")
            make.invitation(scope=Scope("municipality", place), by=inviter.actor, label=f"Stelle {number}")
        counts = []
        for path in paths:
            keeper.get(path, 200)
            counts.append(statements(app, keeper, path))
        asked.append(counts)
    assert asked[0] == asked[1]
    assert max(asked[0]) <= 12


def statements(app: Flask, someone: Client, path: str) -> int:
    """How many statements a page sends to the database."""
    with app.app_context():
        engine = db.engine
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        someone.get(path, 200)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(seen)


def test_a_role_is_given_and_taken(app: Flask, make: Maker, browse: Browse, client_as: ClientAs) -> None:
    day = make.event()
    person = make.account("auditor")
    path = f"/accounts/{person.actor.account_id}"
    keeper = client_as("administrator")

    keeper.post_form(path, {}, 422, to=f"{path}/roles")
    assert keeper.errors == ["Bitte wählen Sie eine Rolle und wo sie gilt."]
    keeper.send(keeper.form_here(f"{path}/roles"), {"until": "2020-02-02"}, 422)
    keeper.send(keeper.form_here(f"{path}/roles"), {"role_at": "moderator event:9999"}, 422)
    given = {"role_at": f"moderator event:{day.id}"}
    keeper.follow(keeper.post_form(path, given, to=f"{path}/roles"))
    assert "Die Rolle gilt ab jetzt." in keeper.text
    assert "Moderation · Dialogveranstaltung · bis" in keeper.text

    someone = browse(person)
    someone.get("/account", 200)
    assert "Moderation · Dialogveranstaltung" in someone.text
    form = keeper.form(path, f"{path}/roles/take")
    form = keeper.form_here(f"{path}/roles/take", role="moderator")
    keeper.follow(keeper.send(form, {}))
    assert "Die Rolle ist entzogen." in keeper.text
    someone.get("/account", 200)
    assert "Moderation" not in someone.text
    with app.app_context():
        given_and_taken = [(fact, payload["role"]) for _, fact, payload in facts() if "role" in payload]
    assert given_and_taken[-2:] == [("RoleGiven", "moderator"), ("RoleTaken", "moderator")]


def test_an_account_is_closed_and_opened_again(
    app: Flask, make: Maker, browse: Browse, client_as: ClientAs
) -> None:
    person = make.account("coordinator")
    path = f"/accounts/{person.actor.account_id}"
    someone = browse(person)
    keeper = client_as("administrator")
    someone.get("/account", 200)

    key = dict(keeper.form(path, f"{path}/state").values)["_key"]
    keeper.post(f"{path}/state", {"_key": key, "decision": "close"}, 303)
    someone.get("/account", 303)
    with pytest.raises(Invalid):
        make.session(person)
    keeper.get(path, 200)
    assert "geschlossen" in keeper.text
    key = dict(keeper.form_here(f"{path}/state").values)["_key"]
    keeper.post(f"{path}/state", {"_key": key, "decision": "reopen"}, 303)
    again = browse(person)
    again.get("/account", 200)

    keeper.follow(keeper.send(keeper.form(path, f"{path}/sessions/end"), {}))
    assert "Nirgends angemeldet." in keeper.text
    again.get("/account", 303)
    keeper.post(f"{path}/state", {"_key": "key-of-the-tests-1", "decision": "explode"}, 422)


def test_a_lost_second_factor_is_reset(app: Flask, make: Maker, browse: Browse, client_as: ClientAs) -> None:
    person = make.account("coordinator")
    path = f"/accounts/{person.actor.account_id}"
    to = f"{path}/second-factor/reset"
    someone, keeper = browse(person), client_as("administrator")
    client_as("coordinator").post(to, {"_key": "key-of-the-tests-1"}, 404)
    someone.get("/invitations", 200)

    keeper.follow(keeper.send(keeper.form(path, to), {}))

    assert "Der zweite Faktor ist zurückgesetzt." in keeper.text
    assert "Es gibt noch keinen zweiten Faktor." in keeper.text
    someone.get("/invitations", 403)
    browse(person).get("/invitations", 403)


def test_nobody_shuts_themselves_out(app: Flask, make: Maker, browse: Browse) -> None:
    person = make.account("administrator")
    keeper = browse(person)
    path = f"/accounts/{person.actor.account_id}"
    keeper.get(path, 200)
    assert "Konto schließen" not in keeper.text

    keeper.post(f"{path}/state", {"_key": "key-of-the-tests-1", "decision": "close"}, 409)
    own = {"role": "administrator", "scope_kind": "county", "scope_id": ""}
    keeper.post(f"{path}/roles/take", {"_key": "key-of-the-tests-2", **own}, 409)

    keeper.get("/accounts", 200)
    with app.app_context(), transaction():
        account = queries.access_account(OPERATOR, person.login)
        with pytest.raises(Conflict):
            accounts.deactivate_account(person.actor, account)


def test_accounts_of_others_are_not_there(make: Maker, client_as: ClientAs) -> None:
    number = make.account("auditor").actor.account_id
    someone = client_as("coordinator")
    for path in (f"/accounts/{number}", "/accounts/99999"):
        someone.get(path, 404)
    keeper = client_as("administrator")
    keeper.get(f"/accounts/{number}", 200)
    keeper.get("/accounts/99999", 404)


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize(
    "act",
    [
        lambda actor, account: accounts.give_role(actor, account, "administrator"),
        lambda actor, account: accounts.take_role(actor, account, "auditor", Scope("county")),
        accounts.deactivate_account,
        accounts.reopen_account,
        lambda actor, account: accounts.end_expired_roles(actor),
        second_factor.reset,
        sessions.end_sessions_of,
    ],
)
def test_only_those_who_keep_accounts_change_them(make: Maker, act: Callable[..., object]) -> None:
    login = make.account("auditor").login
    for role in ("coordinator", "auditor"):
        stranger = make.account(role).actor
        with transaction():
            account = queries.access_account(OPERATOR, login)
            with pytest.raises(Forbidden):
                act(stranger, account)


@pytest.mark.usefixtures("inside")
def test_a_role_that_is_over_goes_by_itself(make: Maker) -> None:
    person = make.account("auditor")
    with transaction():
        account = queries.access_account(OPERATOR, person.login)
        accounts.give_role(
            OPERATOR, account, "moderator", Scope("event", 4), expires_at=now() - timedelta(seconds=1)
        )
    with transaction():
        assert accounts.end_expired_roles() == 1
    with transaction():
        assert accounts.end_expired_roles() == 0
    account = queries.access_account(OPERATOR, person.login)
    assert [role.role for role in account.roles] == ["auditor"]
    assert facts("RoleTaken")[0][0] == "system"


@pytest.mark.usefixtures("inside")
def test_colleagues_are_for_colleagues(make: Maker) -> None:
    make.county()
    here, there = make.municipality().id, make.municipality("08236043", "Neuenbürg", "Stadt").id
    own = make.account("municipality_editor", Scope("municipality", here))
    make.account("municipality_editor", Scope("municipality", there))

    assert [held.account.login for held in administration.colleagues(own.actor, here)] == [own.login]
    with pytest.raises(NotFound):
        administration.colleagues(own.actor, there)
    with pytest.raises(NotFound):
        administration.colleagues(make.account("coordinator").actor, here)
