"""Accounts, codes and sessions: what changes, what is recorded, who may."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from accounts import codes, jobs, passwords, queries
from accounts.actions import accounts, sessions
from accounts.actions import codes as code_actions
from accounts.actors import FORMER_PARTICIPANT
from accounts.models import Account, LoginSession, PersonalCode
from accounts.permissions import Scope
from core import realtime
from core.actor import OPERATOR, VISITOR, Actor, Grant
from core.clock import now
from core.db import db
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.journal import JournalEntry
from core.transaction import transaction
from tests import factories
from tests.accounts import house

HOUR = timedelta(hours=1)
COORDINATOR = Actor("c" * 32, frozenset({Grant("coordinator", "dialogue", 1)}))
ELSEWHERE = Actor("e" * 32, frozenset({Grant("coordinator", "dialogue", 2)}))
ADMINISTRATOR = Actor("a" * 32, frozenset({Grant("administrator", "county")}))


@pytest.fixture(autouse=True)
def in_context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def facts() -> list[str]:
    return list(db.session.scalars(select(JournalEntry.fact).order_by(JournalEntry.id)))


def count(model: type[Any]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def enter(code: str, **values: Any) -> sessions.Opened:
    with transaction():
        return sessions.redeem_code(VISITOR, code=code, lifetime=HOUR, **values)


def sign_in(account: Account, **values: Any) -> sessions.Opened:
    factor = queries.second_factor_of(account.id)
    with transaction():
        return sessions.start_session_by_password(
            VISITOR,
            passwords.Proof(account.id, account.password_hash),
            lifetime=HOUR,
            second_factor=factor.key if factor else None,
            **values,
        )


def test_a_code_is_known_only_by_its_digest(app: Flask) -> None:
    issued = house.a_code(app, slip_number="Z-0001")

    row = queries.access_code(OPERATOR, "z-0001")
    assert codes.is_code(issued.code)
    assert row.code_hmac == codes.digest(issued.code, purpose="participate", key=app.config["KEYS"].code)
    assert issued.code not in repr(issued)
    assert facts() == ["CodeIssued"]
    kept = db.session.execute(select(JournalEntry.payload)).scalars().all()
    assert kept == [{"personal_code_id": row.id}]


def test_redeeming_makes_a_session_of_the_participant(app: Flask) -> None:
    issued = house.a_code(app, tier="B")

    opened = enter(codes.show(issued.code).lower())

    holder = queries.holder_of_token(opened.token)
    assert holder == opened.holder
    assert holder is not None
    assert holder.actor.key == issued.holder_key
    assert (holder.actor.tier, holder.actor.has("participant", "dialogue", 1)) == ("B", True)
    assert not holder.actor.has("participant", "dialogue", 2)
    assert facts() == ["CodeIssued", "SessionStarted"]
    entry = db.session.scalars(select(JournalEntry).order_by(JournalEntry.id.desc())).first()
    assert entry is not None
    assert entry.actor == issued.holder_key


def test_a_shared_device_is_signed_out_after_fifteen_idle_minutes_and_after_two_hours(app: Flask) -> None:
    begin = datetime(2027, 6, 4, 8, 0, tzinfo=UTC)
    with time_machine.travel(begin, tick=False) as clock:
        with transaction():
            opened = sessions.redeem_code(
                VISITOR, code=house_code(app), lifetime=timedelta(days=30), shared_device=True
            )
        holder = opened.holder
        assert holder.expires_at == begin + timedelta(minutes=15)
        for minutes in range(10, 130, 10):
            clock.move_to(begin + timedelta(minutes=minutes))
            if queries.holder_of_token(opened.token) is None:
                break
            with transaction():
                sessions.stay(holder.actor, holder.session_id)
        assert minutes == 120

        clock.move_to(begin)
        ordinary = enter(house.a_code(app).code)
        with pytest.raises(NotFound), transaction():
            sessions.stay(ordinary.holder.actor, ordinary.holder.session_id)
        with pytest.raises(NotFound), transaction():
            sessions.stay(ordinary.holder.actor, holder.session_id)
        with pytest.raises(Forbidden), transaction():
            sessions.stay(VISITOR, holder.session_id)


def test_codes_of_a_participant_are_rated_together_by_staff_of_the_dialogue(app: Flask) -> None:
    issued = house.a_code(app)
    with transaction():
        renewed = code_actions.replace_code(COORDINATOR, issued.slip_number)
        assert code_actions.rate_codes(COORDINATOR, house.DIALOGUE, issued.holder_key, tier="A") == 2
        assert code_actions.rate_codes(COORDINATOR, house.DIALOGUE, issued.holder_key, tier="A") == 0
    assert enter(renewed.code).holder.actor.tier == "A"
    assert facts().count("CodeRated") == 2
    with pytest.raises(Forbidden), transaction():
        code_actions.rate_codes(ELSEWHERE, house.DIALOGUE, issued.holder_key, tier="B")
    with transaction():
        assert code_actions.rate_codes(ELSEWHERE, Scope("dialogue", 2), issued.holder_key, tier="B") == 0


def house_code(app: Flask) -> str:
    return code_actions.issue_code(OPERATOR, house.DIALOGUE).code


def test_after_writing_comes_reading_and_then_nothing(app: Flask) -> None:
    at = now()
    reading = house.a_code(app, write_until=at - HOUR, read_until=at + HOUR)
    gone = house.a_code(app, write_until=at - 2 * HOUR, read_until=at - HOUR)

    actor = enter(reading.code).holder.actor

    assert actor.has(FORMER_PARTICIPANT, "dialogue", 1)
    assert not actor.has("participant")
    with pytest.raises(Invalid):
        enter(gone.code)


def test_unknown_void_and_expired_codes_are_refused_in_the_same_words(app: Flask) -> None:
    void = house.a_code(app)
    with transaction():
        code_actions.revoke_code(OPERATOR, queries.access_code(OPERATOR, void.slip_number))
    expired = house.a_code(app, read_until=now() - HOUR)
    said = set()
    for code in ("0000000000", void.code, expired.code, "", "x", "7K4QM2XR9T" * 20, "\x00'; DROP TABLE"):
        with pytest.raises(Invalid) as caught:
            enter(code)
        said.add((str(caught.value), repr(caught.value.fields.keys())))

    assert len(said) == 1
    assert count(LoginSession) == 0


def test_a_code_of_another_purpose_opens_nothing(app: Flask) -> None:
    issued = house.a_code(app)
    with transaction():
        row = queries.access_code(OPERATOR, issued.slip_number)
        row.purpose = "register"
    with pytest.raises(Invalid):
        enter(issued.code)
    assert queries.usable_code(issued.code, "register") is None


def test_replacing_a_lost_slip_keeps_the_person_and_ends_the_old_code(app: Flask) -> None:
    lost = house.a_code(app, slip_number="Z-0007", tier="B", read_until=now() + HOUR)
    opened = enter(lost.code)
    with transaction():
        new = code_actions.replace_code(COORDINATOR, "Z-0007")

    assert (new.holder_key, new.code == lost.code, new.slip_number == "Z-0007") == (
        lost.holder_key,
        False,
        False,
    )
    assert queries.holder_of_token(opened.token) is None
    with pytest.raises(Invalid):
        enter(lost.code)
    assert enter(new.code).holder.actor.key == lost.holder_key
    assert queries.access_code(OPERATOR, new.slip_number).read_until is not None
    assert facts()[2:6] == ["CodeRevoked", "SessionEnded", "CodeIssued", "CodeReplaced"]
    with pytest.raises(Conflict), transaction():
        code_actions.replace_code(COORDINATOR, "Z-0007")


def test_who_may_hand_out_codes(app: Flask) -> None:
    participant = enter(house.a_code(app, slip_number="Z-0001").code).holder.actor
    for actor in (VISITOR, participant, ELSEWHERE, ADMINISTRATOR):
        with pytest.raises(Forbidden), transaction():
            code_actions.issue_code(actor, house.DIALOGUE)
        with pytest.raises(NotFound), transaction():
            code_actions.replace_code(actor, "Z-0001")
        with pytest.raises(Forbidden), transaction():
            code_actions.revoke_code(actor, queries.access_code(OPERATOR, "Z-0001"))
    with transaction():
        assert code_actions.issue_code(COORDINATOR, house.DIALOGUE).slip_number.startswith("Z-")


def test_slip_numbers_are_used_once_and_only_demonstrations_choose_codes(app: Flask) -> None:
    house.a_code(app, slip_number="Z-0001", demo=True, demo_code="7K4QM2XR9T")

    assert enter("7k4qm-2xr9t").holder.slip_number == "Z-0001"
    with pytest.raises(Conflict):
        house.a_code(app, slip_number="Z-0001")
    for values in ({"demo_code": "7K4QM2XR90"}, {"demo_code": "short", "demo": True}):
        with pytest.raises(ValueError, match="demonstrations"):
            house.a_code(app, **values)
    with pytest.raises(ValueError, match="one dialogue"), transaction():
        code_actions.issue_code(OPERATOR, Scope("county"))
    assert count(PersonalCode) == 1


def test_an_account_and_its_roles(app: Flask) -> None:
    account = house.an_account(app, "Koordination ", second_factor=False)
    with transaction():
        again = accounts.give_role(
            ADMINISTRATOR, queries.access_account(ADMINISTRATOR, "koordination"), "coordinator"
        )
        more = accounts.give_role(
            ADMINISTRATOR,
            queries.access_account(ADMINISTRATOR, "koordination"),
            "moderator",
            Scope("event", 4),
            expires_at=now() - HOUR,
        )

    assert (account.login, again, more) == ("koordination", False, True)
    assert facts() == ["AccountCreated", "RoleGiven", "RoleGiven"]
    with transaction():
        factories.set_up_second_factor(account)
    actor = sign_in(account).holder.actor
    assert actor.has("coordinator", "dialogue", 99)
    assert not actor.has("moderator")
    with pytest.raises(Conflict):
        house.an_account(app, "koordination")


def test_an_initial_password_opens_nothing_but_its_change_and_then_the_second_factor(app: Flask) -> None:
    account = house.an_account(app, "neu", password_is_initial=True)
    actor = sign_in(account).holder.actor

    assert (actor.grants, actor.account_id) == (frozenset(), account.id)
    with transaction():
        changed = accounts.change_password(
            actor,
            passwords.Proof(account.id, account.password_hash),
            password_hash=passwords.make_hash("another quiet heron"),
        )
    assert not sign_in(changed).holder.actor.grants
    with transaction():
        factories.set_up_second_factor(changed)
    assert sign_in(changed).holder.actor.has("coordinator")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"login": "Frau Müller"}, "login"),
        ({"login": ""}, "login"),
        ({"login": "x" * 60}, "login"),
        ({"login": "a\x00b"}, "login"),
        ({"label": " "}, "label"),
        ({"roles": [("king", accounts.COUNTY)]}, "role"),
        ({"roles": [("moderator", accounts.COUNTY)]}, "scope"),
        ({"roles": [("administrator", Scope("dialogue", 1))]}, "scope"),
        ({"roles": [("coordinator", Scope("dialogue"))]}, "scope"),
    ],
)
def test_accounts_that_make_no_sense(values: dict[str, Any], field: str) -> None:
    given = {"login": "neu", "label": "Neu", "password_hash": "x", **values}
    with pytest.raises(Invalid) as caught, transaction():
        accounts.create_account(OPERATOR, given.pop("login"), **given)
    assert list(caught.value.fields) == [field]
    assert count(Account) == 0


def test_a_proof_is_void_once_the_password_has_changed(app: Flask) -> None:
    account = house.an_account(app)
    old = passwords.Proof(account.id, account.password_hash)
    actor = sign_in(account).holder.actor
    with transaction():
        accounts.change_password(actor, old, password_hash=passwords.make_hash("another quiet heron"))

    assert count(LoginSession) == 0
    with pytest.raises(Invalid), transaction():
        sessions.start_session_by_password(VISITOR, old, lifetime=HOUR)
    with pytest.raises(Conflict), transaction():
        accounts.change_password(actor, old, password_hash="x")


def test_nobody_changes_the_password_of_another(app: Flask) -> None:
    mine, other = house.an_account(app, "eins"), house.an_account(app, "zwei")
    actor = sign_in(mine).holder.actor
    with pytest.raises(NotFound), transaction():
        accounts.change_password(actor, passwords.Proof(other.id, other.password_hash), password_hash="x")
    participant = enter(house.a_code(app).code).holder.actor
    with pytest.raises(Forbidden), transaction():
        accounts.change_password(
            participant, passwords.Proof(other.id, other.password_hash), password_hash="x"
        )


def test_closing_an_account_ends_its_sessions(app: Flask) -> None:
    account = house.an_account(app)
    opened = sign_in(account)
    with transaction():
        assert accounts.deactivate_account(OPERATOR, queries.access_account(OPERATOR, "koordination"))
    with transaction():
        assert not accounts.deactivate_account(OPERATOR, queries.access_account(OPERATOR, "koordination"))

    assert queries.holder_of_token(opened.token) is None
    assert facts()[-2:] == ["AccountDeactivated", "SessionEnded"]
    with pytest.raises(Invalid):
        sign_in(account)


def test_sessions_end_for_their_holder_and_for_those_who_keep_accounts(app: Flask) -> None:
    mine = sign_in(house.an_account(app, "eins")).holder
    other = sign_in(house.an_account(app, "zwei")).holder
    with pytest.raises(NotFound), transaction():
        sessions.end_session(mine.actor, other.session_id)
    with transaction():
        sessions.end_session(ADMINISTRATOR, other.session_id)
    with pytest.raises(NotFound), transaction():
        sessions.end_session(mine.actor, "nonsense")
    with transaction():
        assert sessions.end_all_sessions(mine.actor) == 1
    assert count(LoginSession) == 0


def test_end_all_reaches_every_session_of_one_and_of_nobody_else(app: Flask) -> None:
    account, code = house.an_account(app), house.a_code(app)
    opened = [sign_in(account) for _ in range(3)]
    theirs = enter(code.code)
    with transaction():
        assert sessions.end_all_sessions(opened[0].holder.actor) == 3

    assert all(queries.holder_of_token(o.token) is None for o in opened)
    assert queries.holder_of_token(theirs.token) is not None


def test_expired_sessions_open_nothing_and_are_ended_by_the_program(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[str] = []
    monkeypatch.setattr(realtime, "disconnect_session", closed.append)
    issued = house.a_code(app)
    with transaction():
        old = sessions.redeem_code(VISITOR, code=issued.code, lifetime=timedelta(seconds=-1))
    assert queries.holder_of_token(old.token) is None
    present = enter(issued.code)
    with pytest.raises(Forbidden), transaction():
        sessions.end_expired_sessions(present.holder.actor)
    assert (count(LoginSession), closed) == (2, [])

    for _ in range(2):
        jobs.end_expired_sessions()

    assert (count(LoginSession), closed) == (1, [old.holder.session_id])
    assert queries.holder_of_token(present.token) is not None


@pytest.mark.parametrize(
    "change",
    [
        lambda actor: accounts.create_account(actor, "neu", password_hash="x", label="Neu"),
        lambda actor: accounts.give_role(actor, Account(), "auditor"),
        lambda actor: accounts.deactivate_account(actor, Account(active=True)),
        queries.visible_accounts,
    ],
)
def test_only_operator_and_administrator_keep_accounts(change: Callable[[Actor], Any]) -> None:
    for actor in (VISITOR, COORDINATOR):
        with pytest.raises(Forbidden), transaction():
            change(actor)
