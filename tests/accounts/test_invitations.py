"""R16, R18, R19: invitations by a link that works once, says nothing about others and stands in no log."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select, update

from accounts import codes, queries, throttle
from accounts.actions import accounts, invitations
from accounts.actions.invitations import Invited
from accounts.models import Account, Invitation, RoleAssignment
from accounts.permissions import RIGHTS, Permission, RoleThere, Scope
from accounts.queries import invitations as invitation_queries
from accounts.scopes import Place, Places
from core import keys
from core.actor import OPERATOR, VISITOR, Actor, Grant
from core.clock import now
from core.db import db
from core.errors import Conflict, Forbidden, Invalid
from core.journal import JournalEntry
from core.transaction import transaction
from tests import factories
from tests.accounts.house import PASSWORD
from tests.architecture.test_house import state_of_the_database
from tests.client import ORIGIN, Client
from tests.conftest import Maker
from tests.factories import EVENT_CODE, Person

Browse = Callable[[Person | None], Client]
ClientAs = Callable[..., Client]
WRONG = (
    "Diese Einladung gilt nicht. Bitte vergleichen Sie den Code oder bitten Sie die einladende Stelle"
    " um eine neue."
)
MINE = {"login": "stelle-muehlacker", "password": PASSWORD, "repeated": PASSWORD}


def place_of(make: Maker, app: Flask) -> Place:
    number = make.municipality().id
    with app.app_context():
        found = Places(OPERATOR).at(Scope("municipality", number))
    assert found is not None
    return found


def opened(app: Flask, code: str) -> Client:
    """The browser of somebody who has opened an invitation and sees what it is for."""
    someone = Client(app)
    someone.post_form("/invitation", {"code": code}, 200)
    return someone


def with_second_factor(app: Flask, login: str) -> Client:
    """The browser of somebody who has set up a second factor and signed in with it."""
    with app.app_context():
        account = queries.account_for_sign_in(login)
        assert account is not None
        factories.set_up_second_factor(account)
        token = factories.session(Person(Actor(account.key, account_id=account.id), login=login))
    someone = Client(app)
    someone.plant(token)
    return someone


def roles_of(app: Flask, login: str) -> list[tuple[str, str, int | None]]:
    with app.app_context():
        account = queries.account_for_sign_in(login)
        return [(r.role, r.scope_kind, r.scope_id) for r in account.roles] if account else []


def account_count(app: Flask) -> int:
    with app.app_context():
        return len(db.session.scalars(select(Account.id)).all())


def test_r18_a_link_is_shown_once_and_makes_one_account(
    app: Flask, make: Maker, client_as: ClientAs, caplog: pytest.LogCaptureFixture
) -> None:
    make.county()
    place = place_of(make, app)
    keeper = client_as("administrator")
    form = keeper.form("/invitations/new")
    wish = {"role_at": f"municipality_editor {place.key}", "label": "Integrationsstelle", "login": "stelle"}
    made = keeper.send(form, wish, 200)
    link = keeper.page.find(id="link")["value"]
    code = link.rpartition("#")[2]
    assert link == f"{ORIGIN}/invitation#{code}"
    assert made.headers["Cache-Control"] == "no-store"
    assert keeper.page.find(role="img")["aria-label"] == "QR-Code mit dem Link"

    # Sent twice it is one invitation, and its link is not shown again.
    keeper.follow(keeper.send(form, wish))
    assert code not in keeper.text.replace("-", "")
    assert keeper.text.count("Integrationsstelle") == 1

    someone = opened(app, f"{code[:5]} {code[5:].lower()}")
    assert "Gemeinde · Mühlacker" in someone.text
    chosen = someone.form_here("/invitation/account")
    assert ("login", "stelle") in chosen.values
    made = someone.send(chosen, {"password": PASSWORD, "repeated": PASSWORD}, 303)
    assert roles_of(app, "stelle") == [("municipality_editor", "municipality", place.scope.id)]
    # An invitation spares nobody the second factor (R11).
    assert made.location == "/account/second-factor"
    someone.get(f"/municipality/{place.scope.id}/people", 404)
    someone = with_second_factor(app, "stelle")
    someone.get(f"/municipality/{place.scope.id}/people", 200)

    keeper.get("/invitations", 200)
    assert "benutzt" in keeper.text
    late = Client(app)
    late.post_form("/invitation", {"code": code}, 422)
    assert late.errors == [WRONG]
    with app.app_context():
        written = repr([list(map(str, row)) for row in db.session.execute(select(JournalEntry.payload))])
        kept = repr([vars(row) for row in db.session.scalars(select(Invitation))])
    assert code not in written + kept + caplog.text


def test_r18_of_two_at_once_exactly_one_gets_an_account(app: Flask, make: Maker) -> None:
    make.county()
    code = make.invitation().code
    before = account_count(app)
    forms = [opened(app, code) for _ in range(8)]
    start = threading.Barrier(len(forms))
    answers: list[int] = []

    def redeem(number: int, someone: Client) -> None:
        form = someone.form_here("/invitation/account")
        start.wait(timeout=30)
        answers.append(someone.send(form, {**MINE, "login": f"stelle-{number}"}).status_code)

    threads = [threading.Thread(target=redeem, args=pair) for pair in enumerate(forms)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert sorted(answers) == [303] + [422] * 7
    assert account_count(app) == before + 1


def test_r16_whatever_does_not_work_looks_the_same(app: Flask, make: Maker) -> None:
    make.county()
    used, revoked, expired, orphaned = (make.invitation(label=f"Stelle {n}").code for n in range(4))
    inviter = make.account("administrator")
    backed_by_nobody = make.invitation(by=inviter.actor, label="Stelle 5").code
    opened(app, used).post("/invitation/account", {**MINE, "code": used, "language": "de"}, 303)
    with app.app_context(), transaction():
        found = invitation_queries.usable_invitation(revoked)
        assert found is not None
        invitations.revoke_invitation(OPERATOR, found)
        accounts.deactivate_account(OPERATOR, queries.access_account(OPERATOR, inviter.login))
        for code, values in (
            (expired, {"expires_at": now() - timedelta(seconds=1)}),
            (orphaned, {"scope_id": 99_999}),
        ):
            digest = invitation_queries.digest_of(code)
            db.session.execute(update(Invitation).where(Invitation.code_hmac == digest).values(**values))

    for path in ("/invitation", "/invitation/account"):
        pages = set()
        for code in ("0000000000", used, revoked, expired, orphaned, backed_by_nobody):
            answer = Client(app).post(
                path, {**MINE, "login": "noch-eine", "code": code, "language": "de"}, 422
            )
            plain = re.sub(r'name="_key" value="[^"]*"', "", answer.get_data(as_text=True))
            pages.add(plain.replace(code, "CODE"))
        assert len(pages) == 1
    assert roles_of(app, "noch-eine") == []


def test_r16_a_user_name_that_is_taken_asks_for_another_one(app: Flask, make: Maker) -> None:
    make.county()
    make.account("auditor", login="pruefung")
    code = make.invitation().code
    someone = opened(app, code)

    someone.send(someone.form_here("/invitation/account"), {**MINE, "login": "pruefung"}, 422)
    assert someone.errors == ["Dieser Benutzername ist nicht möglich. Bitte wählen Sie einen anderen."]
    someone.send(
        someone.form_here("/invitation/account"), {**MINE, "password": "kurz", "repeated": "kurz"}, 422
    )
    someone.send(someone.form_here("/invitation/account"), {**MINE, "repeated": "anders"}, 422)
    assert ("login", MINE["login"]) in someone.form_here("/invitation/account").values
    assert someone.send(someone.form_here("/invitation/account"), MINE, 303)
    assert roles_of(app, "pruefung") == [("auditor", "county", None)]


def test_r18_a_code_of_one_purpose_opens_nothing_else(app: Flask, make: Maker) -> None:
    make.event()
    invited = make.invitation().code
    participant = make.participant().code

    for code, path in ((invited, "/code"), (participant, "/invitation")):
        Client(app).post_form(path, {"code": code}, 422)
    Client(app).post_form("/invitation", {"code": EVENT_CODE}, 422)
    Client(app).post_form("/dialogues/probe/join", {"code": invited}, 422)
    # Even the same ten characters are another digest.
    with app.app_context(), transaction():
        db.session.execute(update(Invitation).values(code_hmac=_digest_as_slip(invited)))
    Client(app).post_form("/invitation", {"code": invited}, 422)


def _digest_as_slip(code: str) -> bytes:
    return codes.digest(code, purpose=codes.PARTICIPATE, key=keys.current().code)


def test_r19_opening_a_link_changes_nothing_and_tells_nobody(
    app: Flask, make: Maker, caplog: pytest.LogCaptureFixture
) -> None:
    make.county()
    code = make.invitation().code
    before = state_of_the_database(app)

    for _ in range(2):
        answer = Client(app).get("/invitation", 200)
        assert answer.headers["Referrer-Policy"] == "same-origin"
    someone = opened(app, code)
    assert someone.page.find(id="offer").text == "Integrationsstelle"
    assert state_of_the_database(app) == before
    # No address of ours ever holds a code: it travels behind the # and in the body of forms only.
    addresses = [e[a] for e in someone.page.walk() for a in ("href", "action", "src") if e.has(a)]
    assert not any(code in address for address in addresses)
    assert code not in caplog.text


def test_r17_guessing_is_slowed_down_and_a_right_code_still_works(app: Flask, make: Maker) -> None:
    make.county()
    code = make.invitation().code
    someone = Client(app)
    someone.get("/invitation")

    statuses = [
        someone.post("/invitation", {"code": f"000000000{n % 10}"}).status_code
        for n in range(throttle.PER_BROWSER + 1)
    ]

    assert statuses[-1] == 429
    assert set(statuses[:-1]) == {422}
    someone.post("/invitation", {"code": code}, 200)


def test_somebody_with_an_account_gets_the_further_role_on_it(
    app: Flask, make: Maker, browse: Browse
) -> None:
    make.county()
    person = make.account("municipality_editor", Scope("municipality", make.municipality().id))
    other = make.municipality("08236043", "Neuenbürg", "Stadt").id
    code = make.invitation(scope=Scope("municipality", other)).code
    someone = browse(person)
    before = account_count(app)
    secret = someone.cookie()
    someone.post_form("/invitation", {"code": code}, 200)
    assert person.login in someone.text

    someone.follow(someone.send(someone.form_here("/invitation/accept"), {}))

    # Who has more rights has another session: a secret that somebody knew before opens nothing (R11).
    assert someone.cookie() not in (None, secret)
    stale = Client(app)
    stale.plant(str(secret))
    stale.get("/account", 303)

    assert "Gemeinde · Neuenbürg" in someone.text
    assert roles_of(app, person.login)[-1] == ("municipality_editor", "municipality", other)
    assert account_count(app) == before
    someone.post("/invitation/accept", {"code": code}, 422)
    Client(app).post("/invitation/accept", {"code": code}, 403)
    browse(make.participant()).post("/invitation/accept", {"code": code}, 403)


@pytest.mark.usefixtures("inside")
def test_an_invitation_never_shortens_what_somebody_has(make: Maker) -> None:
    event = make.event()
    scope = Scope("event", event.id)
    person = make.account("moderator", scope)
    later = now() + timedelta(days=90)
    for until, expected in ((now() + timedelta(days=1), None), (later, later)):
        code = make.invitation("moderator", scope, role_until=until).code
        had = _end(person)
        with transaction():
            invitations.accept_invitation(person.actor, code=code)
        assert _end(person) == (expected or had)


def _end(person: Person) -> Any:
    return db.session.scalar(
        select(RoleAssignment.expires_at).where(RoleAssignment.account_id == person.actor.account_id)
    )


@pytest.mark.usefixtures("inside")
def test_roles_of_the_day_always_end(make: Maker) -> None:
    event = make.event()
    scope = Scope("event", event.id)
    soon = now() + timedelta(days=13)

    limited: Invited = make.invitation("moderator", scope)
    unlimited: Invited = make.invitation("coordinator", Scope("dialogue", event.dialogue_id))

    assert limited.invitation.role_until is not None
    assert limited.invitation.role_until > soon
    assert unlimited.invitation.role_until is None
    ahead = Place(scope, "Event", Scope("dialogue", event.dialogue_id), ends_at=now() + timedelta(days=100))
    with transaction():
        later = invitations.invite(OPERATOR, "note_taker", ahead, label="Mitschrift")
    assert later.invitation.role_until is not None
    assert later.invitation.role_until - now() > timedelta(days=113)


COUNTY = Actor("a" * 32, frozenset({Grant("coordinator", "county")}))
COORDINATOR = Actor("b" * 32, frozenset({Grant("coordinator", "dialogue", 1)}))
EDITOR = Actor("c" * 32, frozenset({Grant("municipality_editor", "municipality", 1)}))
KEEPER = Actor("d" * 32, frozenset({Grant("administrator", "county")}))
MODERATOR = Actor("e" * 32, frozenset({Grant("moderator", "event", 1)}))
EVERYBODY = [VISITOR, COUNTY, COORDINATOR, EDITOR, KEEPER, MODERATOR]


@pytest.mark.parametrize(
    ("what", "allowed"),
    [
        (RoleThere("municipality_editor", Scope("municipality", 1)), [COUNTY, COORDINATOR, EDITOR, KEEPER]),
        (RoleThere("municipality_editor", Scope("municipality", 2)), [COUNTY, COORDINATOR, KEEPER]),
        (RoleThere("moderator", Scope("event", 7), Scope("dialogue", 1)), [COUNTY, COORDINATOR, KEEPER]),
        (RoleThere("note_taker", Scope("group", 7), Scope("dialogue", 2)), [COUNTY, KEEPER]),
        (RoleThere("moderator", Scope("event", 7)), [KEEPER]),
        (RoleThere("coordinator", Scope("dialogue", 1)), [KEEPER]),
        (RoleThere("administrator", Scope("county")), [KEEPER]),
        (RoleThere("provider", Scope("organisation", 1)), [KEEPER]),
        (RoleThere("auditor", Scope("county")), [KEEPER]),
    ],
)
def test_who_may_invite_to_what(what: RoleThere, allowed: list[Actor]) -> None:
    assert [actor for actor in EVERYBODY if RIGHTS.allows(actor, Permission.INVITE, what)] == allowed


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize(
    ("role", "values", "field"),
    [
        ("municipality_editor", {"label": " "}, "label"),
        ("municipality_editor", {"login": "Frau Müller"}, "login"),
        ("municipality_editor", {"days": 400}, "days"),
        ("auditor", {}, "scope"),
        ("king", {}, "role"),
    ],
)
def test_invitations_that_make_no_sense(make: Maker, role: str, values: dict[str, Any], field: str) -> None:
    make.county()
    with pytest.raises(Invalid) as caught:
        make.invitation(role, Scope("municipality", make.municipality().id), **values)
    assert list(caught.value.fields) == [field]


@pytest.mark.usefixtures("inside")
def test_nobody_invites_beyond_their_right(make: Maker) -> None:
    make.county()
    number = make.municipality().id
    colleague = Actor("f" * 32, frozenset({Grant("municipality_editor", "municipality", number)}))
    assert make.invitation(scope=Scope("municipality", number), by=colleague).code
    elsewhere = make.municipality("08236043", "Neuenbürg", "Stadt").id
    with pytest.raises(Forbidden):
        make.invitation(scope=Scope("municipality", elsewhere), by=colleague)
    with pytest.raises(Forbidden):
        make.invitation("administrator", Scope("county"), by=colleague)


def test_an_invitation_is_taken_back_by_whoever_made_it(
    app: Flask, make: Maker, browse: Browse, client_as: ClientAs
) -> None:
    make.dialogue()
    inviter = make.account("coordinator")
    made = make.invitation(by=inviter.actor)
    path = f"/invitations/{made.invitation.id}/revoke"
    for stranger in (Client(app), client_as("coordinator"), client_as("auditor")):
        stranger.post(path, {"_key": "key-of-the-tests-x"}, 404)
    coordinator = browse(inviter)

    coordinator.follow(coordinator.send(coordinator.form("/invitations", path), {}))

    assert "Die Einladung ist zurückgenommen." in coordinator.text
    Client(app).post_form("/invitation", {"code": made.code}, 422)
    used = make.invitation(label="Zweite Stelle")
    someone = opened(app, used.code)
    someone.send(someone.form_here("/invitation/account"), MINE, 303)
    with app.app_context(), transaction():
        found = invitation_queries.access_invitation(OPERATOR, used.invitation.id)
        with pytest.raises(Conflict):
            invitations.revoke_invitation(OPERATOR, found)


def test_a_refused_form_keeps_what_was_typed(make: Maker, client_as: ClientAs) -> None:
    make.dialogue()
    someone = client_as("coordinator")

    someone.post_form("/invitations/new", {"label": "Stelle", "until": "2020-01-01"}, 422)

    assert len(someone.errors) == 2
    values = dict(someone.form_here("/invitations/new").values)
    assert (values["label"], values["until"], values["days"]) == ("Stelle", "2020-01-01", "14")
    someone.send(someone.form_here("/invitations/new"), {"role_at": "administrator county"}, 422)
    assert urlsplit(someone.form_here("/invitations/new").action).path == "/invitations/new"
