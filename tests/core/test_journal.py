"""The journal: who, what, on what, when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import FrozenInstanceError, dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from core.actor import OPERATOR
from core.db import db
from core.journal import Fact, JournalEntry, canonical, record
from core.transaction import transaction
from tests.core.house import SomethingHappened, a_house


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Flask]:
    with a_house(tmp_path) as app:
        yield app


@pytest.mark.usefixtures("house")
def test_a_row_says_who_did_what_on_what_and_when() -> None:
    moment = datetime(2021, 11, 19, 15, 30, 1, 250_000, tzinfo=UTC)
    with time_machine.travel(moment, tick=False), transaction() as unit:
        record(OPERATOR, SomethingHappened(7))
    row = db.session.execute(select(JournalEntry)).scalar_one()
    assert (row.at, row.actor, row.fact, row.payload) == (
        moment,
        "operator",
        "SomethingHappened",
        {"thing_id": 7},
    )
    assert unit.facts == [SomethingHappened(7)]


def test_facts_are_known_by_name_and_frozen() -> None:
    assert Fact.registered["SomethingHappened"] is SomethingHappened
    with pytest.raises(FrozenInstanceError):
        SomethingHappened(1).thing_id = 2  # type: ignore[misc]


@dataclass(frozen=True)
class ManyThingsHappened(Fact):
    """A fact with a list."""

    thing_ids: tuple[int, ...]


@pytest.mark.usefixtures("house")
def test_lists_become_json() -> None:
    with transaction():
        record(OPERATOR, ManyThingsHappened((3, 1)))
    assert db.session.execute(select(JournalEntry.payload)).scalar_one() == {"thing_ids": [3, 1]}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("aäé", max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(json_values)
def test_there_is_one_spelling_of_a_value(value: object) -> None:
    spelled = canonical(value)
    assert b"\n" not in spelled
    if isinstance(value, dict):
        assert canonical(dict(reversed(value.items()))) == spelled


def test_different_values_are_spelled_differently() -> None:
    values = [0, False, None, "0", "", [], {}, [0], {"a": 0}, {"a": None}, 0.5, "ä", "a\u0308"]
    assert len({canonical(value) for value in values}) == len(values)
