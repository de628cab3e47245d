"""Codes made many at once: what is kept of them, and what becomes of those that nobody uses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from accounts import codes, queries
from accounts.actions import batches, sessions
from accounts.actions import codes as code_actions
from accounts.actors import FORMER_PARTICIPANT
from accounts.models import CodeBatch, PersonalCode
from accounts.permissions import Scope
from core.actor import OPERATOR, VISITOR, Actor, Grant
from core.clock import now
from core.db import db
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.journal import JournalEntry
from core.transaction import transaction
from tests.accounts import house

HOUR = timedelta(hours=1)
SEED = b"a secret of the browser"
COORDINATOR = Actor("c" * 32, frozenset({Grant("coordinator", "dialogue", 1)}))
ELSEWHERE = Actor("e" * 32, frozenset({Grant("coordinator", "dialogue", 2)}))
MODERATOR = Actor("m" * 32, frozenset({Grant("moderator", "event", 1)}))


@pytest.fixture(autouse=True)
def in_context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def a_batch(size: int = 3, actor: Actor = COORDINATOR, **values: Any) -> tuple[int, list[str]]:
    """A batch and its codes, in order."""
    with transaction():
        seed = values.pop("seed", SEED)
        batch, _ = batches.issue_batch(
            actor, house.DIALOGUE, size=size, tier="B", label="Rathaus", seed=seed, **values
        )
        batch_id = batch.id
    return batch_id, [text for text, _ in queries.codes_of_seeds(seed, range(1, size + 1)).values()]


def enter(code: str) -> sessions.Opened:
    with transaction():
        return sessions.redeem_code(VISITOR, code=code, lifetime=HOUR)


def in_use() -> queries.BatchInUse:
    return queries.visible_batches(COORDINATOR, house.DIALOGUE)[0]


def facts() -> list[tuple[str, dict[str, Any]]]:
    return [
        (fact, payload)
        for fact, payload in db.session.execute(
            select(JournalEntry.fact, JournalEntry.payload).order_by(JournalEntry.id)
        )
    ]


def test_a_batch_is_known_by_digests_and_can_be_read_back_with_its_secret_only() -> None:
    batch_id, made = a_batch(600)

    assert len(set(made)) == 600
    rows = list(db.session.scalars(select(PersonalCode)))
    assert len({row.slip_number for row in rows}) == len({row.holder_key for row in rows}) == 600
    assert {(row.tier, row.batch_id, row.used) for row in rows} == {("B", batch_id, False)}
    key = queries.keys.current().code
    assert {row.code_hmac for row in rows} == {
        codes.digest(code, purpose=codes.PARTICIPATE, key=key) for code in made
    }
    assert queries.codes_of_seeds(b"another secret", range(1, 601)) == {}
    assert facts() == [("CodesIssued", {"batch_id": batch_id, "number": 600})]


def test_only_who_issues_codes_there_makes_and_sees_batches() -> None:
    for actor in (VISITOR, ELSEWHERE, MODERATOR):
        with pytest.raises(Forbidden):
            a_batch(actor=actor)
        assert queries.visible_batches(actor, house.DIALOGUE) == []
    batch_id, _ = a_batch()
    for actor in (VISITOR, ELSEWHERE, MODERATOR):
        with pytest.raises(NotFound):
            queries.access_batch(actor, house.DIALOGUE, batch_id)
        with pytest.raises(Forbidden), transaction():
            batches.revoke_unused(actor, queries.access_batch(OPERATOR, house.DIALOGUE, batch_id))
    with pytest.raises(NotFound):
        queries.access_batch(OPERATOR, Scope("dialogue", 2), batch_id)
    with pytest.raises(ValueError, match="one dialogue"), transaction():
        batches.issue_batch(OPERATOR, Scope("county"), size=1, tier="B", label="x", seed=SEED)


def test_void_is_only_what_nobody_has_used() -> None:
    batch_id, (used, unused, replaced) = a_batch()
    enter(used)
    number = queries.usable_code(replaced).slip_number  # type: ignore[union-attr]
    with transaction():
        new = code_actions.replace_code(COORDINATOR, number)
    assert (in_use().used, in_use().unused) == (1, 1)

    with transaction():
        batches.revoke_unused(COORDINATOR, queries.access_batch(COORDINATOR, house.DIALOGUE, batch_id))

    assert (in_use().used, in_use().unused) == (1, 0)
    assert enter(used).holder.actor.has("participant", "dialogue", 1)
    assert enter(new.code), "A slip of the help desk is in somebody's hands."
    with pytest.raises(Invalid):
        enter(unused)
    assert ("UnusedCodesRevoked", {"batch_id": batch_id}) in facts()
    with pytest.raises(Conflict), transaction():
        batches.revoke_unused(COORDINATOR, queries.access_batch(COORDINATOR, house.DIALOGUE, batch_id))


def test_the_same_list_makes_no_second_batch_until_the_first_is_void() -> None:
    batch_id, _ = a_batch(digest=b"d" * 32)
    with pytest.raises(Conflict):
        a_batch(digest=b"d" * 32, seed=b"other")
    assert db.session.scalars(select(PersonalCode.batch_id).distinct()).all() == [batch_id]
    assert queries.batch_of_digest(house.DIALOGUE, b"d" * 32) is not None
    assert queries.batch_of_digest(Scope("dialogue", 2), b"d" * 32) is None

    with transaction():
        batches.revoke_unused(COORDINATOR, queries.access_batch(COORDINATOR, house.DIALOGUE, batch_id))
    second, _ = a_batch(digest=b"d" * 32, seed=b"other")

    assert second != batch_id
    assert len(db.session.scalars(select(CodeBatch.id)).all()) == 2


def test_slip_numbers_are_drawn_until_they_are_free(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = house_code().slip_number
    drawn = iter([taken, taken, "Z-00001", taken, "Z-00002"])
    monkeypatch.setattr(codes, "new_slip_number", lambda: next(drawn))

    with transaction():
        assert sorted(code_actions.free_slip_numbers(OPERATOR, house.DIALOGUE, 2)) == ["Z-00001", "Z-00002"]


def house_code(**values: Any) -> code_actions.Issued:
    with transaction():
        return code_actions.issue_code(OPERATOR, house.DIALOGUE, **values)


def test_writing_may_be_made_longer_but_not_for_void_slips_and_not_backwards() -> None:
    issued = house_code(write_until=now() - HOUR, read_until=now() + HOUR)
    assert enter(issued.code).holder.actor.has(FORMER_PARTICIPANT)
    later = now() + 2 * HOUR

    with transaction():
        row = queries.access_code(COORDINATOR, issued.slip_number)
        code_actions.extend_code(COORDINATOR, row, until=later)

    assert enter(issued.code).holder.actor.has("participant", "dialogue", 1)
    kept = queries.access_code(COORDINATOR, issued.slip_number)
    assert kept.write_until == kept.read_until == later
    assert facts()[-2][0] == "CodeExtended"
    with pytest.raises(Invalid), transaction():
        code_actions.extend_code(
            COORDINATOR, queries.access_code(COORDINATOR, issued.slip_number), until=now()
        )
    with pytest.raises(Forbidden), transaction():
        code_actions.extend_code(ELSEWHERE, queries.access_code(OPERATOR, issued.slip_number), until=later)
    with transaction():
        code_actions.revoke_code(COORDINATOR, queries.access_code(COORDINATOR, issued.slip_number))
    with pytest.raises(Conflict), transaction():
        code_actions.extend_code(
            COORDINATOR, queries.access_code(COORDINATOR, issued.slip_number), until=later
        )


def test_a_code_made_void_at_the_moment_it_is_typed_opens_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who signs in and who revokes may meet: then one of them is first, whatever was read before."""
    issued = house_code()
    real = queries.usable_code

    def read_then_revoked(typed: str, *args: Any) -> PersonalCode | None:
        found = real(typed, *args)
        code_actions.revoke_code(OPERATOR, queries.access_code(OPERATOR, issued.slip_number))
        return found

    monkeypatch.setattr(queries, "usable_code", read_then_revoked)
    with pytest.raises(Invalid):
        enter(issued.code)
