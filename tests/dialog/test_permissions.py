"""Who may do what in a dialogue, and when: tables of cases without a database."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from core.actor import OPERATOR, SYSTEM, VISITOR, Actor, Grant
from core.clock import now
from core.errors import Conflict, Forbidden
from dialog.models import Contribution, Dialogue, Poll
from dialog.permissions import RIGHTS, Permission
from dialog.vocabulary import PollStatus, Visibility


def actor(role: str, dialogue_id: int | None = 1, key: str = "") -> Actor:
    scope = "county" if dialogue_id is None else "dialogue"
    return Actor(key or role * 2, frozenset({Grant(role, scope, dialogue_id)}))


AUTHOR = actor("participant", key="author")
PEOPLE = {
    "visitor": VISITOR,
    "participant": actor("participant"),
    "participant elsewhere": actor("participant", 2),
    "former participant": actor("former_participant"),
    "author": AUTHOR,
    "coordinator": actor("coordinator"),
    "coordinator elsewhere": actor("coordinator", 2),
    "coordinator of the county": actor("coordinator", None),
    "administrator": actor("administrator", None),
    "auditor": actor("auditor", None),
    "operator": OPERATOR,
    "system": SYSTEM,
}
STAFF = {"coordinator", "coordinator of the county"}
EVERYBODY = set(PEOPLE)


def a_dialogue(accepts: bool = True) -> Dialogue:
    return Dialogue(id=1, accepts_contributions=accepts)


def a_contribution(visibility: str = Visibility.WAITING) -> Contribution:
    return Contribution(id=5, dialogue_id=1, author_key="author", visibility=visibility)


def a_poll(status: str = PollStatus.OPEN, closes_in: timedelta | None = None) -> Poll:
    return Poll(id=7, dialogue_id=1, status=status, closes_at=now() + closes_in if closes_in else None)


# Rows are made when the tests are collected, which may be minutes before they run.
HOUR = timedelta(hours=1)

CASES: list[tuple[Permission, Any, set[str]]] = [
    (Permission.READ_REGISTER, a_dialogue(), EVERYBODY),
    (Permission.REGISTER, a_dialogue(), EVERYBODY),
    (Permission.CONTRIBUTE, a_dialogue(), {"participant", "author"} | STAFF),
    (Permission.CONTRIBUTE, a_dialogue(accepts=False), STAFF),
    (Permission.READ_OWN, a_dialogue(), {"participant", "former participant", "author"}),
    (Permission.SEE_QUEUE, a_dialogue(), STAFF),
    (Permission.PREPARE_DIALOGUE, a_dialogue(), STAFF | {"operator"}),
    (Permission.IMPORT, a_dialogue(), STAFF | {"operator"}),
    (Permission.RUN_POLL, a_dialogue(), STAFF | {"operator", "system"}),
    *[
        (Permission.READ_CONTRIBUTION, a_contribution(hidden), {"author", "operator"} | STAFF)
        for hidden in ("draft", "waiting", "returned", "group", "hidden", "withdrawn")
    ],
    (Permission.READ_CONTRIBUTION, a_contribution("public"), EVERYBODY),
    (Permission.READ_HISTORY, a_contribution("public"), STAFF),
    (Permission.REVISE, a_contribution("waiting"), {"author"}),
    (Permission.REVISE, a_contribution("returned"), {"author"}),
    *[(Permission.REVISE, a_contribution(late), set()) for late in ("public", "hidden", "withdrawn")],
    *[
        (Permission.WITHDRAW, a_contribution(state), {"author"})
        for state in ("waiting", "returned", "public", "hidden")
    ],
    (Permission.WITHDRAW, a_contribution("withdrawn"), set()),
    (Permission.MODERATE, a_contribution("waiting"), STAFF),
    (Permission.MODERATE, a_contribution("withdrawn"), set()),
    (Permission.APPEND_STATION, a_contribution("public"), STAFF | {"operator", "system"}),
    (Permission.READ_POLL, a_poll("draft"), STAFF | {"operator"}),
    *[(Permission.READ_POLL, a_poll(status), EVERYBODY) for status in ("open", "closed", "published")],
    (Permission.READ_RESULT, a_poll("draft"), set()),
    (Permission.READ_RESULT, a_poll("open"), set()),
    (Permission.READ_RESULT, a_poll("closed"), STAFF | {"operator"}),
    (Permission.READ_RESULT, a_poll("published"), EVERYBODY),
    (Permission.VOTE, a_poll("open"), {"participant", "author"}),
    (Permission.VOTE, a_poll("open", HOUR), {"participant", "author"}),
    (Permission.VOTE, a_poll("open", -HOUR), set()),
    *[(Permission.VOTE, a_poll(status), set()) for status in ("draft", "closed", "published")],
]


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize(("permission", "about", "allowed"), CASES)
def test_the_table(name: str, permission: Permission, about: Any, allowed: set[str]) -> None:
    assert RIGHTS.allows(PEOPLE[name], permission, about) == (name in allowed)


def test_every_permission_has_a_case() -> None:
    assert {permission for permission, _, _ in CASES} == set(Permission) == set(RIGHTS.table)


@pytest.mark.parametrize(
    ("permission", "about"),
    [
        (Permission.VOTE, a_poll("draft")),
        (Permission.VOTE, a_poll("open", -HOUR)),
        (Permission.VOTE, a_poll("closed")),
        (Permission.VOTE, a_poll("published")),
        (Permission.CONTRIBUTE, a_dialogue(accepts=False)),
        (Permission.REVISE, a_contribution("public")),
        (Permission.WITHDRAW, a_contribution("withdrawn")),
    ],
)
def test_the_wrong_time_is_said_and_is_not_called_forbidden(permission: Permission, about: Any) -> None:
    with pytest.raises(Conflict) as refused:
        RIGHTS.require(AUTHOR, permission, about)
    assert refused.value.code == "wrong_time"
    assert str(refused.value) != str(Forbidden())
    with pytest.raises(Forbidden):
        RIGHTS.require(VISITOR, permission, about)


def test_nobody_is_the_author_of_what_was_imported() -> None:
    imported = Contribution(id=6, dialogue_id=1, author_key=None, visibility="waiting")

    assert not RIGHTS.allows(VISITOR, Permission.WITHDRAW, imported)
    assert not RIGHTS.allows(Actor(""), Permission.READ_CONTRIBUTION, imported)


def test_a_thing_of_no_dialogue_gives_no_right_by_a_role_in_one() -> None:
    stray = SimpleNamespace(dialogue_id=None)

    assert not RIGHTS.allows(PEOPLE["coordinator"], Permission.PREPARE_DIALOGUE, stray)
    assert not RIGHTS.allows(PEOPLE["coordinator"], Permission.PREPARE_DIALOGUE, None)
